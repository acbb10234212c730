"""`digits compare`: whatever runs are named, in whatever state they are, one page that has room for them."""

import base64
import io
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from model.training.config import TrainingConfig
from model.training.progress import Epoch, History
from model.training.run_folder import RunFolder
from tests.cli.conftest import Digits
from tests.command_line import run_digits


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


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with real runs: of two optimizers with their paths, of another network, and one without a path."""
    folder = tmp_path_factory.mktemp("runs")
    brief = ["--data", "sample", "--limit", 600, "--epochs", 2, "--no-augment", "--schedule", "constant", "-q"]
    for name, *words in [
        ("sgd", "--keep-path", "--optimizer", "sgd", "--hidden", 8),
        ("adam", "--keep-path", "--optimizer", "adam", "--hidden", 8),
        ("wide", "--keep-path", "--hidden", 9),
        ("centred", "--keep-path", "--hidden", 8, "--scaling", "symmetric"),
        ("squares", "--keep-path", "--hidden", 8, "--loss", "mse"),
    ]:
        run = run_digits("train", *brief, *words, "--out", folder / str(name))
        assert (run.returncode, run.stderr) == (0, "")
    write_run(folder / "pathless")
    return folder


def test_the_paths_of_runs_are_shown_on_their_loss_surface(trained: Path, tmp_path: Path) -> None:
    out = tmp_path / "compared.html"
    run = run_digits(
        "compare", "--surface", trained / "sgd", trained / "adam", "--grid", 7, "--images", 50, "--out", out
    )
    assert (run.returncode, run.stderr) == (0, "")
    page = out.read_text("utf-8")
    contents = re.findall(r'data:image/png;base64,([^"]+)', page)
    pictures = [imread(io.BytesIO(base64.b64decode(content))) for content in contents]
    assert len(pictures) == 3
    assert all(np.ptp(picture[..., :3]) > 0.9 for picture in pictures)  # from paper to ink
    surface = page[page.index("The loss surface") :]
    rows = [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>.*?</tr>", surface, re.DOTALL)[1:]]
    assert [(points, steps) for points, steps, *_ in rows] == [("9", "8"), ("9", "8")]
    first, second = ([float(one) for one in row] for row in rows)
    assert first[2] == second[2]  # of one seed
    assert max(first[3], second[3]) < first[2]
    assert min(first[8], second[8]) > 0


@pytest.mark.parametrize(
    ("runs", "words", "message"),
    [
        (["pathless"], [], "pathless: this run kept no path for --surface; train it with --keep-path"),
        (["sgd", "wide"], [], "wide has another network than {folder}/sgd: they have no surface in common"),
        (["sgd", "squares"], [], "squares has another loss than"),
        (["sgd", "centred"], [], "centred has another scaling than"),
        (["sgd"] * 11, [], "--surface shows at most 10 runs, not 11"),
        (["sgd"], ["--grid", 3], "Must be >= 5"),
        (["sgd"], ["--data", "nowhere"], "nowhere"),
    ],
)
def test_runs_without_a_surface_in_common_are_told_why(
    trained: Path, tmp_path: Path, runs: list[str], words: list[object], message: str
) -> None:
    out = tmp_path / "compared.html"
    run = run_digits("compare", "--surface", *(trained / name for name in runs), *words, "--out", out)
    assert run.returncode in {1, 2}
    assert message.format(folder=trained) in run.stderr
    assert "Traceback" not in run.stderr
    assert not out.exists()


def test_a_run_without_checkpoint_or_weights_is_told_which_file_is_missing(trained: Path, tmp_path: Path) -> None:
    for missing in ("checkpoint.npz", "weights.npz"):
        shutil.copytree(trained / "sgd", tmp_path / missing)
        (tmp_path / missing / missing).unlink()
        run = run_digits("compare", "--surface", tmp_path / missing, "--out", tmp_path / "compared.html")
        assert run.returncode == 1
        assert f"{missing}/{missing}" in run.stderr
