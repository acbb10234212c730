"""Numbers drawn for these tests, and the network that reads them."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from model.artifact import packaged_weights
from model.classifier import Classifier
from model.numbers import DigitOfNumber, Number, PiecedImage, PiecedStrokes
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


SIGNS: dict[str, Drawing] = {
    "-": [[[0, 52], [40, 50]]],
    "+": [[[0, 52], [50, 50]], [[24, 25], [26, 78]]],
    "=": [[[0, 38], [45, 40]], [[2, 62], [46, 61]]],
    ".": [[[0, 97], [2, 98], [1, 99]]],
    ",": [[[6, 90], [7, 98], [0, 112]]],
    ":": [[[1, 35], [2, 36]], [[1, 75], [2, 76]]],
    "/": [[[0, 112], [50, -8]]],
}
"""Beside digits 100 high."""


def composed(text: str, gap: float = 25.0, way: int = 0, row: float = 150.0) -> Drawing:
    """Digits and signs in their rows; a space leaves room for a digit."""
    strokes: list[Sequence[Sequence[float]]] = []
    for line, characters in enumerate(text.split("\n")):
        right = 0.0
        for character in characters:
            if character == " ":
                right += 90
                continue
            drawing = SIGNS.get(character) or DRAWINGS[character][way]
            left = min(x for stroke in drawing for x, _ in stroke)
            placed = moved(drawing, right=right - left, down=row * line)
            strokes += placed
            right = width_of(placed) + gap
    return strokes


def painted(drawing: Drawing, pen: float = 10.0, margin: float = 30.0) -> NDArray[np.uint8]:
    """A drawing in black on white."""
    height = max(100.0, *(y for stroke in drawing for _, y in stroke))
    size = (round(width_of(drawing) + 2 * margin), round(height + 2 * margin))
    return 255 - np.asarray(coverage(moved(drawing, right=margin, down=margin), pen, size), np.uint8)


def number_in_strokes(drawing: Drawing) -> Number:
    return classifier().read_number(PiecedStrokes.of(drawing))


def number_in_image(image: NDArray[np.uint8]) -> Number:
    return classifier().read_number(PiecedImage.of(image))


def read_strokes(drawing: Drawing) -> list[DigitOfNumber]:
    return number_in_strokes(drawing).digits


def read_image(image: NDArray[np.uint8]) -> list[DigitOfNumber]:
    return number_in_image(image).digits


def text_in_strokes(drawing: Drawing) -> str:
    return number_in_strokes(drawing).text


def text_in_image(image: NDArray[np.uint8]) -> str:
    return number_in_image(image).text
