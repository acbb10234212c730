"""The model card of the weights: only one that is whole, and of exactly these weights, is shown."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from app.weights.card import MAX_CARD_BYTES, card_beside, load_card
from model.artifact import packaged_weights

COMMITTED = json.loads(card_beside(packaged_weights()).read_text(encoding="utf-8"))
MNIST = COMMITTED["digits"][0]
OTHER_SUM = "0" * 64


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """Where some weights lie; what is beside them is all that matters here."""
    return tmp_path / "mine.npz"


def write_card(weights: Path, **changes: Any) -> None:
    card_beside(weights).write_text(json.dumps({**COMMITTED, "sha256": OTHER_SUM, **changes}), encoding="utf-8")


def test_the_card_of_the_committed_weights_is_found_beside_them_and_from_wherever_they_are_copied(
    weights: Path,
) -> None:
    for place in (packaged_weights(), weights):
        card = load_card(place, COMMITTED["sha256"])
        assert card is not None
        assert card.sha256 == COMMITTED["sha256"]


def test_a_card_beside_other_weights_is_theirs(weights: Path) -> None:
    write_card(weights)
    assert weights.parent / "mine.card.json" == card_beside(weights)
    card = load_card(weights, OTHER_SUM)
    assert card is not None
    assert card.sha256 == OTHER_SUM


def test_accuracy_and_counts_follow_from_the_confusion_matrix(weights: Path) -> None:
    confusion = [[9 if read == truth else int(read == truth + 1) for read in range(10)] for truth in range(10)]
    write_card(weights, digits=[{**MNIST, "confusion": confusion}])
    card = load_card(weights, OTHER_SUM)
    assert card is not None
    figures = card.digits[0]
    assert (figures.images, figures.right, figures.accuracy) == (99, 90, 90 / 99)


def test_weights_that_nobody_measured_have_none(weights: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert load_card(weights, OTHER_SUM) is None
    assert not caplog.records


def test_a_card_of_other_weights_is_not_shown(weights: Path) -> None:
    write_card(weights, sha256="1" * 64)
    assert load_card(weights, OTHER_SUM) is None


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"digits": []}, "digits"),
        ({"digits": [{**MNIST, "calibration_error": 1.5}]}, "digits.0.calibration_error"),
        ({"digits": [{**MNIST, "confusion": [[0] * 10] * 10}]}, "digits.0"),
        ({"digits": [{**MNIST, "confusion": [[1] * 9] * 10}]}, "digits.0.confusion.0"),
        ({"swept_digits": "500"}, "swept_digits"),
        ({"sha256": "short"}, "sha256"),
        ({"more": 1}, "more"),
        (
            {"digits": [{**MNIST, "mistakes": [{**MNIST["mistakes"][0], "picture": "x"}]}]},
            "digits.0.mistakes.0.picture",
        ),
    ],
)
def test_a_card_that_makes_no_sense_is_told_to_the_operator_and_not_shown(
    weights: Path, caplog: pytest.LogCaptureFixture, changes: dict[str, Any], place: str
) -> None:
    write_card(weights, **changes)
    with caplog.at_level(logging.WARNING):
        assert load_card(weights, OTHER_SUM) is None
    assert f"mine.card.json: not a model card: {place}: " in caplog.text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        json.dumps(COMMITTED).encode()[:-100],
        b" " * MAX_CARD_BYTES + json.dumps(COMMITTED).encode(),
    ],
    ids=["empty", "cut off", "a list", "not UTF-8", "too deep", "the end is missing", "too long"],
)
def test_a_damaged_card_is_told_and_not_shown(
    weights: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    card_beside(weights).write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert load_card(weights, OTHER_SUM) is None
    assert "mine.card.json: not a model card: the file: " in caplog.text


def test_a_card_that_cannot_be_read_is_told_and_not_shown(weights: Path, caplog: pytest.LogCaptureFixture) -> None:
    card_beside(weights).mkdir()
    assert load_card(weights, OTHER_SUM) is None
    assert "mine.card.json: cannot be read: not a regular file" in caplog.text
