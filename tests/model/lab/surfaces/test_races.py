"""The race as a job: the very race of `digits race`, and one clear line for what makes no sense."""

import json
from typing import Any

import numpy as np
import pytest

from model.errors import ConfigError
from model.lab.surfaces.races import describe_surfaces, race_job
from model.lab.telling import as_figures
from model.optim import SURFACES, contestant, race


def result_of(**request: Any) -> dict[str, Any]:
    return race_job({"job": "race", **request}, lambda *_: None)


def test_the_courses_are_those_of_the_trainers_own_optimizers() -> None:
    over = SURFACES["beale"]
    who = [contestant(over, "nesterov", 0.001), contestant(over, "adam")]
    expected = race(over, (2.0, -1.0), who, 50, momentum=0.8, noise=0.5, rng=np.random.default_rng(7))
    found = result_of(
        surface="beale",
        start=[2, -1],
        racers={"nesterov": 0.001, "adam": None},
        steps=50,
        momentum=0.8,
        noise=0.5,
        seed=7,
    )
    assert [one["optimizer"] for one in found["courses"]] == ["nesterov", "adam"]
    for one, course in zip(found["courses"], expected, strict=True):
        assert one["learning_rate"] == course.contestant.learning_rate
        assert one["path"] == as_figures(course.path)
        assert one["losses"] == as_figures(course.values)
        assert (one["ending"], one["arrived"]) == (course.ending, course.arrived)


def test_the_grid_holds_the_loss_at_its_places_row_by_row() -> None:
    found, over = result_of(surface="himmelblau", steps=1), SURFACES["himmelblau"]
    x, y = found["x"], found["y"]
    assert (x[0], y[0]) == over.low
    assert (x[-1], y[-1]) == over.high
    at = np.array([x[7], y[30]])
    assert found["losses"][30][7] == pytest.approx(float(over.value(at)), rel=1e-5)


def test_of_many_minima_the_lowest_is_called_global_and_the_others_local() -> None:
    minima = result_of(surface="rastrigin", steps=1)["minima"]
    assert [one["at"] for one in minima if one["is_global"]] == [[0, 0]]
    assert len(minima) == len(SURFACES["rastrigin"].minima)


def test_left_alone_all_six_race_over_the_ravine_from_its_usual_start() -> None:
    found = result_of()
    assert found["surface"] == "ravine"
    assert [one["optimizer"] for one in found["courses"]] == [
        "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam",
    ]  # fmt: skip
    assert {tuple(one["path"][0]) for one in found["courses"]} == {SURFACES["ravine"].start}


def test_what_diverges_ends_with_its_last_finite_loss_as_json() -> None:
    found = result_of(surface="rosenbrock", racers={"sgd": 1.0}, steps=2000)
    (course,) = found["courses"]
    assert course["ending"] == "diverged"
    assert len(course["path"]) == len(course["losses"]) < 20
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"surface": "everest"}, "surface must be one of ravine, .*, not 'everest'"),
        ({"surface": ["ravine"]}, "surface must be one of"),
        ({"start": [1]}, "start must be x and y, from -5 to 2 and from -1.5 to 1.5, not"),
        ({"start": [0, 9]}, "start must be x and y"),
        ({"start": ["0", 0]}, "start must be x and y"),
        ({"racers": {}}, "racers must be 1 to 7 optimizers"),
        ({"racers": ["sgd"]}, "racers must be 1 to 7 optimizers"),
        ({"racers": {"newton": 1}}, "racers: unknown optimizer 'newton'; known: sgd, "),
        ({"racers": {"adam": 0}}, "racers: the learning rate of adam must be a number above 0"),
        ({"racers": {"adam": float("inf")}}, "racers: the learning rate of adam"),
        ({"steps": 2001}, "steps must be a whole number from 1 to 2000, not 2001"),
        ({"steps": 10.0}, "steps must be a whole number"),
        ({"steps": True}, "steps must be a whole number"),
        ({"momentum": 1}, "momentum must be a number from 0 to below 1, not 1"),
        ({"noise": -1}, "noise must be a number from 0"),
        ({"seed": -1}, "seed must be a whole number from 0"),
        ({"speed": 1}, "unknown field 'speed'; known: surface, start"),
    ],
)
def test_what_makes_no_sense_is_told_by_its_name_with_what_is_allowed(request_: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        result_of(**request_)


def test_each_surface_is_described_with_the_usual_rate_of_each_optimizer() -> None:
    described = {one["name"]: one for one in describe_surfaces()}
    assert list(described) == list(SURFACES)
    beale = described["beale"]
    assert (beale["low"], beale["high"], beale["start"]) == ([-1.0, -2.0], [4.5, 2.2], [1.0, 1.5])
    assert beale["rates"] == {
        "sgd": 0.002, "momentum": 0.002, "nesterov": 0.002, "adagrad": 0.3, "rmsprop": 0.03, "adam": 0.3,
    }  # fmt: skip
    assert all(one["about"] and one["minima"] for one in described.values())
