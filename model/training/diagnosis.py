"""Why a training came to nothing, as far as it can be seen in what it left, and which settings to change."""

from collections.abc import Iterator, Sequence

import numpy as np

from model.data import LabelledImages
from model.evaluation import LayerUnits, reconstruct
from model.nn import CLASSES, GREY_LEVELS, Floats, Parameters
from model.optim import loss_for, one_hot
from model.training.config import TrainingConfig
from model.training.loop import FitResult

_FEW_STEPS = 100
_HARDLY = 0.02
"""Of a length or a loss: too small a share to count as a change."""

_NEAR = 0.15
"""Share of a loss that it may be beside its plateau, for noise and distortions."""

_MOST = 0.9
"""Share of a layer's units that leaves too few for the rest to matter."""

_IMAGES = 500


def why_nothing_was_learned(
    config: TrainingConfig, run: FitResult, units: Sequence[LayerUnits], validation: LabelledImages
) -> list[str]:
    """For a run that ended no better than chance the likely reasons, each with what to change; none for any other.

    Args:
        config: the settings.
        run: how it went.
        units: of the hidden layers.
        validation: preprocessed images that were held out.
    """
    if not _is_at_chance(run, validation):
        return []
    reasons = [*_of_weights(config, run, units)] or [*_of_rate(config, run, validation)]
    reasons += _of_length(config, run)
    rate = config.learning.actual_learning_rate
    return reasons or [
        f"no reason can be seen: try another learning.learning_rate than {rate:g}, or fewer hidden layers"
    ]


def _is_at_chance(run: FitResult, validation: LabelledImages) -> bool:
    """Whether a classifier does as well as one digit for all would, an autoencoder as one picture for all."""
    accuracy = run.kept_epoch.validation_accuracy
    if accuracy is not None:
        usual = np.bincount(validation.labels, minlength=CLASSES).max() / len(validation)
        by_luck = 3 * np.sqrt(usual * (1 - usual) / len(validation))
        return bool(accuracy < usual + max(0.03, by_luck))
    images = validation.images[:_IMAGES]
    ink = images / GREY_LEVELS
    error = np.square(reconstruct(run.network, run.scaling, images) - ink).mean()
    return bool(error > (1 - _HARDLY) * ink.var(axis=0).mean())


def _of_length(config: TrainingConfig, run: FitResult) -> Iterator[str]:
    size = config.learning.batch_size
    images = sum(epoch.images for epoch in run.history.epochs) + (run.kept_epoch.images if run.kept_is_cut else 0)
    steps = -(-images // (run.images if size == "full" else min(size, run.images)))
    if steps < _FEW_STEPS and run.stopped_by in {"epochs", "time", "interrupt"}:
        taken = f"{steps} steps" if steps > 1 else "1 step"
        yield f"it took {taken} only: raise stopping.epochs or lower learning.batch_size"


def _of_weights(config: TrainingConfig, run: FitResult, units: Sequence[LayerUnits]) -> Iterator[str]:
    """What is wrong with the first layer of which something is."""
    rate = config.learning.actual_learning_rate
    for number, layer in enumerate(units, start=1):
        name = f"of the {layer.units} units of hidden layer {number}"
        if _all_alike(run.network.parameters, number - 1):
            yield (
                f"all {name} have the same weights, so that they learn the same: "
                f"network.init he or glorot instead of {config.network.init}"
            )
        elif layer.dead >= _MOST * layer.units:
            other = "; or network.activation leaky-relu" if config.network.activation == "relu" else ""
            yield f"{layer.dead} {name} are dead: a lower learning.learning_rate than {rate:g}{other}"
        elif layer.saturated >= _MOST * layer.units:
            scaling = "network.scaling unit instead of none; " if config.network.scaling == "none" else ""
            yield (
                f"{layer.saturated} {name} are saturated: {scaling}network.init glorot; "
                f"a lower learning.learning_rate than {rate:g}"
            )
        else:
            continue
        return


def _all_alike(parameters: Parameters, layer: int) -> bool:
    weight = parameters[f"{layer}.weight"]
    return weight.shape[-1] > 1 and bool((weight == weight[..., :1]).all())


def _of_rate(config: TrainingConfig, run: FitResult, validation: LabelledImages) -> Iterator[str]:
    rate = config.learning.actual_learning_rate
    losses = [epoch.loss for epoch in run.history.epochs] or [run.kept_epoch.loss]
    loss = losses[-1]
    plateau = _loss_of_one_answer(config, validation) if config.task == "classifier" else loss
    if run.moved < _HARDLY:
        yield (f"the weights moved by {run.moved:.2%} of their length: a higher learning.learning_rate than {rate:g}")
    elif run.history.losses and run.history.losses[-1][1] > max(1.2 * run.history.losses[0][1], 1.2 * plateau):
        yield f"the loss rose to {run.history.losses[-1][1]:.3g}: a lower learning.learning_rate than {rate:g}"
    elif len(losses) > 1 and loss < (1 - _HARDLY) * losses[-2]:
        yield f"the loss still falls, to {loss:.3g}: more stopping.epochs; a learning.learning_rate above {rate:g}"
    elif abs(loss - plateau) < _NEAR * plateau:
        yield (
            f"the loss stays at {loss:.3g}, on the plateau of one answer for every image: {_way_off(config)}"
            f"another learning.learning_rate than {rate:g}"
        )


def _way_off(config: TrainingConfig) -> str:
    """What leads off the plateau, if something is known to lead onto it."""
    if config.learning.loss == "mae":
        return "learning.loss mse; "
    deep_and_flat = len(config.architecture.sizes) > 4 and config.network.activation in {"sigmoid", "tanh"}
    return "network.activation relu or fewer hidden layers, for gradients fade; " if deep_and_flat else ""


def _loss_of_one_answer(config: TrainingConfig, validation: LabelledImages) -> float:
    """The loss of the best that can be said of all images at once."""
    targets = one_hot(validation.labels, CLASSES)
    shares = np.clip(targets.mean(axis=0), 1e-6, 1 - 1e-6)
    if config.learning.loss == "mae":
        # The median, not the mean, is best: 0 for each digit, as near as softmax comes to it.
        shares = np.full_like(shares, 1e-6)
        shares[validation.labels[0]] = 1 - 1e-5 if config.network.output == "softmax" else 1e-6
    logits: dict[str, Floats] = {
        "softmax": np.log(shares),
        "sigmoid": np.log(shares / (1 - shares)),
        "linear": shares,
    }
    scores = np.tile(logits[config.network.output], (len(targets), 1)).astype(np.float32)
    measured = loss_for(config.network.output, config.learning.loss)
    return float(measured.value_and_gradient(scores, targets, np.empty_like(scores)))
