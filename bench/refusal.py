"""Which score tells best that ink is no digit: `python bench/refusal.py STROKES_FILE` (see docs/decisions/0004).

Each score's threshold refuses half a percent of the validation digits, as the shipped one does. Printed is what
share of the file's digits and of its clear non-digits it refuses.
"""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from app.resources import packaged_weights
from model.activations import Floats
from model.artifact import load_artifact
from model.config import TrainingConfig
from model.data.drawings import Drawing, read_drawings
from model.data.folder import data_folder
from model.data.mnist import load_mnist, split_validation
from model.evaluate import logits, preprocess_examples
from model.preprocess import preprocess_strokes
from model.softmax import log_sum_exp, softmax

CLEARLY_NO_DIGIT = set("AFHKMNRWXfhkmnwx#%@?+=*")

SCORES: Mapping[str, Callable[[Floats], Floats]] = {
    "energy (log-sum-exp)": log_sum_exp,
    "highest probability": lambda z: softmax(z).max(axis=1),
    "highest logit": lambda z: z.max(axis=1),
    "lead over the second": lambda z: np.diff(np.sort(z, axis=1)[:, -2:], axis=1)[:, 0],
}


def main() -> None:
    """Print a row a score."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("strokes", type=Path, nargs="+")
    files = arguments.parse_args().strokes
    artifact = load_artifact(packaged_weights())
    config = TrainingConfig(seed=artifact.seed, validation_images=artifact.config["validation_images"])
    split_rng = np.random.default_rng(config.seed).spawn(2)[0]
    train = load_mnist(data_folder()).train
    validation = preprocess_examples(split_validation(train, config.validation_images, rng=split_rng)[1])
    known = logits(artifact.network, artifact.scaling, validation.images)
    for file in files:
        drawings = [record for record in read_drawings(file) if isinstance(record, Drawing)]
        pixels = np.stack([preprocess_strokes(one.strokes).pixels for one in drawings])
        drawn = logits(artifact.network, artifact.scaling, pixels)
        labels = [drawing.label for drawing in drawings]
        groups = {
            "digits": np.array([label.isdigit() for label in labels]),
            "clear non-digits": np.array([label in CLEARLY_NO_DIGIT for label in labels]),
        }
        print(file)
        for name, score in SCORES.items():
            refused = score(drawn) < np.quantile(score(known), 0.005)
            shares = [f"{refused[group].mean():6.1%} of {kind}" for kind, group in groups.items() if group.any()]
            print(f"  {name:<22} refuses {', '.join(shares)}")


if __name__ == "__main__":
    main()
