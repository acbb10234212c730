"""Pictures of the drawn digits in folders, as somebody has them who photographs or exports their own."""

from pathlib import Path

from tests.drawings import DRAWINGS, canvas, encoded


def write_pictures(folder: Path, each: int) -> Path:
    """So many pictures of every digit in folders named by digit, each a little larger."""
    for label, (drawing, *_) in DRAWINGS.items():
        (folder / label).mkdir(parents=True)
        for number in range(each):
            picture = canvas(drawing, scale=1.5 + 0.1 * number, pen=14)
            (folder / label / f"{number}.png").write_bytes(encoded(picture))
    return folder
