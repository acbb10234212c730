"""Pictures of loss surfaces: contours from above and reliefs, with the paths that lead over them."""

from collections.abc import Sequence

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cli.reports.figures import line_of_run
from cli.reports.pictures import INK, png_bytes
from model.evaluation import LossGrid, PathSurface
from model.nn import Floats
from model.optim import Course, Surface

_LEVELS = 22
_LEAST_HEIGHT = 1e-6
"""Of a relief: a loss of 0 has no logarithm."""

_SIDE = 241
"""Points on each side of a picture of a surface that is known everywhere."""

_DEPTHS = LinearSegmentedColormap.from_list("depths", ["#7fa3d6", "#b9cfee", "#e4edf9", "#f8fafd"])
"""Darker where the loss is lower, and nowhere as strong as a path."""

_HALO = [patheffects.withStroke(linewidth=3.2, foreground="white")]


def race_map(surface: Surface, courses: Sequence[Course]) -> bytes:
    """A PNG of the paths of a race from above."""
    x, y = np.linspace(surface.low, surface.high, _SIDE).T
    figure = Figure(figsize=(5.6, 5.2), dpi=150, layout="constrained")
    axes = figure.subplots()
    _contours(axes, x, y, surface.value(np.stack(np.meshgrid(x, y), axis=-1)))
    for number, course in enumerate(courses):
        _plot_path(axes, course.path, number, _name(course))
    minima = np.array(surface.minima)
    lowest = np.isclose(surface.value(minima), surface.value(minima).min(), atol=1e-9)
    for which, marker, size in ((lowest, "*", 9), (~lowest, ".", 4)):
        axes.plot(*minima[which].T, marker, color=INK, markersize=size, linestyle="none", zorder=2)
    axes.set_xlim(surface.low[0], surface.high[0])
    axes.set_ylim(surface.low[1], surface.high[1])
    axes.set_xlabel("x")
    axes.set_ylabel("y")
    figure.legend(loc="outside lower center", frameon=False, fontsize=8, ncols=3)
    return png_bytes(figure)


def race_losses(surface: Surface, courses: Sequence[Course]) -> bytes:
    """A PNG of the loss of each course over its steps, above the lowest minimum."""
    lowest = float(surface.value(np.array(surface.minima)).min())
    figure = Figure(figsize=(5.6, 5.2), dpi=150, layout="constrained")
    axes = figure.subplots()
    for number, course in enumerate(courses):
        colour, style = line_of_run(number)
        above = np.maximum(course.values - lowest, 1e-12)
        axes.plot(above, color=colour, linestyle=style, linewidth=1.5, label=_name(course))
    axes.set_yscale("log")
    axes.set_xlabel("steps")
    axes.set_title("loss above the lowest minimum")
    axes.grid(alpha=0.25)
    figure.legend(loc="outside lower center", frameon=False, fontsize=8, ncols=3)
    return png_bytes(figure)


def path_map(surface: PathSurface, names: Sequence[str]) -> bytes:
    """A PNG of the loss on the plane through the paths of runs, from above."""
    figure = Figure(figsize=(5.6, 5.4), dpi=150, layout="constrained")
    axes = figure.subplots()
    _contours(axes, surface.grid.x, surface.grid.y, surface.grid.losses)
    for number, (places, name) in enumerate(zip(surface.places, names, strict=True)):
        _plot_path(axes, places, number, name)
    axes.set_aspect("equal")
    for label, axis, share in zip(("first", "second"), (axes.xaxis, axes.yaxis), surface.explained, strict=True):
        axis.set_label_text(f"{label} principal component, {100 * share:.0f} % of the variance")
    _add_scale(figure, [axes])
    figure.legend(loc="outside lower center", frameon=False, fontsize=8, ncols=3)
    return png_bytes(figure)


