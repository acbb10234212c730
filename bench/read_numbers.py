"""How well numbers are read, and how seldom a single digit is split: `python bench/read_numbers.py --data DIR`.

DIR holds `digits-dev.jsonl.gz` (docs/data.md). Its digits, each as it is, must come out as one digit, the one that
reading it alone gives. Then numbers of two to five digits are made of them and must come out whole. Everything is
read as strokes and as a picture. For comparison: how many numbers would be right if each digit were read alone.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from number_samples import GAPS, Number, hands, laid_side_by_side, picture, single

from model.artifact import packaged_weights
from model.classifier import Classifier
from model.data import is_digit, load_drawings
from model.numbers import PiecedImage, PiecedInk, PiecedStrokes
from model.preprocess import preprocess_image, preprocess_strokes

PENS = (6.0, 14.0)
"""Percent of a digit's height."""


@dataclass
class Tally:
    """What became of some numbers."""

    numbers: int = 0
    right: int = 0
    right_count: int = 0
    right_alone: int = 0
    seconds: float = 0.0

    def read(self, classifier: Classifier, take_apart: Callable[[], PiecedInk], text: str) -> None:
        """Read one more; `text` is what it should be."""
        start = time.thread_time()
        found = classifier.read_number(take_apart()).text
        self.seconds += time.thread_time() - start
        self.numbers += 1
        self.right += found == text
        self.right_count += len(found) == len(text)

    def row(self, name: str) -> str:
        """A row of the table."""
        shares = (100 * count / self.numbers for count in (self.right, self.right_count, self.right_alone))
        columns = "".join(f"{share:>11.1f} %" for share in shares)
        return f"{name:<24}{self.numbers:>8}{columns}{1e3 * self.seconds / self.numbers:>9.1f}"


def singles(classifier: Classifier, numbers: Iterable[Number], rng: np.random.Generator) -> dict[str, Tally]:
    """Single digits, beside what reading them as one digit gives."""
    tallies = {"strokes": Tally(), "picture": Tally()}
    for number in numbers:
        for tally in tallies.values():
            tally.right_alone += 1
        alone = classifier.predict(preprocess_strokes(number.lines)).digit
        expected = "?" if alone is None else str(alone)
        tallies["strokes"].read(classifier, lambda number=number: PiecedStrokes.of(number.lines), expected)
        image = picture(number, rng.uniform(*PENS))
        alone = classifier.predict(preprocess_image(image)).digit
        expected = "?" if alone is None else str(alone)
        tallies["picture"].read(classifier, lambda image=image: PiecedImage.of(image), expected)
    return tallies


def several(classifier: Classifier, numbers: Iterable[Number], rng: np.random.Generator) -> dict[str, Tally]:
    """Numbers of several digits, beside what was meant."""
    tallies = {"strokes": Tally(), "picture": Tally()}
    for number in numbers:
        alone = [str(classifier.predict(preprocess_strokes(digit)).digit) for digit in number.digits]
        for tally in tallies.values():
            tally.right_alone += alone == list(number.text)
        tallies["strokes"].read(classifier, lambda number=number: PiecedStrokes.of(number.lines), number.text)
        image = picture(number, rng.uniform(*PENS))
        tallies["picture"].read(classifier, lambda image=image: PiecedImage.of(image), number.text)
    return tallies


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder with digits-dev.jsonl.gz")
    parser.add_argument("--numbers", type=int, default=500, help="how many of each kind")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    drawings = load_drawings([arguments.data / "digits-dev.jsonl.gz"], lambda line: print(line, file=sys.stderr))
    classifier = Classifier.load(packaged_weights())
    rng = np.random.default_rng(arguments.seed)
    print(f"{'':<24}{'numbers':>8}{'right':>13}{'counted':>13}{'right alone':>13}{'ms':>9}")
    for form, tally in singles(classifier, map(single, filter(is_digit, drawings)), rng).items():
        print(tally.row(f"single digits, {form}"))
    writers = hands(drawings)
    for kind, gaps in GAPS.items():
        made = [
            laid_side_by_side(writers[int(rng.integers(len(writers)))], gaps, rng) for _ in range(arguments.numbers)
        ]
        for form, tally in several(classifier, made, rng).items():
            print(tally.row(f"{kind}, {form}"))


if __name__ == "__main__":
    main()
