"""Judging by drawings: counted by hand, by whom and from where, and never a letter among the digits."""

import numpy as np
import pytest

from model.artifact import Artifact
from model.data.drawings import Drawing
from model.errors import ArtifactError
from model.evaluation.drawings import evaluate_drawings
from model.nn.architecture import Architecture
from model.nn.network import Network
from model.nn.normalization import fit_normalization
from model.nn.parameters import Parameters
from model.reading.verdict import Calibration, Thresholds
from tests.model.evaluation.test_images import reads_first_pixels

STROKES = [[[0.0, 0.0], [9.0, 9.0]]]


def drawing(label: str, source: str = "pad", writer: str = "a") -> Drawing:
    return Drawing(label, STROKES, source, writer)


def weights(network: Network, *, reads_digits: bool = True) -> Artifact:
    return Artifact(
        name="test",
        version="0",
        task="classifier" if reads_digits else "autoencoder",
        network=network,
        scaling=fit_normalization("unit", np.zeros((1, 28, 28), np.uint8)),
        calibration=Calibration(1.0) if reads_digits else None,
        # log(e^10 + 9) is 10.0004: full ink on one pixel is a digit, half of it is uncertain, none is no digit.
        thresholds=Thresholds(confidence=0.99, energy=3.0) if reads_digits else None,
        seed=0,
        data={},
        config={"learning": {"loss": "cross-entropy"}},
        metrics={},
    )


def seen(*digits_and_ink: tuple[int, int]) -> np.ndarray:
    """Images that the network of the other test reads as these digits, as surely as there is ink."""
    images = np.zeros((len(digits_and_ink), 784), np.uint8)
    for image, (digit, ink) in zip(images, digits_and_ink, strict=True):
        image[digit] = ink
    return images.reshape(-1, 28, 28)


DRAWINGS = [
    drawing("3", "pad", "a"),
    drawing("3", "pad", "b"),
    drawing("5", "tablet", "a"),
    drawing("H"),
    drawing("H"),
    drawing("o"),
]
IMAGES = seen((3, 255), (4, 130), (5, 0), (4, 0), (4, 255), (0, 255))


def test_only_digits_count_for_the_accuracy_and_each_by_source_and_writer() -> None:
    found = evaluate_drawings(weights(reads_first_pixels()), DRAWINGS, IMAGES)
    assert found.digits
    # Without any ink all logits are 0, and the first digit is as likely as any.
    assert found.digits.accuracy == pytest.approx(1 / 3)
    assert found.digits.confusion[3, 3] == found.digits.confusion[3, 4] == found.digits.confusion[5, 0] == 1
    assert [(group.name, group.drawings, group.right) for group in found.by_source] == [
        ("pad", 2, 1),
        ("tablet", 1, 0),
    ]
    assert not found.by_writer, "three digits say nothing of a hand"
    assert found.labelled.labels.tolist() == [3, 3, 5]


def test_verdicts_are_counted_for_digits_clear_non_digits_and_the_rest() -> None:
    found = evaluate_drawings(weights(reads_first_pixels()), DRAWINGS, IMAGES)
    assert found.verdicts() == {
        "clear non-digits": {"digit": 1, "uncertain": 0, "not_a_digit": 1, "blank": 0},
        "digits": {"digit": 1, "uncertain": 1, "not_a_digit": 1, "blank": 0},
        "others": {"digit": 1, "uncertain": 0, "not_a_digit": 0, "blank": 0},
    }
    assert found.refused("digits") == pytest.approx(2 / 3)
    assert found.refused("clear non-digits") == pytest.approx(1 / 2)
    assert found.accepted_clear_non_digits() == [4]
    assert [(group.name, group.refused) for group in found.by_label] == [("o", 0), ("H", 1)]


def test_a_writer_is_judged_from_ten_digits_on_the_worst_first() -> None:
    good, bad = [drawing("3", writer="good")] * 10, [drawing("3", writer="bad")] * 12
    images = seen(*[(3, 255)] * 10, *[(3, 255)] * 9, *[(4, 255)] * 3)
    found = evaluate_drawings(weights(reads_first_pixels()), good + bad, images)
    assert [(group.name, group.drawings, group.right) for group in found.by_writer] == [
        ("pad/bad", 12, 9),
        ("pad/good", 10, 10),
    ]


def test_without_digits_there_is_no_accuracy_and_without_others_no_refusal() -> None:
    letters = evaluate_drawings(weights(reads_first_pixels()), DRAWINGS[3:], IMAGES[3:])
    assert letters.digits is None
    assert "accuracy" not in letters.figures()
    digits = evaluate_drawings(weights(reads_first_pixels()), DRAWINGS[:3], IMAGES[:3])
    assert "refused_by_label" not in digits.figures()
    assert digits.refused("clear non-digits") is None


def test_drawings_are_read_from_their_strokes_as_the_service_reads_them() -> None:
    found = evaluate_drawings(weights(reads_first_pixels()), DRAWINGS)
    assert found.images.shape == (6, 28, 28)
    assert found.images.max() == 255


def test_weights_that_read_no_digits_are_refused() -> None:
    network = Network(Architecture((784, 784)), Parameters(Architecture((784, 784)).parameter_shapes()))
    with pytest.raises(ArtifactError, match="weights of the task autoencoder draw digits again"):
        evaluate_drawings(weights(network, reads_digits=False), DRAWINGS)
