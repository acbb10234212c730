"""`.Z` files are read as the system's own tool reads them."""

import subprocess

import numpy as np
import pytest

from model.data.unix_compress import is_unix_compressed, uncompress
from model.errors import DataError
from tests.model.data.pen_collections import UCI, unix_compressed

TEXT = UCI.encode() * 40
NOISE = np.random.default_rng(3).integers(0, 256, 30_000, dtype=np.uint8).tobytes()


def unpacked(raw: bytes) -> bytes:
    return uncompress(raw, name="a.Z", limit=1_000_000)


@pytest.mark.parametrize("content", [b"a", b"aaaaaaaaaaaaaa", TEXT, NOISE], ids=["one", "same", "text", "noise"])
@pytest.mark.parametrize("most_bits", [10, 12, 16])
@pytest.mark.parametrize("clear_after", [None, 300, 1001])
def test_gives_back_what_was_packed(content: bytes, most_bits: int, clear_after: int | None) -> None:
    raw = unix_compressed(content, most_bits=most_bits, clear_after=clear_after)
    by_gzip = subprocess.run(["gzip", "-dc"], input=raw, capture_output=True, check=True)  # noqa: S607
    assert by_gzip.stdout == content
    assert unpacked(raw) == content


def test_knows_its_kind() -> None:
    assert is_unix_compressed(unix_compressed(b"a"))
    assert not is_unix_compressed(b"\x1f\x8b")


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"\x1f\x9d", "codes of 0 bits"),
        (b"\x1f\x9d\x9f", "codes of 31 bits"),
        (b"\x1f\x9d\x90\xff\xff\xff", "there is no code 511 yet"),
    ],
)
def test_tells_of_damage(raw: bytes, told: str) -> None:
    with pytest.raises(DataError, match=told):
        unpacked(raw)


def test_gives_no_more_than_was_allowed() -> None:
    with pytest.raises(DataError, match="larger than the 1,000,000 bytes"):
        unpacked(unix_compressed(bytes(1_100_000)))
