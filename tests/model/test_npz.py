"""Weights files of any origin: what a file says of itself is checked before it is believed, and costs nothing."""

import io
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from model.artifact import load_artifact, packaged_weights
from model.errors import ArtifactError
from model.npz import StoredArrays

MEBIBYTE = 2**20


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


def refused(tmp_path: Path, content: bytes, message: str) -> None:
    """Loading is refused, in a process of its own that takes little memory for it."""
    path = tmp_path / "weights.npz"
    path.write_bytes(content)
    script = (
        "import sys, resource; from pathlib import Path; from model.artifact import load_artifact\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try: load_artifact(Path(sys.argv[1]))\n"
        "except Exception as error: print(error)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    run = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True, timeout=60)
    said, kibibytes = run.stdout.splitlines()
    assert message in said
    assert int(kibibytes) < 60 * 1024 + len(content) // 512


def test_the_same_members_packed_anew_are_read(tmp_path: Path) -> None:
    (tmp_path / "weights.npz").write_bytes(rewritten())
    assert load_artifact(tmp_path / "weights.npz").name == load_artifact(packaged_weights()).name


def test_members_that_inflate_beyond_all_weights_are_refused(tmp_path: Path) -> None:
    zeros = bytes(300 * MEBIBYTE)
    refused(tmp_path, rewritten(more=[("4.more.npy", zeros)]), "its arrays take")


def test_a_member_of_another_size_than_the_network_has_is_not_inflated(tmp_path: Path) -> None:
    refused(
        tmp_path, rewritten({"0.bias.npy": array(np.zeros(50 * MEBIBYTE, np.float32))}), "array '0.bias' is float32"
    )


def test_metadata_of_any_length_are_not_read(tmp_path: Path) -> None:
    refused(tmp_path, rewritten({"metadata.npy": array(np.full(80 * MEBIBYTE, 32, np.uint8))}), "its metadata take")


def test_a_header_that_promises_more_than_there_is_is_not_believed(tmp_path: Path) -> None:
    refused(tmp_path, rewritten({"0.bias.npy": header((2**40,))}), "another size than its header says")


def test_an_array_that_is_none_of_the_network_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, rewritten(more=[("more.npy", array(np.zeros(3, np.float32)))]), "array 'more' is none of these")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_array_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, rewritten(more=[("0.bias.npy", array(np.zeros(3, np.float32)))]), "there twice")


def test_more_arrays_than_any_weights_have_are_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(30_000):
            archive.writestr(f"{number}.npy", b"")
    refused(tmp_path, file.getvalue(), "more arrays than any weights have")


def test_no_more_is_inflated_than_the_directory_says() -> None:
    content = bytearray(rewritten({"0.bias.npy": array(np.zeros(MEBIBYTE, np.float32))}))
    with zipfile.ZipFile(packaged_weights()) as good:
        said = good.getinfo("0.bias.npy").file_size
    at = content.rindex(b"0.bias.npy") - 46  # its entry in the directory
    assert content[at : at + 4] == b"PK\x01\x02"
    content[at + 24 : at + 28] = said.to_bytes(4, "little")
    with pytest.raises(ArtifactError, match="another size than its header says"):
        StoredArrays(bytes(content), 256 * MEBIBYTE).describe("0.bias")


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_what_has_no_end_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "weights.npz"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/zero")
    else:
        path.mkdir()
    with pytest.raises(ArtifactError, match=r"not a regular file|Is a directory"):
        load_artifact(path)


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    link = tmp_path / "weights.npz"
    link.symlink_to(packaged_weights())
    assert load_artifact(link).sha256 == load_artifact(packaged_weights()).sha256


def test_a_header_without_end_is_refused(tmp_path: Path) -> None:
    length = 200 * MEBIBYTE
    content = rewritten({"metadata.npy": b"\x93NUMPY\x02\x00" + struct.pack("<L", length) + bytes(length)})
    refused(tmp_path, content, "'metadata' is of an unknown format")


@pytest.mark.parametrize("summed", [0, 1], ids=["what is declared", "a byte more"])
def test_a_member_that_is_declared_shorter_than_it_is_is_refused(tmp_path: Path, summed: int) -> None:
    true = array(np.zeros(2304, np.float32))
    content = bytearray(rewritten({"0.bias.npy": true + bytes(50 * MEBIBYTE)}))
    entry = content.rindex(b"0.bias.npy") - 46  # in the directory (APPNOTE 4.3.12), after all that is compressed
    struct.pack_into("<L", content, entry + 16, crc32(true + bytes(summed)))
    struct.pack_into("<L", content, entry + 24, len(true))
    refused(tmp_path, bytes(content), "longer than its directory says" if summed else "Bad CRC")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_that_takes_memory_of_its_own_is_refused(tmp_path: Path, method: int) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("metadata.npy", array(np.zeros(3, np.uint8)))
    refused(tmp_path, file.getvalue(), "compressed in an unknown way")
