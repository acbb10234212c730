"""The loss surface of several runs, for the report that compares them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cli.reports import contours, figures, pictures
from cli.views.surfaces import RunSurfaces


def surface_values(surfaces: RunSurfaces, names: Sequence[str]) -> dict[str, Any]:
    """What the template `_surface.html` shows of runs of these names."""
    return {
        "images": surfaces.images,
        "map": pictures.png_address(contours.path_map(surfaces.paths, names)),
        "relief": pictures.png_address(contours.path_relief(surfaces.paths, names)),
        "around": pictures.png_address(contours.surroundings(surfaces.around, names)),
        "rows": [_row(surfaces, number, name) for number, name in enumerate(names)],
    }


def _row(surfaces: RunSurfaces, number: int, name: str) -> dict[str, Any]:
    """A path in figures."""
    steps, losses = surfaces.steps[number], surfaces.paths.losses[number]
    lowest = int(np.argmin(losses))
    length, distance = surfaces.lengths[number]
    return {
        "name": name,
        "line": figures.line_of_run(number),
        "points": len(steps),
        "steps": int(steps[-1]),
        "first": float(losses[0]),
        "lowest": float(losses[lowest]),
        "lowest_at": int(steps[lowest]),
        "last": float(losses[-1]),
        "on_plane": surfaces.paths.ends[number],
        "length": length,
        "distance": distance,
    }
