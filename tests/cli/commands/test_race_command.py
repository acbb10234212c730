"""`digits race`: a table of where each optimizer ends, the same with pictures, and a clear word for what is wrong."""

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Digits


@pytest.mark.parametrize("surface", ["ravine", "rastrigin"])
def test_a_race_is_told_as_a_table_and_shown(digits: Digits, tmp_path: Path, surface: str) -> None:
    run = digits("race", surface, "--steps", 50)
    assert (run.returncode, run.stderr) == (0, "")
    named = [line.split()[0] for line in run.stdout.splitlines()[2:-1]]
    assert named == ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"]
    page = (tmp_path / "race.html").read_text("utf-8")
    assert page.count("data:image/png") == 2
    assert re.findall(r"</span>(\w+)</th>", page) == named


def test_each_has_its_own_rate_or_the_common_one(digits: Digits) -> None:
    words = ["--start", "-1.2,1", "--optimizer", "adam=0.1", "--optimizer", "sgd", "--learning-rate", "0.05"]
    run = digits("race", "rosenbrock", *words, "--steps", 10)
    assert run.returncode == 0, run.stderr
    assert "10 steps from -1.2, 1" in run.stdout
    rows = [line.split() for line in run.stdout.splitlines()[2:-1]]
    assert [row[:3] for row in rows] == [["adam", "0.1", "moving"], ["sgd", "0.05", "diverged"]]


def test_noise_comes_from_the_seed(digits: Digits) -> None:
    told = [digits("race", "--noise", 1, "--seed", seed, "--steps", 20).stdout for seed in (1, 1, 2)]
    assert told[0] == told[1] != told[2]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["hill"], "unknown surface 'hill'; known: ravine, saddle"),
        (["--start", "1"], "--start takes x and y, such as -1.2,1, not '1'"),
        (["--start", "1,inf"], "--start takes finite numbers, not '1,inf'"),
        (["--optimizer", "newton"], "unknown optimizer 'newton'; known: sgd"),
        (["--optimizer", "adam=fast"], "--optimizer takes a name and a learning rate, such as adam=0.1, not 'adam=f"),
        (["--optimizer", "adam=nan"], "the learning rate of adam must be above 0, not nan"),
        (["--learning-rate", 0], "the learning rate of sgd must be above 0, not 0"),
        (["--steps", 0], "Must be >= 1"),
        (["--momentum", 1], "Must be < 1"),
    ],
)
def test_what_makes_no_sense_is_refused(digits: Digits, tmp_path: Path, words: list[object], message: str) -> None:
    run = digits("race", *words)
    assert run.returncode == 2
    assert message in run.stderr
    assert not (tmp_path / "race.html").exists()
