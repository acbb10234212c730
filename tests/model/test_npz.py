"""Weights files of any origin: what a file says of itself is checked before it is believed, and costs nothing."""

import io
import os
import socket
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from model.artifact import load_artifact, packaged_weights
from model.errors import ArtifactError
from model.files import read_regular
from model.npz import StoredArrays

MEBIBYTE = 2**20


class Unseekable(io.BytesIO):
    """What is written as a pipe would be, without going back."""

    def seek(self, offset: int, whence: int = 0) -> int:
        raise io.UnsupportedOperation(f"{offset} {whence}")


def rewritten(change: dict[str, bytes] | None = None, more: list[tuple[str, bytes]] | None = None) -> bytes:
    """The packaged weights with members changed, and with more of them."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(packaged_weights()) as good,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in good.namelist():
            archive.writestr(name, (change or {}).get(name) or good.read(name))
        for name, content in more or []:
            archive.writestr(name, content)
    return file.getvalue()


def array(values: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def header(shape: tuple[int, ...]) -> bytes:
    """The header of an array of bytes, without the array."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": shape})
    return file.getvalue()


def declare(content: bytearray, name: str, size: int, checksum: int | None = None) -> None:
    """Make a file say of a member that it has another size: in the member's own header and in the directory."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        member = archive.getinfo(name)
    entry = content.rindex(name.encode()) - 46  # in the directory (APPNOTE 4.3.12), after all that is compressed
    for at in (member.header_offset + 14, entry + 16):
        struct.pack_into(
            "<LLL", content, at, member.CRC if checksum is None else checksum, member.compress_size, size
        )


Refused = Callable[[bytes, str], None]

LOADER = """
import resource, sys
from pathlib import Path
from model.artifact import load_artifact

most = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = most()
for path in sys.stdin:
    try:
        load_artifact(Path(path.strip()))
        print("loaded")
    except Exception as error:
        print(error)
    print(most() - before, flush=True)
