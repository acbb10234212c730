"""The landscape as a job: the loss of a small real network on a plane, and the optimizers' true paths over it.

Every racer is trained by the project's own trainer from the same seed, so from the same weights and through the same
batches; what is drawn is the path that it keeps (lecture topics 7 to 10; Li et al. 2018).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.data import SAMPLE_FOLDER, data_folder
from model.errors import ConfigError
from model.evaluation import LossGrid, loss_at, path_surface, surface_around
from model.lab.fields import MAX_SEED, Fields
from model.lab.knobs import command_of, lab_config
from model.lab.telling import Tell, as_figures, counter
from model.nn import Floats
from model.training import (
    Callbacks,
    Checkpoint,
    DivergedError,
    FitResult,
    TrainingConfig,
    TrainingData,
    fold_in,
    prepare,
    read_training_files,
    train,
)

MAX_RACERS, MAX_STEPS = 6, 1_000
MAX_LAYERS, MAX_UNITS = 2, 32
SIZES = (15, 41)
"""Points on a side of the grid, at least and at most."""

MAX_IMAGES = 10_000
"""Of all of MNIST: more change nothing that is seen, and take longer to get ready than to train on."""

MAX_TRAINED = 1_500_000
"""Images that all steps of all racers may use: ten seconds of one core."""

_LOSS_IMAGES = 400
"""Images of those learned from, over which the losses of the picture are means."""

_TRAINING = 1
"""Purpose of the seed's child, as in `model.training.fit`: the command line trains the same."""

_LOSSES = "losses of the picture"
_FIELDS = ("data", "seed", "run", "racers", "steps", "size", "around")
_KNOBS = ("hidden", "activation", "output", "loss", "scaling", "init", "batch_size", "momentum", "dropout")


@dataclass(frozen=True, eq=False, slots=True)
class _Trained:
    """What came of a racer.

    Attributes:
        config: what it was told.
        steps: int (points,), after which its path has a point.
        path: float32 (points, parameters); none for one that diverged.
        result: likewise None.
        diverged: why it did, if so.
    """

    config: TrainingConfig
    steps: NDArray[np.int64]
    path: Floats
    result: FitResult | None
    diverged: str | None


