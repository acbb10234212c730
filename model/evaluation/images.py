"""How good a network is on labelled images."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.data import LabelledImages
from model.errors import DataError
from model.evaluation.calibration import Reliability, reliability
from model.nn import CLASSES, GREY_LEVELS, OUTPUTS, Floats, Network, Normalization
from model.optim import TASKS, loss_for
from model.preprocess import FRAME_SIZE
from model.reading import Calibration

_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Measured:
    """What training looks at after each epoch.

    Attributes:
        loss: mean over the images.
        accuracy: share 0 to 1 read right; None for an autoencoder.
    """

    loss: float
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Mistake:
    """An image that was read wrong.

    Attributes:
        index: of the image.
        label: the true digit.
        digit: the one read.
        confidence: its calibrated probability.
    """

    index: int
    label: int
    digit: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a network does on labelled images.

    Attributes:
        images: how many.
        loss: mean over them, of the kind that training minimised.
        confusion: int (10, 10), true digit by digit read.
        reliability: confidence against accuracy.
        mistakes: the most confident first.
    """

    images: int
    loss: float
    confusion: NDArray[np.int64]
    reliability: Reliability
    mistakes: list[Mistake]

    @property
    def accuracy(self) -> float:
        """Share 0 to 1 read right."""
        return float(np.trace(self.confusion) / self.images)

    @property
    def calibration_error(self) -> float:
        """Expected calibration error, 0 to 1."""
        return self.reliability.expected_error

    @property
    def precision(self) -> list[float]:
        """For each digit, the share 0 to 1 of its readings that are right; 0 if it was never read."""
        return _shares(self.confusion.diagonal(), self.confusion.sum(axis=0))

    @property
    def recall(self) -> list[float]:
        """For each digit, the share 0 to 1 of its images that are read right; 0 if there are none."""
        return _shares(self.confusion.diagonal(), self.confusion.sum(axis=1))


def measure(network: Network, scaling: Normalization, task: str, loss: str, examples: LabelledImages) -> Measured:
    """Loss and, for a classifier, accuracy on preprocessed images; no label smoothing, no dropout."""
    measured = loss_for(network.architecture.output, loss)
    total, right = 0.0, 0
    for start, scores in _logits(network, scaling, examples.images):
        pixels = examples.images[start : start + _BATCH].reshape(len(scores), -1)
        labels = examples.labels[start : start + _BATCH]
        targets = TASKS[task].targets(pixels, labels)
        total += measured.value_and_gradient(scores, targets, np.empty_like(scores)) * len(scores)
        right += int((scores.argmax(axis=1) == labels).sum()) if task == "classifier" else 0
    accuracy = right / len(examples) if task == "classifier" else None
    return Measured(total / len(examples), accuracy)


def evaluate(
    network: Network, scaling: Normalization, calibration: Calibration, loss: str, examples: LabelledImages
) -> Evaluation:
    """Measure a classifier on preprocessed images."""
    probabilities = calibration.probabilities(logits(network, scaling, examples.images))
    digits, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    confusion = np.zeros((CLASSES, CLASSES), np.int64)
    np.add.at(confusion, (examples.labels, digits), 1)
    wrong = np.flatnonzero(digits != examples.labels)
    wrong = wrong[np.argsort(-confidence[wrong], kind="stable")]
    return Evaluation(
        images=len(examples),
        loss=measure(network, scaling, "classifier", loss, examples).loss,
        confusion=confusion,
        reliability=reliability(probabilities, examples.labels),
        mistakes=[
            Mistake(int(index), int(examples.labels[index]), int(digits[index]), float(confidence[index]))
            for index in wrong
        ],
    )


def accuracy(network: Network, scaling: Normalization, examples: LabelledImages) -> float:
    """The share 0 to 1 of preprocessed images that the network reads right."""
    return float((logits(network, scaling, examples.images).argmax(axis=1) == examples.labels).mean())


def logits(network: Network, scaling: Normalization, images: NDArray[np.uint8]) -> Floats:
    """The network's logits (images, outputs) for preprocessed images (images, 28, 28), some at a time."""
    return np.concatenate([scores for _, scores in _logits(network, scaling, images)])


def reconstruct(network: Network, scaling: Normalization, images: NDArray[np.uint8]) -> Floats:
    """What an autoencoder draws for preprocessed images: (images, 28, 28), 0 paper to 1 ink."""
    outputs = OUTPUTS[network.architecture.output].forward(logits(network, scaling, images))
    return outputs.reshape(-1, FRAME_SIZE, FRAME_SIZE)


def reconstruction_error(network: Network, scaling: Normalization, images: NDArray[np.uint8]) -> float:
    """The mean squared error of an autoencoder's pixels, whatever loss it was trained by; ink is 1, paper 0."""
    gaps = reconstruct(network, scaling, images) - images.astype(np.float32) / GREY_LEVELS
    return float(np.mean(gaps * gaps, dtype=np.float64))


def _logits(network: Network, scaling: Normalization, images: NDArray[np.uint8]) -> Iterator[tuple[int, Floats]]:
    """The logits of some images at a time, with the index of the first.

    Raises:
        DataError: there are no images.
    """
    if not len(images):
        raise DataError("images: there are none to measure by")
    for start in range(0, len(images), _BATCH):
        yield start, network.logits(scaling.apply(images[start : start + _BATCH]), at_once=True)


def _shares(parts: NDArray[np.int64], wholes: NDArray[np.int64]) -> list[float]:
    return [float(part / whole) if whole else 0.0 for part, whole in zip(parts, wholes, strict=True)]
