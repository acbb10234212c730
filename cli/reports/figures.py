"""The plots of the reports."""

import base64
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from cli.reports.pictures import INK, png_bytes
from model.evaluation import Reliability, Step
from model.training import History

_LINE = "#2f6fde"
_SECOND_LINE = "#d9642b"


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
    """Axes in a figure of their own, of this size in inches."""
    return Figure(figsize=(width, height), layout="constrained").subplots()


def _svg(axes: Axes) -> str:
    buffer = io.BytesIO()
    figure = axes.get_figure(root=True)
    assert figure is not None  # noqa: S101 - it was made with one
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return f"data:image/svg+xml;base64,{base64.b64encode(buffer.getvalue()).decode()}"
