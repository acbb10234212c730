"""Digits drawn by hand for these tests, and the ways in which a picture of them can reach the service."""

import base64
import io
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Stroke = Sequence[Sequence[float]]
Drawing = Sequence[Stroke]

DRAWINGS: dict[str, list[Drawing]] = json.loads(Path(__file__).with_name("drawings.json").read_text(encoding="utf-8"))
"""At least two ways of writing each digit, in a box of 0 to 100, y down: {"7": [drawing, drawing], ...}."""

SEVEN = DRAWINGS["7"][0]


def moved(drawing: Drawing, scale: float = 1.0, right: float = 0.0, down: float = 0.0) -> Drawing:
    """The drawing in another size at another place."""
    return [[[x * scale + right, y * scale + down] for x, y in stroke] for stroke in drawing]


def coverage(drawing: Drawing, pen: float, size: tuple[int, int]) -> Image.Image:
    """How much of each pixel of a canvas (width, height) the ink of a round pen covers, as grey, 255 for all."""
    finer = 4
    mask = Image.new("L", (size[0] * finer, size[1] * finer), 0)
    draw, radius = ImageDraw.Draw(mask), pen * finer / 2
    for stroke in drawing:
        points = [(x * finer, y * finer) for x, y in stroke]
        draw.line(points, fill=255, width=round(2 * radius), joint="curve")
        for x, y in points:
            draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=255)
    return mask.resize(size, Image.Resampling.BOX)


def canvas(
    drawing: Drawing = SEVEN,
    *,
    scale: float = 2.0,
    right: float = 40,
    down: float = 40,
    pen: float = 18,
    size: tuple[int, int] = (280, 280),
    ink: int = 0,
    paper: int = 255,
) -> NDArray[np.uint8]:
    """The drawing on a canvas as grey levels (height, width)."""
    mask = np.asarray(coverage(moved(drawing, scale, right, down), pen, size), np.float64) / 255
    return np.rint(paper + (ink - paper) * mask).astype(np.uint8)


def encoded(image: Image.Image | NDArray[np.uint8], kind: str = "PNG", **options: object) -> bytes:
    """The bytes of an image file."""
    picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def base64_png(image: Image.Image | NDArray[np.uint8]) -> str:
    """An image as it goes into JSON."""
    return base64.b64encode(encoded(image)).decode()


def centres_of_mass(images: NDArray[np.generic]) -> NDArray[np.float64]:
    """The (row, column) of the ink's centre of mass, (..., 2), in images (..., 784)."""
    ink = images.astype(np.float64)
    centres: NDArray[np.float64] = ink @ np.indices((28, 28)).reshape(2, -1).T / ink.sum(axis=-1, keepdims=True)
    return centres
