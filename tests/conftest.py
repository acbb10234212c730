"""What tests of every part share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from model.data.folder import SAMPLE_FOLDER
from tests.running_service import RunningService

# How long an example takes is the machine's affair, not a property of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several processes run the tests, let one run a whole file, which shares what it made.

    Tests that measure time or memory are in a group of their own, "measures": no two of them run at the same time.
    """
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes are named by how many they are, unless they are short and plain.

    A compressed or dated file holds the second at which it was made, and the processes that share the tests have to
    name them alike.
    """
    if not isinstance(val, bytes) or (len(val) < 60 and val.isascii() and val.decode().isprintable()):
        return None
    return f"{len(val)} bytes"


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """The real service with the committed weights."""
    with RunningService(tmp_path_factory.mktemp("service") / "log") as running:
        yield running


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """A folder with real images and labels: the sample of MNIST that the package carries."""
    return SAMPLE_FOLDER
