"""However a run of `digits train` ends, it says so, shows how it went, names what goes on, and loses nothing."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.views.training import open_view
from model.artifact import load_artifact
from model.training.checkpoint import load_checkpoint
from model.training.config import TrainingConfig
from model.training.run_folder import RunFolder
from tests.cli.conftest import Digits
from tests.running_service import DIGITS

QUICK = (
    "--data",
    "sample",
    "--limit",
    "400",
    "--hidden",
    "16",
    "--no-augment",
    "--batch-size",
    "50",
    "--epochs",
    "2",
)
DIVERGING = ("--optimizer", "sgd", "--learning-rate", "1e9")


@pytest.fixture
def train(digits: Digits) -> Digits:
    """Runs `digits train` in the folder `out`, for a moment."""
    return lambda *words: digits("train", *QUICK, "--out", "out", *words)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path / "out")


def result_of(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert run.returncode in {0, 130}, run.stderr
    result: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return result


def test_two_starts_that_diverge_at_once_leave_the_finished_runs_weights(train: Digits, folder: RunFolder) -> None:
    assert train("--quiet").returncode == 0
    weights = folder.weights.read_bytes()
    for _ in range(2):
        assert train(*DIVERGING, "--quiet").returncode == 1
    assert (folder.path / "previous" / "weights.npz").read_bytes() == weights
    assert not (folder.path / "previous-1").exists()


def test_a_start_that_is_interrupted_while_preprocessing_is_no_run(
    train: Digits, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert train("--quiet").returncode == 0
    files = {path: path.stat().st_mtime_ns for path in folder.path.iterdir()}

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("model.training.examples.data.preprocess_examples", interrupted)
    run = train("--seed", "2")
    assert (run.returncode, run.stdout) == (130, "")
    assert "Interrupted before training began; out is as it was." in run.stderr
    assert {path: path.stat().st_mtime_ns for path in folder.path.iterdir()} == files


def test_a_second_run_in_the_same_folder_is_refused_in_one_line(train: Digits, folder: RunFolder) -> None:
    folder.path.mkdir()
    with folder.locked():
        for words in ((), ("--resume",)):
            run = train(*words)
            assert (run.returncode, len(run.stderr.splitlines())) == (2, 1)
            assert run.stderr.startswith(
                "digits: --out out: another run is at work here; wait for it, or name another"
            )
        assert not list(folder.path.iterdir())


def test_training_that_diverges_at_once_shows_how_it_went(train: Digits, digits: Digits, folder: RunFolder) -> None:
    run = train(*DIVERGING, "--quiet")
    assert run.returncode == 1
    assert run.stderr.rstrip().endswith("out/report.html shows how it went")
    history = folder.read_log()
    assert history.epochs == []
    assert history.losses[-1][1] > 1e3
    report = folder.report.read_text("utf-8")
    assert "training diverges: the loss is" in report
    assert "data:image/svg+xml" in report
    assert "learning.learning_rate" in report
    assert digits("compare", "out").returncode == 0
    assert "<td>divergence</td>" in Path("comparison.html").read_text("utf-8")


def test_training_that_diverges_later_keeps_the_best_before(
    train: Digits, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The rate is harmless until the schedule's stair, which here leads up.
    monkeypatch.setattr("model.optim.schedules.Step.factor", lambda _, progress: 1e12 if progress > 0.5 else 1.0)
    run = train("--optimizer", "sgd", "--schedule", "step", "--quiet")
    assert run.returncode == 1
    assert "training diverges: the loss is" in run.stderr
    assert run.stderr.rstrip().endswith("out/report.html shows how it went; out/weights.npz has epoch 1")
    assert load_artifact(folder.weights).metrics["kept_epoch"] == 1
    assert folder.read_result()["stopped_by"] == "divergence"
    assert "stopped by divergence" in folder.report.read_text("utf-8")
    assert len(folder.read_log().epochs) == 1
    assert folder.read_log().losses[-1][0] > 1


def test_cut_within_an_epoch_it_says_so_and_compares_what_it_kept(
    train: Digits, digits: Digits, folder: RunFolder
) -> None:
    run = train("--keep", "last", "--max-seconds", "1e-9")
    assert "kept of 0 whole epochs: 1, cut after 50 of 334 images (validation accuracy" in run.stdout
    assert "More:    digits train --resume --out out --max-seconds N" in run.stdout
    kept = f"{100 * folder.read_result()['validation_accuracy']:.2f} %"
    assert "the weights are those of epoch 1, cut after 50 of 334 images" in folder.report.read_text("utf-8")
    assert len(folder.read_log().losses) > 0
    assert digits("compare", "out").returncode == 0
    page = Path("comparison.html").read_text("utf-8")
    assert "<td>1 (cut)</td>" in page
    assert f"<td>{kept}</td>" in page


def test_a_comparison_shows_the_validation_of_the_epoch_that_was_tested(
    train: Digits, digits: Digits, folder: RunFolder
) -> None:
    # With this rate the last epoch is seldom the best; kept is the last all the same.
    train("--keep", "last", "--learning-rate", "0.1", "--epochs", "4", "--quiet")
    result = folder.read_result()
    assert result["kept_epoch"] == 4
    digits("compare", "out")
    assert (
        f"<td>4</td>\n    <td>{100 * result['validation_accuracy']:.2f} %</td>" in Path("comparison.html").read_text()
    )


@pytest.mark.parametrize(
    ("words", "more"),
    [((), "--epochs N"), (("--patience", "1", "--epochs", "50", "--learning-rate", "1e-30"), "--patience N")],
)
def test_a_run_that_came_to_its_end_names_what_goes_on(train: Digits, words: tuple[str, ...], more: str) -> None:
    assert f"More:    digits train --resume --out out {more}\n" in train(*words, "--optimizer", "sgd").stdout


def test_a_finished_run_goes_on_to_more_epochs(train: Digits, digits: Digits, folder: RunFolder) -> None:
    constant = ("--schedule", "constant", "--json")
    through = result_of(train(*constant, "--epochs", "3"))
    whole = folder.weights.read_bytes()
    assert result_of(train(*constant))["epochs"] == 2
    run = digits("train", "--resume", "--out", "out", "--epochs", "3", "--json")
    assert {**result_of(run), "seconds": 0, "epoch_seconds": 0} == {**through, "seconds": 0, "epoch_seconds": 0}
    assert load_artifact(folder.weights).network.parameters.flat.tobytes()
    assert folder.weights.read_bytes() == whole, "a run with a constant rate ends as if it had been so long at first"
    assert folder.read_config()[0].stopping.epochs == 3
    assert load_checkpoint(folder.checkpoint).settings == folder.read_config()[0].as_settings()


def test_a_run_can_be_repeated_from_its_own_folder(train: Digits, digits: Digits, folder: RunFolder) -> None:
    train("--quiet", "--seed", "7")
    for number, recipe in enumerate(("out", "out/config.json")):
        assert digits("train", "--recipe", recipe, "--out", f"again-{number}", "--quiet").returncode == 0
        assert Path(f"again-{number}/weights.npz").read_bytes() == folder.weights.read_bytes()


def interrupted_when_it_imports(module: str, *words: str) -> subprocess.CompletedProcess[str]:
    """`digits WORDS...`, with Ctrl-C as a module is about to be loaded."""
    program = f"""
