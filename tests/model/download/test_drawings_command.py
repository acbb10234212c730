"""`digits data fetch --drawings` as people use it, against a mirror on a real socket."""

from collections.abc import Callable
from pathlib import Path

import pytest

from model.data.catalogue import ARCHIVES, DRAWING_FILES
from tests.command_line import run_digits
from tests.model.data.pen_collections import UCI, UNIPEN, tar_of, unix_compressed, zip_of
from tests.model.download.local_mirror import Answer, LocalMirror

UNIPEN_NAME, UCI_NAME = (archive.name for archive in ARCHIVES)
NOT_KNOWN = [
    "digits-train.jsonl.gz: 5 drawings that are not the 13,915 which the weights know",
    "digits-dev.jsonl.gz: 0 drawings that are not the 2,978 which the weights know",
    "not-digits-train.jsonl.gz: 1 drawings that are not the 20,000 which the weights know",
    "not-digits-dev.jsonl.gz: 0 drawings that are not the 4,000 which the weights know",
]


@pytest.fixture
def archives(mirror: LocalMirror) -> LocalMirror:
    """A mirror of two small collections."""
    mirror.files.clear()
    mirror.files[UNIPEN_NAME] = tar_of(UNIPEN)
    mirror.files[UCI_NAME] = zip_of({"pendigits-orig.tra.Z": unix_compressed(UCI.encode())})
    return mirror


def test_downloads_the_archives_once_and_makes_the_files(archives: LocalMirror, tmp_path: Path) -> None:
    words = ["data", "fetch", "--drawings", "--dir", str(tmp_path), "--mirror", archives.url]
    result = run_digits(*words)
    assert result.stderr.splitlines() == NOT_KNOWN
    assert result.returncode == 1, "they are not those of the weights"
    assert result.stdout.splitlines() == [f"{archive.name}: downloaded from {archives.url}" for archive in ARCHIVES]
    assert (tmp_path / "digits-train.jsonl.gz").is_file()
    assert run_digits(*words).stdout.splitlines() == [f"{archive.name}: already there" for archive in ARCHIVES]


def test_resumes_and_goes_to_the_next_mirror(
    archives: LocalMirror, make_mirror: Callable[[], LocalMirror], tmp_path: Path
) -> None:
    other = make_mirror()
    other.will(Answer(body=b"<html>busy</html>"))
    archives.will(Answer(send=300), Answer())
    result = run_digits(
        "data", "fetch", "--drawings", "--dir", str(tmp_path), "--mirror", other.url, "--mirror", archives.url
    )
    assert result.stderr.splitlines() == NOT_KNOWN
    assert f"{other.url}/{UNIPEN_NAME}: sent an HTML page instead of an archive" in result.stdout
    assert "bytes=300-" in archives.ranges_asked_for


def test_a_damaged_archive_is_not_kept(archives: LocalMirror, tmp_path: Path) -> None:
    archives.files[UNIPEN_NAME] = tar_of(UNIPEN)[:-30]
    result = run_digits("data", "fetch", "--drawings", "--dir", str(tmp_path), "--mirror", archives.url)
    assert result.returncode == 1
    assert f"{archives.url}/{UNIPEN_NAME}: is damaged, or no archive" in result.stderr
    assert not list(tmp_path.rglob("*.tgz*"))


def test_takes_archives_and_folders_that_are_there(tmp_path: Path) -> None:
    source, target = tmp_path / "from", tmp_path / "to"
    (source / "uci").mkdir(parents=True)
    (source / "any-name.tar.xz").write_bytes(tar_of(UNIPEN, mode="w:xz"))
    (source / "uci" / "pendigits-orig.tra").write_text(UCI)
    result = run_digits("data", "fetch", "--drawings", "--dir", str(target), "--from", str(source))
    assert (result.stdout, result.stderr.splitlines()) == ("", NOT_KNOWN)
    assert {path.name for path in target.iterdir()} == {"digits-train.jsonl.gz", "not-digits-train.jsonl.gz"}


def test_status_tells_what_is_missing_and_how_to_get_it(tmp_path: Path) -> None:
    result = run_digits("data", "status", "--drawings", "--dir", str(tmp_path))
    assert result.returncode == 1
    assert [line.split()[:2] for line in result.stdout.splitlines()] == [
        ["missing", one.name] for one in DRAWING_FILES
    ]
    assert result.stderr == f"Get what is missing or damaged with: digits data fetch --drawings --dir {tmp_path}\n"