"""


@pytest.fixture(scope="module")
def loader() -> Iterator[subprocess.Popen[str]]:
    """A process that loads weights, and says what came of it and the most memory that it ever took for it."""
    command = [sys.executable, "-c", LOADER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.fixture
def refused(loader: subprocess.Popen[str], tmp_path: Path) -> Refused:
    """Sees that loading a file is refused with a message, and takes little memory for it."""

    def check(content: bytes, message: str) -> None:
        path = tmp_path / "weights.npz"
        path.write_bytes(content)
        assert loader.stdin
        assert loader.stdout
        print(path, file=loader.stdin, flush=True)
        said, most = loader.stdout.readline(), loader.stdout.readline()
        assert message in said
        assert int(most) < 60 * 1024 + len(content) // 512

    return check


def test_the_same_members_packed_anew_are_read(tmp_path: Path) -> None:
    (tmp_path / "weights.npz").write_bytes(rewritten())
    assert load_artifact(tmp_path / "weights.npz").name == load_artifact(packaged_weights()).name


def test_members_that_inflate_beyond_all_weights_are_refused(refused: Refused) -> None:
    zeros = bytes(300 * MEBIBYTE)
    refused(rewritten(more=[("4.more.npy", zeros)]), "its arrays take")


def test_a_member_of_another_size_than_the_network_has_is_not_inflated(refused: Refused) -> None:
    refused(rewritten({"0.bias.npy": array(np.zeros(50 * MEBIBYTE, np.float32))}), "array '0.bias' is float32")


def test_metadata_of_any_length_are_not_read(refused: Refused) -> None:
    refused(rewritten({"metadata.npy": array(np.full(80 * MEBIBYTE, 32, np.uint8))}), "its metadata take")


def test_a_header_that_promises_more_than_there_is_is_not_believed(refused: Refused) -> None:
    refused(rewritten({"0.bias.npy": header((2**40,))}), "another size than its header says")


def test_an_array_that_is_none_of_the_network_is_refused(refused: Refused) -> None:
    refused(rewritten(more=[("more.npy", array(np.zeros(3, np.float32)))]), "array 'more' is none of these")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_array_that_is_there_twice_is_refused(refused: Refused) -> None:
    refused(rewritten(more=[("0.bias.npy", array(np.zeros(3, np.float32)))]), "there twice")


def test_more_arrays_than_any_weights_have_are_refused(refused: Refused) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(30_000):
            archive.writestr(f"{number}.npy", b"")
    refused(file.getvalue(), "more arrays than any weights have")


def test_no_more_is_inflated_than_the_directory_says() -> None:
    content = bytearray(rewritten({"4.weight.npy": array(np.zeros(MEBIBYTE, np.float32))}))
    with zipfile.ZipFile(packaged_weights()) as good:
        said = good.getinfo("4.weight.npy").file_size
    declare(content, "4.weight.npy", said)
    with pytest.raises(ValueError, match="another size than its header says"):
        StoredArrays(bytes(content), 256 * MEBIBYTE).describe("4.weight")


@pytest.mark.parametrize("kind", ["pipe", "link to a pipe", "device", "socket", "folder"])
def test_what_has_no_end_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    path = tmp_path / "weights.npz"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link to a pipe":
        os.mkfifo(tmp_path / "pipe")
        path.symlink_to("pipe")
    elif kind == "device":
        path = Path("/dev/zero")
    elif kind == "socket":
        monkeypatch.chdir(tmp_path)  # a socket's address is at most 108 bytes long
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path.name)
    else:
        path.mkdir()
    opened = len(list(Path("/dev/fd").iterdir()))
    with pytest.raises(ArtifactError, match=r"weights\.npz: cannot be read: not a regular file|/dev/zero: .*regular"):
        load_artifact(path)
    assert len(list(Path("/dev/fd").iterdir())) == opened


def test_of_a_file_no_more_is_read_than_there_was_when_it_was_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_regular(tmp_path / "file", 9) == b"12345"
    assert read_regular(tmp_path / "file", 3) == b"123"
    endless = Path("/proc/self/pagemap")  # it calls itself a regular file, of no length
    if endless.exists():
        assert read_regular(endless, MEBIBYTE) == b""


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    link = tmp_path / "weights.npz"
    link.symlink_to(packaged_weights())
    assert load_artifact(link).sha256 == load_artifact(packaged_weights()).sha256


def test_a_header_without_end_is_refused(refused: Refused) -> None:
    length = 200 * MEBIBYTE
    content = rewritten({"metadata.npy": b"\x93NUMPY\x02\x00" + struct.pack("<L", length) + bytes(length)})
    refused(content, "'metadata' is of an unknown format")


@pytest.mark.parametrize("summed", [0, 1], ids=["what is declared", "a byte more"])
def test_a_member_that_is_declared_shorter_than_it_is_is_refused(refused: Refused, summed: int) -> None:
    true = array(np.zeros((512, 10), np.float32))
    content = bytearray(rewritten({"4.weight.npy": true + bytes(50 * MEBIBYTE)}))
    declare(content, "4.weight.npy", len(true), crc32(true + bytes(summed)))
    refused(bytes(content), "longer than its directory says" if summed else "Bad CRC")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_that_takes_memory_of_its_own_is_refused(refused: Refused, method: int) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("metadata.npy", array(np.zeros(3, np.uint8)))
    refused(file.getvalue(), "compressed in an unknown way")


LOCAL_FIELDS = {
    "flags": (6, "<H"),
    "method": (8, "<H"),
    "checksum": (14, "<L"),
    "packed": (18, "<L"),
    "size": (22, "<L"),
}
"""Where they stand in a member's own header (APPNOTE 4.3.7), and how."""


@pytest.mark.parametrize("field", LOCAL_FIELDS)
@pytest.mark.parametrize("zip64", [False, True], ids=["as zip packs", "as NumPy packs"])
def test_a_member_whose_own_header_is_unlike_the_directory_is_refused(
    refused: Refused, field: str, zip64: bool
) -> None:
    content = bytearray(packaged_weights().read_bytes() if zip64 else rewritten())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        at = archive.getinfo("0.bias.npy").header_offset
    offset, form = LOCAL_FIELDS[field]
    struct.pack_into(form, content, at + offset, 1)
    refused(bytes(content), "has a header unlike its entry in the directory")


def test_a_directory_that_packs_a_member_otherwise_than_its_own_header_is_refused(refused: Refused) -> None:
    content = bytearray(packaged_weights().read_bytes())
    struct.pack_into("<L", content, content.rindex(b"0.bias.npy") - 46 + 20, 10**9)
    refused(bytes(content), "has a header unlike its entry in the directory")


def test_weights_that_were_written_to_a_pipe_are_read(tmp_path: Path) -> None:
    """Their sizes stand behind the members, not in the headers (APPNOTE 4.3.9)."""
    file = Unseekable()
    with zipfile.ZipFile(packaged_weights()) as good, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in good.namelist():
            archive.writestr(name, good.read(name))
    (tmp_path / "weights.npz").write_bytes(file.getvalue())
    assert load_artifact(tmp_path / "weights.npz").name == load_artifact(packaged_weights()).name
