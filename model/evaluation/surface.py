"""The loss of a network over planes through the space of its parameters (lecture topic 7): what descent goes down.

Such a space has a hundred thousand dimensions; a plane shows two. Through paths of training goes the one by principal
components, which loses least of them; around a solution, one of random directions with filter normalisation, by which
solutions can be compared (Li et al. 2018, "Visualizing the Loss Landscape of Neural Nets", sections 4 and 7).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from model.data import LabelledImages
from model.errors import DataError
from model.evaluation.images import measure
from model.nn import Floats, Network, Normalization, Parameters

_ON_A_LINE = 1e-6
"""Less variance than this, as a share of that along the first component, is what rounding leaves of none."""

_MARGIN = 0.25
"""Around paths, as a share of their longer side."""

LossAt = Callable[[Floats], float]
"""The loss of a network by its parameters, float32 (parameters,)."""


@dataclass(frozen=True, slots=True)
class Plane:
    """origin + x first + y second.

    Attributes:
        origin: float32 (parameters,), where x and y are 0.
        directions: float32 (2, parameters), first and second.
    """

    origin: Floats
    directions: Floats

    def at(self, x: float, y: float) -> Floats:
        """The parameters at a point of the plane."""
        theta: Floats = self.origin + np.array([x, y], np.float32) @ self.directions
        return theta

    def project(self, points: Floats) -> Floats:
        """What in the plane is nearest to parameters (points, parameters): x and y, float64 (points, 2)."""
        gram = (self.directions @ self.directions.T).astype(np.float64)
        along = ((points - self.origin) @ self.directions.T).astype(np.float64)
        return np.linalg.solve(gram, along.T).T


@dataclass(frozen=True, slots=True)
class LossGrid:
    """The loss over a plane.

    Attributes:
        x: float64 (columns,).
        y: float64 (rows,).
        losses: float32 (rows, columns); infinite where they are no number.
    """

    x: Floats
    y: Floats
    losses: Floats


@dataclass(frozen=True, slots=True)
class PathSurface:
    """The loss on the plane through some paths.

    Attributes:
        grid: the loss on the plane.
        explained: shares 0 to 1 of the points' variance that are along x and along y.
        places: of each path, x and y (points, 2) of what is nearest to its points.
        losses: of each path, float32 (points,), the loss at its points themselves, which are off the plane.
        ends: of each path, the loss on the plane where that is nearest to the path's end.
    """

    grid: LossGrid
    explained: tuple[float, float]
    places: list[Floats]
    losses: list[Floats]
    ends: list[float]


def loss_at(network: Network, scaling: Normalization, task: str, loss: str, examples: LabelledImages) -> LossAt:
    """The mean loss on preprocessed images as a function of the parameters of such a network, which stays as it is.

    It is the loss itself: without weight decay, label smoothing, dropout and augmentation.
    """
    probe = replace(network, parameters=network.parameters.zeros_like())

    def loss_of(theta: Floats) -> float:
        probe.parameters.flat[:] = theta
        with np.errstate(over="ignore", invalid="ignore"):
            value = measure(probe, scaling, task, loss, examples).loss
        return value if np.isfinite(value) else np.inf

    return loss_of


def principal_plane(paths: Sequence[Floats]) -> tuple[Plane, tuple[float, float]]:
    """The plane that is nearest to all points of some paths, by their two first principal components.

    Args:
        paths: float32 (points, parameters) each.

    Returns:
        The plane, its directions of length 1 and its origin the mean of all points; and the shares 0 to 1 of the
        points' variance that are along the directions.

    Raises:
        DataError: all points are on one line, so that no plane is nearest, or they are no numbers.
    """
    points = np.concatenate(paths)
    if not np.isfinite(points).all():
        raise DataError("the paths have points that are no numbers any more")
    origin = points.mean(axis=0, dtype=np.float64).astype(points.dtype)
    points -= origin
    # The points are few and the parameters many: the small matrix of products has the same components.
    variances, weights = np.linalg.eigh((points @ points.T).astype(np.float64))
    first, second = variances[:-3:-1] if len(variances) > 1 else (0.0, 0.0)
    if not second > _ON_A_LINE * first:
        raise DataError("the points of the paths are on one line: no plane goes through them")
    directions = weights[:, :-3:-1].T.astype(points.dtype) @ points
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    total = variances.clip(0).sum()
    return Plane(origin, directions), (float(first / total), float(second / total))


def random_plane(parameters: Parameters, *, rng: np.random.Generator) -> Plane:
    """A plane through a solution along two random directions with filter normalisation.

    In each direction the weights that lead to a unit, or a channel's kernel, are as long as the solution's own, so
    that a network is not flat only because its weights are large; the biases stay (Li et al. 2018, section 4).
    """
    return Plane(parameters.flat.copy(), np.stack([_filter_normalised(parameters, rng) for _ in range(2)]))


def _filter_normalised(parameters: Parameters, rng: np.random.Generator) -> Floats:
    direction = parameters.zeros_like()
    for name, weight in parameters.views.items():
        if name.endswith(".weight"):  # (inputs, units), or (..., channels): a column each
            columns = weight.reshape(-1, weight.shape[-1])
            drawn = rng.standard_normal(columns.shape, np.float32)
            drawn *= np.linalg.norm(columns, axis=0) / np.linalg.norm(drawn, axis=0)
            direction[name][...] = drawn.reshape(weight.shape)
    return direction.flat


def loss_grid(
    plane: Plane, loss_of: LossAt, low: Floats, high: Floats, size: int, *, on_loss: Callable[[], None] = lambda: None
) -> LossGrid:
    """Compute the loss on a plane, size x size times.

    Args:
        plane: where.
        loss_of: such as `loss_at` gives.
        low: x and y of a corner.
        high: x and y of the opposite one.
        size: points on each side, at least 2.
        on_loss: called after each.
    """
    x, y = np.linspace(low, high, size).T
    losses = np.empty((size, size), np.float32)
    for row, column in np.ndindex(size, size):
        losses[row, column] = loss_of(plane.at(x[column], y[row]))
        on_loss()
    return LossGrid(x, y, losses)


def path_surface(
    paths: Sequence[Floats], loss_of: LossAt, size: int, *, on_loss: Callable[[], None] = lambda: None
) -> PathSurface:
    """The loss on the plane through some paths, with a margin around them, and on the paths themselves.

    Args:
        paths: float32 (points, parameters) each.
        loss_of: such as `loss_at` gives.
        size: points on each side of the grid, at least 2.
        on_loss: called after each of size x size losses, and then for each point of the paths.

    Raises:
        DataError: no plane goes through them.
    """
    plane, explained = principal_plane(paths)
    places = [plane.project(path) for path in paths]
    seen = np.concatenate(places)
    middle = (seen.min(axis=0) + seen.max(axis=0)) / 2
    half = (0.5 + _MARGIN) * np.ptp(seen, axis=0).max()
    grid = loss_grid(plane, loss_of, middle - half, middle + half, size, on_loss=on_loss)
    losses = []
    for path in paths:
        losses.append(np.empty(len(path), np.float32))
        for number, theta in enumerate(path):
            losses[-1][number] = loss_of(theta)
            on_loss()
    ends = [loss_of(plane.at(*place[-1])) for place in places]
    return PathSurface(grid, explained, places, losses, ends)


def surface_around(
    parameters: Parameters,
    loss_of: LossAt,
    size: int,
    *,
    rng: np.random.Generator,
    on_loss: Callable[[], None] = lambda: None,
) -> LossGrid:
    """The loss around a solution, from -1 to 1 along two random directions with filter normalisation.

    Args:
        parameters: of the solution, which is in the middle.
        loss_of: such as `loss_at` gives.
        size: points on each side of the grid, at least 2.
        rng: draws the directions.
        on_loss: called after each loss.
    """
    return loss_grid(random_plane(parameters, rng=rng), loss_of, -np.ones(2), np.ones(2), size, on_loss=on_loss)
