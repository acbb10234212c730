"""The pictures of the reports, as `data:` addresses, so that a report is one file."""

import base64
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import imsave
from numpy.typing import NDArray

from model.activations import Floats
from model.calibration import Reliability
from model.preprocess import FRAME_SIZE
from model.progress import History
from model.robustness import Step
from model.scaling import GREY_LEVELS

Picture = NDArray[np.uint8]
"""Grey levels (28, 28), 0 paper to 255 ink."""

_INK = "#2a3342"
_LINE = "#2f6fde"
_SECOND_LINE = "#d9642b"
_MOST_UNITS = 64
"""First-layer units shown; more would be too small to see."""


def learning_curves(history: History) -> list[str]:
    """One run over epochs: a picture of training and validation loss, and one of the accuracy where there is one."""
    axes = _curve_axes([history], "epochs")
    ends = [epoch.number for epoch in history.epochs]
    _plot_losses(axes[0], history, np.arange(len(ends) + 1.0), colour=_LINE, alpha=0.45)
    axes[0].plot(ends, [epoch.loss for epoch in history.epochs], color=_LINE, marker=".", label="training")
    validation = [epoch.validation_loss for epoch in history.epochs]
    axes[0].plot(ends, validation, color=_SECOND_LINE, marker=".", label="validation")
    for accuracy_axes in axes[1:]:
        accuracy_axes.plot(ends, _accuracies(history), color=_LINE, marker=".")
        accuracy_axes.axvline(history.best, color=_SECOND_LINE, linestyle=":", label="best epoch")
    return _finished(axes)


def compared_curves(histories: Mapping[str, History], *, by: Literal["epochs", "seconds"]) -> list[str]:
    """Several runs over epochs or seconds of training, a colour each: the same pictures, without validation loss."""
    axes = _curve_axes(histories.values(), "epochs" if by == "epochs" else "seconds of training")
    for index, (name, history) in enumerate(histories.items()):
        colour = f"C{index % 10}"
        passed = np.cumsum([0.0, *(epoch.seconds if by == "seconds" else 1.0 for epoch in history.epochs)])
        _plot_losses(axes[0], history, passed, colour=colour, alpha=0.9, label=name)
        for accuracy_axes in axes[1:]:
            accuracy_axes.plot(passed[1:], _accuracies(history), color=colour, marker=".", label=name)
    return _finished(axes)


def _curve_axes(histories: Iterable[History], along: str) -> list[Axes]:
    """Axes for the loss, and for the accuracy if any run has one."""
    has_accuracy = any(epoch.validation_accuracy is not None for history in histories for epoch in history.epochs)
    titles = ("loss", "validation accuracy, %") if has_accuracy else ("loss",)
    axes = [_axes(width=4.8, height=3.4) for _ in titles]
    for each, title in zip(axes, titles, strict=True):
        each.set_title(title)
        each.set_xlabel(along)
        each.grid(alpha=0.25)
    axes[0].set_yscale("log")
    return axes


def _plot_losses(
    axes: Axes, history: History, passed: NDArray[np.float64], *, colour: str, alpha: float, label: str | None = None
) -> None:
    """The training loss as it fell; `passed` is what lies at each whole epoch, from the start on."""
    points = np.array([point for point in history.losses if point[0] <= len(history.epochs)])
    places = np.interp(points[:, 0], np.arange(len(passed)), passed)
    axes.plot(places, points[:, 1], color=colour, linewidth=1, alpha=alpha, label=label)


def _accuracies(history: History) -> list[float]:
    """In percent."""
    return [100 * (epoch.validation_accuracy or math.nan) for epoch in history.epochs]


def _finished(axes: list[Axes]) -> list[str]:
    for each in axes:
        each.legend(frameon=False, fontsize=8)
    return [_svg(each) for each in axes]


def confusion_matrix(confusion: NDArray[np.int64]) -> str:
    """True digits down, digits read across; the diagonal is left pale so that mistakes stand out."""
    axes = _axes(width=4.8, height=4.4)
    mistakes = confusion.copy()
    np.fill_diagonal(mistakes, 0)
    axes.imshow(mistakes, cmap="Oranges", vmin=0, vmax=max(1, int(mistakes.max())))
    half = mistakes.max() / 2
    for truth, read in np.ndindex(*confusion.shape):
        colour = _INK if mistakes[truth, read] <= half else "white"
        weight = "bold" if truth == read else "normal"
        if confusion[truth, read]:
            axes.text(
                read,
                truth,
                f"{confusion[truth, read]}",
                ha="center",
                va="center",
                color=colour,
                fontsize=7,
                fontweight=weight,
            )
    axes.set_xticks(range(10))
    axes.set_yticks(range(10))
    axes.set_xlabel("read as")
    axes.set_ylabel("true digit")
    return _svg(axes)


def reliability_plot(reliability: Reliability) -> str:
    """Accuracy over confidence: on the diagonal, 90 % sure means right nine times in ten."""
    axes = _axes(width=4.4, height=4.4)
    axes.plot([0, 1], [0, 1], color=_INK, linewidth=1, linestyle=":", label="as sure as right")
    axes.plot(reliability.confidence, reliability.accuracy, color=_LINE, marker="o", markersize=4, label="measured")
    for confidence, accuracy, images in zip(
        reliability.confidence, reliability.accuracy, reliability.images, strict=True
    ):
        axes.annotate(f"{images:,}", (confidence, accuracy), fontsize=6, xytext=(3, -8), textcoords="offset points")
    axes.set_xlabel("confidence")
    axes.set_ylabel("share read right")
    axes.set_xlim(0, 1.03)
    axes.set_ylim(-0.03, 1.03)
    axes.legend(frameon=False, fontsize=8)
    axes.grid(alpha=0.25)
    return _svg(axes)


