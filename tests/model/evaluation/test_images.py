"""Evaluation: counted by hand."""

import numpy as np
import pytest

from model.data.mnist import LabelledImages
from model.evaluation.images import evaluate, measure, reconstruct, reconstruction_error
from model.nn.architecture import Architecture
from model.nn.network import Network
from model.nn.normalization import fit_normalization
from model.nn.parameters import Parameters
from model.reading.verdict import Calibration


def reads_first_pixels() -> Network:
    """A network whose logit for digit d is ten times the ink on pixel d."""
    architecture = Architecture((784, 10))
    parameters = Parameters(architecture.parameter_shapes())
    parameters["0.weight"][:10] = 10 * np.eye(10)
    return Network(architecture, parameters)


def shown(digits: list[int], labels: list[int], inks: list[int] | None = None) -> LabelledImages:
    """Images with ink on the pixel of the digit that the network above will read."""
    images = np.zeros((len(digits), 784), np.uint8)
    images[np.arange(len(digits)), digits] = inks or [255] * len(digits)
    return LabelledImages(images.reshape(-1, 28, 28), np.array(labels, np.uint8))


EXAMPLES = shown(digits=[0, 0, 1, 1, 2, 7], labels=[0, 0, 1, 2, 1, 3], inks=[255, 255, 255, 100, 255, 200])
UNIT = fit_normalization("unit", EXAMPLES.images)


def test_counts_precision_recall_and_mistakes() -> None:
    result = evaluate(reads_first_pixels(), UNIT, Calibration(1.0), "cross-entropy", EXAMPLES)
    assert result.images == 6
    assert result.accuracy == pytest.approx(0.5)
    assert (result.confusion[0, 0], result.confusion[1, 1], result.confusion[2, 1], result.confusion[1, 2]) == (
        2,
        1,
        1,
        1,
    )
    assert result.precision[:4] == [1, 0.5, 0, 0]
    assert result.recall[:4] == [1, 0.5, 0, 0]
    assert [(mistake.index, mistake.label, mistake.digit) for mistake in result.mistakes] == [
        (4, 1, 2),
        (5, 3, 7),
        (3, 2, 1),
    ]
    confidences = [mistake.confidence for mistake in result.mistakes]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(result.reliability.images) == 6


def test_the_loss_is_the_mean_over_all_images_however_many_go_at_once() -> None:
    many = shown(digits=[3] * 2500, labels=[3] * 2000 + [4] * 500)
    measured = measure(reads_first_pixels(), UNIT, "classifier", "cross-entropy", many)
    sure = -np.log(np.exp(10) / (np.exp(10) + 9))
    wrong = -np.log(1 / (np.exp(10) + 9))
    assert measured.loss == pytest.approx(0.8 * sure + 0.2 * wrong, rel=1e-5)
    assert measured.accuracy == pytest.approx(0.8)


def test_confidence_is_the_calibrated_one() -> None:
    hot = evaluate(reads_first_pixels(), UNIT, Calibration(10.0), "cross-entropy", EXAMPLES)
    assert hot.mistakes[0].confidence == pytest.approx(np.e / (np.e + 9), rel=1e-5)


def test_an_autoencoders_error_is_the_mean_square_of_its_pixels_whatever_its_loss() -> None:
    architecture = Architecture((784, 784), output="linear")
    network = Network(architecture, Parameters(architecture.parameter_shapes()))
    network.parameters["0.bias"][:] = 0.5
    images = np.full((3, 28, 28), 255, np.uint8)
    assert reconstruct(network, UNIT, images).shape == (3, 28, 28)
    assert reconstruction_error(network, UNIT, images) == pytest.approx(0.25)
    measured = measure(network, UNIT, "autoencoder", "mae", LabelledImages(images, np.zeros(3, np.uint8)))
    assert measured.loss == pytest.approx(0.5)
    assert measured.accuracy is None
