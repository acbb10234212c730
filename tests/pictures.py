"""Pictures of digits as somebody has them: in folders named by digit, as CSV, as IDX."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.drawings import DRAWINGS, canvas, encoded


def write_pictures(folder: Path, each: int) -> Path:
    """So many pictures of every digit in folders named by digit, each a little larger."""
    for label, (drawing, *_) in DRAWINGS.items():
        (folder / label).mkdir(parents=True)
        for number in range(each):
            picture = canvas(drawing, scale=1.5 + 0.1 * number, pen=14)
            (folder / label / f"{number}.png").write_bytes(encoded(picture))
    return folder


def table_bytes(
    images: NDArray[np.uint8], labels: NDArray[np.uint8] | None = None, *, header: bool = True, separator: str = ","
) -> bytes:
    """Images (N, 28, 28) as CSV, with their labels before them if there are any."""
    names = [*(["label"] if labels is not None else []), *(f"pixel{number}" for number in range(784))]
    rows = [[*([labels[index]] if labels is not None else []), *image.ravel()] for index, image in enumerate(images)]
    return "\n".join(separator.join(map(str, row)) for row in [*([names] if header else []), *rows]).encode()
