"""`digits train`: from the MNIST files to weights, with the progress in view."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from cli.inputs.drawings import print_some
from cli.inputs.options import DataOption, Switch, find_weights
from cli.inputs.setting_flags import given_settings, with_setting_flags
from cli.interrupt import stop_on_signals
from cli.reports import MATPLOTLIB_MISSING, can_draw
from cli.views.training import TrainingView, open_view, print_end, resuming
from cli.views.watching import Unwatched, require_watchable, watching
from model.artifact import Artifact, load_artifact, save_artifact
from model.data import SAMPLE_FOLDER, data_folder, find_file, image_files
from model.errors import ConfigError, TrainingError
from model.optim import OPTIMIZERS, path_points
from model.settings import by_path
from model.training import (
    PATHS,
    AugmentationSettings,
    Callbacks,
    Checkpoint,
    DivergedError,
    Fitted,
    History,
    RunFolder,
    TrainingConfig,
    TrainingData,
    config_of_run,
    differences,
    fine_tuning,
    finish,
    fit,
    load_checkpoint,
    load_recipe,
    prepare,
    read_run_config,
    read_training_files,
    require_of_weights,
    save_checkpoint,
    settings_without_effect,
    this_machine,
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
    watch: Annotated[bool, Switch, Parameter(help="Open the lab's page on the run while it goes on.")] = False,
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
        stored, stored_data = folder.read_config()
        config = _chosen(load_recipe(recipe) if recipe else stored, given, augment=augment)
        _require_same(stored, config)
        data = data or stored_data
    elif resume and recipe is None and augment and not given:
        raise ConfigError(f"--out {out}: holds no run to resume")
    else:
        config = _chosen_config(recipe, given, augment=augment)
        data = data or _data_of(recipe) or (_data_to_replay() if config.start_from else None)
    if watch:
        require_watchable(config)
    start = _start(config, folder if is_resumed else None, recipe)
    for line in settings_without_effect(config, [PATHS[key] for key in given]):
        print(line, file=sys.stderr)
    with print_some() as on_problem:
        files = read_training_files(config, data_folder(data), on_problem)
    folder.require_room(_largest_files(config))
    with folder.locked():
        checkpoint = _checkpoint(folder, config) if is_resumed and folder.checkpoint.exists() else None
        with open_view(config, quiet=quiet or as_json) as view:
            with _saying(f"Interrupted before training began; {out} is as it was."):
                examples = prepare(config, files, view.on_preprocessed, view.on_pictured)
            with stop_on_signals() as stop_requested:
                if is_resumed:
                    _move_to_this_machine(folder, config, data_folder(data))
                else:
                    if folder.begin(config, data_folder(data)) and not quiet:
                        print(f"The run that was in {out} is now in {out / 'previous'}.", file=sys.stderr)
                    if start:
                        save_artifact(folder.start, start)
                view.start_epochs(examples.examples, checkpoint.state if checkpoint else None)
                callbacks = Callbacks(
                    on_step=view.on_step,
                    on_epoch=lambda history: _tell_epoch(history, folder, view),
                    save=lambda current: save_checkpoint(folder.checkpoint, current),
                    save_seconds=checkpoint_seconds,
                    stop_requested=stop_requested,
                )
                with (
                    _saying(f"`{resuming(folder)}` goes on from the last checkpoint."),
                    _watched(config, examples, stop_requested, watch=watch) as watched,
                ):
                    fitted = _fit(config, examples, folder, start, checkpoint, callbacks, watched)
                    result = _write(config, folder, fitted, examples)
                is_interrupted = stop_requested()
    seconds = time.monotonic() - started
    if as_json:
        print(json.dumps({**result, "seconds": round(seconds, 1)}))
    elif not quiet:
        print_end(folder, fitted, examples, seconds)
        print(f"Report:  {folder.report}" if can_draw() else f"No report: {MATPLOTLIB_MISSING}")
    return 130 if is_interrupted else 0


@contextmanager
def _saying(words: str) -> Iterator[None]:
    """Say something on stderr where Ctrl-C, a full disk or too little memory ends the block."""
    try:
        yield
    except (KeyboardInterrupt, OSError, MemoryError):
        print(words, file=sys.stderr)
        raise


@contextmanager
def _watched(
    config: TrainingConfig, examples: TrainingData, stop_requested: Callable[[], bool], *, watch: bool
) -> Iterator[Unwatched]:
    """The run in the browser, if that is wanted."""
    if not watch:
        yield Unwatched()
        return
    with watching(config, examples, stop_requested, lambda line: print(line, file=sys.stderr)) as watched:
        yield watched


def _chosen_config(recipe: str | None, given: dict[str, Any], *, augment: bool) -> TrainingConfig:
    """The recipe's settings, or those of the weights to start from, with those given laid over them.

    What they make has another name.
    """
    if given.get("start_from") and not recipe:
        base = fine_tuning(load_artifact(find_weights(given["start_from"])))
    else:
        base = load_recipe(recipe or ("autoencoder" if given.get("task") == "autoencoder" else "small"))
    is_changed = not augment or given.keys() - {"name", "task"}
    return _chosen(base, {"name": f"{base.name}-changed" if is_changed else base.name, **given}, augment=augment)


def _start(config: TrainingConfig, resumed: RunFolder | None, recipe: str | None) -> Artifact | None:
    """The weights to start from: those that a run was started from, if it goes on or is a recipe."""
    if not config.start_from:
        return None
    of_recipe = config_of_run(recipe) if recipe else None
    run = resumed or (RunFolder(of_recipe.parent) if of_recipe else None)
    path = run.start if run and run.start.exists() else find_weights(config.start_from)
    start = load_artifact(path)
    require_of_weights(config, start)
    return start


def _data_to_replay() -> Path | None:
    """The sample of MNIST, where the usual folder holds none of it."""
    folder = data_folder()
    if find_file(folder, image_files(folder).train_images):
        return None
    print(f"{folder} holds no MNIST: the sample that comes along takes its place.", file=sys.stderr)
    return SAMPLE_FOLDER


def _chosen(base: TrainingConfig, given: dict[str, Any], *, augment: bool) -> TrainingConfig:
    """The settings given, laid over some, or over these without augmentation."""
    return (base if augment else replace(base, augmentation=AugmentationSettings())).changed(**given)


def _require_same(stored: TrainingConfig, asked: TrainingConfig) -> None:
    """Refuse settings beside --resume that are not those the run was started with, but for when it is to end."""
    values = by_path(asked.as_settings())
    different = [path for path, value in by_path(stored.as_settings()).items() if values[path] != value]
    if any(not path.startswith("stopping.") or path == "stopping.keep" for path in different):
        raise ConfigError(
            f"--resume goes on with the settings of the run; these are others: {', '.join(different)} "
            "(only stopping may change, and of that not keep)"
        )


def _data_of(recipe: str | None) -> Path | None:
    """The folder of the data that the recipe was trained on, if it is a run's."""
    config = config_of_run(recipe) if recipe else None
    return read_run_config(config)[1] if config else None


