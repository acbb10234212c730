"""`digits train --start-from`: weights learn what is new to them, and it is told what that gave and took."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from model.artifact import load_artifact, packaged_weights
from model.training.fine_tuning import settings_of_weights
from tests.cli.conftest import Digits
from tests.command_line import run_digits
from tests.pictures import write_pictures

LITTLE = ("--images", "own", "--picture-repeats", "2", "--limit", "600", "--data", "sample")
NOTHING_MADE = tuple(
    f"--{kind}=0" for kind in ("styled-digits", "scribbles", "signs", "pictured-digits", "pictured-others")
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights that have learned a little."""
    out = tmp_path_factory.mktemp("trained")
    run_digits(
        "train", "--hidden", "32", "--epochs", "3", "--no-augment", "--data", "sample", "--out", out, "--quiet"
    )
    return out / "weights.npz"


@pytest.fixture
def tune(digits: Digits, tmp_path: Path, trained: Path) -> Digits:
    """Goes on from these weights with pictures that are mirrored, which nobody has shown them."""
    for path in write_pictures(tmp_path / "drawn", 4).glob("*/*.png"):
        other = tmp_path / "own" / str(9 - int(path.parent.name))
        other.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, other)
    shutil.copy(trained, tmp_path / "start.npz")
    return lambda *words: digits("train", "--start-from", "start.npz", *LITTLE, "--out", "out", *words)


def test_it_tells_what_was_gained_on_the_new_and_lost_on_the_old(tune: Digits, tmp_path: Path) -> None:
    run = tune("--epochs", "3", "--learning-rate", "0.002", "--picture-repeats", "20")
    assert run.returncode == 0, run.stderr
    start, tuned = load_artifact(tmp_path / "start.npz"), load_artifact(tmp_path / "out" / "weights.npz")
    new, held_out, test = json.loads((tmp_path / "out" / "result.json").read_text())["fine_tuning"]
    assert [(one["examples"], one["count"]) for one in (new, held_out, test)] == [
        ("pictured, held out", 8), ("MNIST, held out", 100), ("MNIST, test", 1000)
    ]  # fmt: skip
    # The digits 0 to 9 are called 9 to 0: that can only be learned now.
    assert new["before"] <= 0.3 < new["after"]
    assert test["before"] == pytest.approx(start.metrics["test_accuracy"])
    assert test["after"] == pytest.approx(tuned.metrics["test_accuracy"])
    assert f"{'pictured, held out':<24} {8:>7} {new['before']:>7.2%} {new['after']:>7.2%}" in run.stdout
    assert "pictured, held out" in (tmp_path / "out" / "report.html").read_text("utf-8")
    assert tuned.config["start_from"] == "start.npz"
    assert tuned.name == "small-changed-changed"
    assert (tuned.scaling.offset == start.scaling.offset).all()


def test_of_the_images_of_an_epoch_a_share_is_mnists(tune: Digits) -> None:
    # 32 new ones twice; of 500 of MNIST's as many as that, or three times as many.
    for share, images in (("0.5", 128), ("0.75", 256), ("0", 65)):
        run = tune("--replay", share, "--epochs", "1")
        assert run.returncode == 0, run.stderr
        assert f"Training on {images} images" in run.stderr


def test_a_handful_is_compared_by_what_was_learned_from(tune: Digits, tmp_path: Path) -> None:
    for label in "3456789":
        shutil.rmtree(tmp_path / "own" / label)
    run = tune("--epochs", "1")
    assert "pictured, learned from" in run.stdout


def test_the_committed_weights_go_on_from_where_they_are(digits: Digits, tmp_path: Path) -> None:
    write_pictures(tmp_path / "own", 3)
    run = digits("train", "--start-from", "digits", *LITTLE, *NOTHING_MADE, "--epochs", "1", "--json")
    assert run.returncode == 0, run.stderr
    start, tuned = load_artifact(packaged_weights()), load_artifact(tmp_path / "runs" / "latest" / "weights.npz")
    assert tuned.network.architecture == start.network.architecture
    settings = settings_of_weights(start).as_settings()  # a setting that is newer than they are has its usual value
    for same in ("network", "judgement", "augmentation"):
        assert tuned.config[same] == settings[same]
    assert not tuned.config["learning"]["batch_norm"]
    assert json.loads(run.stdout)["test_accuracy"] > 0.97


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--hidden", "64"), "network.hidden is [64], but the weights to start from have [32]"),
        (("--scaling", "none"), "network.scaling is 'none', but the weights to start from have 'unit'"),
        (("--uncertain-below", "0.5"), "judgement.uncertain_below is 0.5, but the weights to start from have 0.8"),
        (("--batch-norm",), "learning.batch_norm is worked into weights, so with start_from it must be false"),
        (("--start-from", "absent.npz"), "weights 'absent.npz' are neither a file nor one of"),
    ],
)
def test_what_contradicts_the_weights_is_refused(
    tune: Digits, tmp_path: Path, words: tuple[str, ...], reason: str
) -> None:
    run = tune(*words)
    assert (run.returncode, reason in run.stderr) == (2, True), run.stderr
    assert not (tmp_path / "out").exists()


def test_a_run_goes_on_and_is_repeated_without_the_file_it_started_from(
    tune: Digits, digits: Digits, tmp_path: Path
) -> None:
    whole = tune("--epochs", "2", "--out", "whole")
    cut = tune("--epochs", "2", "--max-seconds", "0.001", "--out", "cut")
    assert (whole.returncode, cut.returncode) == (0, 0), cut.stderr
    (tmp_path / "start.npz").unlink()
    resumed = digits("train", "--resume", "--out", "cut", "--max-seconds", "1000")
    again = digits("train", "--recipe", "whole", "--out", "again")
    assert (resumed.returncode, again.returncode) == (0, 0), resumed.stderr + again.stderr
    first, *others = (load_artifact(tmp_path / name / "weights.npz") for name in ("whole", "cut", "again"))
    for other in others:
        assert (other.network.parameters.flat == first.network.parameters.flat).all()


@pytest.mark.usefixtures("tune")
def test_without_mnist_the_sample_is_mixed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digits: Digits
) -> None:
    monkeypatch.delenv("DIGITS_DATA_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    run = digits("train", "--start-from", "start.npz", "--images", "own", "--epochs", "1", "--limit", "600")
    assert run.returncode == 0, run.stderr
    assert "holds no MNIST: the sample that comes along takes its place." in run.stderr


def test_weights_start_from_their_own_run_into_the_same_folder(tune: Digits, digits: Digits, tmp_path: Path) -> None:
    tune("--epochs", "1")
    run = digits("train", "--start-from", "out/weights.npz", *LITTLE, "--epochs", "1", "--out", "out")
    assert run.returncode == 0, run.stderr
    kept, before = (load_artifact(tmp_path / "out" / name) for name in ("start.npz", "previous/weights.npz"))
    assert np.array_equal(kept.network.parameters.flat, before.network.parameters.flat)
