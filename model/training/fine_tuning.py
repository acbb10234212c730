"""Fine-tuning: weights that are good already learn what is new to them, and see enough of the old not to forget it.

What is learned anew without the old is learned at its cost (McCloskey and Cohen 1989, "Catastrophic interference in
connectionist networks"); a share of the old among the new prevents most of that (rehearsal: Robins 1995).
"""

from dataclasses import replace

import numpy as np

from model.artifact import Artifact
from model.errors import ConfigError, DigitsError
from model.nn import Network, initialise
from model.settings import by_path, with_settings
from model.training.config import TrainingConfig
from model.training.recipe import load_recipe

_MADE = ("styled_digits", "scribbles", "signs", "pictured_digits", "pictured_others")
_MADE_SHARE = 8
"""Of what was made for the weights, one in so many is made again."""

_FROM_WEIGHTS = ("task", "network.", "judgement.")
"""The settings that are those of the weights."""


def fine_tuning(start: Artifact) -> TrainingConfig:
    """The usual settings with which weights learn on: all that they are from themselves, the rest from a recipe.

    Raises:
        ConfigError: the weights do not say how they were trained.
    """
    learned, recipe = settings_of_weights(start), load_recipe("fine-tune")
    made = {name: getattr(learned.data, name) // _MADE_SHARE for name in _MADE}
    if any(made.values()):
        made["styled_digits"] = made["styled_digits"] or 10 * _MADE_SHARE
    loss, dropout = learned.learning.loss, learned.learning.dropout
    return replace(
        learned,
        keep_path=False,
        learning=replace(recipe.learning, loss=loss, dropout=dropout),
        data=replace(recipe.data, look_alikes=learned.data.look_alikes, **made),
        stopping=recipe.stopping,
    )


def settings_of_weights(start: Artifact) -> TrainingConfig:
    """The settings that weights were trained with.

    Raises:
        ConfigError: they are none that this version knows.
    """
    try:
        return with_settings(TrainingConfig(), start.config)
    except DigitsError as error:
        raise ConfigError(
            f"start_from: the weights '{start.name}' were trained with other settings: {error}"
        ) from error


def require_of_weights(config: TrainingConfig, start: Artifact) -> None:
    """Refuse settings that contradict the weights to start from.

    Raises:
        ConfigError: some do; the message names the first.
    """
    known = by_path(settings_of_weights(start).as_settings())
    for path, value in by_path(config.as_settings()).items():
        if path.startswith(_FROM_WEIGHTS) and path != "network.init" and value != known[path]:
            raise ConfigError(
                f"{path} is {value!r}, but the weights to start from have {known[path]!r}; leave it away"
            )


def first_network(config: TrainingConfig, start: Artifact | None, *, rng: np.random.Generator) -> Network:
    """The network with which training begins: drawn at random, or a copy of the one to start from."""
    if start:
        return Network(config.architecture, start.network.parameters.copy())
    return initialise(config.architecture, config.network.init, rng=rng)
