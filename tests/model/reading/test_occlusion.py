"""What becomes of a digit without some of its ink."""

from dataclasses import replace

import numpy as np
import pytest

from model.artifact import packaged_weights
from model.classifier import Classifier
from model.nn.architecture import Architecture
from model.nn.network import Network
from model.nn.normalization import fit_normalization
from model.nn.parameters import Parameters
from model.preprocess import preprocess_strokes
from model.reading.occlusion import occlusion_map
from tests.drawings import SEVEN

SCALING = fit_normalization("unit", np.zeros((1, 28, 28), np.uint8))


def softmax_regression(weights: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> Network:
    """A network whose answer is known: logits are sums of ink under each digit's weights."""
    architecture = Architecture((784, 10))
    parameters = Parameters(architecture.parameter_shapes())
    parameters["0.weight"][...] = weights
    return Network(architecture, parameters)


def test_ink_under_the_digits_weights_speaks_for_it_and_ink_under_anothers_against_it() -> None:
    weights = np.zeros((28, 28, 10), np.float32)
    weights[:14, :, 3] = 0.5
    weights[14:, :, 8] = 0.5
    pixels = np.zeros((28, 28), np.uint8)
    pixels[4:24, 13:15] = 255
    network = softmax_regression(weights.reshape(784, 10))

    for digit, sign in ((3, 1), (8, -1)):
        found = sign * occlusion_map(network, SCALING, pixels, digit)
        assert (found[5:9, 13:15] > 0.1).all()
        assert (found[20:23, 13:15] < -0.1).all()
        assert not found[pixels == 0].any(), "paper speaks neither way"


def test_the_value_is_the_fall_of_the_log_odds() -> None:
    weights = np.zeros((784, 10), np.float32)
    weights[14 * 28 + 14, 5] = 2
    pixels = np.zeros((28, 28), np.uint8)
    pixels[14, 14] = 255
    # Logit 2 against nine of 0; without its only ink, 0 against the same.
    assert occlusion_map(softmax_regression(weights), SCALING, pixels, 5)[14, 14] == pytest.approx(2.0)


def test_none_of_the_digits_counts_only_where_the_network_was_trained_to_tell() -> None:
    weights = np.zeros((784, 10), np.float32)
    weights[14 * 28 + 14] = -3.0
    weights[14 * 28 + 14, 5] = 0
    pixels = np.zeros((28, 28), np.uint8)
    pixels[14, 14] = 255
    network = softmax_regression(weights)
    # The nine others fall from 0 to -3: all that the digit gains, unless there is "none" as well, which stays at 0.
    assert occlusion_map(network, SCALING, pixels, 5)[14, 14] == pytest.approx(3.0)
    against_none = np.log(9 + 1) - np.log(9 * np.exp(-3) + 1)
    found = occlusion_map(network, SCALING, pixels, 5, knows_none=True)
    assert found[14, 14] == pytest.approx(against_none)


@pytest.mark.parametrize("offset", [None, 0.5])
def test_a_classifier_knows_what_its_network_was_trained_for(offset: float | None) -> None:
    classifier = Classifier.load(packaged_weights("mlp"))
    classifier = replace(classifier, calibration=replace(classifier.calibration, reject_offset=offset))
    ink = preprocess_strokes(SEVEN)
    artifact = classifier.artifact
    expected = occlusion_map(artifact.network, artifact.scaling, ink.pixels, 7, knows_none=offset is not None)
    np.testing.assert_array_equal(classifier.occlusion(ink, 7), expected)


def test_no_ink_no_speech() -> None:
    network = softmax_regression(np.ones((784, 10), np.float32))
    assert not occlusion_map(network, SCALING, np.zeros((28, 28), np.uint8), 5).any()
