"""Numbers drawn for these tests, and the network that reads them."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from model.artifact import packaged_weights
from model.classifier import Classifier
from model.numbers import DigitOfNumber, PiecedImage, PiecedStrokes, text_of
from tests.drawings import DRAWINGS, Drawing, coverage, moved


@cache
def classifier() -> Classifier:
    return Classifier.load(packaged_weights())


def width_of(drawing: Drawing) -> float:
    return max(x for stroke in drawing for x, _ in stroke)


def written(text: str, gap: float = 25.0, way: int = 0) -> Drawing:
    """The digits of a text side by side, 100 high, with a gap between the ink of each two."""
    strokes: list[Sequence[Sequence[float]]] = []
    right = 0.0
    for digit in text:
        drawing = DRAWINGS[digit][way]
        left = min(x for stroke in drawing for x, _ in stroke)
        placed = moved(drawing, right=right - left)
        strokes += placed
        right = width_of(placed) + gap
    return strokes


def painted(drawing: Drawing, pen: float = 10.0, margin: float = 30.0) -> NDArray[np.uint8]:
    """A drawing in black on white."""
    height = max(100.0, *(y for stroke in drawing for _, y in stroke))
    size = (round(width_of(drawing) + 2 * margin), round(height + 2 * margin))
    return 255 - np.asarray(coverage(moved(drawing, right=margin, down=margin), pen, size), np.uint8)


def read_strokes(drawing: Drawing) -> list[DigitOfNumber]:
    return classifier().read_number(PiecedStrokes.of(drawing))


def read_image(image: NDArray[np.uint8]) -> list[DigitOfNumber]:
    return classifier().read_number(PiecedImage.of(image))


def text_in_strokes(drawing: Drawing) -> str:
    return text_of(read_strokes(drawing))


def text_in_image(image: NDArray[np.uint8]) -> str:
    return text_of(read_image(image))
