"""Metrics of several processes: what one of them left half there is passed over, and the rest is counted."""

import os
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.runtime import Metrics

COUNTED = 'digits_requests_total{method="POST",route="/predict",status="200"} '

COUNT = """
from app.runtime import Metrics
metrics = Metrics()
metrics.count_request("POST", "/predict", 200, 0.1)
with metrics.under_way():
    pass
"""


def used(whole: bytes) -> int:
    """What a file says of its length."""
    return int(struct.unpack_from("i", whole)[0])


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut off in its length": lambda _: b"\x00\x01",
    "cut off": lambda whole: whole[:50],
    "cut off in a number": lambda whole: whole[: used(whole) - 5],
    "not written yet": lambda whole: whole[:8] + bytes(len(whole) - 8),
    "longer than it is": lambda whole: struct.pack("i", 2**31 - 1) + whole[4:],
    "an entry of negative length": lambda whole: whole[:8] + struct.pack("i", -28) + whole[12:],
    "no JSON": lambda whole: whole.replace(b'["', b"{{"),
    "other JSON": lambda whole: whole.replace(b'["digits_', b"[{},    ", 1),
    "a label that is no text": lambda whole: whole.replace(b'"/predict"', b"1234567890").replace(b"{}", b"12"),
    "no text": lambda whole: whole.replace(b"digits_", b"\xff\xfe\xfd\xfc\xfb\xfa\xf9"),
    "noise": lambda whole: bytes(byte ^ 0x5A for byte in whole),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a process that ended has counted one request."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    subprocess.run([sys.executable, "-c", COUNT], check=True)
    return tmp_path


def page() -> str:
    return Metrics().page().decode()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_passed_over(folder: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    assert f"{COUNTED}1.0" in page()
    for file in list(folder.glob("*.db")):
        # The gauges of processes that are gone are forgotten, so let it be one that is there.
        pid = os.getppid() if "live" in file.name else 1
        (folder / f"{file.stem.rpartition('_')[0]}_{pid}.db").write_bytes(DAMAGES[damage](file.read_bytes()))
    assert f"{COUNTED}1.0" in page()
    assert "counter_1.db is damaged" in caplog.text


@pytest.mark.parametrize(
    "name", ["x.db", "gauge.db", "gauge_live_no-number.db", "gauge_livesum_9999999999999999999.db"]
)
def test_so_is_a_file_of_another_kind(folder: Path, name: str) -> None:
    (folder / name).write_bytes(next(folder.glob("counter_*.db")).read_bytes())
    assert COUNTED in page()


def test_so_is_one_that_is_none(folder: Path) -> None:
    (folder / "counter_1.db").mkdir()
    (folder / "counter_2.db").symlink_to("nowhere")
    assert f"{COUNTED}1.0" in page()


def test_it_is_told_of_once(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "counter_1.db").write_bytes(b"")
    metrics = Metrics()
    assert metrics.page() == metrics.page()
    assert caplog.text.count("counter_1.db is damaged") == 1


def test_whole_files_are_added_up(folder: Path) -> None:
    for pid in (1, 2):
        (folder / f"counter_{pid}.db").write_bytes(next(folder.glob("counter_*.db")).read_bytes())
    assert f"{COUNTED}3.0" in page()
