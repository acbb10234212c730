"""`digits compare`: whatever runs are named, in whatever state they are, one page that has room for them."""

import re
from pathlib import Path

import pytest

from model.training.config import TrainingConfig
from model.training.progress import Epoch, History
from model.training.run_folder import RunFolder
from tests.cli.conftest import Digits


def write_run(path: Path, epochs: int = 2, **settings: object) -> RunFolder:
    """The folder of a run that went on for so many epochs, and has no result yet."""
    folder = RunFolder(path)
    folder.write_config(TrainingConfig().changed(**settings), Path("/data"))
    folder.log.write_bytes(b"")
    history = History()
    for number in range(1, epochs + 1):
        history.losses.append((number - 0.5, 1 / number))
        history.add(Epoch(number, 10, 1 / number, 0.1, 0.5, 0.1, 1.0, 2.0))
        folder.append_epoch(history)
    return folder


def names(page: str) -> list[str]:
    return re.findall(r'<th class="run"><span[^>]*></span>(.*)</th>', page)


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        (["A", "A"], ["A (1)", "A (2)"]),
        (["A", "./A", "B"], ["A (1)", "A (2)", "B"]),
        (["A", "in/A"], ["A", "in/A"]),
    ],
)
def test_runs_of_one_name_are_told_apart(
    digits: Digits, tmp_path: Path, runs: list[str], expected: list[str]
) -> None:
    for run in runs:
        write_run(tmp_path / run)
    found = digits("compare", *runs)
    assert (found.returncode, found.stderr) == (0, "")
    assert names((tmp_path / "comparison.html").read_text("utf-8")) == expected


def test_a_run_whose_log_was_cut_off_and_one_that_diverged_at_once_are_compared(
    digits: Digits, tmp_path: Path
) -> None:
    with write_run(tmp_path / "cut").log.open("ab") as log:
        log.write(b'{"kind": "epoch", "numb')
    write_run(tmp_path / "diverged", epochs=0).append_rest(History(losses=[(0.1, 2.0), (0.2, 1e9)]))
    write_run(tmp_path / "begun", epochs=0)
    run = digits("compare", "cut", "diverged", "begun")
    assert (run.returncode, run.stderr) == (0, "")
    assert (tmp_path / "comparison.html").read_text("utf-8").count("data:image/svg+xml") == 4


def test_each_of_many_runs_with_long_names_has_its_own_line(digits: Digits, tmp_path: Path) -> None:
    runs = [f"{'a-long-name-' * 12}{number}" for number in range(24)]
    for number, run in enumerate(runs):
        write_run(tmp_path / run, seed=number)
    assert digits("compare", *runs).returncode == 0
    page = (tmp_path / "comparison.html").read_text("utf-8")
    assert names(page) == runs
    lines = re.findall(r'<span class="line" style="border-top: 3px ([^"]*)">', page)
    assert len(set(lines)) == 24