def path_relief(surface: PathSurface, names: Sequence[str]) -> bytes:
    """A PNG of the same as a relief, its height the logarithm of the loss; the paths at their own losses."""
    figure = Figure(figsize=(5.6, 5.4), dpi=150, layout="constrained")
    axes = figure.add_subplot(projection="3d", computed_zorder=False)
    grid = surface.grid
    least = min(float(losses.min()) for losses in (grid.losses, *surface.losses))
    floor = max(least, _LEAST_HEIGHT)
    top = float(max(np.max(losses[np.isfinite(losses)]) for losses in (grid.losses, *surface.losses)))

    def heights(losses: Floats) -> Floats:
        shown: Floats = np.log10(np.clip(losses, floor, top))
        return shown

    x, y = np.meshgrid(grid.x, grid.y)
    every = {"rcount": len(grid.y), "ccount": len(grid.x)}
    relief = heights(grid.losses)
    axes.plot_surface(x, y, relief, cmap=_DEPTHS, alpha=0.85, edgecolor="#8aa4c8", linewidth=0.15, zorder=1, **every)
    for number, (places, losses) in enumerate(zip(surface.places, surface.losses, strict=True)):
        colour, style = line_of_run(number)
        raised = heights(losses)
        axes.plot(*places.T, raised, color=colour, linestyle=style, linewidth=1.8, label=names[number], zorder=3)
        axes.plot(*places[-1:].T, raised[-1:], "o", color=colour, markeredgecolor="white", markersize=6, zorder=4)
    axes.zaxis.set_major_locator(MaxNLocator(5))
    axes.zaxis.set_major_formatter(lambda height, _: f"{10**height:.2g}")
    axes.set_title("loss", fontsize=10)
    axes.set_box_aspect((1, 1, 0.75), zoom=0.95)
    axes.tick_params(labelsize=7)
    axes.view_init(elev=38, azim=-60)
    figure.legend(loc="outside lower center", frameon=False, fontsize=8, ncols=3)
    return png_bytes(figure)


def surroundings(grids: Sequence[LossGrid], names: Sequence[str]) -> bytes:
    """A PNG of the loss around each of some solutions, all in the same heights."""
    columns = min(3, len(grids))
    rows = -(-len(grids) // columns)
    figure = Figure(figsize=(3.2 * columns, 3.3 * rows), dpi=150, layout="constrained")
    cells = list(figure.subplots(rows, columns, squeeze=False).flat)
    levels = _levels(np.stack([grid.losses for grid in grids]))
    for cell in cells[len(grids) :]:
        cell.axis("off")
    for number, (axes, grid, name) in enumerate(zip(cells, grids, names, strict=False)):
        _contours(axes, grid.x, grid.y, grid.losses, levels)
        axes.plot(0, 0, "o", color=line_of_run(number)[0], markeredgecolor="white", markersize=7)
        axes.set_title(name, fontsize=9)
        axes.set_aspect("equal")
        axes.tick_params(labelsize=7)
    _add_scale(figure, cells)
    return png_bytes(figure)


def _name(course: Course) -> str:
    return f"{course.contestant.optimizer} {course.contestant.learning_rate:g}"


def _contours(axes: Axes, x: Floats, y: Floats, losses: Floats, levels: Floats | None = None) -> None:
    """Losses (rows, columns) from above, by `_levels` of their own or by others."""
    levels = _levels(losses) if levels is None else levels
    shown = np.clip(losses, levels[0], levels[-1])
    axes.contourf(x, y, shown, levels=levels, cmap=_DEPTHS, norm=BoundaryNorm(levels, _DEPTHS.N))
    axes.contour(x, y, shown, levels=levels, colors="white", linestyles="solid", linewidths=0.5, alpha=0.8)


def _add_scale(figure: Figure, cells: Sequence[Axes]) -> None:
    """Say beside contours what their colours are."""
    bar = figure.colorbar(cells[0].collections[0], ax=cells, format="%.3g", shrink=0.8)
    bar.set_label("loss", fontsize=8)
    bar.ax.tick_params(labelsize=7)


def _levels(losses: Floats) -> Floats:
    """Heights of contours that part the picture evenly, and more finely where it is low, whatever the losses."""
    levels: Floats = np.unique(np.quantile(losses[np.isfinite(losses)], np.linspace(0, 1, _LEVELS) ** 2))
    return levels if len(levels) > 1 else levels[0] + np.array([0.0, 1.0])


def _plot_path(axes: Axes, places: Floats, number: int, label: str) -> None:
    """A path (points, 2) from its ring to its dot."""
    colour, style = line_of_run(number)
    axes.plot(*places.T, color=colour, linestyle=style, linewidth=1.6, label=label, path_effects=_HALO, zorder=3)
    axes.plot(*places[0], "o", markerfacecolor="white", markeredgecolor=INK, markersize=6, zorder=4)
    axes.plot(*places[-1], "o", color=colour, markeredgecolor="white", markersize=7, zorder=5)
