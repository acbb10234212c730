"""Pictures of one's own: each kind of file is learned from, measured on and read by one command."""

import json
from pathlib import Path

import pytest

from model.artifact import load_artifact
from model.data import load_mnist
from tests.cli.conftest import Digits
from tests.pictures import idx_bytes, table_bytes, write_pictures

QUICK = ("--hidden", "32", "--epochs", "2", "--limit", "1200", "--no-augment")


@pytest.fixture
def train(digits: Digits, mnist_folder: Path) -> Digits:
    """Runs `digits train` on a few real images and what is named."""
    return lambda *words: digits("train", *QUICK, "--data", mnist_folder, "--out", "out", *words)


class TestFolder:
    def test_of_forty_pictures_a_fifth_is_held_out_and_reported(self, train: Digits, tmp_path: Path) -> None:
        own = write_pictures(tmp_path / "own", 4)
        (own / "7" / "broken.png").write_bytes(b"no image")
        run = train("--images", "own")
        assert run.returncode == 0, run.stderr
        assert "own/7/broken.png: not a PNG, JPEG or WebP image" in run.stderr
        # 1,000 images of MNIST, and 32 of the 40 three times, which makes a tenth of them.
        assert "Training on 1,096 images" in run.stderr
        assert "of 8 digits are read right" in run.stdout
        artifact = load_artifact(tmp_path / "out" / "weights.npz")
        assert 0 <= artifact.metrics["pictured_accuracy"] <= 1
        assert artifact.config["data"]["images"] == ["own"]

    def test_a_handful_is_learned_from_and_not_held_out(self, train: Digits, tmp_path: Path) -> None:
        write_pictures(tmp_path / "own", 2)
        run = train("--images", "own", "--picture-repeats", "2", "--json")
        assert run.returncode == 0, run.stderr
        assert "pictured" not in run.stdout
        assert "pictured_accuracy" not in json.loads(run.stdout)

    def test_what_is_no_digit_teaches_refusal_only(self, train: Digits, tmp_path: Path) -> None:
        write_pictures(tmp_path / "own", 1)
        lines = [{"file": f"own/{label}/0.png", "label": str(label)} for label in range(5)]
        lines += [
            {"file": "own/8/0.png", "task": "none"},
            {"file": "own/9/0.png", "task": "number", "label": "19"},
            {"file": "absent.png", "label": "1"},
        ]
        (tmp_path / "manifest.jsonl").write_text("\n".join(map(json.dumps, lines)))
        for loss, count in (("cross-entropy", 1005), ("reject-cross-entropy", 1006)):
            run = train("--images", ".", "--picture-repeats", "1", "--loss", loss)
            assert run.returncode == 0, run.stderr
            assert f"Training on {count:,} images" in run.stderr
            assert "own/9/0.png: is a number; what is learned from shows one digit" in run.stderr
            assert "absent.png: cannot be read: No such file or directory" in run.stderr

    def test_without_one_that_can_be_read_nothing_is_begun(self, train: Digits, tmp_path: Path) -> None:
        (tmp_path / "own" / "7").mkdir(parents=True)
        (tmp_path / "own" / "7" / "a.png").write_bytes(b"no image")
        run = train("--images", "own")
        assert run.returncode == 1
        assert "own: holds no picture of one digit" in run.stderr
        assert not (tmp_path / "out").exists()


class TestTable:
    def test_a_table_is_learned_from_and_measured_on(
        self, train: Digits, digits: Digits, tmp_path: Path, mnist_folder: Path
    ) -> None:
        some = load_mnist(mnist_folder).test.take(slice(60))
        (tmp_path / "train.csv").write_bytes(table_bytes(some.images, some.labels) + b"\n1,2,3")
        run = train("--images", "train.csv")
        assert run.returncode == 0, run.stderr
        assert "train.csv: line 62: 3 values, expected 785" in run.stderr
        assert "of 12 digits are read right" in run.stdout
        assert "train.csv" in load_artifact(tmp_path / "out" / "weights.npz").data
        measured = digits("evaluate", "--images", "train.csv", "--json")
        told = json.loads(measured.stdout)["pictures of train.csv"]
        assert (told["pictures"], told["by_kind"]["digits"]["right"]) == (60, 60)


class TestIdx:
    def test_of_a_folder_the_training_part_is_learned_from_and_the_other_measured_on(
        self, train: Digits, digits: Digits, tmp_path: Path, mnist_folder: Path
    ) -> None:
        test = load_mnist(mnist_folder).test
        for part, some in (("train", test.take(slice(50))), ("test", test.take(slice(50, 80)))):
            for kind, array in (("images-idx3", some.images.transpose(0, 2, 1)), ("labels-idx1", some.labels)):
                (tmp_path / f"emnist-digits-{part}-{kind}-ubyte").write_bytes(idx_bytes(array))
        run = train("--images", ".", "--picture-repeats", "1")
        assert run.returncode == 0, run.stderr
        assert "Training on 1,040 images" in run.stderr
        measured = digits("evaluate", "--images", ".", "--json")
        assert json.loads(measured.stdout)["pictures of ."]["by_kind"]["digits"]["right"] >= 29
        for one in (run, measured):
            assert (
                "its images lie on their side, rows for columns as in EMNIST; they are turned upright" in one.stderr
            )
