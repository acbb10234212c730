"""The plots of the reports."""

import base64
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
from matplotlib import color_sequences
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from numpy.typing import NDArray

from cli.reports.pictures import INK, png_bytes
from model.evaluation import Reliability, Step
from model.training import History

_LINE = "#2f6fde"
_SECOND_LINE = "#d9642b"
_COLOURS = [to_hex(colour) for colour in color_sequences["tab10"]]
_STYLES = ("solid", "dashed", "dotted")


def learning_curves(history: History, *, kept_at: float | None = None) -> list[str]:
    """One run over epochs: a picture of training and validation loss, and one of the accuracy where there is one.

    Args:
        history: of the run; a point of its loss at least.
        kept_at: after how many epochs the weights were as they are kept.
    """
    axes = _curve_axes([history], "epochs")
    ends = [epoch.number for epoch in history.epochs]
    _plot_losses(axes[0], history, colour=_LINE, alpha=0.45)
    axes[0].plot(ends, [epoch.loss for epoch in history.epochs], color=_LINE, marker=".", label="training")
    validation = [epoch.validation_loss for epoch in history.epochs]
    axes[0].plot(ends, validation, color=_SECOND_LINE, marker=".", label="validation")
    for accuracy_axes in axes[1:]:
        accuracy_axes.plot(ends, _accuracies(history), color=_LINE, marker=".", label="validation")
        if kept_at is not None:
            accuracy_axes.axvline(kept_at, color=_SECOND_LINE, linestyle=":", label="kept")
    for each in axes:
        each.legend(frameon=False, fontsize=8)
    return [_svg(each) for each in axes]


def line_of_run(number: int) -> tuple[str, str]:
    """Colour and style, the same in CSS and here, of the line of a run among several, from 0."""
    return f"{_COLOURS[number % len(_COLOURS)]}", _STYLES[number // len(_COLOURS) % len(_STYLES)]


def compared_curves(histories: Sequence[History], *, by: Literal["epochs", "seconds"]) -> list[str]:
    """Several runs over epochs or seconds of training: the same pictures, without validation loss.

    Each has its own line; which is whose the page says, where there is room for any number of names.
    """
    axes = _curve_axes(histories, "epochs" if by == "epochs" else "seconds of training")
    for number, history in enumerate(histories):
        colour, style = line_of_run(number)
        passed = np.cumsum([0.0, *(epoch.seconds if by == "seconds" else 1.0 for epoch in history.epochs)])
        _plot_losses(axes[0], history, passed if by == "seconds" else None, colour=colour, style=style)
        for accuracy_axes in axes[1:]:
            accuracy_axes.plot(passed[1:], _accuracies(history), color=colour, linestyle=style, marker=".")
    return [_svg(each) for each in axes]


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
    axes: Axes,
    history: History,
    passed: NDArray[np.float64] | None = None,
    *,
    colour: str,
    style: str = "solid",
    alpha: float = 0.9,
) -> None:
    """The training loss as it fell, over epochs, or over what had `passed` at each whole epoch, from the start on."""
    points = np.array(history.losses).reshape(-1, 2)
    if passed is None:
        places = points[:, 0]
    else:
        points = points[points[:, 0] <= len(passed) - 1]
        places = np.interp(points[:, 0], np.arange(len(passed)), passed)
    axes.plot(places, points[:, 1], color=colour, linestyle=style, linewidth=1, alpha=alpha)


def _accuracies(history: History) -> list[float]:
    """In percent."""
    return [100 * (epoch.validation_accuracy or math.nan) for epoch in history.epochs]


def confusion_matrix(confusion: NDArray[np.int64]) -> str:
    """True digits down, digits read across; the diagonal is left pale so that mistakes stand out."""
    axes = _axes(width=4.8, height=4.4)
    mistakes = confusion.copy()
    np.fill_diagonal(mistakes, 0)
    axes.imshow(mistakes, cmap="Oranges", vmin=0, vmax=max(1, int(mistakes.max())))
    half = mistakes.max() / 2
    for truth, read in np.ndindex(*confusion.shape):
        colour = INK if mistakes[truth, read] <= half else "white"
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
    axes.plot([0, 1], [0, 1], color=INK, linewidth=1, linestyle=":", label="as sure as right")
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
    return png_bytes(figure)


def _axes(*, width: float, height: float) -> Axes:
    """Axes in a figure of their own, of this size in inches, with room for a title and labels around.

    To find the room by what is written, as layouts do, takes as long as all the drawing.
    """
    left, right, bottom, top = 0.75, 0.35, 0.5, 0.3
    room = (left / width, bottom / height, (width - left - right) / width, (height - bottom - top) / height)
    return Figure(figsize=(width, height)).add_axes(room)


def _svg(axes: Axes) -> str:
    buffer = io.BytesIO()
    figure = axes.get_figure(root=True)
    assert figure is not None  # noqa: S101 - it was made with one
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return f"data:image/svg+xml;base64,{base64.b64encode(buffer.getvalue()).decode()}"
