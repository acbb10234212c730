"""Preprocessing as a job: exact losses, the scalings of training, and what they do to descent."""

import json
from typing import Any

import numpy as np
import pytest

from model.data import load_mnist
from model.errors import ConfigError
from model.lab.surfaces.scalings import DIGITS, PIXELS, SigmoidUnit, scaled, scalings_job, two_pixels
from model.nn import SCALINGS
from model.optim import loss_for


def views_of(**request: Any) -> dict[str, Any]:
    found = scalings_job({"job": "scalings", **request}, lambda *_: None)
    json.dumps(found, allow_nan=False)
    return {view["scaling"]: view for view in found["views"]}


def test_the_points_are_two_pixels_of_real_digits() -> None:
    train = load_mnist("sample").train
    view = views_of()["none"]
    ones = train.images[train.labels == DIGITS[0]][:100]
    assert [point[:2] for point in view["points"][:100]] == [
        [float(image[PIXELS[0]]), float(image[PIXELS[1]])] for image in ones
    ]
    assert [point[2] for point in view["points"]] == [0] * 100 + [1] * 100


def test_each_scaling_does_to_the_inputs_what_its_name_says() -> None:
    pixels, _ = two_pixels()
    inputs = {scaling: scaled(scaling, pixels) for scaling in SCALINGS}
    np.testing.assert_array_equal(inputs["none"], pixels)
    np.testing.assert_allclose(inputs["unit"], pixels / 255, rtol=1e-6)
    np.testing.assert_allclose(inputs["symmetric"], pixels / 127.5 - 1, atol=1e-6)
    np.testing.assert_allclose(inputs["center"].mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(inputs["standardize"].mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(inputs["standardize"].std(axis=0), 1, atol=1e-6)


def test_the_loss_is_the_cross_entropy_that_training_knows() -> None:
    pixels, targets = two_pixels()
    unit = SigmoidUnit(scaled("symmetric", pixels), targets)
    logits = unit.inputs @ np.array([[0.7], [-1.2]])
    expected = loss_for("sigmoid", "binary-cross-entropy").value_and_gradient(
        logits, targets[:, None], np.empty_like(logits)
    )
    assert unit.value_and_gradient(*np.array([0.7, -1.2]))[0] == pytest.approx(expected)


def test_the_slopes_and_curvatures_are_those_of_the_loss() -> None:
    pixels, targets = two_pixels()
    unit = SigmoidUnit(scaled("center", pixels), targets)
    at, step = np.array([0.7, -1.2]), 1e-5
    for axis in range(2):
        aside = np.eye(2)[axis] * step
        after, before = (np.array(unit.value_and_gradient(*place)) for place in (at + aside, at - aside))
        slopes = (after - before) / (2 * step)
        assert unit.value_and_gradient(*at)[1 + axis] == pytest.approx(slopes[0], rel=1e-6)
        np.testing.assert_allclose(unit.curvature(at)[axis], slopes[1:], rtol=1e-6)


@pytest.mark.parametrize("scaling", SCALINGS)
def test_the_minimum_is_one_and_the_grid_has_it_in_its_middle(scaling: str) -> None:
    pixels, targets = two_pixels()
    unit = SigmoidUnit(scaled(scaling, pixels), targets)
    value, *slopes = unit.value_and_gradient(*unit.minimum())
    np.testing.assert_allclose(slopes, 0, atol=1e-10)
    losses = np.array(views_of()[scaling]["grid"]["losses"])
    assert losses.min() == losses[20, 20] == pytest.approx(value, rel=1e-5)


def test_descent_takes_the_steps_of_the_lecture() -> None:
    pixels, targets = two_pixels()
    view = views_of(learning_rate=2.0, steps=20)["standardize"]
    unit, weights = SigmoidUnit(scaled("standardize", pixels), targets), np.array(view["path"][0])
    for after in view["path"][1:]:
        weights -= 2.0 * np.array(unit.value_and_gradient(*weights)[1:])
        np.testing.assert_allclose(after, weights, rtol=1e-4)


def test_standardised_the_bowl_is_round_and_descent_is_there_first() -> None:
    views = views_of(learning_rate=8.0)
    roundness = {scaling: view["curvatures"][1] / view["curvatures"][0] for scaling, view in views.items()}
    assert min(roundness, key=roundness.__getitem__) == "standardize"
    assert roundness["unit"] > roundness["symmetric"] > roundness["center"]
    arrived = {scaling: view["arrived"] for scaling, view in views.items() if view["arrived"] is not None}
    assert min(arrived, key=arrived.__getitem__) == "standardize"
    assert views["none"]["ending"] == "diverged"


def test_grey_levels_need_a_rate_that_is_65025_times_lower() -> None:
    slow = views_of(learning_rate=8.0 / 255**2)["none"]
    np.testing.assert_allclose(slow["losses"], views_of(learning_rate=8.0)["unit"]["losses"], rtol=1e-3)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"learning_rate": 0}, "learning_rate must be a number above 0 and at most 10000, not 0"),
        ({"learning_rate": "1"}, "learning_rate must be"),
        ({"steps": 501}, "steps must be a whole number from 1 to 500, not 501"),
        ({"rate": 1}, "unknown field 'rate'; known: learning_rate, steps"),
    ],
)
def test_what_makes_no_sense_is_told_by_its_name(request_: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        views_of(**request_)
