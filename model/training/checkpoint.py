"""A training run as a file: all there is to go on with it as if it had never been interrupted."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.errors import TrainingError
from model.files import atomic_write, read_regular
from model.nn import Floats
from model.npz import StoredArrays
from model.old_settings import in_tables
from model.optim import kept_steps
from model.training.progress import History

FORMAT_VERSION = 1
MAX_FILE_BYTES = 2**31
"""Of a checkpoint: eight times the largest weights. At most five arrays of their size are in it, and a path."""

_LOSSES_AN_EPOCH = 40
"""Points of the loss curve."""


@dataclass(slots=True)
class TrainerState:
    """How far a run is, beside its numbers.

    Attributes:
        epoch: the current one, from 1.
        images: how many of its images have been used.
        steps: how many steps it has taken.
        loss_sum: over its images so far.
        norm_sum: of the gradient over its steps so far.
        epoch_seconds: what its steps took so far.
        seconds: wall time of the whole run so far.
        first_loss: of the very first step; None before it.
        optimizer_steps: taken in all.
        learning_rate: of the last of them.
        history: what there is of it.
        window: images and loss summed since the last entry of `history.losses`.
    """

    epoch: int = 1
    images: int = 0
    steps: int = 0
    loss_sum: float = 0.0
    norm_sum: float = 0.0
    epoch_seconds: float = 0.0
    seconds: float = 0.0
    first_loss: float | None = None
    optimizer_steps: int = 0
    learning_rate: float = 0.0
    history: History = field(default_factory=History)
    window: tuple[int, float] = (0, 0.0)

    def add_to_curve(self, loss_sum: float, images: int, *, of: int) -> None:
        """Add the loss summed over some of an epoch's images: now and then a point, the mean since the last one."""
        images, loss_sum = self.window[0] + images, self.window[1] + loss_sum
        if images * _LOSSES_AN_EPOCH >= of or self.images == of:
            self.history.losses.append((self.epoch - 1 + self.images / of, loss_sum / images))
            images, loss_sum = 0, 0.0
        self.window = (images, loss_sum)

    def end_curve(self, loss: float, *, of: int) -> None:
        """Add what was not enough for a point yet, and the loss by which training ended if that is a number."""
        images, loss_sum = self.window
        done = self.epoch - 1 + self.images / of
        if images:
            self.history.losses.append((done, loss_sum / images))
        if math.isfinite(loss):
            self.history.losses.append((done, loss))
        self.window = (0, 0.0)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A run between two steps.

    Attributes:
        settings: the config it runs under, as JSON.
        state: how far it is.
        arrays: `parameters`, `kept` and `memory` (the optimizer's state), `average` where weights are averaged, and
            `path` where it is kept.
    """

    settings: Mapping[str, Any]
    state: TrainerState
    arrays: Mapping[str, Floats]

    def path(self) -> tuple[NDArray[np.int64], Floats] | None:
        """The steps (points,) and the parameters (points, parameters) on the way here; None if no path is kept."""
        if "path" not in self.arrays:
            return None
        done, points = self.state.optimizer_steps, self.arrays["path"]
        steps = kept_steps(done, len(points))
        if steps[-1] == done:
            return steps, points[: len(steps)]
        return np.append(steps, done), np.vstack([points[: len(steps)], self.arrays["parameters"]])


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write the checkpoint, whole or not at all: a kill at any moment leaves the one before.

    Raises:
        TrainingError: the file cannot be written.
    """
    state = {**asdict(checkpoint.state), "history": checkpoint.state.history.as_json()}
    metadata = {"version": FORMAT_VERSION, "settings": checkpoint.settings, "position": state}
    arrays: dict[str, NDArray[Any]] = {"metadata": np.frombuffer(json.dumps(metadata).encode(), np.uint8)}
    try:
        with atomic_write(path) as file:
            np.savez(file, allow_pickle=False, **arrays, **checkpoint.arrays)
    except OSError as error:
        raise TrainingError(f"{path}: the checkpoint cannot be written: {error.strerror}") from error


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        TrainingError: the file is damaged or of another version.
    """
    try:
        content = read_regular(path, MAX_FILE_BYTES)
        # They are not compressed, so that all together take less than the file.
        stored = StoredArrays(content, len(content))
        arrays = {name: stored.read(name) for name in stored.names}
        metadata = json.loads(arrays.pop("metadata").tobytes())
        _require_version(metadata["version"])
        position = metadata["position"]
        history = History.from_json(position.pop("history"))
        images, loss = position.pop("window")
        state = TrainerState(**position, history=history, window=(images, loss))
        return Checkpoint(in_tables(metadata["settings"]), state, arrays)
    except Exception as error:
        # Any byte may be wrong, and each kind of damage raises its own.
        reason = str(error) or type(error).__name__
        raise TrainingError(f"{path}: not a whole checkpoint ({reason}); train without --resume") from error


def _require_version(version: object) -> None:
    if version != FORMAT_VERSION:
        raise TrainingError(f"its version is {version!r}, but this reads {FORMAT_VERSION}")
