"""`digits train`: from the real files to weights that the other commands can use, everything the lecture teaches."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cli.commands.train import _chosen_config
from cli.inputs.setting_flags import given_settings
from cli.main import cli
from model.artifact import load_artifact
from model.training.config import SETTINGS, TrainingConfig
from model.training.examples.data import TrainingData, prepare, read_training_files
from model.training.fit import fit
from model.training.run_folder import RunFolder
from tests.cli.conftest import Digits
from tests.running_service import DIGITS

QUICK = ("--hidden", "32", "--epochs", "8", "--limit", "1200", "--batch-size", "16", "--no-augment")

Words = tuple[str, ...]


@pytest.fixture
def train(digits: Digits, mnist_folder: Path) -> Digits:
    """Runs `digits train` on the real files, briefly."""
    return lambda *words: digits("train", *QUICK, "--data", mnist_folder, "--out", "out", *words)


def report_of(run: Any) -> dict[str, Any]:
    """The object on the last line of `--json`."""
    assert run.returncode == 0, run.stderr
    report: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return report


def config_of(*words: str) -> TrainingConfig:
    """The settings that `digits train WORDS...` would train with."""
    _, bound, _ = cli.parse_args(["train", *words])
    settings = {name: value for name, value in bound.kwargs.items() if name not in ("recipe", "augment")}
    return _chosen_config(
        bound.kwargs.get("recipe"), given_settings(settings), augment=bound.kwargs.get("augment", True)
    )


@pytest.fixture(scope="module")
def examples(mnist_folder: Path) -> TrainingData:
    """A few of the real images, brought to the form that training takes once for all tests."""
    config = config_of(*QUICK)
    return prepare(config, read_training_files(config, mnist_folder))


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
    assert artifact.config["data"]["limit"] == 1200
    assert folder.read_config()[0].as_settings() == artifact.config
    history = folder.read_log()
    assert len(history.epochs) == 8
    assert len(history.losses) > 8 * 30
    assert folder.read_result().items() <= report.items()
    assert folder.report.read_text("utf-8").startswith("<!doctype html>")
    assert {path.name for path in folder.path.iterdir()} == {
        "config.json", "log.jsonl", "checkpoint.npz", "weights.npz", "result.json", "report.html"
    }  # fmt: skip


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
        (("--channels", "4,16", "--kernel-size", "5,5", "--stride", "2,2"), 0.8),
        (("--batch-norm", "--dropout", "0.1"), 0.8),
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
        (("--schedule", "step", "--step-size", "4", "--gamma", "0.5", "--dropout", "0.2"), 0.8),
        (("--label-smoothing", "0.1", "--clip-norm", "1", "--ema-decay", "0.9", "--augment"), 0.6),
    ],
)  # fmt: skip
def test_every_row_of_the_lecture_trains_on_the_real_images(
    examples: TrainingData, words: Words, least: float
) -> None:
    assert fit(config_of(*QUICK, *words), examples).artifact.metrics["test_accuracy"] > least


def test_every_setting_has_a_flag_that_reaches_it() -> None:
    for setting in SETTINGS:
        value = "3" if int in setting.kinds else "0.5" if float in setting.kinds else "some"
        words = [f"--{setting.key.replace('_', '-')}", value][: 1 if bool in setting.kinds else 2]
        if tuple[int, ...] in setting.kinds:
            words[1] = "3,4"
        _, bound, _ = cli.parse_args(["train", *words])
        [(key, given)] = given_settings(bound.kwargs).items()
        assert key == setting.key
        expected = {"3": 3, "0.5": 0.5, "3,4": (3, 4)}.get(words[-1], words[-1])
        assert given in (expected, (expected,), True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("--maps", "8,64"), ("--channels", "8,64")),
        (("--kernels", "5,5"), ("--kernel-size", "5,5")),
        (("--strides", "2,2"), ("--stride", "2,2")),
        (("--average-decay", "0.9"), ("--ema-decay", "0.9")),
        (("--squares-decay", "0.9"), ("--beta2", "0.9")),
        (("--step-epochs", "3"), ("--step-size", "3")),
        (("--step-factor", "0.2"), ("--gamma", "0.2")),
        (("--warm-up", "0.2"), ("--warmup", "0.2")),
        (("--batch-normalisation",), ("--batch-norm",)),
        (("--no-batch-normalisation",), ("--no-batch-norm",)),
    ],
)
def test_flags_go_by_their_old_names_too(old: Words, new: Words) -> None:
    ours, before = (cli.parse_args(["train", *words])[1].kwargs for words in (new, old))
    assert ours == before


def test_flags_win_over_the_recipe_and_the_last_of_a_flag_over_the_others(tmp_path: Path) -> None:
    recipe = tmp_path / "mine.toml"
    recipe.write_text(
        'name = "mine"\n[network]\nhidden = [7]\nactivation = "tanh"\n[learning]\nbatch_size = "full"\n'
        "[augmentation.images]\nrotation = 9\nshear = 0.1\n"
    )
    config = config_of("--recipe", str(recipe), "--hidden", "8", "--hidden", "9,3")
    assert (config.network.hidden, config.network.activation, config.learning.batch_size) == ((9, 3), "tanh", "full")
    assert config.name == "mine-changed"
    assert config_of("--recipe", str(recipe)).name == "mine"
    assert config_of("--recipe", str(recipe), "--name", "ours", "--epochs", "3").name == "ours"
    assert config_of("--hidden", "").network.hidden == ()
    assert config_of("--strokes", "a", "--strokes", "b").data.strokes == ("a", "b")
    assert config_of("--task", "autoencoder").network.hidden == (256, 32, 256)
    plain = config_of("--recipe", str(recipe), "--no-augment", "--augmentation.images.rotation", "5")
    assert (plain.augmentation.images.rotation, plain.augmentation.images.shear) == (5.0, 0.0)
    assert plain.name == "mine-changed"


@pytest.mark.parametrize(
    ("words", "stopped_by", "epochs"),
    [
        (("--patience", "1", "--learning-rate", "1e-30", "--optimizer", "sgd", "--epochs", "9"), "patience", 2),
        (("--loss-tolerance", "100", "--epochs", "9"), "loss-tolerance", 2),
        (("--gradient-tolerance", "1e9", "--epochs", "9"), "gradient-tolerance", 1),
        (("--max-seconds", "0.001", "--epochs", "9"), "time", 0),
    ],
)
def test_every_way_to_end_is_named_in_the_figures(
    examples: TrainingData, words: Words, stopped_by: str, epochs: int
) -> None:
    figures = fit(config_of(*QUICK, *words), examples).figures()
    assert (figures["stopped_by"], figures["epochs"], len(figures["epoch_seconds"])) == (stopped_by, epochs, epochs)


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


@pytest.mark.parametrize(("output", "loss"), [("linear", "mse"), ("linear", "mae"), ("sigmoid", "mae")])
def test_regression_has_either_error_on_either_output(examples: TrainingData, output: str, loss: str) -> None:
    words = ("--task", "autoencoder", "--output", output, "--loss", loss, "--learning-rate", "0.003")
    assert 0 < fit(config_of(*QUICK, *words), examples).artifact.metrics["test_reconstruction_error"] < 0.11


def test_the_same_seed_writes_the_same_file_and_another_another(train: Digits, tmp_path: Path) -> None:
    for out, seed in (("one", 3), ("two", 3), ("three", 4)):
        run = train("--epochs", "2", "--out", out, "--seed", seed, "--quiet")
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    one, two, three = ((tmp_path / out / "weights.npz").read_bytes() for out in ("one", "two", "three"))
    assert one == two
    assert one != three


def test_as_a_process_without_a_terminal_progress_is_a_line_an_epoch(mnist_folder: Path, tmp_path: Path) -> None:
    command = [str(DIGITS), "train", *QUICK, "--data", str(mnist_folder), "--out", "out", "--optimizer", "sgd"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False)
    assert run.returncode == 0, run.stderr
    assert "epoch   8/8  loss" in run.stderr
    assert "validation accuracy" in run.stderr
    assert "images/s" in run.stderr
    assert run.stdout.startswith("Test accuracy ")
    assert "stopped by epochs" in run.stdout
    assert "Report:  out/report.html" in run.stdout


def test_a_second_run_in_a_folder_moves_the_first_aside(train: Digits, tmp_path: Path) -> None:
    assert train("--epochs", "1", "--quiet").returncode == 0
    first = (tmp_path / "out" / "weights.npz").read_bytes()
    second = train("--epochs", "1", "--seed", "9")
    assert "The run that was in out is now in out/previous." in second.stderr
    assert (tmp_path / "out" / "previous" / "weights.npz").read_bytes() == first


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("--recipe", "nope"),
            "recipe 'nope' is neither a file nor one of: autoencoder, fine-tune, lab, mlp, release, small",
        ),
        (("--hidden", "12,x"), 'Invalid value for --hidden: takes whole numbers such as 128,64, not "12,x"'),
        (("--hidden", "0"), "network.hidden must be a list of whole numbers, each at least 1, not [0]"),
        (("--maps", "8"), "channels, kernel_size and stride must be as many, one of each a layer, not 1, 0 and 0"),
        (("--kernels", "5x5"), 'takes whole numbers such as 128,64, not "5x5"'),
        (("--epochs", "0"), "stopping.epochs must be a whole number, at least 1, not 0"),
        (("--epochs", "many"), 'Invalid value for --epochs: unable to convert "many" into int'),
        (("--optimizer", "magic"), "learning.optimizer must be one of sgd, momentum"),
        (("--learning-rate", "-1"), "learning.learning_rate must be above 0"),
        (("--limit", "1"), "data.limit must be a whole number, at least 2"),
        (("--batch-size", "half"), 'Invalid value for --batch-size: unable to convert "half" into int|Literal[full]'),
        (("--batch-size", "0"), "learning.batch_size must be a whole number, at least 1, or full, not 0"),
        (("--output", "linear"), "loss cross-entropy needs probabilities: output softmax, not linear"),
        (("--task", "autoencoder", "--output", "softmax"), "network.output must be sigmoid or linear for task auto"),
        (("--recipe", "small", "--task", "autoencoder"), "network.output must be sigmoid or linear for task autoenc"),
        (("--dropout", "1"), "learning.dropout must be at least 0 and below 1"),
        (("--augmentation.images.bend-width", "0"), "augmentation.images.bend_width must be above 0"),
        (
            ("--scribbles", "5"),
            "data.scribbles are no digits: only learning.loss reject-cross-entropy can learn from",
        ),
        (("--loss", "reject-cross-entropy", "--scribbles", "5"), "data.strokes must name a file of them"),
        (("--task", "autoencoder", "--strokes", "mine.jsonl"), "task autoencoder learns from MNIST alone"),
        (("--checkpoint-seconds", "-1"), 'Invalid value "-1.0" for --checkpoint-seconds. Must be >= 0'),
        (("--hiden", "3"), "Unknown option: --hiden. Did you mean --hidden?"),
        (("--resume",), "--out runs/latest: holds no run to resume"),
    ],
)
def test_settings_that_make_no_sense_are_one_line_and_write_nothing(
    digits: Digits, tmp_path: Path, words: Words, message: str
) -> None:
    run = digits("train", *words)
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 1
    assert message in run.stderr
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_trained_is_found_before_training(digits: Digits, mnist_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = digits("train", "--data", mnist_folder, "--out", "file/out")
    assert run.returncode == 2
    assert "--out file/out: cannot be written to" in run.stderr
    run = digits("train", "--data", mnist_folder, "--limit", "70000")
    assert run.returncode == 2
    assert "data.limit is 70,000, but there are 5,000 training images" in run.stderr


def test_training_that_diverges_is_one_line_and_leaves_the_checkpoint(train: Digits, tmp_path: Path) -> None:
    run = train("--optimizer", "sgd", "--learning-rate", "1e9", "--quiet")
    assert run.returncode == 1
    assert run.stderr.startswith("digits: training diverges: ")
    assert len(run.stderr.splitlines()) == 1
    assert (tmp_path / "out" / "checkpoint.npz").exists()
    assert not (tmp_path / "out" / "weights.npz").exists()


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
