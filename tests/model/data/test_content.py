"""What is inside a file, gzipped or plain: all of it, or one line that says why not."""

import gzip
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.content import read_raw, unpack
from model.errors import DataError


def read(path: Path, limit: int = 10_000) -> bytes:
    return unpack(read_raw(path, limit=limit), name=str(path), limit=limit)


@pytest.mark.parametrize("name", ["digits.gz", "digits"])
@pytest.mark.parametrize("pack", [gzip.compress, bytes])
def test_the_content_is_given_gzipped_or_plain_whatever_the_name_says(
    tmp_path: Path, name: str, pack: type[bytes]
) -> None:
    path = tmp_path / name
    path.write_bytes(pack(b"content"))
    assert read(path) == b"content"


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert read(tmp_path / "empty") == b""


@given(content=st.binary(), data=st.data())
def test_gzip_cut_anywhere_behind_its_first_two_bytes_is_refused(content: bytes, data: st.DataObject) -> None:
    packed = gzip.compress(content)
    cut = packed[: data.draw(st.integers(2, len(packed) - 1))]
    with pytest.raises(DataError, match=r"^cut\.gz: is (truncated|damaged)"):
        unpack(cut, name="cut.gz", limit=10_000)


class TestFilesThatCannotBeRead:
    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match=r"none\.gz: cannot be read: No such file"):
            read(tmp_path / "none.gz")

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="cannot be read: Is a directory"):
            read(tmp_path)

    def test_gzip_with_a_wrong_checksum(self, tmp_path: Path) -> None:
        packed = bytearray(gzip.compress(bytes(range(100))))
        packed[-8] ^= 1  # the CRC-32 of the content
        (tmp_path / "crc.gz").write_bytes(packed)
        with pytest.raises(DataError, match=r"crc\.gz: is damaged, not valid gzip: CRC check failed"):
            read(tmp_path / "crc.gz")

    def test_gzip_with_something_else_behind_it(self, tmp_path: Path) -> None:
        (tmp_path / "more.gz").write_bytes(gzip.compress(bytes(9)) + b"more")
        with pytest.raises(DataError, match="not valid gzip"):
            read(tmp_path / "more.gz")

    def test_a_gzip_bomb_is_left_at_the_limit(self, tmp_path: Path) -> None:
        (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(50_000_000)))
        tracemalloc.start()
        with pytest.raises(DataError, match="content is larger than the 100,000 bytes allowed"):
            read(tmp_path / "bomb.gz", limit=100_000)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
        tracemalloc.stop()

    def test_a_file_without_end_is_left_at_the_limit(self) -> None:
        with pytest.raises(DataError, match="is larger than the 1,000 bytes allowed"):
            read(Path("/dev/zero"), limit=1000)

    def test_content_exactly_at_the_limit_is_whole_and_checked(self, tmp_path: Path) -> None:
        packed = bytearray(gzip.compress(bytes(1000)))
        (tmp_path / "exact.gz").write_bytes(packed)
        assert read(tmp_path / "exact.gz", limit=1000) == bytes(1000)
        packed[-8] ^= 1
        (tmp_path / "exact.gz").write_bytes(packed)
        with pytest.raises(DataError, match="CRC check failed"):
            read(tmp_path / "exact.gz", limit=1000)
