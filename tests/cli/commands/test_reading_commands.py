"""`digits predict`, `evaluate` and `describe`: looking at ink and at weights from the command line."""

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.weights.card import ModelCard
from model.artifact import load_artifact, packaged_weights
from model.preprocess import preprocess_strokes
from tests.cli.conftest import Digits
from tests.drawings import DRAWINGS, SEVEN, canvas, encoded
from tests.running_service import RunningService


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with a seven, an empty canvas and a file that is no image."""
    (tmp_path / "seven.png").write_bytes(encoded(canvas(SEVEN)))
    (tmp_path / "blank.jpg").write_bytes(encoded(np.full((50, 50), 200, np.uint8), "JPEG"))
    (tmp_path / "text.png").write_text("hello")
    return tmp_path


def decoded(picture: str) -> NDArray[np.int64]:
    """The grey levels (height, width) of a PNG in base64, 0 paper to 255 ink."""
    levels = np.array(Image.open(io.BytesIO(base64.b64decode(picture))).convert("L"), np.int64)
    return 255 - levels


class TestPredict:
    def test_it_reads_image_files(self, digits: Digits, pictures: Path) -> None:
        del pictures
        run = digits("predict", "seven.png", "blank.jpg")
        assert run.returncode == 0, run.stderr
        seven, blank = run.stdout.splitlines()
        assert seven.startswith("7 ")
        assert seven.endswith("digit        seven.png")
        assert blank.startswith("? ")
        assert "blank" in blank

    def test_a_service_gives_the_same_replies(self, digits: Digits, pictures: Path, service: RunningService) -> None:
        del pictures
        here = digits("predict", "seven.png", "blank.jpg", "--json")
        there = digits("predict", "seven.png", "blank.jpg", "--json", "--url", service.url)
        ours, theirs = ([json.loads(line) for line in run.stdout.splitlines()] for run in (here, there))
        assert len(ours) == 2
        for mine, its in zip(ours, theirs, strict=True):
            assert mine.keys() == its.keys()
            assert mine["digit"] == its["digit"]
            assert mine["probabilities"] == pytest.approx(its["probabilities"])

    def test_what_cannot_be_read_is_named_and_the_rest_is_read(self, digits: Digits, pictures: Path) -> None:
        del pictures
        for extra in ((), ("--url", "http://127.0.0.1:9")):
            run = digits("predict", "text.png", "nowhere.png", "seven.png", *extra)
            assert run.returncode == 1
            assert "nowhere.png: cannot be read: No such file" in run.stderr
            assert "Traceback" not in run.stderr
            assert run.stdout.startswith("7 ") is not bool(extra)

    def test_an_address_that_is_none_and_a_server_that_is_another_are_told(
        self, digits: Digits, pictures: Path, service: RunningService
    ) -> None:
        del pictures
        run = digits("predict", "seven.png", "--url", "localhost")
        assert (run.returncode, "must start with http://" in run.stderr) == (2, True)
        run = digits("predict", "seven.png", "--url", f"{service.url}/docs")
        assert run.returncode == 1
        assert "seven.png: refused: POST /docs/v1/predict: not found" in run.stderr


class TestEvaluate:
    def test_it_measures_a_file_of_drawings_and_names_its_bad_lines(self, digits: Digits, tmp_path: Path) -> None:
        records = [{"label": digit, "strokes": way} for digit, ways in DRAWINGS.items() for way in ways]
        records.append({"label": "x", "strokes": [[[0, 0], [9, 9]], [[9, 0], [0, 9]]]})
        lines = [*map(json.dumps, records), "{", json.dumps({"label": "1", "strokes": [[[1e308, 0], [-1e308, 0]]]})]
        (tmp_path / "mine.jsonl").write_text("\n".join(lines))
        run = digits("evaluate", "--strokes", "mine.jsonl", "--json")
        figures = json.loads(run.stdout)["mine.jsonl"]
        assert (figures["drawings"], figures["digits"], figures["accuracy"]) == (len(records), len(records) - 1, 1.0)
        assert f"line {len(records) + 1}: not JSON" in run.stderr
        assert f"line {len(records) + 2}: strokes are not lists of [x, y] points within 1e+12 of 0" in run.stderr

    def test_on_mnist_the_preprocessing_changes_next_to_nothing(self, digits: Digits, mnist_folder: Path) -> None:
        run = digits("evaluate", "--data", mnist_folder, "--json")
        figures = json.loads(run.stdout)["MNIST test"]
        assert figures["images"] == 1_000
        assert figures["accuracy"] >= 0.983
        assert (
            abs(figures["accuracy"] - figures["accuracy_without_preprocessing"]) < 0.0015
        )  # one image of the sample
        assert figures["mean_change_in_grey_levels"] < 0.5

    def test_a_file_of_another_kind_is_not_complained_about_line_by_line(
        self, digits: Digits, tmp_path: Path
    ) -> None:
        (tmp_path / "text").write_text("hello\n" * 500)
        run = digits("evaluate", "--strokes", "text")
        assert run.returncode == 1
        assert len(run.stderr.splitlines()) == 12
        assert "and 490 more" in run.stderr

    def test_a_file_without_drawings_is_refused(self, digits: Digits, tmp_path: Path) -> None:
        (tmp_path / "empty").touch()
        run = digits("evaluate", "--strokes", "empty")
        assert (run.returncode, run.stderr.strip()) == (1, "digits: empty: holds no drawings")

    def test_it_writes_report_figures_and_model_card_with_pictures(self, digits: Digits, tmp_path: Path) -> None:
        records = [{"label": digit, "strokes": way} for digit, ways in DRAWINGS.items() for way in ways]
        records += [{"label": label, "strokes": [[[0, 0], [9, 9]], [[9, 0], [0, 9]]]} for label in "xo"]
        (tmp_path / "mine.jsonl").write_text("\n".join(map(json.dumps, records)))
        words = ("--strokes", "mine.jsonl", "--report", "seen.html", "--card", "card.md", "--json")
        run = digits("evaluate", *words)
        assert run.returncode == 0, run.stderr
        figures = json.loads(run.stdout)
        assert figures == json.loads((tmp_path / "seen.json").read_text())
        assert figures["robustness"]["digits"] == 20
        assert figures["robustness"]["size, % of the canvas"]["60"]["accuracy"] >= 0.95
        assert figures["mine.jsonl"]["verdicts"].keys() == {"digits", "clear non-digits", "others"}
        card = (tmp_path / "card.md").read_text()
        assert f"| read right | {100 * figures['mine.jsonl']['accuracy']:.2f} % |" in card
        for picture in ("model-card-mistakes.png", "model-card-robustness.png"):
            assert f"images/{picture}" in card
            assert (tmp_path / "images" / picture).read_bytes().startswith(b"\x89PNG")
        assert "How far ink may stray" in (tmp_path / "seen.html").read_text()

    def test_it_writes_what_the_page_of_the_model_shows(self, digits: Digits, tmp_path: Path) -> None:
        sevens = [{"label": "7", "strokes": way} for way in DRAWINGS["7"]]
        wrong = [{"label": "1", "strokes": way} for way in DRAWINGS["4"]]
        letters = [{"label": "x", "strokes": [[[0, 0], [9, 9]], [[9, 0], [0, 9]]]}] * 20
        (tmp_path / "digits.jsonl").write_text("\n".join(map(json.dumps, sevens + wrong)))
        (tmp_path / "letters.jsonl").write_text("\n".join(map(json.dumps, letters)))
        files = ("--strokes", "digits.jsonl", "--strokes", tmp_path / "letters.jsonl")
        run = digits("evaluate", *files, "--page", "new/mine.card.json", "--json")
        assert run.returncode == 0, run.stderr
        told = json.loads(run.stdout)
        written = (tmp_path / "new" / "mine.card.json").read_bytes()
        card = ModelCard.model_validate_json(written)
        assert card.sha256 == load_artifact(packaged_weights()).sha256
        [figures] = card.digits
        assert (figures.name, figures.images) == ("digits.jsonl", len(sevens) + len(wrong))
        assert round(figures.accuracy, 4) == told["digits.jsonl"]["accuracy"] < 1
        assert figures.calibration_error == told["digits.jsonl"]["calibration_error"]
        assert sum(one.images for one in figures.reliability) == figures.images
        assert [(one.label, one.digit) for one in figures.mistakes] == [(1, 4)] * len(wrong)
        confidences = [one.confidence for one in figures.mistakes]
        assert confidences == sorted(confidences, reverse=True)
        seen = [preprocess_strokes(way).pixels.astype(int) for way in DRAWINGS["4"]]
        for mistake in figures.mistakes:
            assert min(np.abs(decoded(mistake.picture) - ink).max() for ink in seen) <= 1
        assert [(one.kind, one.drawings) for one in card.verdicts] == [
            ("digits", figures.images),
            ("clear non-digits", 20),
        ]
        assert [(sign.label, sign.drawings) for sign in card.signs] == [("x", 20)]
        assert card.swept_digits == figures.images
        assert [sweep.name for sweep in card.sweeps] == [name for name in told["robustness"] if name != "digits"]

    def test_it_measures_pictures_by_kind(self, digits: Digits, tmp_path: Path) -> None:
        (tmp_path / "wild").mkdir()
        files = {
            "seven.png": ("7", "digit", encoded(canvas(SEVEN))),
            "one.png": ("1", "digit", encoded(canvas(SEVEN))),
            "broken.png": ("3", "digit", b"no image"),
            "cross.png": ("", "none", encoded(canvas([[[0, 0], [90, 90]], [[90, 0], [0, 90]]]))),
            "pair.png": ("77", "number", encoded(np.hstack([canvas(SEVEN), canvas(SEVEN)]))),
        }
        entries = []
        for name, (label, task, content) in files.items():
            (tmp_path / "wild" / name).write_bytes(content)
            entries.append({"file": name, "label": label, "task": task, "kind": "paint", "note": "drawn"})
        (tmp_path / "wild" / "manifest.jsonl").write_text("\n".join(map(json.dumps, entries)))
        (tmp_path / "mine.jsonl").write_text(json.dumps({"label": "7", "strokes": SEVEN}))
        words = ("--report", "seen.html", "--card", "card.md", "--page", "page.json", "--strokes", "mine.jsonl")
        run = digits("evaluate", "--images", "wild", *words, "--json")
        assert run.returncode == 0, run.stderr
        told = json.loads(run.stdout)["pictures of wild"]
        counted = {name: (row["pictures"], row["right"], row["no_digit"]) for name, row in told["by_kind"].items()}
        assert counted == {
            "digits": (2, 1, 0),
            "digits: paint": (2, 1, 0),
            "numbers": (1, 1, 0),
            "no digit": (1, 1, 1),
        }
        assert "wild/broken.png: not a PNG, JPEG or WebP image" in run.stderr
        assert [one["file"] for one in told["wrong"]] == ["one.png"]
        assert "| digits: paint | 2 | 50.0 % | 0 | 0 |" in (tmp_path / "card.md").read_text()
        assert "one.png" in (tmp_path / "seen.html").read_text()
        card = ModelCard.model_validate_json((tmp_path / "page.json").read_bytes())
        assert next((kind.name, kind.pictures, kind.right) for kind in card.pictures) == ("digits", 2, 1)
        shown = digits("evaluate", "--images", "wild")
        assert "digits: paint                pictures 2  right 1" in shown.stdout

    def test_pictures_may_lie_in_folders_named_by_digit(self, digits: Digits, tmp_path: Path) -> None:
        (tmp_path / "mine" / "7").mkdir(parents=True)
        (tmp_path / "mine" / "7" / "a.png").write_bytes(encoded(canvas(SEVEN)))
        run = digits("evaluate", "--images", "mine", "--json")
        assert json.loads(run.stdout)["pictures of mine"]["by_kind"]["digits"]["right"] == 1

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("{", "line 1: Expecting"),
            ('{"label": "7"}', "line 1: not an object with a file"),
            ('{"file": "a.png", "label": "77"}', "line 1: label: a digit, or the digits of a number"),
            ('{"file": "a.png", "label": "7", "task": "none"}', "line 1: label: empty where the task is none"),
            ('{"file": "a.png", "label": "7"}', "a.png: cannot be read: No such file"),
            ("", "neither a manifest.jsonl nor pictures in folders named by digit"),
        ],
    )
    def test_a_folder_of_pictures_that_is_none_is_told(
        self, digits: Digits, tmp_path: Path, line: str, reason: str
    ) -> None:
        (tmp_path / "wild").mkdir()
        if line:
            (tmp_path / "wild" / "manifest.jsonl").write_text(line)
        run = digits("evaluate", "--images", "wild")
        assert (run.returncode, reason in run.stderr) == (1, True), run.stderr

    @pytest.mark.parametrize("words", [("--robustness",), ("--card", "card.md"), ("--page", "page.json")])
    def test_what_needs_drawn_digits_says_so(self, digits: Digits, tmp_path: Path, words: tuple[str, ...]) -> None:
        run = digits("evaluate", *words)
        assert run.returncode == 2
        assert "need drawn digits: give a file of them with --strokes" in run.stderr
        (tmp_path / "letters").write_text(json.dumps({"label": "x", "strokes": [[[0, 0], [9, 9]]]}))
        run = digits("evaluate", *words, "--strokes", "letters")
        assert (run.returncode, "none of the drawings is a digit" in run.stderr) == (1, True)


class TestDescribe:
    def test_it_describes_the_weights_that_the_environment_names(
        self, digits: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DIGITS_WEIGHTS", str(tmp_path / "none.npz"))
        for command in ("describe", "evaluate"):
            assert "none.npz: there is no such file" in digits(command).stderr
        monkeypatch.setenv("DIGITS_WEIGHTS", "")
        assert digits("describe").returncode == 0

    def test_it_says_what_the_weights_are(self, digits: Digits) -> None:
        run = digits("describe")
        assert run.returncode == 0
        for word in ("sha256", "784 - ", "parameters", "temperature", "test accuracy", "train-images-idx3-ubyte"):
            assert word in run.stdout

    def test_what_are_no_weights_is_one_line(self, digits: Digits, tmp_path: Path) -> None:
        (tmp_path / "x.npz").write_text("x")
        run = digits("describe", "x.npz")
        assert run.returncode == 1
        assert run.stderr.startswith("digits: x.npz: not a whole digits weights file")
        assert len(run.stderr.splitlines()) == 1
