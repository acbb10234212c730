"""`digits train`: from the MNIST files to weights, with the progress in view."""

import json
import math
import sys
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from cli.commands.outcome import conclude
from cli.inputs.options import DataOption
from cli.inputs.training_data import TrainingData, prepare, read_training_files
from cli.inputs.training_settings import chosen_config, given_settings, require_enough, require_same
from cli.interrupt import stop_on_signals
from cli.views.training import TrainingView, open_view
from model.data import data_folder
from model.errors import ConfigError
from model.optim import OPTIMIZERS, learned_shapes
from model.training import (
    KEEPS,
    Callbacks,
    Checkpoint,
    FitResult,
    History,
    RunFolder,
    TrainingConfig,
    fold_in,
    load_checkpoint,
    save_checkpoint,
    train,
)

_NETWORK, _LEARNING, _DATA, _STOPPING, _RUN = (
    "The network",
    "How it learns",
    "What it learns from",
    "When it stops",
    "The run",
)


def train_network(
    context: typer.Context,
    *,
    recipe: Annotated[
        str | None,
        typer.Option(
            help="A recipe by name, or a TOML file; the flags below win over it.",
            show_default="small, or autoencoder for that task",
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="Of the weights.", show_default="the recipe's, -changed if any setting is given"),
    ] = None,
    task: Annotated[str | None, typer.Option(help="classifier or autoencoder.", rich_help_panel=_NETWORK)] = None,
    maps: Annotated[
        str | None,
        typer.Option(
            help="Units on each patch, of hidden layers that share weights from patch to patch, such as 8,64.",
            rich_help_panel=_NETWORK,
        ),
    ] = None,
    kernels: Annotated[
        str | None, typer.Option(help="Of each of these, the side of a patch, such as 5,5.", rich_help_panel=_NETWORK)
    ] = None,
    strides: Annotated[
        str | None,
        typer.Option(help="Of each, how far it is to the next patch, such as 2,2.", rich_help_panel=_NETWORK),
    ] = None,
    hidden: Annotated[
        str | None,
        typer.Option(help="Units of the hidden layers, such as 128,64; '' for none.", rich_help_panel=_NETWORK),
    ] = None,
    activation: Annotated[
        str | None, typer.Option(help="sigmoid, tanh, relu, leaky-relu or gelu.", rich_help_panel=_NETWORK)
    ] = None,
    output: Annotated[str | None, typer.Option(help="softmax, sigmoid or linear.", rich_help_panel=_NETWORK)] = None,
    scaling: Annotated[
        str | None,
        typer.Option(help="none, unit, symmetric, center or standardize: the inputs.", rich_help_panel=_NETWORK),
    ] = None,
    init: Annotated[
        str | None, typer.Option(help="he, glorot, normal or zeros: the first weights.", rich_help_panel=_NETWORK)
    ] = None,
    loss: Annotated[
        str | None,
        typer.Option(
            help="cross-entropy, reject-cross-entropy, binary-cross-entropy, mse or mae.", rich_help_panel=_LEARNING
        ),
    ] = None,
    optimizer: Annotated[
        str | None,
        typer.Option(help="sgd, momentum, nesterov, adagrad, rmsprop, adam or adamw.", rich_help_panel=_LEARNING),
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(
            help="Alpha, at its highest.", show_default="the optimizer's usual one", rich_help_panel=_LEARNING
        ),
    ] = None,
    momentum: Annotated[
        float | None,
        typer.Option(help="Of momentum and nesterov; Adam's first decay rate.", rich_help_panel=_LEARNING),
    ] = None,
    squares_decay: Annotated[
        float | None,
        typer.Option(help="Decay rate of RMSProp's and Adam's squared gradients.", rich_help_panel=_LEARNING),
    ] = None,
    schedule: Annotated[str | None, typer.Option(help="constant, step or cosine.", rich_help_panel=_LEARNING)] = None,
    warm_up: Annotated[
        float | None, typer.Option(help="Share of training over which cosine rises.", rich_help_panel=_LEARNING)
    ] = None,
    step_epochs: Annotated[
        int | None, typer.Option(help="Epochs between the stairs of step.", rich_help_panel=_LEARNING)
    ] = None,
    step_factor: Annotated[
        float | None, typer.Option(help="The factor of each stair.", rich_help_panel=_LEARNING)
    ] = None,
    batch_size: Annotated[
        str | None,
        typer.Option(help="Images a step: 1 is stochastic, full the whole set.", rich_help_panel=_LEARNING),
    ] = None,
    weight_decay: Annotated[
        float | None,
        typer.Option(
            help="Pull of the weights to zero.", show_default="the optimizer's usual one", rich_help_panel=_LEARNING
        ),
    ] = None,
    dropout: Annotated[
        float | None,
        typer.Option(help="Share of the units of --hidden layers left out in each step.", rich_help_panel=_LEARNING),
    ] = None,
    batch_normalisation: Annotated[
        bool | None,
        typer.Option(help="Normalise the sums of hidden layers over each batch.", rich_help_panel=_LEARNING),
    ] = None,
    label_smoothing: Annotated[
        float | None, typer.Option(help="Share of the truth spread over all classes.", rich_help_panel=_LEARNING)
    ] = None,
    clip_norm: Annotated[
        float | None, typer.Option(help="Shorten longer gradients to this length.", rich_help_panel=_LEARNING)
    ] = None,
    average_decay: Annotated[
        float | None,
        typer.Option(help="Average the weights over steps, such as 0.999.", rich_help_panel=_LEARNING),
    ] = None,
    keep: Annotated[
        str | None,
        typer.Option(help=f"Weights to end with: {', '.join(KEEPS)}.", rich_help_panel=_LEARNING),
    ] = None,
    augment: Annotated[
        bool, typer.Option(help="Distort the images as the recipe says.", rich_help_panel=_LEARNING)
    ] = True,
    epochs: Annotated[
        int | None, typer.Option(help="Passes over the training images, at most.", rich_help_panel=_STOPPING)
    ] = None,
    max_seconds: Annotated[float | None, typer.Option(help="Wall time.", rich_help_panel=_STOPPING)] = None,
    patience: Annotated[
        int | None, typer.Option(help="Epochs without a new validation best.", rich_help_panel=_STOPPING)
    ] = None,
    loss_tolerance: Annotated[
        float | None, typer.Option(help="Least fall of the loss in an epoch.", rich_help_panel=_STOPPING)
    ] = None,
    gradient_tolerance: Annotated[
        float | None, typer.Option(help="Least mean length of the gradient.", rich_help_panel=_STOPPING)
    ] = None,
    strokes: Annotated[
        list[Path] | None,
        typer.Option(help="A file of drawings to learn from as well; may be repeated.", rich_help_panel=_DATA),
    ] = None,
    dev_strokes: Annotated[
        list[Path] | None,
        typer.Option(
            help="A file of drawings by other writers, to choose the epoch and to calibrate by; may be repeated.",
            show_default="a tenth of the writers in --strokes",
            rich_help_panel=_DATA,
        ),
    ] = None,
    image_repeats: Annotated[
        int | None, typer.Option(help="How often each training image comes in an epoch.", rich_help_panel=_DATA)
    ] = None,
    stroke_repeats: Annotated[
        int | None, typer.Option(help="How often each drawn digit comes in an epoch.", rich_help_panel=_DATA)
    ] = None,
    styled_digits: Annotated[
        int | None, typer.Option(help="Digits in rarer styles, made for the run.", rich_help_panel=_DATA)
    ] = None,
    scribbles: Annotated[
        int | None, typer.Option(help="Drawings of no digit, made for the run.", rich_help_panel=_DATA)
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            help="Only the first N training images; a sixth of them at most is held out for validation.",
            rich_help_panel=_RUN,
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of every random choice.", rich_help_panel=_RUN)] = None,
    data: DataOption = None,
    out: Annotated[Path, typer.Option(help="The folder of the run.")] = Path("runs/latest"),
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
    checkpoint_seconds: Annotated[
        float, typer.Option(min=0, help="Time between checkpoints; a kill loses no more.")
    ] = 15,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Train a network on MNIST and write its weights, with a report to look at; flags win over the recipe."""
    started = time.monotonic()
    folder = RunFolder(out)
    given = given_settings(context)
    is_resumed = resume and folder.holds_a_run
    if is_resumed:
        config, stored_data = folder.read_config()
        require_same(config, given, recipe)
        data = data or stored_data
    elif resume and not given and recipe is None:
        raise ConfigError(f"--out {out}: holds no run to resume")
    else:
        config = chosen_config(recipe, given)
    require_enough(config)
    files = read_training_files(config, data_folder(data))
    folder.require_room(_largest_files(config))
    checkpoint = load_checkpoint(folder.checkpoint) if is_resumed and folder.checkpoint.exists() else None
    if not is_resumed and folder.begin(config, data_folder(data)) and not quiet:
        typer.echo(f"The run that was in {out} is now in {out / 'previous'}.", err=True)
    with open_view(config, quiet=quiet or as_json) as view:
        root = np.random.SeedSequence(config.seed)
        examples = prepare(config, files, seed=root, on_preprocessed=view.on_preprocessed)
        view.start_epochs(examples.examples, checkpoint.position if checkpoint else None)
        trained = _train(
            config, examples, fold_in(root, 1), folder, checkpoint, view, save_seconds=checkpoint_seconds
        )
    outcome = conclude(config, folder, trained, examples)
    seconds = time.monotonic() - started
    if as_json:
        sys.stdout.write(json.dumps({**outcome.result, "seconds": round(seconds, 1)}) + "\n")
    elif not quiet:
        outcome.print(folder, seconds)
    if trained.stopped_by == "interrupt":
        raise typer.Exit(130)


def _train(
    config: TrainingConfig,
    examples: TrainingData,
    seed: np.random.SeedSequence,
    folder: RunFolder,
    checkpoint: Checkpoint | None,
    view: TrainingView,
    *,
    save_seconds: float,
) -> FitResult:
    """Train with checkpoints, log and progress; Ctrl-C ends it between two steps."""
    if checkpoint:
        folder.rewrite_log(checkpoint.position.history)

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
        return train(
            config,
            examples.training,
            examples.validation,
            drawings=examples.drawings,
            seed=seed,
            resume=checkpoint,
            callbacks=callbacks,
        )


def _largest_files(config: TrainingConfig) -> int:
    """Bytes that a run needs at most at once: two checkpoints, the weights, and room for the report."""
    shapes = config.architecture.parameter_shapes()
    parameters, learned = (
        sum(math.prod(shape) for shape in some.values())
        for some in (shapes, learned_shapes(shapes, config.convolutions))
    )
    rule = OPTIMIZERS[config.optimizer].make(config.momentum, config.squares_decay)
    copies = 2 + rule.state_size + (1 if config.average_decay else 0)
    return 4 * (2 * copies * learned + parameters) + 8 * 2**20
