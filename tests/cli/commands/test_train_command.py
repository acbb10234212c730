"""`digits train`: from the real files to weights that the other commands can use, everything the lecture teaches."""

import json
from pathlib import Path
from typing import Any

import pytest

from model.artifact import load_artifact
from model.training.run_folder import RunFolder
from tests.cli.conftest import Digits

QUICK = ("--hidden", "32", "--epochs", "8", "--limit", "1200", "--batch-size", "16", "--no-augment")


@pytest.fixture
def train(digits: Digits, mnist_folder: Path) -> Digits:
    """Runs `digits train` on the real files, briefly."""
    return lambda *words: digits("train", *QUICK, "--data", mnist_folder, "--out", "out", *words)


def report_of(run: Any) -> dict[str, Any]:
    """The object on the last line of `--json`."""
    assert run.returncode == 0, run.stderr
    report: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return report


@pytest.mark.mnist
def test_it_writes_a_run_folder_and_reports_it(train: Digits, tmp_path: Path) -> None:
    report = report_of(train("--json"))
    assert report["test_accuracy"] > 0.8
    assert len(report["epoch_seconds"]) == 8
    assert report["stopped_by"] == "epochs"
    folder = RunFolder(tmp_path / "out")
    artifact = load_artifact(folder.weights)
    assert artifact.network.architecture.sizes == (784, 32, 10)
    assert artifact.metrics["test_accuracy"] == report["test_accuracy"]
    assert set(artifact.data) == {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"}
    assert artifact.config["limit"] == 1200
    assert folder.read_config()[0].as_settings() == artifact.config
    history = folder.read_log()
    assert len(history.epochs) == 8
    assert len(history.losses) > 8 * 30
    assert folder.read_result().items() <= report.items()
    assert folder.report.read_text("utf-8").startswith("<!doctype html>")
    assert {path.name for path in folder.path.iterdir()} == {
        "config.json", "log.jsonl", "checkpoint.npz", "weights.npz", "result.json", "report.html"
    }  # fmt: skip


@pytest.mark.mnist
@pytest.mark.parametrize(
    ("words", "least"),
    [
        # No hidden layer, and the initializer that only works there; the plainest optimizer and schedule.
        (("--hidden", "", "--init", "zeros", "--optimizer", "sgd", "--schedule", "constant"), 0.8),
        # Deep and narrow.
        (("--hidden", "24,20,16", "--init", "glorot", "--activation", "tanh", "--scaling", "symmetric"), 0.75),
        # Every other scaling, activation, initializer and optimizer, at the optimizer's usual learning rate.
        (("--init", "normal", "--activation", "leaky-relu", "--optimizer", "momentum"), 0.8),
        (("--scaling", "center", "--activation", "gelu", "--optimizer", "nesterov"), 0.8),
        (("--scaling", "standardize", "--optimizer", "adagrad"), 0.75),
        (("--scaling", "none", "--hidden", "64"), 0.5),
        (("--maps", "4,16", "--kernels", "5,5", "--strides", "2,2"), 0.8),
        (("--batch-normalisation", "--dropout", "0.1"), 0.8),
        (("--activation", "sigmoid", "--optimizer", "rmsprop"), 0.7),
        (("--optimizer", "adamw", "--weight-decay", "0.1"), 0.8),
        # Output layers and losses.
        (("--loss", "binary-cross-entropy"), 0.8),
        (("--output", "sigmoid", "--loss", "binary-cross-entropy"), 0.8),
        (("--output", "sigmoid", "--loss", "mse", "--learning-rate", "0.005"), 0.7),
        (("--output", "linear", "--loss", "mse"), 0.7),
        (("--output", "softmax", "--loss", "mae", "--learning-rate", "0.005"), 0.5),
        # Gradient descent: full batch and stochastic.
        (("--batch-size", "full", "--optimizer", "sgd", "--learning-rate", "0.5", "--epochs", "40"), 0.7),
        (("--batch-size", "1", "--optimizer", "sgd", "--learning-rate", "0.01", "--epochs", "3"), 0.8),
        # Schedules and regularization.
        (("--schedule", "step", "--step-epochs", "4", "--step-factor", "0.5", "--dropout", "0.2"), 0.8),
        (("--label-smoothing", "0.1", "--clip-norm", "1", "--average-decay", "0.9", "--augment"), 0.6),
    ],
)  # fmt: skip
def test_every_row_of_the_lecture_trains_on_the_real_images(
    train: Digits, tmp_path: Path, words: tuple[str, ...], least: float
) -> None:
    report = report_of(train("--json", *words))
    assert report["test_accuracy"] > least
    load_artifact(tmp_path / "out" / "weights.npz")


@pytest.mark.mnist
@pytest.mark.parametrize(
    ("words", "stopped_by", "epochs"),
    [
        (("--patience", "1", "--learning-rate", "1e-30", "--optimizer", "sgd", "--epochs", "9"), "patience", 2),
        (("--loss-tolerance", "100", "--epochs", "9"), "loss-tolerance", 2),
        (("--gradient-tolerance", "1e9", "--epochs", "9"), "gradient-tolerance", 1),
        (("--max-seconds", "0.001", "--epochs", "9"), "time", 0),
    ],
)
def test_every_way_to_end_is_named_in_the_report(
    train: Digits, tmp_path: Path, words: tuple[str, ...], stopped_by: str, epochs: int
) -> None:
    report = report_of(train("--json", *words))
    assert (report["stopped_by"], len(report["epoch_seconds"])) == (stopped_by, epochs)
    assert f"stopped by {stopped_by}" in (tmp_path / "out" / "report.html").read_text("utf-8")


@pytest.mark.mnist
def test_an_autoencoder_draws_digits_again_and_is_refused_where_digits_are_read(
    digits: Digits, train: Digits, mnist_folder: Path, tmp_path: Path
) -> None:
    report = report_of(train("--task", "autoencoder", "--json", "--epochs", "30"))
    assert report["test_accuracy"] is None
    # Drawing the mean image again and again gives 0.067.
    assert 0 < report["test_reconstruction_error"] < 0.05
    assert (tmp_path / "out" / "reconstructions.png").read_bytes().startswith(b"\x89PNG")
    measured = digits(
        "evaluate", "--weights", "out/weights.npz", "--data", mnist_folder, "--report", "seen.html", "--json"
    )
    assert measured.returncode == 0, measured.stderr
    error = json.loads(measured.stdout)["MNIST test"]["reconstruction_error"]
    assert error == pytest.approx(report["test_reconstruction_error"], abs=1e-5)
    assert "data:image/png" in (tmp_path / "seen.html").read_text("utf-8")
    described = digits("describe", "out/weights.npz")
    assert "autoencoder" in described.stdout
    refused = digits("evaluate", "--weights", "out/weights.npz", "--strokes", "nowhere.jsonl")
    assert refused.returncode == 1
    assert "weights of the task autoencoder draw digits again, they don't read them" in refused.stderr


@pytest.mark.mnist
@pytest.mark.parametrize(("output", "loss"), [("linear", "mse"), ("linear", "mae"), ("sigmoid", "mae")])
def test_regression_has_either_error_on_either_output(train: Digits, output: str, loss: str) -> None:
    report = report_of(
        train("--task", "autoencoder", "--output", output, "--loss", loss, "--json", "--learning-rate", "0.003")
    )
    assert 0 < report["test_reconstruction_error"] < 0.11


@pytest.mark.mnist
def test_the_same_seed_writes_the_same_file_and_another_another(train: Digits, tmp_path: Path) -> None:
    for out, seed in (("one", 3), ("two", 3), ("three", 4)):
        run = train("--out", out, "--seed", seed, "--quiet")
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    one, two, three = ((tmp_path / out / "weights.npz").read_bytes() for out in ("one", "two", "three"))
    assert one == two
    assert one != three


@pytest.mark.mnist
def test_without_a_terminal_progress_is_a_line_an_epoch(train: Digits) -> None:
    run = train("--hidden", "", "--optimizer", "sgd")
    assert run.returncode == 0, run.stderr
    assert "epoch   8/8  loss" in run.stderr
    assert "validation accuracy" in run.stderr
    assert "images/s" in run.stderr
    assert run.stdout.startswith("Test accuracy ")
    assert "stopped by epochs" in run.stdout
    assert "Report:  out/report.html" in run.stdout


@pytest.mark.mnist
def test_flags_win_over_the_recipe_file_and_the_weights_are_named_after_both(train: Digits, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('name = "mine"\nhidden = [7]\nactivation = "tanh"\nbatch_size = "full"\n')
    assert train("--recipe", "mine.toml", "--hidden", "9", "--quiet").returncode == 0
    artifact = load_artifact(tmp_path / "out" / "weights.npz")
    assert artifact.network.architecture.sizes == (784, 9, 10)
    assert artifact.network.architecture.activation == "tanh"
    assert artifact.name == "mine-changed"
    assert train("--recipe", "mine.toml", "--name", "ours", "--quiet").returncode == 0
    assert load_artifact(tmp_path / "out" / "weights.npz").name == "ours"


@pytest.mark.mnist
def test_a_second_run_in_a_folder_moves_the_first_aside(train: Digits, tmp_path: Path) -> None:
    assert train("--quiet").returncode == 0
    first = (tmp_path / "out" / "weights.npz").read_bytes()
    second = train("--seed", "9")
    assert "The run that was in out is now in out/previous." in second.stderr
    assert (tmp_path / "out" / "previous" / "weights.npz").read_bytes() == first


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--recipe", "nope"), "recipe 'nope' is neither a file nor one of: autoencoder, release, small"),
        (("--hidden", "12,x"), "--hidden takes whole numbers such as 128,64, not '12,x'"),
        (("--hidden", "0"), "hidden layers must have at least 1 unit"),
        (("--maps", "8"), "maps, kernels and strides must be as many, one of each a layer, not 1, 0 and 0"),
        (("--kernels", "5x5"), "--kernels takes whole numbers such as 128,64, not '5x5'"),
        (("--epochs", "0"), "epochs must be at least 1"),
        (("--optimizer", "magic"), "unknown optimizer 'magic'; known: sgd, momentum"),
        (("--learning-rate", "-1"), "learning_rate must be above 0"),
        (("--limit", "1"), "limit must be at least 2"),
        (("--limit", "70000"), "limit is 70,000, but there are 60,000 training images"),
        (("--batch-size", "half"), "--batch-size takes a whole number, or full, not 'half'"),
        (("--batch-size", "0"), "batch_size must be at least 1, or full, not 0"),
        (("--output", "linear"), "loss cross-entropy needs probabilities: output softmax, not linear"),
        (("--task", "autoencoder", "--output", "softmax"), "task autoencoder needs output sigmoid or linear"),
        (
            ("--recipe", "small", "--task", "autoencoder"),
            "task autoencoder needs output sigmoid or linear, not softmax",
        ),
        (("--dropout", "1"), "dropout must be at least 0 and below 1"),
        (("--scribbles", "5"), "scribbles are no digits: only loss reject-cross-entropy can learn from them"),
        (("--loss", "reject-cross-entropy", "--scribbles", "5"), "strokes must name a file of them"),
        (("--task", "autoencoder", "--strokes", "mine.jsonl"), "task autoencoder learns from MNIST alone"),
        (("--resume",), "--out runs/latest: holds no run to resume"),
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


@pytest.mark.mnist
def test_a_folder_that_cannot_be_written_to_is_found_before_training(
    digits: Digits, mnist_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    run = digits("train", "--data", mnist_folder, "--out", "file/out")
    assert run.returncode == 2
    assert "--out file/out: cannot be written to" in run.stderr


@pytest.mark.mnist
def test_training_that_diverges_is_one_line_and_leaves_the_checkpoint(train: Digits, tmp_path: Path) -> None:
    run = train("--optimizer", "sgd", "--learning-rate", "1e9", "--quiet")
    assert run.returncode == 1
    assert run.stderr.startswith("digits: training diverges: ")
    assert len(run.stderr.splitlines()) == 1
    assert (tmp_path / "out" / "checkpoint.npz").exists()
    assert not (tmp_path / "out" / "weights.npz").exists()


@pytest.mark.mnist
def test_a_network_too_large_for_the_machine_is_one_line(train: Digits) -> None:
    run = train("--hidden", "10000000,10000000", "--quiet")
    assert run.returncode in {1, 2}
    assert len(run.stderr.splitlines()) == 1
    assert "cannot be written to: " in run.stderr or "not enough memory" in run.stderr


def test_missing_data_says_how_to_get_it(digits: Digits, tmp_path: Path) -> None:
    run = digits("train", "--data", tmp_path / "nowhere")
    assert run.returncode == 1
    assert "digits data fetch" in run.stderr
    assert "Traceback" not in run.stderr
    assert not list(tmp_path.iterdir())