def landscape_job(request: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Train racers, and compute the loss on the plane through their paths or around the end of the first.

    Args:
        request: `data`, `seed`, `run` (settings of the network and of the batches), `racers` (optimizer to learning
            rate, or None for its usual one), `steps`, `size` and `around`; all may be left out.
        tell: told of each racer's steps and of the losses of the picture.

    Raises:
        ConfigError: a field or a setting that is unknown or out of range, or rates with which nobody arrives.
        DataError: there are no such images, or all points of the paths are on a line.
    """
    fields = Fields(request, _FIELDS)
    racers = fields.racers(("sgd", "adam"), MAX_RACERS)
    steps = fields.whole("steps", 200, 10, MAX_STEPS)
    size = fields.whole("size", 31, *SIZES)
    around = fields.choice("around", "paths", ("paths", "random"))
    source = fields.choice("data", "sample", ("sample", "all"))
    config = network_config(fields.table("run"), source, fields.whole("seed", 1, 0, MAX_SEED))
    data = prepare(config, read_training_files(config, SAMPLE_FOLDER if source == "sample" else data_folder()))
    _require_moments(_batch(config, data) * len(racers), steps)
    trained = [
        train_racer(config.changed(optimizer=name, learning_rate=rate), data, steps, tell)
        for name, rate in racers.items()
    ]
    arrived = [one for one in trained if one.result]
    if not arrived:
        raise ConfigError(f"nobody arrives: {'; '.join(str(one.diverged) for one in trained)}")
    drawn = _through_paths(arrived, data, size, tell) if around == "paths" else _around(arrived, data, size, tell)
    places = iter(drawn.pop("places"))
    batches = -(-len(data.training) // _batch(config, data))
    courses = [
        {
            **_course(one, *(next(places) if one.result else ([], [], []))),
            "command": command_of(one.config, source, epochs=-(-steps // batches)),
        }
        for one in trained
    ]
    return {
        "surface": around,
        **drawn,
        "minima": [],
        "courses": courses,
        "parameters": config.architecture.parameters,
    }


def network_config(run: Mapping[str, Any], source: str, seed: int) -> TrainingConfig:
    """The settings that all racers share, as the command line would have them.

    Raises:
        ConfigError: a setting that is unknown, out of range, or too large to be drawn in moments.
    """
    for name in run:
        if name not in _KNOBS:
            raise ConfigError(f"run: unknown setting '{name}'; known: {', '.join(_KNOBS)}")
    config = lab_config({"hidden": [16], **run}, seed).changed(keep_path=True, weight_decay=0.0)
    hidden = config.network.hidden
    if len(hidden) > MAX_LAYERS or max(hidden, default=0) > MAX_UNITS:
        raise ConfigError(
            f"run.hidden must be at most {MAX_LAYERS} layers of at most {MAX_UNITS} units, not {list(hidden)}"
        )
    return config if source == "sample" else config.changed(limit=MAX_IMAGES)


def train_racer(config: TrainingConfig, data: TrainingData, steps: int, tell: Tell) -> _Trained:
    """Train for so many steps by the trainer itself, which keeps the path."""
    done = 0
    count = counter(tell, f"training {config.learning.optimizer}", steps)
    found: list[tuple[NDArray[np.int64], Floats]] = []

    def on_step(_: object) -> None:
        nonlocal done
        done += 1
        count()

    def save(checkpoint: Checkpoint) -> None:
        kept = checkpoint.path()
        if kept:
            found[:] = [(kept[0].copy(), kept[1].copy())]

    callbacks = Callbacks(on_step=on_step, save=save, save_seconds=math.inf, stop_requested=lambda: done >= steps)
    try:
        result = train(
            config.changed(epochs=steps),
            data.training,
            data.validation,
            seed=fold_in(np.random.SeedSequence(config.seed), _TRAINING),
            callbacks=callbacks,
            threads=1,
        )
    except DivergedError as error:
        return _Trained(config, np.empty(0, np.int64), np.empty((0, 0), np.float32), None, str(error))
    return _Trained(config, *found[-1], result, None)


def _batch(config: TrainingConfig, data: TrainingData) -> int:
    """Images of a step."""
    size, images = config.learning.batch_size, len(data.training)
    return images if size == "full" else min(size, images)


def _require_moments(images: int, steps: int) -> None:
    """Find out whether steps of so many images take no longer than one waits for a picture."""
    if steps * images > MAX_TRAINED:
        raise ConfigError(
            f"steps must be at most {MAX_TRAINED // images} with so many racers and such a batch_size, "
            f"for together they may use {MAX_TRAINED:,} images, not {steps}"
        )


def _through_paths(trained: list[_Trained], data: TrainingData, size: int, tell: Tell) -> dict[str, Any]:
    paths = [one.path for one in trained]
    count = counter(tell, _LOSSES, size**2 + sum(map(len, paths)))
    surface = path_surface(paths, _loss_of(trained[0], data), size, on_loss=count)
    figures = zip(surface.places, surface.losses, trained, strict=True)
    return {
        **_grid(surface.grid),
        "explained": as_figures(surface.explained),
        "places": [(place, losses, one.steps) for place, losses, one in figures],
    }


def _around(trained: list[_Trained], data: TrainingData, size: int, tell: Tell) -> dict[str, Any]:
    """Random directions hold no paths: only the first racer's end is there, in the middle."""
    middle = trained[0]
    assert middle.result  # noqa: S101 - only those who arrived come here
    loss_of = _loss_of(middle, data)
    grid = surface_around(
        middle.result.network.parameters,
        loss_of,
        size,
        rng=np.random.default_rng(middle.config.seed),
        on_loss=counter(tell, _LOSSES, size**2),
    )
    there = ([[0.0, 0.0]], [loss_of(middle.path[-1])], middle.steps[-1:])
    return {**_grid(grid), "explained": None, "places": [there, *[([], [], [])] * (len(trained) - 1)]}


def _loss_of(one: _Trained, data: TrainingData) -> Callable[[Floats], float]:
    assert one.result  # noqa: S101 - only those who arrived come here
    examples = data.training.take(slice(_LOSS_IMAGES))
    return loss_at(one.result.network, one.result.scaling, "classifier", one.config.learning.loss, examples)


def _grid(grid: LossGrid) -> dict[str, Any]:
    return {name: as_figures(getattr(grid, name)) for name in ("x", "y", "losses")}


def _course(one: _Trained, path: Any, losses: Any, steps: Any) -> dict[str, Any]:
    accuracy = one.result.kept_epoch.validation_accuracy if one.result else None
    return {
        "optimizer": one.config.learning.optimizer,
        "learning_rate": as_figures(one.config.learning.actual_learning_rate),
        "path": as_figures(path),
        "losses": as_figures(losses),
        "steps": [int(step) for step in steps],
        "validation_accuracy": None if accuracy is None else as_figures(accuracy),
        "diverged": one.diverged,
    }
