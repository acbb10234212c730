"""The loss surface of runs for the report, and how it is computed with the progress in view."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress

from model.artifact import Artifact
from model.data import LabelledImages
from model.evaluation import LossGrid, PathSurface, loss_at, path_surface, surface_around
from model.nn import Floats, Parameters


@dataclass(frozen=True, eq=False)
class RunPath:
    """The way of a run to its weights.

    Attributes:
        artifact: the weights.
        steps: int (points,), after which there is a point.
        points: float32 (points, parameters).
    """

    artifact: Artifact
    steps: NDArray[np.int64]
    points: Floats


@dataclass(frozen=True, eq=False)
class RunSurfaces:
    """What `digits compare --surface` computed.

    Attributes:
        images: how many the losses are means over.
        steps: of each run, int (points,), after which its path has a point.
        paths: the loss on the plane through the paths.
        around: of each run, the loss around the end of its path.
        lengths: of each path, and how far its end is from its start.
    """

    images: int
    steps: list[NDArray[np.int64]]
    paths: PathSurface
    around: list[LossGrid]
    lengths: list[tuple[float, float]]


def measure_surfaces(runs: Sequence[RunPath], examples: LabelledImages, size: int, seed: int) -> RunSurfaces:
    """Compute the surfaces of runs of one network, with a bar on a terminal.

    Args:
        runs: their paths.
        examples: preprocessed images to take the loss on.
        size: points on each side of the grid of the paths; those around the ends have half as many.
        seed: of the random directions, which are drawn alike for all.

    Raises:
        DataError: no plane goes through the paths.
    """
    first = runs[0].artifact
    loss_of = loss_at(first.network, first.scaling, first.task, first.loss, examples)
    half = size // 2 + 1
    total = size**2 + len(runs) * half**2 + sum(len(run.steps) for run in runs)
    with _bar(total) as advance:
        paths = path_surface([run.points for run in runs], loss_of, size, on_loss=advance)
        around = [
            surface_around(_end(run), loss_of, half, rng=np.random.default_rng(seed), on_loss=advance) for run in runs
        ]
    return RunSurfaces(
        len(examples), [run.steps for run in runs], paths, around, [_length(run.points) for run in runs]
    )


def _end(run: RunPath) -> Parameters:
    end = run.artifact.network.parameters.zeros_like()
    end.flat[:] = run.points[-1]
    return end


def _length(points: Floats) -> tuple[float, float]:
    along = sum(float(np.linalg.norm(after - before)) for before, after in pairwise(points))
    return along, float(np.linalg.norm(points[-1] - points[0]))


@contextmanager
def _bar(total: int) -> Iterator[Callable[[], None]]:
    """A function that tells a bar of one loss more; there is none where nobody looks."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("Computing losses", total=total)
        yield lambda: bars.advance(task)
