"""`digits train`: from the real files to weights that the other commands can use."""

import json
from pathlib import Path

import pytest

from model.artifact import load_artifact
from tests.cli.conftest import Digits

QUICK = ("--hidden", "32", "--epochs", "2", "--limit", "7000", "--batch-size", "16")


@pytest.mark.mnist
def test_it_writes_weights_and_reports_them(digits: Digits, mnist_folder: Path, tmp_path: Path) -> None:
    run = digits("train", *QUICK, "--data", mnist_folder, "--out", "out", "--json")
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout.splitlines()[-1])
    assert report["test_accuracy"] > 0.6
    assert len(report["epoch_seconds"]) == 2
    assert report["stopped_by"] == "epochs"
    artifact = load_artifact(tmp_path / "out" / "weights.npz")
    assert artifact.network.architecture.sizes == (784, 32, 10)
    assert artifact.metrics["test_accuracy"] == report["test_accuracy"]
    assert set(artifact.data) == {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"}
    assert artifact.config["limit"] == 7000


@pytest.mark.mnist
def test_the_same_seed_writes_the_same_file_and_another_another(
    digits: Digits, mnist_folder: Path, tmp_path: Path
) -> None:
    for out, seed in (("one", 3), ("two", 3), ("three", 4)):
        run = digits("train", *QUICK, "--data", mnist_folder, "--out", out, "--seed", seed, "--quiet")
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    one, two, three = ((tmp_path / out / "weights.npz").read_bytes() for out in ("one", "two", "three"))
    assert one == two
    assert one != three


@pytest.mark.mnist
def test_without_a_terminal_progress_is_a_line_an_epoch(digits: Digits, mnist_folder: Path) -> None:
    run = digits("train", *QUICK, "--hidden", "", "--optimizer", "sgd", "--data", mnist_folder, "--out", "out")
    assert run.returncode == 0, run.stderr
    assert "epoch   2/2  loss" in run.stderr
    assert "validation accuracy" in run.stderr
    assert run.stdout.startswith("Test accuracy ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--recipe", "nope"), "recipe 'nope' is neither a file nor one of: small"),
        (("--hidden", "12,x"), "--hidden takes whole numbers such as 128,64, not '12,x'"),
        (("--hidden", "0"), "hidden layers must have at least 1 unit"),
        (("--epochs", "0"), "epochs must be at least 1"),
        (("--optimizer", "magic"), "unknown optimizer 'magic'; known: sgd, adam"),
        (("--learning-rate", "-1"), "learning_rate must be above 0"),
        (("--limit", "10"), "limit must be above the 5,000 validation images"),
    ],
)
def test_settings_that_make_no_sense_are_one_line_and_write_nothing(
    digits: Digits, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    run = digits("train", *words)
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 1
    assert message in run.stderr
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_to_is_found_before_training(digits: Digits, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = digits("train", "--out", "file/out")
    assert run.returncode == 2
    assert "--out file/out: cannot be written to" in run.stderr


@pytest.mark.mnist
def test_a_network_too_large_for_the_machine_is_one_line(digits: Digits, mnist_folder: Path) -> None:
    run = digits("train", *QUICK, "--hidden", "10000000,10000000", "--data", mnist_folder, "--out", "out", "--quiet")
    assert run.returncode == 1
    assert run.stderr.startswith("digits: not enough memory")
    assert len(run.stderr.splitlines()) == 1


def test_missing_data_says_how_to_get_it(digits: Digits, tmp_path: Path) -> None:
    run = digits("train", "--data", tmp_path / "nowhere")
    assert run.returncode == 1
    assert "digits data fetch" in run.stderr
    assert "Traceback" not in run.stderr
