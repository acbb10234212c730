"""IDX files are read exactly as their header says, or refused with one line that says why."""

import gzip
import math
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from model.data.idx import parse_idx, read_idx
from model.errors import DataError
from tests.model.data.tiny_set import idx_bytes

some_arrays = arrays(np.uint8, array_shapes(max_dims=4, max_side=5))


class TestWhatIsWrittenIsReadBack:
    @given(some_arrays)
    def test_any_shape_and_any_values(self, array: NDArray[np.uint8]) -> None:
        read = parse_idx(idx_bytes(array), name="some.idx")
        assert read.dtype == np.uint8
        np.testing.assert_array_equal(read, array, strict=True)

    @pytest.mark.parametrize("name", ["digits.gz", "digits"])
    @pytest.mark.parametrize("pack", [gzip.compress, bytes])
    def test_gzipped_or_plain_whatever_the_name_says(self, tmp_path: Path, name: str, pack: type[bytes]) -> None:
        array = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
        path = tmp_path / name
        path.write_bytes(pack(idx_bytes(array)))
        np.testing.assert_array_equal(read_idx(path), array, strict=True)

    def test_the_array_cannot_be_changed_by_mistake(self) -> None:
        assert not parse_idx(idx_bytes(np.ones(3, np.uint8)), name="x").flags.writeable


class TestNothingButTheWholeFileIsAccepted:
    @given(array=some_arrays, data=st.data())
    def test_a_file_cut_anywhere_is_refused(self, array: NDArray[np.uint8], data: st.DataObject) -> None:
        whole = idx_bytes(array)
        cut = data.draw(st.integers(0, len(whole) - 1))
        with pytest.raises(DataError, match=r"^some\.idx: has .* bytes"):
            parse_idx(whole[:cut], name="some.idx")

    @given(array=some_arrays, extra=st.binary(min_size=1, max_size=9))
    def test_a_file_with_bytes_after_its_end_is_refused(self, array: NDArray[np.uint8], extra: bytes) -> None:
        with pytest.raises(DataError, match="bytes were expected"):
            parse_idx(idx_bytes(array) + extra, name="some.idx")

    @given(array=some_arrays, data=st.data())
    def test_a_changed_header_byte_is_refused_or_still_fits_the_content(
        self, array: NDArray[np.uint8], data: st.DataObject
    ) -> None:
        content = bytearray(idx_bytes(array))
        at = data.draw(st.integers(0, 4 + 4 * array.ndim - 1))
        content[at] ^= data.draw(st.integers(1, 255))
        try:
            read = parse_idx(bytes(content), name="some.idx")
        except DataError:
            return
        assert len(content) == 4 + 4 * read.ndim + math.prod(read.shape)

    @given(array=some_arrays, data=st.data())
    def test_a_gzip_file_cut_anywhere_is_refused(
        self, tmp_path_factory: pytest.TempPathFactory, array: NDArray[np.uint8], data: st.DataObject
    ) -> None:
        path = tmp_path_factory.getbasetemp() / "cut.gz"
        packed = gzip.compress(idx_bytes(array))
        path.write_bytes(packed[: data.draw(st.integers(0, len(packed) - 1))])
        with pytest.raises(DataError, match=r"cut\.gz: "):
            read_idx(path)


class TestTheMessageSaysWhatIsWrongAndWhatWasExpected:
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "has 0 bytes, expected an IDX header of at least 8"),
            (b"PK\x03\x04 and so on", "starts with bytes 0x504b, expected 0x0000"),
            (b"\x00\x00\x0d\x01\x00\x00\x00\x01....", r"has type code 0x0d, expected 0x08 \(unsigned byte\)"),
            (b"\x00\x00\x08\x00", "declares 0 dimensions, expected 1 to 8"),
            (b"\x00\x00\x08\xff" + bytes(2000), "declares 255 dimensions, expected 1 to 8"),
            (b"\x00\x00\x08\x03\x00\x00\x00\x01", "has 8 bytes, but its header of 3 dimensions takes 16"),
            (b"\x00\x00\x08\x01\x00\x00\x00\x00", "declares 0 values, expected every size to be 1 or more"),
            (
                b"\x00\x00\x08\x02\x00\x00\x00\x02\x00\x00\x00\x03.....",
                "has 17 bytes, but its header declares 2 x 3 values, so 18 bytes were expected",
            ),
        ],
    )
    def test_for_each_part_of_the_header(self, content: bytes, message: str) -> None:
        with pytest.raises(DataError, match=f"^digits.idx: {message}"):
            parse_idx(content, name="digits.idx")

    def test_a_header_that_declares_more_than_any_memory_is_refused_without_allocating(self) -> None:
        hostile = struct.pack(">HBB8I", 0, 8, 8, *[0xFFFFFFFF] * 8)
        with pytest.raises(DataError, match="bytes were expected"):
            parse_idx(hostile, name="hostile.idx")


class TestFilesThatCannotBeRead:
    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match=r"none\.gz: cannot be read: No such file"):
            read_idx(tmp_path / "none.gz")

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="cannot be read: Is a directory"):
            read_idx(tmp_path)

    def test_an_empty_file(self, tmp_path: Path) -> None:
        (tmp_path / "empty").touch()
        with pytest.raises(DataError, match="empty: has 0 bytes"):
            read_idx(tmp_path / "empty")

    def test_gzip_with_a_wrong_checksum(self, tmp_path: Path) -> None:
        packed = bytearray(gzip.compress(idx_bytes(np.arange(100, dtype=np.uint8))))
        packed[-8] ^= 1  # the CRC-32 of the content
        (tmp_path / "crc.gz").write_bytes(packed)
        with pytest.raises(DataError, match=r"crc\.gz: is damaged, not valid gzip: CRC check failed"):
            read_idx(tmp_path / "crc.gz")

    def test_gzip_with_something_else_behind_it(self, tmp_path: Path) -> None:
        (tmp_path / "more.gz").write_bytes(gzip.compress(idx_bytes(np.ones(9, np.uint8))) + b"more")
        with pytest.raises(DataError, match="not valid gzip"):
            read_idx(tmp_path / "more.gz")

    def test_a_gzip_bomb_is_left_at_the_limit(self, tmp_path: Path) -> None:
        (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(50_000_000)))
        tracemalloc.start()
        with pytest.raises(DataError, match="content is larger than the 100,000 bytes allowed"):
            read_idx(tmp_path / "bomb.gz", limit=100_000)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
        tracemalloc.stop()

    def test_a_file_without_end_is_left_at_the_limit(self) -> None:
        with pytest.raises(DataError, match="is larger than the 1,000 bytes allowed"):
            read_idx(Path("/dev/zero"), limit=1000)
