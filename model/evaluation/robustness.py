"""How far ink may stray from the usual before it is read wrong: one property changed at a time, in steps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.artifact import Artifact
from model.data import Drawing
from model.evaluation.drawings import evaluate_drawings
from model.preprocess import draw, preprocess_image

CANVAS = 140
"""Pixels a side of the canvas on which digits are drawn."""

Canvas = NDArray[np.uint8]
"""A drawn picture: grey (height, width), or colour and alpha (height, width, 4)."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a digit is put on the canvas.

    Attributes:
        pen: the pen's width in percent of the digit's longer side.
        size: the digit's longer side in percent of the canvas.
        rotation: clockwise, in degrees.
        across: where on the canvas, 0 left to 1 right.
        down: 0 top to 1 bottom.
    """

    pen: float = 8.0
    size: float = 60.0
    rotation: float = 0.0
    across: float = 0.5
    down: float = 0.5


@dataclass(frozen=True, slots=True)
class Step:
    """One condition of a sweep, and what became of the digits.

    Attributes:
        condition: the changed property's value.
        accuracy: share 0 to 1 read right.
        refused: share 0 to 1 not accepted as a digit.
    """

    condition: str
    accuracy: float
    refused: float


_STYLES: Mapping[str, Mapping[str, Style]] = MappingProxyType(
    {
        "pen width, % of the digit": {f"{pen}": Style(pen=pen) for pen in (1, 2, 4, 8, 12, 16, 20)},
        "rotation, degrees": {f"{angle:+}": Style(rotation=angle) for angle in (-20, -15, -10, -5, 5, 10, 15, 20)},
        "size, % of the canvas": {f"{size}": Style(size=size) for size in (10, 20, 40, 60, 80, 95)},
        "place on the canvas": {
            "top left": Style(across=0, down=0),
            "top right": Style(across=1, down=0),
            "middle": Style(),
            "bottom left": Style(across=0, down=1),
            "bottom right": Style(across=1, down=1),
        },
    }
)
_COLOURS = MappingProxyType(
    {
        "black on white": ((0, 0, 0), (255, 255, 255)),
        "white on black": ((255, 255, 255), (0, 0, 0)),
        "blue on white": ((30, 60, 200), (255, 255, 255)),
        "red on white": ((220, 30, 30), (255, 255, 255)),
        "yellow on navy": ((250, 220, 60), (20, 30, 80)),
        "grey on white": ((150, 150, 150), (255, 255, 255)),
        "pale grey on white": ((220, 220, 220), (255, 255, 255)),
    }
)
_NOISES = (5, 10, 20, 40, 60)
_QUALITIES = (95, 50, 20, 10, 5)


def sweeps(
    artifact: Artifact,
    digits: Sequence[Drawing],
    *,
    through_jpeg: Callable[[Canvas, int], Canvas],
    rng: np.random.Generator,
    on_step: Callable[[str], None] = lambda _: None,
) -> dict[str, list[Step]]:
    """Put digits on a canvas in ever stranger ways and read the pictures.

    Args:
        artifact: weights of a classifier.
        digits: drawings of digits.
        through_jpeg: what the network sees (28, 28) of a grey canvas that comes as a JPEG of a quality, 1 to 100.
        rng: of the noise.
        on_step: told of each sweep as it begins.

    Returns:
        Sweep to its steps.
    """

    def measured(condition: str, canvases: Sequence[Canvas]) -> Step:
        return judged(condition, [preprocess_image(canvas).pixels for canvas in canvases])

    def judged(condition: str, images: Sequence[NDArray[np.uint8]]) -> Step:
        result = evaluate_drawings(artifact, digits, np.stack(images))
        assert result.digits  # noqa: S101 - there are only digits
        return Step(condition, result.digits.accuracy, result.refused("digits") or 0.0)

    found: dict[str, list[Step]] = {}
    for sweep, styles in _STYLES.items():
        on_step(sweep)
        found[sweep] = [
            measured(condition, [_grey(coverage(digit, style)) for digit in digits])
            for condition, style in styles.items()
        ]
    usual = [coverage(digit, Style()) for digit in digits]
    on_step("ink and paper")
    found["ink and paper"] = [
        measured(name, [_coloured(ink, *colours) for ink in usual]) for name, colours in _COLOURS.items()
    ]
    on_step("noise")
    found["noise, standard deviation in grey levels"] = [
        measured(f"{noise}", [_noisy(_grey(ink), noise, rng) for ink in usual]) for noise in _NOISES
    ]
    on_step("JPEG")
    found["JPEG quality"] = [
        judged(f"{quality}", [through_jpeg(_grey(ink), quality) for ink in usual]) for quality in _QUALITIES
    ]
    return found


def sweep_figures(found: Mapping[str, Sequence[Step]]) -> dict[str, Any]:
    """Sweeps as JSON."""
    return {
        sweep: {
            step.condition: {"accuracy": round(step.accuracy, 4), "refused": round(step.refused, 4)} for step in steps
        }
        for sweep, steps in found.items()
    }


def coverage(drawing: Drawing, style: Style) -> NDArray[np.float64]:
    """The ink (CANVAS, CANVAS), 0 to 1, of a drawing on the canvas."""
    strokes = [np.array(stroke, np.float64) for stroke in drawing.strokes if stroke]
    angle = np.radians(style.rotation)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    strokes = [stroke @ turn for stroke in strokes]
    ink = np.concatenate(strokes)
    low, extent = ink.min(axis=0), np.ptp(ink, axis=0)
    length = CANVAS * style.size / 100
    pen = length * style.pen / 100
    scale = (length - pen) / max(float(extent.max()), 1e-300)
    room = CANVAS - extent * scale - pen
    corner = np.round(room * [style.across, style.down])
    # Only the digit's box, from a whole pixel on, is drawn.
    placed = [(stroke - low) * scale + pen / 2 for stroke in strokes]
    width, height = np.minimum(np.ceil(extent * scale + pen).astype(int) + 1, CANVAS - corner.astype(int))
    canvas = np.zeros((CANVAS, CANVAS))
    left, top = corner.astype(int)
    canvas[top : top + height, left : left + width] = draw(placed, height=height, width=width, radius=pen / 2)
    return canvas


def _grey(ink: NDArray[np.float64]) -> Canvas:
    """Black ink on white paper."""
    return np.rint(255 * (1 - ink)).astype(np.uint8)


def _coloured(ink: NDArray[np.float64], colour: Sequence[int], paper: Sequence[int]) -> Canvas:
    mixed = np.array(paper) + (np.array(colour) - np.array(paper)) * ink[..., None]
    opaque = np.full((*ink.shape, 1), 255.0)
    levels: Canvas = np.rint(np.concatenate([mixed, opaque], axis=2)).astype(np.uint8)
    return levels


def _noisy(canvas: Canvas, deviation: float, rng: np.random.Generator) -> Canvas:
    noisy: NDArray[np.float64] = np.rint(canvas + rng.normal(0, deviation, canvas.shape))
    levels: Canvas = noisy.clip(0, 255).astype(np.uint8)
    return levels
