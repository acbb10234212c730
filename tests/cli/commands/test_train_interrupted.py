"""Nothing is lost: real kills at random moments, Ctrl-C, full disks, and the same bits in the end."""

import json
import random
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from model.artifact import load_artifact
from model.old_settings import PATHS
from model.settings import by_path
from model.training.checkpoint import load_checkpoint
from model.training.run_folder import RunFolder
from tests.cli.conftest import Digits
from tests.running_service import DIGITS

SETTINGS = (
    "--hidden", "64,32", "--limit", "1200", "--epochs", "40", "--batch-size", "20", "--optimizer", "adam",
    "--no-augment", "--dropout", "0.1", "--schedule", "constant", "--average-decay", "0.95",
    "--checkpoint-seconds", "0.05",
)  # fmt: skip
KILLS = 5

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path, mnist_folder: Path) -> Start:
    """Starts `digits train` in a process of its own."""

    def run(*words: object) -> subprocess.Popen[str]:
        command = [str(DIGITS), "train", "--data", str(mnist_folder), *map(str, words)]
        return subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return run


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until, "it never came"
        time.sleep(0.005)


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)


def test_killed_at_random_moments_and_resumed_it_ends_with_the_same_bits(start: Start, tmp_path: Path) -> None:
    through = start(*SETTINGS, "--out", "through", "--quiet")
    assert through.communicate(timeout=120) == ("", "")
    seconds = sum(json.loads((tmp_path / "through" / "result.json").read_text())["epoch_seconds"])

    killed = RunFolder(tmp_path / "killed")
    moments = random.Random(0)  # noqa: S311 - no secret
    seen = []
    for attempt in range(KILLS):
        resume = () if attempt == 0 else ("--resume",)
        process = start(*SETTINGS, "--out", "killed", "--quiet", *resume)
        before = killed.checkpoint.stat().st_mtime_ns if killed.checkpoint.exists() else 0
        wait_for(lambda: killed.checkpoint.exists() and killed.checkpoint.stat().st_mtime_ns > before, process)  # noqa: B023
        time.sleep(moments.uniform(0, 0.6 * seconds / KILLS))
        kill(process)
        state = load_checkpoint(killed.checkpoint).state
        seen.append((state.epoch, state.images))
        assert not killed.weights.exists(), "it was through before it was killed"
    assert seen == sorted(seen)
    assert len(set(seen)) > 1, "no kill came after another step"
    # The last time without a word about the settings: they are in the folder.
    resumed = start("--resume", "--out", "killed", "--quiet")
    assert resumed.communicate(timeout=120) == ("", "")
    assert killed.weights.read_bytes() == (tmp_path / "through" / "weights.npz").read_bytes()
    logs = [RunFolder(tmp_path / name).read_log() for name in ("through", "killed")]
    assert [epoch.loss for epoch in logs[0].epochs] == [epoch.loss for epoch in logs[1].epochs]
    assert logs[0].losses == logs[1].losses


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop_it_keeps_what_it_has_learnt_and_can_go_on(
    start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    process = start(*SETTINGS, "--epochs", "4000", "--out", "run")
    folder = RunFolder(tmp_path / "run")
    wait_for(lambda: folder.log.exists() and folder.log.read_text().count('"kind": "epoch"') > 2, process)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out.startswith("Interrupted. What it has learnt is kept; `digits train --resume --out run` goes on.")
    assert "Traceback" not in err
    assert load_artifact(folder.weights).metrics["validation_accuracy"] > 0.5
    assert folder.read_result()["stopped_by"] == "interrupt"
    assert folder.report.exists()
    done = len(folder.read_log().epochs)
    process = start("--resume", "--out", "run", "--json")
    wait_for(lambda: len(folder.read_log().epochs) > done, process)
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    assert json.loads(out.splitlines()[-1])["stopped_by"] == "interrupt"


@pytest.fixture
def train(digits: Digits, mnist_folder: Path) -> Digits:
    """Runs `digits train` for an epoch, or goes on with it."""
    return lambda *words: digits("train", "--data", mnist_folder, "--out", "run", *words)


ONE_EPOCH = (*SETTINGS, "--epochs", "1", "--quiet")


def test_killed_before_anything_was_saved_it_starts_from_the_beginning(train: Digits, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    words = ("--limit", "300", *ONE_EPOCH)
    # With nothing at all in the folder, the settings beside --resume are those to start with.
    assert train(*words, "--resume").returncode == 0
    whole = folder.weights.read_bytes()
    for path in (folder.checkpoint, folder.weights, folder.result, folder.report):
        path.unlink()
    folder.log.write_bytes(b"")
    assert train("--resume", "--quiet").returncode == 0
    assert folder.weights.read_bytes() == whole


def test_a_finished_run_resumed_says_the_same_again(train: Digits, tmp_path: Path) -> None:
    words = (*SETTINGS, "--epochs", "2", "--json")
    first = json.loads(train(*words).stdout)
    weights = (tmp_path / "run" / "weights.npz").read_bytes()
    again = json.loads(train(*words, "--resume").stdout)
    assert {**first, "seconds": 0} == {**again, "seconds": 0}
    assert (tmp_path / "run" / "weights.npz").read_bytes() == weights


def test_a_run_of_before_settings_stood_in_tables_goes_on(train: Digits, tmp_path: Path) -> None:
    train(*ONE_EPOCH)
    folder = RunFolder(tmp_path / "run")
    before = folder.weights.read_bytes()
    content = json.loads(folder.config.read_text())
    flat = {name: value for name, value in content["settings"].items() if not isinstance(value, dict)}
    new_names = {path: old for old, path in PATHS.items()}
    flat |= {new_names[path]: value for path, value in by_path(content["settings"]).items() if path in new_names}
    tables = content["settings"]["augmentation"]
    flat |= {"augmentation": tables["images"], "redrawing": tables["strokes"]}
    folder.config.write_text(json.dumps({**content, "settings": flat}))
    folder.weights.unlink()
    assert train("--resume", "--quiet").returncode == 0
    assert folder.weights.read_bytes() == before


def test_other_settings_beside_resume_are_refused_by_their_path(train: Digits, tmp_path: Path) -> None:
    train(*ONE_EPOCH)
    before = (tmp_path / "run" / "checkpoint.npz").read_bytes()
    run = train(*SETTINGS, "--epochs", "9", "--hidden", "5", "--resume")
    assert run.returncode == 2
    assert "goes on with the settings of the run; these are others: network.hidden, stopping.epochs" in run.stderr
    assert "(only stopping may change, and of that not keep)" in run.stderr
    assert train(*SETTINGS, "--epochs", "1", "--keep", "last", "--resume").returncode == 2
    run = train("--augment", "--recipe", "small", "--resume")
    assert "learning.dropout" in run.stderr
    assert "augmentation.images.rotation" in run.stderr
    assert (tmp_path / "run" / "checkpoint.npz").read_bytes() == before


def test_a_damaged_checkpoint_is_told(train: Digits, tmp_path: Path) -> None:
    train(*ONE_EPOCH)
    (tmp_path / "run" / "checkpoint.npz").write_bytes(b"PK\x03\x04 nonsense")
    run = train("--resume")
    assert run.returncode == 1
    assert "run/checkpoint.npz: not a whole checkpoint" in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_a_disk_without_room_is_found_before_the_first_epoch(tmp_path: Path, mnist_folder: Path) -> None:
    command = [str(DIGITS), "train", "--data", str(mnist_folder), "--out", "run", "--limit", "600", "--hidden", "512"]
    run = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        # No file may grow beyond a megabyte: to the process it looks like a disk without room.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20)),
    )
    assert run.returncode == 2
    assert "--out run: cannot be written to: File too large" in run.stderr
    assert len(run.stderr.splitlines()) == 1
    assert not list((tmp_path / "run").iterdir())


def test_whatever_the_system_refuses_is_one_line_that_names_the_file(train: Digits, tmp_path: Path) -> None:
    (tmp_path / "run" / "log.jsonl").mkdir(parents=True)
    run = train(*ONE_EPOCH)
    assert (run.returncode, run.stderr) == (1, "digits: run/log.jsonl: Is a directory\n")
