"""Pictures of one's own: each kind of file is learned from, measured on and read by one command."""

import json
from pathlib import Path

import numpy as np
import pytest

from model.artifact import load_artifact
from model.data import load_mnist
from tests.cli.conftest import Digits
from tests.model.data.tiny_set import idx_bytes
from tests.pictures import table_bytes, write_pictures
from tests.running_service import RunningService

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
        assert "pictured digits held out, accuracy" in (tmp_path / "out" / "report.html").read_text("utf-8")
        assert artifact.config["data"]["images"] == ["own"]

    def test_a_handful_is_learned_from_and_not_held_out(self, train: Digits, tmp_path: Path) -> None:
        write_pictures(tmp_path / "own", 2)
        run = train("--images", "own", "--picture-repeats", "2")
        assert run.returncode == 0, run.stderr
        assert "Training on 1,040 images" in run.stderr
        assert "Learned from and pictured: 20 digits; of so few none is held out." in run.stdout
        assert "pictured_accuracy" not in json.loads((tmp_path / "out" / "result.json").read_text())

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

    def test_where_a_manifest_names_writers_all_that_some_made_is_held_out(
        self, train: Digits, tmp_path: Path
    ) -> None:
        write_pictures(tmp_path / "own", 4)
        files = [(label, number) for label in range(10) for number in range(4)]
        lines = [{"file": f"own/{at}/{of}.png", "label": str(at), "writer": "abcd"[of]} for at, of in files]
        (tmp_path / "manifest.jsonl").write_text("\n".join(map(json.dumps, lines)))
        run = train("--images", ".")
        assert run.returncode == 0, run.stderr
        # A fifth of four writers is one, who made ten.
        assert "of 10 digits are read right" in run.stdout

    def test_it_may_be_all_that_is_learned_from(self, train: Digits, tmp_path: Path) -> None:
        write_pictures(tmp_path / "own", 4)
        run = train("--images", "own", "--image-repeats", "0")
        assert run.returncode == 0, run.stderr
        assert "Training on 32 images" in run.stderr
        run = train("--image-repeats", "0")
        assert run.returncode == 2
        assert "data.image_repeats 0 leaves nothing to learn from" in run.stderr

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


class TestReading:
    def test_folders_tables_and_idx_files_are_read_picture_by_picture(
        self, digits: Digits, tmp_path: Path, mnist_folder: Path
    ) -> None:
        write_pictures(tmp_path / "own", 1)
        some = load_mnist(mnist_folder).test.take(slice(3))
        (tmp_path / "test.csv").write_bytes(table_bytes(some.images))
        (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx_bytes(some.images))
        run = digits("predict", "own", "test.csv", "t10k-images-idx3-ubyte", "--json")
        assert (run.returncode, run.stderr) == (0, "")
        told = [json.loads(line) for line in run.stdout.splitlines()]
        assert [one["digit"] for one in told] == [*range(10), *some.labels, *some.labels]
        assert (told[7]["file"], told[7]["label"]) == ("own/7/0.png", "7")
        assert (told[10]["file"], told[10]["line"]) == ("test.csv", 2)
        assert (told[13]["file"], told[13]["image"]) == ("t10k-images-idx3-ubyte", 1)
        assert "label" not in told[10]

    def test_a_service_reads_them_as_well(
        self, digits: Digits, tmp_path: Path, mnist_folder: Path, service: RunningService
    ) -> None:
        some = load_mnist(mnist_folder).test.take(slice(3))
        (tmp_path / "test.csv").write_bytes(table_bytes(some.images))
        run = digits("predict", "test.csv", "--json", "--url", service.url)
        assert [json.loads(line)["digit"] for line in run.stdout.splitlines()] == some.labels.tolist()

    def test_labels_are_written_as_kaggle_wants_them_a_row_for_each_of_the_input(
        self, digits: Digits, tmp_path: Path, mnist_folder: Path
    ) -> None:
        some = load_mnist(mnist_folder).test.take(slice(3))
        blank = np.zeros((1, 28, 28), np.uint8)
        lines = table_bytes(np.concatenate([some.images, blank])).split(b"\n")
        (tmp_path / "test.csv").write_bytes(b"\n".join([*lines[:2], b"1,2,3", *lines[2:]]))
        run = digits("predict", "test.csv", "--csv", "out.csv")
        assert (run.returncode, run.stdout) == (1, "")
        assert "test.csv: line 3: 3 values, expected 784" in run.stderr
        first, second, third = some.labels
        assert (tmp_path / "out.csv").read_text() == f"ImageId,Label\n1,{first}\n2,\n3,{second}\n4,{third}\n5,0\n"
        run = digits("predict", "test.csv", "--csv", "test.csv/out.csv")
        assert run.returncode == 2
        assert "--csv test.csv/out.csv: cannot be written" in run.stderr