import os, signal, sys
def interrupt(event, words, seen=[]):
    if event == "import" and words[0] == {module!r} and not seen:
        seen.append(1)
        os.kill(os.getpid(), signal.SIGINT)
from cli.launch import main
sys.addaudithook(interrupt)
sys.argv[1:] = {words!r}
sys.exit(main())
"""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("module", ["cli.main", "cyclopts", "model.training"])
def test_ctrl_c_while_it_starts_ends_it_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.chdir(tmp_path)
    run = interrupted_when_it_imports(module, "train", *QUICK)
    assert (run.returncode, run.stdout, run.stderr) == (130, "", "")
    assert not list(tmp_path.iterdir())


def test_ctrl_c_after_the_last_epoch_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: RunFolder
) -> None:
    monkeypatch.chdir(tmp_path)
    run = interrupted_when_it_imports("cli.reports.training", "train", *QUICK, "--out", "out")
    assert run.returncode == 130
    assert "Traceback" not in run.stderr
    assert run.stdout.startswith("Test accuracy")
    assert folder.weights.exists()
    assert folder.report.exists()


def test_a_signal_that_is_ignored_from_the_start_stays_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ignoring = lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)  # noqa: E731 - as nohup and a shell's & do
    program = (
        "import signal, sys; from cli.launch import main; sys.argv[1:] = ['--version']; main(); "
        "print(signal.getsignal(signal.SIGINT) == signal.SIG_IGN)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, preexec_fn=ignoring
    )
    assert run.stdout.splitlines()[-1] == "True"


def test_settings_without_effect_are_told_before_training(train: Digits) -> None:
    run = train("--optimizer", "sgd", "--momentum", "0.9", "--step-epochs", "3", "--epochs", "1", "--quiet")
    assert run.returncode == 0
    assert run.stderr.splitlines() == [
        "learning.momentum has no effect: it needs learning.optimizer momentum, nesterov, adam or adamw",
        "learning.step_size has no effect: it needs learning.schedule step",
    ]


def in_a_c_locale(name: bytes, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """`digits train --name NAME` where neither the locale nor the output knows a letter beyond ASCII."""
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    words: list[str | bytes] = [*QUICK, "--epochs", "1", "--out", "out", "--name", name]
    return subprocess.run(
        [DIGITS, "train", *words], cwd=folder, env=environment, capture_output=True, timeout=60, check=False
    )


def test_a_name_beyond_ascii_is_kept_in_any_locale(tmp_path: Path, folder: RunFolder) -> None:
    run = in_a_c_locale("été 七".encode(), tmp_path)
    assert run.returncode == 0, run.stderr
    assert load_artifact(folder.weights).name == "été 七"
    assert "Training run: été 七" in folder.report.read_text("utf-8")


def test_a_name_that_is_no_text_is_refused_before_training(tmp_path: Path, folder: RunFolder) -> None:
    run = in_a_c_locale(b"\xff", tmp_path)
    assert run.returncode == 2
    assert run.stderr == b"digits: name must be text, not '\\udcff'\n"
    assert not folder.path.exists()


def test_a_run_that_goes_on_with_other_cores_says_that_bits_may_differ(
    train: Digits, digits: Digits, folder: RunFolder
) -> None:
    train("--epochs", "1", "--quiet")
    cores = folder.read_machines()[0]["cores"]
    go_on = ("train", "--resume", "--out", "out", "--quiet")
    assert digits(*go_on).stderr == ""
    content = json.loads(folder.config.read_text())
    content["machines"][0]["cores"] = 64
    folder.config.write_text(json.dumps(content))
    told = f"--resume: it goes on with cores {cores} instead of 64; its last bits may differ from a run in one go.\n"
    assert digits(*go_on).stderr == told
    assert [machine["cores"] for machine in folder.read_machines()] == [64, cores]


def test_a_run_that_ends_at_chance_says_why(train: Digits, folder: RunFolder) -> None:
    run = train("--init", "zeros", "--epochs", "1")
    reason = (
        "all of the 16 units of hidden layer 1 have the same weights, so that they learn the same: network.init he"
    )
    assert f"It is no better than chance: {reason}" in run.stdout
    assert folder.read_result()["advice"][0].startswith(reason)
    assert folder.read_result()["hidden_units"] == [{"units": 16, "dead": 16, "saturated": 0}]
    report = folder.report.read_text("utf-8")
    assert reason in report
    assert "<tr><th>1</th><td>16</td><td>16</td><td>0</td></tr>" in report


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "adam, learning rate 0.001, rising over the first 5% of the steps, then falling to 0 along a cosine."),
        ({"schedule": "constant", "optimizer": "sgd"}, "sgd, learning rate 0.1 throughout."),
        ({"schedule": "step", "step_size": 2}, "adam, learning rate 0.001, times 0.1 every 2 epochs."),
    ],
)
def test_a_run_says_which_schedule_applies(
    capsys: pytest.CaptureFixture[str], settings: dict[str, Any], told: str
) -> None:
    with open_view(TrainingConfig().changed(**settings), quiet=False) as view:
        view.start_epochs(334, None)
    assert capsys.readouterr().err.endswith(f"Training on 334 images: {told}\n")
