"""Drawings as training data: from a file of strokes to weights that know what is no digit."""

import json
from pathlib import Path

import numpy as np
import pytest

from model.artifact import load_artifact
from model.data.drawings import file_checksums
from tests.cli.conftest import Digits
from tests.drawings import DRAWINGS, Drawing, moved

QUICK = ("--hidden", "32", "--epochs", "3", "--limit", "1200", "--batch-size", "16", "--no-augment")
CROSS: Drawing = [[[0, 0], [90, 90]], [[90, 0], [0, 90]]]


def write_drawings(path: Path, writers: str, *more_lines: str) -> Path:
    """Every digit and a cross by each of the writers."""
    lines = [
        json.dumps({"label": label, "writer": writer, "strokes": moved(strokes, 1 + index / 9)})
        for index, writer in enumerate(writers)
        for label, ways in [*DRAWINGS.items(), ("x", [CROSS])]
        for strokes in ways
    ]
    path.write_text("\n".join([*lines, *more_lines]))
    return path


@pytest.fixture
def train(digits: Digits, mnist_folder: Path, tmp_path: Path) -> Digits:
    """Runs `digits train` on a few real images and a file of drawings by ten writers."""
    write_drawings(tmp_path / "mine.jsonl", "abcdefghij", "nonsense")
    return lambda *words: digits(
        "train", *QUICK, "--data", mnist_folder, "--out", "out", "--strokes", "mine.jsonl", *words
    )


def test_drawn_digits_are_learned_from_and_measured_on_other_writers(train: Digits, tmp_path: Path) -> None:
    run = train("--json", "--stroke-repeats", "4")
    assert run.returncode == 0, run.stderr
    assert "mine.jsonl: line 211: not JSON" in run.stderr
    result = json.loads(run.stdout)
    assert result["drawn_accuracy"] > 0.5
    artifact = load_artifact(tmp_path / "out" / "weights.npz")
    assert artifact.data["mine.jsonl"] == file_checksums([tmp_path / "mine.jsonl"])["mine.jsonl"]
    assert artifact.config["data"]["strokes"] == ["mine.jsonl"]
    assert artifact.calibration
    assert artifact.calibration.reject_offset is None


def test_with_what_is_no_digit_the_weights_refuse_it(train: Digits, digits: Digits, tmp_path: Path) -> None:
    write_drawings(tmp_path / "others.jsonl", "xyz")
    learned = ("--loss", "reject-cross-entropy", "--stroke-repeats", "4", "--dev-strokes", "others.jsonl")
    run = train(*learned, "--image-repeats", "2", "--scribbles", "600", "--styled-digits", "300", "--epochs", "6")
    assert run.returncode == 0, run.stderr
    # Of MNIST a sixth is held out; four times twenty digits and a cross by ten writers; and what is made.
    digits_learned, none = 2 * 1000 + 4 * 200 + 300, 10 + 600
    assert f"on {digits_learned + none:,} images" in run.stderr
    artifact = load_artifact(tmp_path / "out" / "weights.npz")
    assert artifact.calibration
    assert artifact.calibration.reject_offset == pytest.approx(np.log(99 * none / digits_learned), rel=1e-4)
    assert artifact.config["data"]["dev_strokes"] == ["others.jsonl"]
    measured = digits("evaluate", "--weights", "out/weights.npz", "--strokes", "others.jsonl", "--json")
    figures = json.loads(measured.stdout)["others.jsonl"]
    assert figures["refused_clear_non_digits"] > 0.6
    assert figures["refused_digits"] < 0.4


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--strokes", "absent.jsonl"), 1, "absent.jsonl: there is no such file of drawings"),
        (("--dev-strokes", "empty.jsonl"), 1, "empty.jsonl: holds no drawings"),
    ],
)
def test_a_file_that_is_missing_or_empty_is_told_before_a_run_is_begun(
    train: Digits, tmp_path: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    (tmp_path / "empty.jsonl").touch()
    run = train(*words)
    assert run.returncode == code
    assert message in run.stderr
    assert not (tmp_path / "out").exists()


def test_what_one_writer_drew_is_split_by_drawing_and_a_handful_is_all_learned_from(
    digits: Digits, mnist_folder: Path, tmp_path: Path
) -> None:
    # Without augmentation a drawing is drawn alike each time; two ways of each digit and a cross make 21.
    write_drawings(tmp_path / "many.jsonl", "aaa")
    write_drawings(tmp_path / "few.jsonl", "a")
    for name, held_out, learned in (("many.jsonl", True, 1000 + 2 * (60 - 12)), ("few.jsonl", False, 1000 + 5 * 20)):
        run = digits("train", *QUICK, "--data", mnist_folder, "--strokes", name, "--out", name.removesuffix(".jsonl"))
        assert run.returncode == 0, run.stderr
        assert ("Held out and drawn" in run.stdout) is held_out
        assert f"Training on {learned:,} images" in run.stderr


def test_the_augmentation_of_a_recipe_is_shown_in_sheets(digits: Digits, mnist_folder: Path, tmp_path: Path) -> None:
    write_drawings(tmp_path / "mine.jsonl", "ab")
    recipe = (
        '[learning]\nloss = "reject-cross-entropy"\n[data]\nstrokes = ["mine.jsonl"]\nscribbles = 24\n'
        "signs = 12\npictured_digits = 12\npictured_others = 12\n[augmentation.strokes]\nbend = 0.05\n"
    )
    (tmp_path / "mine.toml").write_text(recipe)
    for name, sheets in (("mine.toml", 7), ("small", 1)):
        run = digits("augment", "--recipe", name, "--data", mnist_folder, "--out", "sheets.html")
        assert run.returncode == 0, run.stderr
        page = (tmp_path / "sheets.html").read_text("utf-8")
        assert page.count('class="sheet"') == sheets
