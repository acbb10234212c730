"""The landscape as a job: paths of the trainer's own, over losses that are real."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from model.artifact import Artifact, load_artifact
from model.data import SAMPLE_FOLDER
from model.errors import ConfigError
from model.evaluation import loss_at, path_surface
from model.lab.surfaces.landscapes import landscape_job, network_config, train_racer
from model.lab.telling import as_figures
from model.nn import Floats
from model.training import TrainingConfig, TrainingData, load_checkpoint, prepare, read_training_files
from tests.command_line import run_digits

SMALL: Mapping[str, Any] = {"run": {"hidden": [8], "batch_size": 64}, "steps": 40, "size": 15}


def result_of(**request: Any) -> dict[str, Any]:
    found = landscape_job({"job": "landscape", **SMALL, **request}, lambda *_: None)
    json.dumps(found, allow_nan=False)
    return found


@dataclass(frozen=True)
class RunByCommand:
    """What the command line kept of a run."""

    artifact: Artifact
    steps: list[int]
    path: Floats


@pytest.fixture(scope="module")
def by_command(tmp_path_factory: pytest.TempPathFactory) -> list[RunByCommand]:
    """The same trained by `digits train`, for a whole epoch."""
    network = ("--recipe", "lab", "--keep-path", "--hidden", 8, "--batch-size", 64)
    runs = []
    for racer in (("sgd",), ("adam", "--learning-rate", 0.01)):
        out = tmp_path_factory.mktemp("run")
        trained = run_digits(
            "train", "--data", "sample", "--epochs", 1, "--out", out, *network, "--optimizer", *racer
        )
        assert trained.returncode == 0, trained.stderr
        kept = load_checkpoint(out / "checkpoint.npz").path()
        assert kept
        runs.append(RunByCommand(load_artifact(out / "weights.npz"), kept[0].tolist(), kept[1]))
    return runs


@pytest.mark.parametrize(("number", "optimizer", "rate"), [(0, "sgd", None), (1, "adam", 0.01)])
def test_a_racer_goes_where_the_command_line_goes_bit_for_bit(
    by_command: list[RunByCommand], number: int, optimizer: str, rate: float | None
) -> None:
    config = network_config(SMALL["run"], "sample", seed=1).changed(optimizer=optimizer, learning_rate=rate)
    racer = train_racer(config, sample(config), 40, lambda *_: None)
    run = by_command[number]
    assert racer.steps.tolist() == run.steps[:41] == list(range(41))
    assert racer.path.tobytes() == run.path[:41].tobytes()


def test_what_is_drawn_is_those_paths_on_their_plane_with_their_losses(by_command: list[RunByCommand]) -> None:
    found = result_of(racers={"sgd": None, "adam": 0.01})
    first, images = by_command[0].artifact, sample(network_config({}, "sample", seed=1)).training.take(slice(400))
    loss_of = loss_at(first.network, first.scaling, "classifier", "cross-entropy", images)
    surface = path_surface([run.path[:41] for run in by_command], loss_of, 15)
    assert found["losses"] == as_figures(surface.grid.losses)
    assert found["explained"] == as_figures(surface.explained)
    for course, places, losses in zip(found["courses"], surface.places, surface.losses, strict=True):
        assert course["path"] == as_figures(places)
        assert course["losses"] == as_figures(losses)
        assert course["steps"] == list(range(41))
        assert 0.2 < course["validation_accuracy"] < 1


def sample(config: TrainingConfig) -> TrainingData:
    return prepare(config, read_training_files(config, SAMPLE_FOLDER))


@pytest.mark.parametrize(("steps", "epochs"), [(66, 1), (67, 2)])
def test_each_course_has_the_command_line_that_trains_the_same_in_whole_epochs(steps: int, epochs: int) -> None:
    found = result_of(racers={"sgd": None, "adam": 0.01}, steps=steps)
    assert [course["command"] for course in found["courses"]] == [
        f"digits train --recipe lab --data sample --keep-path --hidden 8 {learning} --epochs {epochs}"
        for learning in (
            "--optimizer sgd --batch-size 64 --weight-decay 0.0",
            "--learning-rate 0.01 --batch-size 64 --weight-decay 0.0",
        )
    ]


def test_around_a_solution_it_is_in_the_middle_and_no_other_is_there() -> None:
    found = result_of(around="random")
    first, second = found["courses"]
    assert found["explained"] is None
    assert (found["x"][0], found["x"][7], found["x"][14]) == (-1, 0, 1)
    assert (first["path"], first["steps"]) == ([[0, 0]], [40])
    assert found["losses"][7][7] == first["losses"][0]
    assert (second["path"], second["losses"], second["steps"]) == ([], [], [])
    assert second["validation_accuracy"] > 0.2


def test_one_that_diverges_is_told_and_leaves_the_picture_to_the_others() -> None:
    alone = result_of(racers={"adam": None})
    found = result_of(racers={"sgd": 1e4, "adam": None})
    lost, arrived = found["courses"]
    assert "training diverges" in lost["diverged"]
    assert (lost["path"], lost["losses"], lost["validation_accuracy"]) == ([], [], None)
    assert arrived == alone["courses"][0]
    assert found["losses"] == alone["losses"]


def test_progress_is_told_of_each_racer_and_of_the_losses() -> None:
    told: list[tuple[str, int, int]] = []
    landscape_job({"job": "landscape", **SMALL}, lambda *progress: told.append(progress))
    ends = [progress for progress in told if progress[1] == progress[2]]
    assert ends == [
        ("training sgd", 40, 40), ("training adam", 40, 40), ("losses of the picture", 307, 307),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"run": {"hidden": [33]}}, r"run.hidden must be at most 2 layers of at most 32 units, not \[33\]"),
        ({"run": {"hidden": [8, 8, 8]}}, "run.hidden must be at most 2 layers"),
        ({"run": {"hidden": [0]}}, "hidden: the lab takes 1 to 256 each"),
        ({"run": {"hidden": "8"}}, "network.hidden must be"),
        ({"run": {"strokes": ["a"]}}, "run: unknown setting 'strokes'; known: hidden, activation"),
        ({"run": {"activation": "cubic"}}, "activation: must be one of sigmoid, tanh, relu"),
        ({"run": [8]}, "run must be a table of settings"),
        ({"racers": {"sgd": 1e4}}, "nobody arrives: training diverges"),
        ({"racers": {"newton": None}}, "racers: unknown optimizer 'newton'"),
        ({"steps": 1001}, "steps must be a whole number from 10 to 1000"),
        (
            {"run": {"batch_size": "full"}, "steps": 181},
            "steps must be at most 179 with so many racers and such a batch",
        ),
        ({"size": 42}, "size must be a whole number from 15 to 41"),
        ({"around": "everything"}, "around must be one of paths, random"),
        ({"data": "/etc"}, "data must be one of sample, all"),
        ({"seed": 1.5}, "seed must be a whole number"),
    ],
)
def test_what_makes_no_sense_is_told_by_its_name_with_what_is_allowed(request_: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        result_of(**request_)
