"""The folder of the data files: where it is, what is in it, and how it is filled from another."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from platformdirs import user_cache_path

from model.data.catalogue import MNIST_FILES, SAMPLE_FILES
from model.data.folder import SAMPLE_FOLDER, State, data_folder, image_files, inspect, read_verified, take_from
from model.errors import DataError
from tests.model.data.tiny_set import TinySet


class TestWhereTheFolderIs:
    def test_where_it_is_said_to_be(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DIGITS_DATA_DIR", "/somewhere/else")
        assert data_folder(Path("here")) == Path("here")

    def test_else_where_the_environment_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DIGITS_DATA_DIR", "/from/environment")
        assert data_folder() == Path("/from/environment")

    @pytest.mark.parametrize("value", [None, ""])
    def test_else_in_the_cache_of_the_user(self, monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
        monkeypatch.delenv("DIGITS_DATA_DIR", raising=False)
        if value is not None:
            monkeypatch.setenv("DIGITS_DATA_DIR", value)
        assert data_folder() == user_cache_path("digits") / "mnist"

    def test_the_sample_by_its_name_from_anywhere(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.chdir(tmp_path)
        assert data_folder(Path("sample")) == SAMPLE_FOLDER
        monkeypatch.setenv("DIGITS_DATA_DIR", "sample")
        assert data_folder() == SAMPLE_FOLDER

    def test_unless_there_is_a_folder_of_that_name(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "sample").mkdir()
        monkeypatch.chdir(tmp_path)
        assert data_folder(Path("./sample")) == Path("sample")
        assert image_files(Path("sample")) == MNIST_FILES


def test_the_sample_is_whole_and_its_licence_and_makers_lie_beside_it() -> None:
    assert [finding.state for finding in inspect(SAMPLE_FOLDER)] == [State.PRESENT] * 4
    assert [finding.file for finding in inspect(SAMPLE_FOLDER)] == [*SAMPLE_FILES]
    notice = (SAMPLE_FOLDER / "README.md").read_text(encoding="utf-8")
    for words in ("CC BY-SA 3.0", "Yann LeCun", "Corinna Cortes", "Christopher J. C. Burges"):
        assert words in notice


class TestLookingAtAFolder:
    def test_tells_present_missing_and_damaged_files_apart(self, tiny: TinySet, tmp_path: Path) -> None:
        tiny.write_to(tmp_path)
        missing = tmp_path / tiny.files.train_labels.packed_name
        missing.unlink()
        damaged = tmp_path / tiny.files.test_images.packed_name
        damaged.write_bytes(damaged.read_bytes()[:-1])

        findings = inspect(tmp_path, files=tiny.files)

        assert [finding.state for finding in findings] == ["present", "missing", "damaged", "present"]
        assert findings[0].size == len(tiny.packed[tiny.files.train_images.packed_name])
        assert findings[1].path == missing
        assert "truncated" in findings[2].problem

    def test_finds_everything_missing_where_there_is_no_folder(self, tiny: TinySet, tmp_path: Path) -> None:
        findings = inspect(tmp_path / "none", files=tiny.files)
        assert {finding.state for finding in findings} == {State.MISSING}

    def test_calls_a_folder_of_that_name_damaged(self, tiny: TinySet, tmp_path: Path) -> None:
        (tmp_path / tiny.files.train_images.packed_name).mkdir()
        assert inspect(tmp_path, files=tiny.files)[0].state is State.DAMAGED


class TestReadingAFile:
    def test_accepts_it_gzipped_or_plain(self, tiny: TinySet, tmp_path: Path) -> None:
        file = tiny.files.test_labels
        tiny.write_to(tmp_path)
        from_gzip = read_verified(tmp_path, file)
        (tmp_path / file.packed_name).rename(tmp_path / file.name)
        (tmp_path / file.name).write_bytes(from_gzip)
        assert read_verified(tmp_path, file) == from_gzip

    def test_names_the_command_that_gets_what_is_missing(self, tiny: TinySet, tmp_path: Path) -> None:
        folder = tmp_path / "my data"
        with pytest.raises(DataError) as caught:
            read_verified(folder, tiny.files.train_images)
        assert str(caught.value) == (
            f"{folder}: has no train-images-idx3-ubyte.gz; get it with: digits data fetch --dir '{folder}'"
        )

    def test_refuses_the_right_size_with_another_sum(self, tiny: TinySet, tmp_path: Path) -> None:
        file = tiny.files.test_labels
        (tmp_path / file.name).write_bytes(bytes(file.size))
        with pytest.raises(DataError, match=r"the SHA-256 of its content is \w{64}, expected \w{64}; get it anew"):
            read_verified(tmp_path, file)

    def test_refuses_another_size(self, tiny: TinySet, tmp_path: Path) -> None:
        file = tiny.files.test_labels
        (tmp_path / file.packed_name).write_bytes(gzip.compress(bytes(file.size - 1)))
        with pytest.raises(DataError, match=f"content has {file.size - 1} bytes, expected {file.size}"):
            read_verified(tmp_path, file)


class TestTakingFilesFromAnotherFolder:
    def test_gzipped_files_are_copied_as_they_are(self, tiny: TinySet, tmp_path: Path) -> None:
        source, folder = tiny.write_to(tmp_path / "source"), tmp_path / "new" / "folder"
        take_from(source, folder, files=tiny.files)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == tiny.packed

    def test_plain_files_are_gzipped(self, tiny: TinySet, tmp_path: Path) -> None:
        source, folder = tmp_path / "source", tmp_path / "folder"
        source.mkdir()
        for name, raw in tiny.packed.items():
            (source / name.removesuffix(".gz")).write_bytes(gzip.decompress(raw))
        take_from(source, folder, files=tiny.files)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == tiny.packed

    def test_damaged_files_in_the_target_are_replaced(self, tiny: TinySet, tmp_path: Path) -> None:
        source, folder = tiny.write_to(tmp_path / "source"), tiny.write_to(tmp_path / "folder")
        (folder / tiny.files.train_images.packed_name).write_bytes(b"damaged")
        take_from(source, folder, files=tiny.files)
        assert {finding.state for finding in inspect(folder, files=tiny.files)} == {State.PRESENT}

    @pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"other")])
    def test_a_bad_source_changes_nothing(
        self, tiny: TinySet, tmp_path: Path, spoil: Callable[[Path], object]
    ) -> None:
        source, folder = tiny.write_to(tmp_path / "source"), tmp_path / "folder"
        spoil(source / tiny.files.test_labels.packed_name)
        with pytest.raises(DataError, match=f"{source}.*t10k-labels-idx1-ubyte"):
            take_from(source, folder, files=tiny.files)
        assert not folder.exists()

    def test_a_target_that_cannot_be_written_is_said_in_one_line(self, tiny: TinySet, tmp_path: Path) -> None:
        source = tiny.write_to(tmp_path / "source")
        (tmp_path / "file").touch()
        with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.gz: cannot be written: "):
            take_from(source, tmp_path / "file" / "folder", files=tiny.files)
