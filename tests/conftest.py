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


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """The real service with the committed weights."""
    with RunningService(tmp_path_factory.mktemp("service") / "log") as running:
        yield running


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """A folder with real images and labels: the sample of MNIST that the package carries."""
    return SAMPLE_FOLDER
