"""`digits data` as people use it: through its own command line, against a mirror on a real socket."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from model.data.catalogue import MNIST_FILES
from model.data.mnist import load_mnist
from tests.command_line import run_digits
from tests.model.download.local_mirror import Answer, LocalMirror


def start(*words: str) -> subprocess.Popen[str]:
    """Start the command as a process of its own."""
    command = [sys.executable, "-c", "import sys; from cli.main import main; sys.exit(main())", *words]
    # A suite run in the background has Ctrl-C switched off, and so would its children.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.fixture
def real_mirror(
    mirror: LocalMirror, mnist_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> LocalMirror:
    """A mirror of the sample, whose place is the test's folder."""
    monkeypatch.setattr("model.data.folder.SAMPLE_FOLDER", tmp_path)
    for file in MNIST_FILES:
        mirror.files[file.packed_name] = (mnist_folder / file.packed_name).read_bytes()
    return mirror


class TestFetch:
    def test_downloads_the_real_files_and_says_so(self, real_mirror: LocalMirror, tmp_path: Path) -> None:
        words = ["data", "fetch", "--dir", str(tmp_path), "--mirror", real_mirror.url]
        result = run_digits(*words)
        assert result.returncode == 0
        assert result.stdout.splitlines() == [
            *(f"{file.packed_name}: downloaded from {real_mirror.url}" for file in MNIST_FILES),
            f"All 4 files are in {tmp_path}, verified.",
        ]
        assert len(load_mnist(tmp_path).train) == 5_000
        assert run_digits("data", "status", "--dir", str(tmp_path)).returncode == 0

    def test_goes_to_the_next_mirror_and_resumes(
        self, real_mirror: LocalMirror, second_mirror: LocalMirror, tmp_path: Path
    ) -> None:
        second_mirror.will(Answer(status=403, body=b""))
        real_mirror.will(Answer(send=200_000), Answer())
        mirrors = ["--mirror", second_mirror.url, "--mirror", real_mirror.url]
        result = run_digits("data", "fetch", "--dir", str(tmp_path), *mirrors)
        assert result.returncode == 0
        assert f"{second_mirror.url}/{MNIST_FILES[0].packed_name}: HTTP 403" in result.stdout
        assert "bytes=200000-" in real_mirror.ranges_asked_for
        assert len(load_mnist(tmp_path).test) == 1_000

    @pytest.mark.usefixtures("real_mirror")
    def test_takes_the_files_from_a_folder_and_can_be_quiet(self, mnist_folder: Path, tmp_path: Path) -> None:
        words = ["data", "fetch", "--dir", str(tmp_path), "--from", str(mnist_folder), "--quiet"]
        result = run_digits(*words)
        assert (result.returncode, result.stdout + result.stderr) == (0, "")
        assert len(load_mnist(tmp_path).train) == 5_000


class TestFetchThatFails:
    def test_says_what_each_mirror_did(self, mirror: LocalMirror, tmp_path: Path) -> None:
        mirror.files.clear()
        result = run_digits("data", "fetch", "--dir", str(tmp_path), "--mirror", mirror.url)
        assert result.returncode == 1
        assert f"{mirror.url}/train-images-idx3-ubyte.gz: HTTP 404 Not Found" in result.stderr

    def test_takes_nothing_from_a_folder_without_the_files(self, tmp_path: Path) -> None:
        result = run_digits("data", "fetch", "--dir", str(tmp_path / "to"), "--from", str(tmp_path))
        assert result.returncode == 1
        assert result.stderr == (
            f"digits: {tmp_path}: has neither train-images-idx3-ubyte.gz nor train-images-idx3-ubyte\n"
        )

    def test_does_not_guess_between_a_folder_and_a_mirror(self, tmp_path: Path) -> None:
        result = run_digits("data", "fetch", "--from", str(tmp_path), "--mirror", "http://127.0.0.1")
        assert result.returncode == 2
        assert "use either --from or --mirror" in result.stderr

    def test_is_told_on_stderr_with_exit_code_1(self, mirror: LocalMirror, tmp_path: Path) -> None:
        mirror.files.clear()
        process = start("data", "fetch", "--dir", str(tmp_path), "--mirror", mirror.url)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 1
        assert errors.splitlines() == [
            "digits: train-images-idx3-ubyte.gz: no mirror gave it",
            f"  {mirror.url}/train-images-idx3-ubyte.gz: HTTP 404 Not Found",
        ]

    def test_ends_cleanly_on_ctrl_c_and_keeps_what_came(self, mirror: LocalMirror, tmp_path: Path) -> None:
        mirror.will(Answer(body=bytes(900_000), send=500_000, stall=True))
        process = start("data", "fetch", "--dir", str(tmp_path), "--mirror", mirror.url)
        partial = tmp_path / "train-images-idx3-ubyte.gz.part"
        deadline = time.monotonic() + 30
        while not (partial.exists() and partial.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 130
        assert errors == "Interrupted. The same command goes on from here.\n"
        assert partial.stat().st_size > 0


class TestStatus:
    def test_says_of_each_file_whether_it_is_whole(self, tmp_path: Path) -> None:
        (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(b"damaged")
        result = run_digits("data", "status", "--dir", str(tmp_path))
        assert result.returncode == 1
        lines = result.stdout.splitlines()
        assert [line.split()[:4] for line in lines[:4]] == [
            ["missing", "train-images-idx3-ubyte", "60,000", "items"],
            ["missing", "train-labels-idx1-ubyte", "60,000", "items"],
            ["missing", "t10k-images-idx3-ubyte", "10,000", "items"],
            ["damaged", "t10k-labels-idx1-ubyte", "10,000", "items"],
        ]
        assert lines[4].strip() == (
            f"{tmp_path / 't10k-labels-idx1-ubyte.gz'}: its content has 7 bytes, expected 10,008"
        )
        assert f"digits data fetch --dir {tmp_path}" in result.stderr

    def test_is_content_with_the_real_files(self, mnist_folder: Path) -> None:
        result = run_digits("data", "status", "--dir", str(mnist_folder))
        assert result.returncode == 0
        assert [line.split()[0] for line in result.stdout.splitlines()] == ["present"] * 4