def first_layer(weight: NDArray[np.floating]) -> str:
    """What each unit of the first layer looks for: its weights (784, units), blue for ink and red against it."""
    units = min(_MOST_UNITS, weight.shape[1])
    columns = min(16, units)
    figure, axes = _grid(units, columns)
    for unit, each in enumerate(axes):
        limit = float(np.abs(weight[:, unit]).max()) or 1.0
        each.imshow(weight[:, unit].reshape(FRAME_SIZE, FRAME_SIZE), cmap="RdBu", vmin=-limit, vmax=limit)
    return _png(figure)


def picture(image: NDArray[np.uint8]) -> str:
    """One picture (28, 28) as ink on paper, pixel by pixel."""
    buffer = io.BytesIO()
    imsave(buffer, image, format="png", cmap="gray_r", vmin=0, vmax=GREY_LEVELS)
    return png_address(buffer.getvalue())


def reconstructions(originals: NDArray[np.floating], drawn: NDArray[np.floating]) -> bytes:
    """A PNG of originals (N, 28, 28), 0 paper to 1 ink, each with what the autoencoder drew below it."""
    columns = 12
    rows = []
    for start in range(0, len(originals), columns):
        rows += [originals[start : start + columns], drawn[start : start + columns]]
    pictures = np.concatenate(rows)
    figure, axes = _grid(len(pictures), min(columns, len(originals)))
    for image, each in zip(pictures, axes, strict=True):
        each.imshow(image, cmap="gray_r", vmin=0, vmax=1)
    return _png_bytes(figure)


def sheet(images: Floats, *, columns: int = 24) -> bytes:
    """A PNG of pictures (count, 28, 28), 0 to 255, side by side, pixel by pixel."""
    rows = -(-len(images) // columns)
    cells = np.zeros((rows * columns, FRAME_SIZE + 2, FRAME_SIZE + 2))
    cells[: len(images), 1:-1, 1:-1] = images
    whole = cells.reshape(rows, columns, FRAME_SIZE + 2, FRAME_SIZE + 2).transpose(0, 2, 1, 3)
    buffer = io.BytesIO()
    imsave(
        buffer,
        whole.reshape(rows * (FRAME_SIZE + 2), columns * (FRAME_SIZE + 2)),
        format="png",
        cmap="gray_r",
        vmin=0,
        vmax=GREY_LEVELS,
    )
    return buffer.getvalue()


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
        cell.set_title(label, fontsize=7, y=-0.28, color=_INK)
    figure.subplots_adjust(left=0.01, right=0.99, top=0.98, bottom=0.05, wspace=0.1, hspace=0.4)
    return _png_bytes(figure)


def sweep_plots(sweeps: Mapping[str, Sequence[Step]]) -> bytes:
    """A PNG with a plot for each sweep: the share read right, and the share accepted as a digit."""
    columns = 2
    rows = max(1, -(-len(sweeps) // columns))
    figure = Figure(figsize=(9.6, 2.3 * rows), dpi=110, layout="constrained")
    cells = list(figure.subplots(rows, columns, squeeze=False).flat)
    for cell in cells[len(sweeps) :]:
        cell.axis("off")
    for axes, (name, steps) in zip(cells, sweeps.items(), strict=False):
        places = range(len(steps))
        axes.plot(places, [100 * step.accuracy for step in steps], color=_LINE, marker=".", label="read right, %")
        axes.plot(
            places,
            [100 * (1 - step.refused) for step in steps],
            color=_SECOND_LINE,
            marker=".",
            linestyle=":",
            label="accepted as a digit, %",
        )
        axes.set_xticks(places, [step.condition.replace(" on ", "\non ") for step in steps], fontsize=7)
        axes.set_title(name, fontsize=9)
        axes.set_ylim(min(49.0, 100 * min(min(step.accuracy, 1 - step.refused) for step in steps) - 2), 101)
        axes.grid(alpha=0.25)
    if sweeps:
        cells[0].legend(frameon=False, fontsize=8, loc="lower right")
    return _png_bytes(figure)


def png_address(content: bytes) -> str:
    """A PNG as a `data:` address."""
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def _grid(count: int, columns: int) -> tuple[Figure, list[Axes]]:
    """So many square cells without axes."""
    rows = -(-count // columns)
    figure = Figure(figsize=(0.72 * columns, 0.72 * rows), dpi=150)
    grid = figure.subplots(rows, columns, squeeze=False, gridspec_kw={"wspace": 0.08, "hspace": 0.08})
    figure.subplots_adjust(left=0.005, right=0.995, top=0.995, bottom=0.005)
    cells = list(grid.flat)
    for cell in cells:
        cell.axis("off")
    return figure, cells[:count]


def _axes(*, width: float, height: float) -> Axes:
    """Axes in a figure of their own, of this size in inches."""
    return Figure(figsize=(width, height), layout="constrained").subplots()


def _svg(axes: Axes) -> str:
    buffer = io.BytesIO()
    figure = axes.get_figure(root=True)
    assert figure is not None  # noqa: S101 - it was made with one
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return f"data:image/svg+xml;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _png(figure: Figure) -> str:
    return png_address(_png_bytes(figure))


def _png_bytes(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()
