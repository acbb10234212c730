"""Fit the weights in `model/numbers/score.py`: `python bench/fit_numbers.py --data DIR`.

DIR holds `digits-train.jsonl.gz` (docs/data.md). Of all ways to divide the pieces of a number among digits, those
that read as what was meant are made as likely as possible together (a semi-Markov conditional random field, hidden
boundaries: Sarawagi & Cohen 2004). Adam climbs the logarithm of that likelihood over numbers made of the training
drawings and over single ones. Wants fitting again when the weights of the network change much.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from number_samples import GAPS, Number, hands, laid_side_by_side, picture, single
from numpy.typing import NDArray

from model.artifact import packaged_weights
from model.classifier import Classifier
from model.data import load_drawings
from model.numbers import (
    BOUNDARY_WEIGHTS,
    DIGIT_WEIGHTS,
    Candidate,
    PiecedImage,
    PiecedInk,
    PiecedStrokes,
    boundary_features,
    digit_features,
    find_candidates,
)

STEPS = 120
RATE = 0.2
DECAY = 1e-4
SINGLE_COUNTS = 3.0
"""As much as so many numbers: people send single digits, and splitting one is the worst mistake."""

Floats = NDArray[np.float64]
Way = tuple[float, Floats]
"""The log-sum of the scores of ways to a place, and its gradient by the weights."""


@dataclass(frozen=True)
class Example:
    """A number as the fit sees it."""

    text: str
    tried: list[Candidate]
    digits: list[int]
    features: Floats
    counts: float


def example(classifier: Classifier, ink: PiecedInk, text: str, counts: float) -> Example:
    """The candidates of a number with all their features: (candidates, digit and boundary features)."""
    tried = find_candidates(ink.pieces)
    pixels = np.stack([ink.preprocess(one.first, one.end).pixels for one in tried])
    logits = classifier.artifact.network.logits(classifier.artifact.scaling.apply(pixels))
    boundaries = np.concatenate([np.zeros((1, len(BOUNDARY_WEIGHTS))), boundary_features(ink.pieces)])
    digit = digit_features(ink.pieces, tried, logits, classifier.calibration)
    features = np.concatenate([digit, boundaries[[one.first for one in tried]]], axis=1)
    return Example(text, tried, logits.argmax(axis=1).tolist(), features, counts)


def log_likelihood(one: Example, weights: Floats) -> Way | None:
    """Of reading the text, with its gradient; None if no way of dividing the pieces reads so."""
    scores = one.features @ weights
    ways: dict[int, Way] = {0: (0.0, np.zeros(len(weights)))}
    right: dict[tuple[int, int], Way] = {(0, 0): ways[0]}
    for candidate, digit, score, features in zip(one.tried, one.digits, scores, one.features, strict=True):
        _add(ways, candidate.end, ways[candidate.first], score, features)
        for place, meant in enumerate(one.text):
            if meant == str(digit) and (candidate.first, place) in right:
                _add(right, (candidate.end, place + 1), right[candidate.first, place], score, features)
    pieces = max(ways)
    if (pieces, len(one.text)) not in right:
        return None
    (good, good_gradient), (every, gradient) = right[pieces, len(one.text)], ways[pieces]
    return good - every, good_gradient - gradient


def _add(ways: dict, place: object, before: Way, score: float, features: Floats) -> None:
    """One more way to `place`: by this candidate."""
    value, gradient = before[0] + score, before[1] + features
    if place in ways:
        other, other_gradient = ways[place]
        total = float(np.logaddexp(value, other))
        share = np.exp(value - total)
        value, gradient = total, share * gradient + (1 - share) * other_gradient
    ways[place] = (value, gradient)


def fit(examples: list[Example]) -> Floats:
    """The weights that make the texts likeliest, starting from those in use."""
    weights = np.concatenate([DIGIT_WEIGHTS, BOUNDARY_WEIGHTS])
    usable = [one for one in examples if log_likelihood(one, weights) is not None]
    print(f"{len(examples)} numbers, {len(usable)} of which can be read right")
    all_count = sum(one.counts for one in usable)
    mean, square = np.zeros(len(weights)), np.zeros(len(weights))
    for step in range(1, STEPS + 1):
        total, gradient = 0.0, -DECAY * weights
        for one in usable:
            value, slope = log_likelihood(one, weights) or (0.0, np.zeros(len(weights)))
            total += one.counts / all_count * value
            gradient += one.counts / all_count * slope
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.95 * square + 0.05 * gradient**2
        weights = weights + RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.95**step)) + 1e-8)
        if step % 20 == 0:
            print(f"step {step}: log-likelihood {total:.4f}", flush=True)
    return weights


def both_forms(classifier: Classifier, number: Number, text: str, rng: np.random.Generator, counts: float) -> list:
    """A number as strokes and as a picture."""
    inks = [PiecedStrokes.of(number.lines), PiecedImage.of(picture(number, rng.uniform(6, 14)))]
    return [example(classifier, ink, text, counts) for ink in inks]


def main() -> None:
    """Print the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder with digits-train.jsonl.gz")
    parser.add_argument("--numbers", type=int, default=300, help="how many of each kind, and twice as many single")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    drawings = load_drawings([arguments.data / "digits-train.jsonl.gz"], lambda line: print(line, file=sys.stderr))
    classifier, rng = Classifier.load(packaged_weights()), np.random.default_rng(arguments.seed)
    examples: list[Example] = []
    for index in rng.choice(len(drawings), 2 * arguments.numbers, replace=False):
        number = single(drawings[index])
        examples += both_forms(classifier, number, number.text, rng, SINGLE_COUNTS)
    writers = hands(drawings)
    for gaps in GAPS.values():
        for _ in range(arguments.numbers):
            number = laid_side_by_side(writers[int(rng.integers(len(writers)))], gaps, rng)
            examples += both_forms(classifier, number, number.text, rng, 1.0)
    weights = fit(examples).round(2).tolist()
    print("DIGIT_WEIGHTS", weights[: len(DIGIT_WEIGHTS)])
    print("BOUNDARY_WEIGHTS", weights[len(DIGIT_WEIGHTS) :])


if __name__ == "__main__":
    main()