def _checkpoint(folder: RunFolder, config: TrainingConfig) -> Checkpoint:
    """Where the run is to go on; it may have been saved when another end was set."""
    checkpoint = load_checkpoint(folder.checkpoint)
    return replace(checkpoint, settings={**checkpoint.settings, "stopping": config.as_settings()["stopping"]})


def _move_to_this_machine(folder: RunFolder, config: TrainingConfig, data: Path) -> None:
    """Note with what a run goes on, and say so if its last bits may come out differently."""
    machines = folder.read_machines()
    different = differences(machines[-1], this_machine()) if machines else ""
    if different:
        print(
            f"--resume: it goes on with {different}; its last bits may differ from a run in one go.", file=sys.stderr
        )
    folder.write_config(config, data, machines if different else machines[:-1])


def _tell_epoch(history: History, folder: RunFolder, view: TrainingView) -> None:
    folder.append_epoch(history)
    view.on_epoch(history.epochs[-1])


def _fit(
    config: TrainingConfig,
    examples: TrainingData,
    folder: RunFolder,
    start: Artifact | None,
    checkpoint: Checkpoint | None,
    callbacks: Callbacks,
    watched: Unwatched,
) -> Fitted:
    """Train and log; training that diverges leaves a report, and the weights of what was best before."""
    if checkpoint:
        folder.rewrite_log(checkpoint.state.history)
    try:
        fitted = fit(config, examples, start=start, callbacks=watched.join(callbacks), resume=checkpoint)
    except DivergedError as error:
        watched.end_diverged(error)
        folder.append_rest(error.history)
        left = f"; {folder.report} shows how it went" if can_draw() else ""
        if error.result:
            _write(config, folder, finish(config, examples, error.result, start), examples)
            left += f"; {folder.weights} has epoch {error.result.kept_epoch.number}"
        else:
            folder.write_result({"task": config.task, "epochs": 0, "stopped_by": "divergence"})
        if can_draw() and not error.result:
            from cli.reports.training import write_divergence_report  # noqa: PLC0415 - see below

            write_divergence_report(folder, config, error)
        raise TrainingError(f"{error}{left}") from error
    watched.end(fitted)
    folder.append_rest(fitted.run.history)
    return fitted


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
    parameters = config.architecture.parameters
    learning = config.learning
    rule = OPTIMIZERS[learning.optimizer].make(learning.momentum, learning.beta2)
    copies = 2 + rule.state_size + (1 if learning.ema_decay else 0)
    copies += path_points(parameters) if config.keep_path else 0
    return 4 * (2 * copies + 1) * parameters + 8 * 2**20
