"""What can be turned in the lab, within which bounds, and which command line does the same."""

import shlex
from pathlib import Path
from typing import Any

import pytest

from model.errors import ConfigError
from model.lab.knobs import KNOBS, command_of, lab_config
from model.training import RunFolder, TrainingConfig, load_recipe
from tests.command_line import run_digits

CHANGED: dict[str, Any] = {
    "hidden": [12, 8],
    "activation": "tanh",
    "output": "sigmoid",
    "loss": "binary-cross-entropy",
    "scaling": "standardize",
    "init": "glorot",
    "optimizer": "momentum",
    "learning_rate": 0.05,
    "momentum": 0.8,
    "batch_size": "full",
    "weight_decay": 0.001,
    "dropout": 0.25,
    "batch_norm": True,
    "epochs": 2,
    "limit": 300,
}


def test_the_learning_rate_follows_no_schedule_and_none_is_spoken_of() -> None:
    default = load_recipe("lab")
    [rate] = [knob for knob in KNOBS if knob.key == "learning_rate"]

    assert default.learning.schedule == "constant"
    assert "schedule" not in rate.as_json(default)["about"]


def test_each_knob_is_a_setting_of_training_with_a_default_that_it_takes_itself() -> None:
    default = load_recipe("lab")
    for knob in KNOBS:
        shown = knob.as_json(default)
        if knob.key != "learning_rate":
            assert shown["about"] == knob.setting.about
        if shown["default"] is not None:
            knob.check(shown["default"])
        if shown["kind"] == "choice":
            assert shown["default"] in shown["choices"]
    assert {knob.key for knob in KNOBS} == set(CHANGED), "the tests below turn each"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"hidden": [300]}, "hidden: the lab takes 1 to 256 each, not [300]"),
        ({"hidden": [8] * 5}, "hidden: the lab takes at most 4 layers, not 5"),
        ({"epochs": 1000}, "epochs: the lab takes 1 to 100, not 1000"),
        ({"learning_rate": -1}, "learning_rate: the lab takes 1e-07 to 10000, not -1"),
        ({"learning_rate": "fast"}, "learning.learning_rate must be above 0, not 'fast'"),
        ({"activation": "step"}, "activation: must be one of sigmoid, tanh, relu, leaky-relu, gelu, not 'step'"),
        ({"loss": "reject-cross-entropy"}, "loss: must be one of cross-entropy"),
        ({"output": "linear"}, "needs probabilities"),
        ({"hiden": [8]}, "did you mean 'hidden'?"),
        ({"strokes": ["/etc/passwd"]}, "unknown setting 'strokes'"),
        ({"batch_size": "all"}, "learning.batch_size must be"),
        ({"hidden": "64"}, "network.hidden must be a list of whole numbers"),
    ],
)
def test_what_the_lab_does_not_take_is_named_with_what_it_takes(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        lab_config(values, 1)
    assert said in str(refused.value)


def test_the_command_line_of_a_run_means_the_very_same_settings(tmp_path: Path) -> None:
    config = lab_config(CHANGED, 7)
    command = shlex.split(command_of(config, "sample"))
    assert command[:6] == ["digits", "train", "--recipe", "lab", "--data", "sample"]
    ran = run_digits(*command[1:], "--quiet", "--out", tmp_path / "run")
    assert ran.returncode == 0, ran.stderr
    stored, _ = RunFolder(tmp_path / "run").read_config()
    assert without_name(stored) == without_name(config)


def test_a_run_that_was_stopped_is_repeated_by_as_many_epochs() -> None:
    assert command_of(lab_config({"epochs": 9}, 1), "all", 4) == "digits train --recipe lab --epochs 4"
    assert command_of(lab_config({"hidden": []}, 1), "all") == "digits train --recipe lab --hidden ''"


def without_name(config: TrainingConfig) -> dict[str, Any]:
    return {key: value for key, value in config.as_settings().items() if key != "name"}
