"""Numbers of two to five digits, made of single drawings by one hand laid side by side."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from model.data import Drawing, is_digit

GAPS = {"apart": (0.25, 0.5), "close": (0.08, 0.2), "touching": (-0.05, 0.05)}
"""From the ink of one digit to that of the next, before the pen has any width, by the height of a digit."""

HEIGHT = 100.0
FINER = 3

Line = NDArray[np.float64]


@dataclass(frozen=True)
class Number:
    """A number as it was meant and as it is drawn."""

    text: str
    digits: list[list[Line]]

    @property
    def lines(self) -> list[Line]:
        """Of all digits."""
        return [line for digit in self.digits for line in digit]


def hands(drawings: Sequence[Drawing], fewest: int = 5) -> list[list[Drawing]]:
    """The digits by each writer who drew a few."""
    by_writer: dict[tuple[str, str], list[Drawing]] = defaultdict(list)
    for drawing in drawings:
        if is_digit(drawing):
            by_writer[drawing.source, drawing.writer].append(drawing)
    return [drawn for _, drawn in sorted(by_writer.items()) if len(drawn) >= fewest]


def single(drawing: Drawing) -> Number:
    """A number of one digit."""
    return Number(drawing.label, [_in_size(drawing, HEIGHT)])


def laid_side_by_side(drawn: Sequence[Drawing], gaps: tuple[float, float], rng: np.random.Generator) -> Number:
    """Two to five digits by one hand, a little uneven in size and height."""
    text, digits, right = "", [], 0.0
    for index in range(int(rng.integers(2, 6))):
        drawing = drawn[int(rng.integers(len(drawn)))]
        digit = _in_size(drawing, HEIGHT * rng.uniform(0.85, 1.15))
        far = np.concatenate(digit).max(axis=0)
        right += rng.uniform(*gaps) * HEIGHT if index else 0.0
        down = (HEIGHT - far[1]) / 2 + rng.uniform(-0.08, 0.08) * HEIGHT
        digits.append([line + np.array([right, down]) for line in digit])
        right += float(far[0])
        text += drawing.label
    return Number(text, digits)


def picture(number: Number, pen: float, margin: float = 25.0) -> NDArray[np.uint8]:
    """The number in black on white, by a round pen."""
    points = np.concatenate(number.lines)
    corner = points.min(axis=0) - margin
    width, height = np.ceil(np.ptp(points, axis=0) + 2 * margin).astype(int).tolist()
    image = Image.new("L", (width * FINER, height * FINER), 255)
    draw, radius = ImageDraw.Draw(image), pen * FINER / 2
    for line in number.lines:
        places = [(x, y) for x, y in ((line - corner) * FINER).tolist()]
        draw.line(places, fill=0, width=round(2 * radius), joint="curve")
        for x, y in places:
            draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=0)
    return np.asarray(image.resize((width, height), Image.Resampling.BOX))


def _in_size(drawing: Drawing, height: float) -> list[Line]:
    """The drawing from (0, 0) on, as high as given, or for a lying one wide in proportion."""
    lines = [np.array(stroke, np.float64) for stroke in drawing.strokes if stroke]
    points = np.concatenate(lines)
    width, tall = np.ptp(points, axis=0).tolist()
    scale = height / max(tall, 0.6 * width, 1e-9)
    return [(line - points.min(axis=0)) * scale for line in lines]
