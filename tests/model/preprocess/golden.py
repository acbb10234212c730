"""The golden pictures: what the preprocessing makes of the hand-made drawings, as sheets a person can look at.

Make them anew after a meant change of the recipe (and raise its version): python -m tests.model.preprocess.golden
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.preprocess import Preprocessed, preprocess_image, preprocess_strokes
from tests.drawings import DRAWINGS, Drawing, canvas

FOLDER = Path(__file__).with_name("golden")


def sheets() -> Mapping[str, NDArray[np.uint8]]:
    """Each sheet by its name: a row for each way of writing, a column for each digit; uint8 (rows * 28, 280)."""
    return {
        "strokes": _sheet(preprocess_strokes),
        "black-on-white": _sheet(lambda drawing: preprocess_image(canvas(drawing))),
        "light-on-grey": _sheet(lambda drawing: preprocess_image(canvas(drawing, ink=220, paper=90))),
        "thin-pen": _sheet(lambda drawing: preprocess_image(canvas(drawing, pen=6))),
        "thick-pen": _sheet(lambda drawing: preprocess_image(canvas(drawing, pen=30))),
    }


def _sheet(preprocess: Callable[[Drawing], Preprocessed]) -> NDArray[np.uint8]:
    ways = zip(*(DRAWINGS[digit] for digit in sorted(DRAWINGS)), strict=True)
    return np.vstack([np.hstack([preprocess(drawing).pixels for drawing in row]) for row in ways])


def read_sheet(name: str) -> NDArray[np.uint8]:
    """A golden sheet as it was committed."""
    return np.array(Image.open(FOLDER / f"{name}.png"))


if __name__ == "__main__":
    for name, sheet in sheets().items():
        Image.fromarray(sheet).save(FOLDER / f"{name}.png")
