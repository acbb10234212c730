"""Pictures of ink and of weights, pixel by pixel, for the reports; as `data:` addresses a report is one file."""

import base64
import io
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.image import imsave
from numpy.typing import NDArray

from model.nn import GREY_LEVELS, Floats, Network
from model.preprocess import FRAME_SIZE

Picture = NDArray[np.uint8]
"""Grey levels (28, 28), 0 paper to 255 ink."""

INK = "#2a3342"

_MAX_UNITS = 64
"""First-layer units shown, evenly taken from all; more would be too small to see."""

_ENLARGEMENT = 3
"""Pixels of a sheet to the side of one of its pictures'."""


def first_layer(network: Network) -> str:
    """What each unit of the first layer looks for: its weights, blue for ink and red against it."""
    of_layer = network.architecture.sizes[1]
    units = min(_MAX_UNITS, of_layer)
    shown = network.layers[0].weights_of(np.linspace(0, of_layer - 1, units).astype(int).tolist())
    limits = np.maximum(np.abs(shown).max(axis=0), np.finfo(np.float32).tiny)
    pictures = (shown / limits).T.reshape(units, FRAME_SIZE, FRAME_SIZE)
    return png_address(_png(_enlarged(_side_by_side(pictures, min(16, units))), "RdBu", -1, 1))


def picture(image: NDArray[np.uint8]) -> str:
    """One picture (28, 28) as ink on paper, pixel by pixel."""
    return png_address(picture_png(image))


def picture_png(image: NDArray[np.uint8]) -> bytes:
    """The same as the content of a PNG file."""
    return _png(image, "gray_r", 0, GREY_LEVELS)


def reconstructions(originals: NDArray[np.floating], drawn: NDArray[np.floating]) -> bytes:
    """A PNG of originals (N, 28, 28), 0 paper to 1 ink, each with what the autoencoder drew below it."""
    columns = 12
    rows = []
    for start in range(0, len(originals), columns):
        rows += [originals[start : start + columns], drawn[start : start + columns]]
    whole = _side_by_side(np.concatenate(rows), min(columns, len(originals)))
    return _png(_enlarged(whole), "gray_r", 0, 1)


def sheet(images: Floats, *, columns: int = 24) -> bytes:
    """A PNG of pictures (count, 28, 28), 0 to 255, side by side, pixel by pixel."""
    return _png(_side_by_side(images, columns), "gray_r", 0, GREY_LEVELS)


def labelled_sheet(images: Sequence[Picture], labels: Sequence[str]) -> bytes:
    """A PNG of pictures (28, 28) in rows, each with a word under it."""
    columns = 12
    rows = max(1, -(-len(images) // columns))
    figure = Figure(figsize=(0.8 * columns, 0.95 * rows), dpi=120)
    cells = list(figure.subplots(rows, columns, squeeze=False).flat)
    for cell in cells:
        cell.axis("off")
    for cell, image, label in zip(cells, images, labels, strict=False):
        cell.imshow(image, cmap="gray_r", vmin=0, vmax=GREY_LEVELS)
        cell.set_title(label, fontsize=7, y=-0.28, color=INK)
    figure.subplots_adjust(left=0.01, right=0.99, top=0.98, bottom=0.05, wspace=0.1, hspace=0.4)
    return png_bytes(figure)


def png_address(content: bytes) -> str:
    """A PNG as a `data:` address."""
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def _side_by_side(images: NDArray[np.floating], columns: int) -> NDArray[np.floating]:
    """Pictures (count, 28, 28) in rows of so many, with a rim of zeros around each."""
    rows = -(-len(images) // columns)
    cells = np.zeros((rows * columns, FRAME_SIZE + 2, FRAME_SIZE + 2))
    cells[: len(images), 1:-1, 1:-1] = images
    whole = cells.reshape(rows, columns, FRAME_SIZE + 2, FRAME_SIZE + 2).transpose(0, 2, 1, 3)
    return whole.reshape(rows * (FRAME_SIZE + 2), columns * (FRAME_SIZE + 2))


def _enlarged(image: NDArray[np.floating]) -> NDArray[np.floating]:
    return image.repeat(_ENLARGEMENT, axis=0).repeat(_ENLARGEMENT, axis=1)


def _png(image: NDArray[np.generic], colours: str, low: float, high: float) -> bytes:
    """Numbers (height, width) from low to high in the colours of a map, a pixel each."""
    buffer = io.BytesIO()
    imsave(buffer, image, format="png", cmap=colours, vmin=low, vmax=high)
    return buffer.getvalue()


def png_bytes(figure: Figure) -> bytes:
    """A figure as the content of a PNG file."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()
