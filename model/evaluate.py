"""How good a network is on labelled images."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.activations import Floats
from model.calibration import expected_calibration_error
from model.data.mnist import LabelledImages
from model.network import CLASSES, Network, scale_pixels
from model.preprocess import FRAME_SIZE, preprocess_image
from model.verdict import Calibration

_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a network does on labelled images.

    Attributes:
        images: how many.
        accuracy: share 0 to 1 read right.
        calibration_error: expected calibration error, 0 to 1.
        confusion: int (10, 10), true digit by digit read.
    """

    images: int
    accuracy: float
    calibration_error: float
    confusion: NDArray[np.int64]


def evaluate(network: Network, calibration: Calibration, examples: LabelledImages) -> Evaluation:
    """Measure a network on preprocessed images."""
    scores = logits(network, examples.images)
    confusion = np.zeros((CLASSES, CLASSES), np.int64)
    np.add.at(confusion, (examples.labels, scores.argmax(axis=1)), 1)
    return Evaluation(
        images=len(examples),
        accuracy=float(np.trace(confusion) / len(examples)),
        calibration_error=expected_calibration_error(scores, examples.labels, calibration),
        confusion=confusion,
    )


def accuracy(network: Network, examples: LabelledImages) -> float:
    """The share 0 to 1 of preprocessed images that the network reads right."""
    return float((logits(network, examples.images).argmax(axis=1) == examples.labels).mean())


def logits(network: Network, images: NDArray[np.uint8]) -> Floats:
    """The network's logits (images, 10) for preprocessed images (images, 28, 28), some at a time."""
    batches = [images[start : start + _BATCH] for start in range(0, len(images), _BATCH)]
    return np.concatenate([network.logits(scale_pixels(batch)) for batch in batches])


def preprocess_examples(
    examples: LabelledImages, on_progress: Callable[[int], None] = lambda _: None
) -> LabelledImages:
    """Send every image down the one way that drawn ink takes.

    Args:
        examples: raw images.
        on_progress: called now and then with how many are done.
    """
    pixels = np.empty((len(examples), FRAME_SIZE, FRAME_SIZE), np.uint8)
    for index, image in enumerate(examples.images):
        pixels[index] = preprocess_image(image).pixels
        if index % _BATCH == 0:
            on_progress(index)
    on_progress(len(examples))
    return LabelledImages(pixels, examples.labels)
