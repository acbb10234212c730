"""Mirrors that have a tiny data set, and a download from them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.model.data.tiny_set import TinySet
from tests.model.download.local_mirror import LocalMirror, running_mirror
from tests.model.download.one_download import OneDownload


@pytest.fixture
def make_mirror(tiny: TinySet, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], LocalMirror]]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with ExitStack() as stack:
        yield lambda: stack.enter_context(running_mirror(tiny.packed))


@pytest.fixture
def mirror(make_mirror: Callable[[], LocalMirror]) -> LocalMirror:
    return make_mirror()


@pytest.fixture
def second_mirror(make_mirror: Callable[[], LocalMirror]) -> LocalMirror:
    return make_mirror()


@pytest.fixture
def download(tiny: TinySet, tmp_path: Path) -> OneDownload:
    file = tiny.files.train_images
    return OneDownload(tmp_path / "data", file, tiny.packed[file.packed_name])
