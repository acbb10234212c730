"""What drawings teach: digits as they were drawn and in more styles, and what is no digit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from model.augmentation import (
    Drawn,
    Paths,
    Points,
    crossed_seven,
    footed_one,
    make_scribbles,
    slashed_zero,
    styled_digits,
)
from model.data import Drawing, is_digit
from model.optim import REJECT_LOSS
from model.training.config import TrainingConfig
from model.training.seeds import fold_in
from model.training.sources import NOT_A_DIGIT, StrokeDataset

_CHANGES: Mapping[str, Callable[..., Drawn]] = MappingProxyType(
    {"0": slashed_zero, "7": crossed_seven, "1": footed_one}
)
"""The digits that people dress up, and how."""


def drawn_parts(
    config: TrainingConfig, drawings: Sequence[Drawing], *, seed: np.random.SeedSequence
) -> dict[str, StrokeDataset]:
    """Everything that a run learns from beside the images, by what it is.

    Args:
        config: says how often, what is made in addition, and what is left out.
        drawings: the training part.
        seed: of what is made.
    """
    digits = [drawing for drawing in drawings if is_digit(drawing)]
    drawn = Paths.of([one.strokes for one in digits])
    labels = np.array([int(one.label) for one in digits], np.intp)
    parts = {"drawn digits": joined([StrokeDataset(drawn, labels)] * config.data.stroke_repeats)}
    if config.data.styled_digits:
        # Half from templates, half real hands with something added.
        half = config.data.styled_digits // 2
        parts["digits from templates"] = StrokeDataset(*styled_digits(half, rng=_rng(seed, 0)))
        parts["drawn digits with something added"] = _dressed(digits, config.data.styled_digits - half, _rng(seed, 1))
    if config.learning.loss == REJECT_LOSS:
        others = [one for one in drawings if not is_digit(one) and one.label not in config.data.look_alikes]
        parts["drawn non-digits"] = _none(Paths.of([one.strokes for one in others]))
        bits = [_points(one) for one in digits]
        parts["scribbles"] = _none(make_scribbles(config.data.scribbles, bits, rng=_rng(seed, 2)))
    return parts


def joined(parts: Iterable[StrokeDataset]) -> StrokeDataset:
    """Several parts as one."""
    parts = list(parts)
    paths = Paths(
        np.concatenate([part.paths.points for part in parts]), np.concatenate([part.paths.stroke for part in parts])
    )
    return StrokeDataset(paths, np.concatenate([part.labels for part in parts]))


def _dressed(digits: Sequence[Drawing], count: int, rng: np.random.Generator) -> StrokeDataset:
    """So many slashed zeros, crossed sevens and footed ones, as far as there are digits to make them of."""
    drawings: list[Drawn] = []
    labels: list[int] = []
    for label, change in _CHANGES.items():
        plain = [one for one in digits if one.label == label]
        chosen = rng.integers(len(plain), size=count // len(_CHANGES)).tolist() if plain else []
        drawings += [change(_points(plain[index]), rng=rng) for index in chosen]
        labels += [int(label)] * len(chosen)
    return StrokeDataset(Paths.of(drawings), np.array(labels, np.intp))


def _none(paths: Paths) -> StrokeDataset:
    return StrokeDataset(paths, np.full(len(paths), NOT_A_DIGIT, np.intp))


def _points(drawing: Drawing) -> list[Points]:
    return [np.array(stroke, np.float64) for stroke in drawing.strokes if stroke]


def _rng(seed: np.random.SeedSequence, number: int) -> np.random.Generator:
    return np.random.default_rng(fold_in(seed, number))
