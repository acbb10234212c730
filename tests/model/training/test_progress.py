"""What ends a training."""

from typing import Any

import pytest

from model.training.config import StoppingSettings
from model.training.progress import Epoch, History, is_out_of_time, stopping_reason


def history(*epochs: dict[str, float]) -> History:
    made = History()
    for number, values in enumerate(epochs, start=1):
        usual: dict[str, Any] = {"loss": 1 / number, "validation_accuracy": 0.5 + number / 100, "gradient_norm": 1.0}
        rest: dict[str, Any] = {"images": 10, "validation_loss": 1.0, "learning_rate": 0.1, "seconds": 1.0}
        made.add(Epoch(number=number, **(usual | rest | values)))
    return made


def reason(so_far: History, seconds: float = 0.0, **settings: Any) -> str | None:
    return stopping_reason(StoppingSettings(**{"epochs": 10, **settings}), so_far, seconds)


def test_by_itself_it_goes_on_until_the_epochs_are_used_up() -> None:
    assert reason(history({}, {})) is None
    assert reason(history(*[{}] * 10)) == "epochs"


@pytest.mark.parametrize(("last", "expected"), [(0.49, "loss-tolerance"), (0.51, "loss-tolerance"), (0.3, None)])
def test_a_loss_that_hardly_falls_or_rises_ends_it(last: float, expected: str | None) -> None:
    assert reason(history({"loss": 0.5}, {"loss": last}), loss_tolerance=0.1) == expected


def test_one_epoch_is_no_fall_yet() -> None:
    assert reason(history({"loss": 0.5}), loss_tolerance=0.1) is None


def test_a_flat_place_ends_it() -> None:
    assert reason(history({"gradient_norm": 0.01}), gradient_tolerance=0.02) == "gradient-tolerance"
    assert reason(history({"gradient_norm": 0.03}), gradient_tolerance=0.02) is None


def test_patience_counts_from_the_epoch_that_is_kept() -> None:
    scores = [{"validation_accuracy": score} for score in (0.5, 0.9, 0.9, 0.8)]
    assert reason(history(*scores[:3]), patience=2) is None
    assert reason(history(*scores), patience=2) == "patience"
    assert history(*scores).best == len(scores) - 2


def test_an_autoencoders_score_is_its_validation_loss() -> None:
    losses: list[Any] = [{"validation_accuracy": None, "validation_loss": loss} for loss in (0.5, 0.3, 0.4)]
    assert history(*losses).best == 2
    assert reason(history(*losses), patience=1) == "patience"
    assert reason(history(*losses[:2]), patience=1) is None


def test_wall_time_ends_it() -> None:
    assert reason(history({}), 59.9, max_seconds=60) is None
    assert reason(history({}), 60.0, max_seconds=60) == "time"
    assert not is_out_of_time(StoppingSettings(), 1e9)


def test_the_best_epoch_is_the_first_of_equals() -> None:
    assert history(*[{"validation_accuracy": score} for score in (0.5, 0.9, 0.9, 0.8)]).best == 2
