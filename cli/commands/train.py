"""`digits train`: from the MNIST files to weights, with the progress in view."""

import json
import math
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from cli.inputs.drawings import print_some
from cli.inputs.options import DataOption, Switch
from cli.inputs.setting_flags import given_settings, with_setting_flags
from cli.interrupt import stop_on_signals
from cli.reports import MATPLOTLIB_MISSING, can_draw
from cli.views.training import TrainingView, open_view, print_end
from model.artifact import save_artifact
from model.data import data_folder
from model.errors import ConfigError
from model.optim import OPTIMIZERS, learned_shapes
from model.settings import by_path
from model.training import (
    AugmentationSettings,
    Callbacks,
    Checkpoint,
    Fitted,
    History,
    RunFolder,
    TrainingConfig,
    TrainingData,
    fit,
    load_checkpoint,
    load_recipe,
    prepare,
    read_training_files,
    save_checkpoint,
)


@with_setting_flags
def train_network(
    *,
    recipe: Annotated[
        str | None,
        Parameter(
            help="A recipe by name, or a TOML file; the flags win over it.",
            show_default=lambda _: "small, or autoencoder for that task",
        ),
    ] = None,
    augment: Annotated[bool, Parameter(help="Distort and redraw as the recipe says.")] = True,
    data: DataOption = None,
    out: Annotated[Path, Parameter(help="The folder of the run.")] = Path("runs/latest"),
    resume: Annotated[bool, Switch, Parameter(help="Go on with the run in the folder.")] = False,
    checkpoint_seconds: Annotated[
        float, Parameter(help="Time between checkpoints; a kill loses no more.", validator=Number(gte=0))
    ] = 15,
    as_json: Annotated[bool, Switch, Parameter(name="--json", help="Print one JSON object at the end.")] = False,
    quiet: Annotated[bool, Switch, Parameter(name=("--quiet", "-q"), help="No progress.")] = False,
    **flags: Any,
) -> int:
    """Train a network on MNIST and write its weights, with a report to look at.

    Every setting of a recipe is a flag too. Where none is given the recipe counts, and where that says nothing the
    defaults in docs/training.md.
    """
    started = time.monotonic()
    folder, given = RunFolder(out), given_settings(flags)
    is_resumed = resume and folder.holds_a_run
    if is_resumed:
        config, stored_data = folder.read_config()
        _require_same(config, _chosen(load_recipe(recipe) if recipe else config, given, augment=augment))
        data = data or stored_data
    elif resume and recipe is None and augment and not given:
        raise ConfigError(f"--out {out}: holds no run to resume")
    else:
        config = _chosen_config(recipe, given, augment=augment)
    with print_some() as on_problem:
        files = read_training_files(config, data_folder(data), on_problem)
    folder.require_room(_largest_files(config))
    checkpoint = load_checkpoint(folder.checkpoint) if is_resumed and folder.checkpoint.exists() else None
    if not is_resumed and folder.begin(config, data_folder(data)) and not quiet:
        print(f"The run that was in {out} is now in {out / 'previous'}.", file=sys.stderr)
    with open_view(config, quiet=quiet or as_json) as view:
        examples = prepare(config, files, view.on_preprocessed, view.on_pictured)
        view.start_epochs(examples.examples, checkpoint.state if checkpoint else None)
        fitted = _fit(config, examples, folder, checkpoint, view, save_seconds=checkpoint_seconds)
    result = _write(config, folder, fitted, examples)
    seconds = time.monotonic() - started
    if as_json:
        print(json.dumps({**result, "seconds": round(seconds, 1)}))
    elif not quiet:
        print_end(folder, fitted, len(examples.test), seconds)
        print(f"Report:  {folder.report}" if can_draw() else f"No report: {MATPLOTLIB_MISSING}")
    return 130 if fitted.run.stopped_by == "interrupt" else 0


def _chosen_config(recipe: str | None, given: dict[str, Any], *, augment: bool) -> TrainingConfig:
    """The recipe's settings, with those given laid over them; what they make has another name."""
    base = load_recipe(recipe or ("autoencoder" if given.get("task") == "autoencoder" else "small"))
    is_changed = not augment or given.keys() - {"name", "task"}
    return _chosen(base, {"name": f"{base.name}-changed" if is_changed else base.name, **given}, augment=augment)


def _chosen(base: TrainingConfig, given: dict[str, Any], *, augment: bool) -> TrainingConfig:
    """The settings given, laid over some, or over these without augmentation."""
    return (base if augment else replace(base, augmentation=AugmentationSettings())).changed(**given)


def _require_same(stored: TrainingConfig, asked: TrainingConfig) -> None:
    """Refuse settings beside --resume that are not those the run was started with."""
    values = by_path(asked.as_settings())
    different = [path for path, value in by_path(stored.as_settings()).items() if values[path] != value]
    if different:
        raise ConfigError(f"--resume goes on with the settings of the run; these are others: {', '.join(different)}")


def _fit(
    config: TrainingConfig,
    examples: TrainingData,
    folder: RunFolder,
    checkpoint: Checkpoint | None,
    view: TrainingView,
    *,
    save_seconds: float,
) -> Fitted:
    """Train with checkpoints, log and progress; Ctrl-C ends it between two steps."""
    if checkpoint:
        folder.rewrite_log(checkpoint.state.history)

    def on_epoch(history: History) -> None:
        folder.append_epoch(history)
        view.on_epoch(history.epochs[-1])

    with stop_on_signals() as stop_requested:
        callbacks = Callbacks(
            on_step=view.on_step,
            on_epoch=on_epoch,
            save=lambda current: save_checkpoint(folder.checkpoint, current),
            save_seconds=save_seconds,
            stop_requested=stop_requested,
        )
        return fit(config, examples, callbacks=callbacks, resume=checkpoint)


def _write(config: TrainingConfig, folder: RunFolder, fitted: Fitted, examples: TrainingData) -> dict[str, Any]:
    """Write weights, figures and report; returns the figures."""
    save_artifact(folder.weights, fitted.artifact)
    result = {**fitted.figures(), "weights": str(folder.weights)}
    folder.write_result(result)
    if can_draw():
        # Only here, since it takes half a second and belongs to an optional extra.
        from cli.reports.training import write_run_report  # noqa: PLC0415

        write_run_report(folder, config, fitted, examples.validation, result)
    return result


def _largest_files(config: TrainingConfig) -> int:
    """Bytes that a run needs at most at once: two checkpoints, the weights, and room for the report."""
    shapes = config.architecture.parameter_shapes()
    parameters, learned = (
        sum(math.prod(shape) for shape in some.values())
        for some in (shapes, learned_shapes(shapes, config.network.convolutions))
    )
    learning = config.learning
    rule = OPTIMIZERS[learning.optimizer].make(learning.momentum, learning.beta2)
    copies = 2 + rule.state_size + (1 if learning.ema_decay else 0)
    return 4 * (2 * copies * learned + parameters) + 8 * 2**20
