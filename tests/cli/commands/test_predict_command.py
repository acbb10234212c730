"""`digits predict` on all that it reads: strokes, files of drawings, pipes; here and by a service."""

import gzip
import json
import os
import pty
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Digits
from tests.drawings import DRAWINGS, SEVEN, canvas, encoded
from tests.running_service import DIGITS, RunningService
from tests.troubled_server import READING, TroubledServer, answers, is_busy

LINES = b"".join(
    json.dumps({"label": digit, "strokes": DRAWINGS[digit][0]}).encode() + b"\n" for digit in "0123456789"
)

Words = tuple[str, ...]


@pytest.fixture(params=["here", "by a service"])
def where(request: pytest.FixtureRequest, service: RunningService) -> Words:
    """The options that choose who reads; each test with it holds for both."""
    return () if request.param == "here" else ("--url", service.url)


@pytest.fixture
def piped(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs `digits predict WORDS...` with some bytes on standard input."""

    def run(content: bytes, *words: str) -> subprocess.CompletedProcess[bytes]:
        command = [str(DIGITS), "predict", *words]
        return subprocess.run(command, cwd=tmp_path, input=content, capture_output=True, timeout=120, check=False)

    return run


def objects(output: str | bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_images_strokes_and_drawings_are_read_in_the_order_given(
    digits: Digits, tmp_path: Path, where: Words
) -> None:
    (tmp_path / "seven.png").write_bytes(encoded(canvas(SEVEN)))
    (tmp_path / "three.json").write_text(json.dumps(DRAWINGS["3"][0]))
    (tmp_path / "all.jsonl").write_bytes(LINES)
    (tmp_path / "all.jsonl.gz").write_bytes(gzip.compress(LINES))
    (tmp_path / "body.json").write_text(json.dumps({"strokes": DRAWINGS["5"][0]}))
    files = ("seven.png", "three.json", "all.jsonl", "all.jsonl.gz", "body.json")
    run = digits("predict", *files, "--json", *where)
    assert (run.returncode, run.stderr) == (0, "")
    told = objects(run.stdout)
    assert [one["digit"] for one in told] == [7, 3, *range(10), *range(10), 5]
    assert [one["file"] for one in told[:3]] == ["seven.png", "three.json", "all.jsonl"]
    assert (told[2]["line"], told[2]["label"], told[21]["line"], told[21]["label"]) == (1, "0", 10, "9")
    assert "line" not in told[0]
    assert told[0].keys() >= {"probabilities", "confidence", "verdict", "alternatives", "model"}


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (encoded(canvas(SEVEN)), [7]),
        (b" \n" + json.dumps(SEVEN).encode(), [7]),
        (LINES, list(range(10))),
        (gzip.compress(LINES), list(range(10))),
    ],
    ids=["image", "strokes", "drawings", "gzipped drawings"],
)
def test_standard_input_is_told_by_how_it_begins(
    piped: Callable[..., subprocess.CompletedProcess[bytes]], content: bytes, read: list[int]
) -> None:
    run = piped(content, "-", "--json")
    assert (run.returncode, run.stderr) == (0, b"")
    assert [one["digit"] for one in objects(run.stdout)] == read
    assert {one["file"] for one in objects(run.stdout)} == {"-"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "standard input: is empty"),
        (b"hello", "standard input: not a PNG, JPEG or WebP image"),
        (b"{", "standard input: line 1: not JSON"),
        (gzip.compress(LINES)[:-20], "standard input: cannot be read: Compressed file ended"),
    ],
)
def test_what_is_wrong_with_standard_input_is_told(
    piped: Callable[..., subprocess.CompletedProcess[bytes]], content: bytes, words: str
) -> None:
    run = piped(content, "-")
    assert run.returncode == 1
    assert words in run.stderr.decode()


def test_what_cannot_be_read_is_named_and_the_rest_is_read(digits: Digits, tmp_path: Path, where: Words) -> None:
    wrong = {
        "text.png": (b"hello", "text.png: not a PNG, JPEG or WebP image"),
        "damaged.png": (
            encoded(canvas(SEVEN))[:300],
            "damaged.png: refused: " if where else "damaged.png: a damaged",
        ),
        "half.json": (b"[[[1, 2]", "half.json: not JSON"),
        "object.json": (b'{"ink": []}', "object.json: not a list of strokes"),
        "points.json": (b"[[[1, 2], [3]]]", "strokes[0][1]: a point is [x, y]"),
        "nan.json": (b"[[[NaN, 2]]]", "nan.json: "),
        "deep.json": (b"[" * 800 + b"]" * 800, "deep.json: "),
        "empty.jsonl": (b"\n\n", "empty.jsonl: holds no drawings"),
        "mixed.jsonl": (b"\n{\n" + LINES, "mixed.jsonl: line 2: not JSON"),
    }
    for name, (content, _) in wrong.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()
    run = digits("predict", *wrong, "nowhere.png", "folder", "--json", *where)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert len(run.stderr.splitlines()) == len(wrong) + 2
    for _, words in wrong.values():
        assert words in run.stderr
    assert "nowhere.png: cannot be read: No such file" in run.stderr
    assert "folder: neither a manifest.jsonl nor pictures in folders named by digit" in run.stderr
    told = objects(run.stdout)
    assert [(one["digit"], one["line"]) for one in told] == [(digit, digit + 3) for digit in range(10)]


def test_drawings_are_told_with_their_line_and_label(digits: Digits, tmp_path: Path) -> None:
    (tmp_path / "all.jsonl").write_bytes(LINES)
    run = digits("predict", "all.jsonl")
    assert run.stdout.splitlines()[4].endswith("digit        all.jsonl: line 5 (4)")


def test_a_terminal_gets_a_table(tmp_path: Path) -> None:
    (tmp_path / "seven[red].png").write_bytes(encoded(canvas(SEVEN)))
    ours, its = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    command = [str(DIGITS), "predict", "seven[red].png"]
    run = subprocess.run(command, cwd=tmp_path, stdout=its, env=environment, timeout=120, check=False)
    os.close(its)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert run.returncode == 0
    assert "confidence" in shown
    assert "seven[red].png" in shown
    assert "\x1b[32mdigit" in shown


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "requires an argument"),
        (("x.png", "--url", "localhost:8000"), "must start with http://"),
        (("x.png", "--url", "http://"), "name a host"),
        (("x.png", "--colour"), "Unknown option: --colour"),
    ],
)
def test_words_that_make_no_sense_are_exit_code_2(digits: Digits, words: Words, told: str) -> None:
    run = digits("predict", *words)
    assert run.returncode == 2
    assert told in run.stderr


def test_a_service_that_does_not_answer_is_asked_no_further(digits: Digits, tmp_path: Path) -> None:
    (tmp_path / "all.jsonl").write_bytes(LINES)
    with TroubledServer([is_busy(503, "0")]) as server:
        run = digits("predict", "all.jsonl", "--url", server.url)
        assert run.returncode == 1
        assert len(server.asked) == 4, "the four attempts of one request"
    assert len(run.stderr.splitlines()) == 10
    assert run.stderr.count("does not answer: too much to do (503, asked 4 times)") == 10


def test_a_file_of_many_drawings_is_few_requests(digits: Digits, tmp_path: Path) -> None:
    (tmp_path / "many.jsonl").write_bytes((LINES * 30)[: -len(LINES)] + b"{\n" + LINES)
    log = tmp_path / "log"
    with RunningService(log, options=("--access-log",)) as counted:
        run = digits("predict", "many.jsonl", "--json", "--url", counted.url)
        counted.stop()  # which writes down what was asked last
    assert (run.returncode, run.stderr.count("\n")) == (1, 1)
    assert "many.jsonl: line 291: not JSON" in run.stderr
    told = objects(run.stdout)
    assert [one["digit"] for one in told] == [int(one["label"]) for one in told] == [*range(10)] * 30
    assert [one["line"] for one in told] == [*range(1, 291), *range(292, 302)]
    assert log.read_text().count("/predict/batch status=200") == 2


def test_a_service_that_goes_away_in_the_middle_is_asked_no_further(digits: Digits, tmp_path: Path) -> None:
    (tmp_path / "many.jsonl").write_bytes(LINES * 60)
    reply = answers(200, {"results": [READING] * 256, "model": READING["model"]})
    with TroubledServer([reply, answers(500, "<html>"), reply]) as server:
        run = digits("predict", "many.jsonl", "nowhere.png", "--url", server.url)
    assert (run.returncode, len(server.asked)) == (1, 2)
    assert len(run.stdout.splitlines()) == 256
    assert run.stderr.count("does not answer: Internal Server Error (500, asked once)") == 600 - 256
    assert run.stderr.splitlines()[-1] == "nowhere.png: cannot be read: No such file or directory"


def test_the_key_of_the_environment_is_sent(digits: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "seven.json").write_text(json.dumps(SEVEN))
    with RunningService(tmp_path / "log", settings={"DIGITS_API_KEYS": "open sesame"}) as guarded:
        run = digits("predict", "seven.json", "--url", guarded.url)
        assert (run.returncode, "seven.json: refused: the header X-API-Key" in run.stderr) == (1, True)
        monkeypatch.setenv("DIGITS_API_KEY", "open sesame")
        run = digits("predict", "seven.json", "--url", guarded.url)
        assert (run.returncode, run.stdout[:1]) == (0, "7")
