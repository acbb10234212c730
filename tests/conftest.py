"""What tests of every part share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from model.data.folder import State, data_folder, fetch_command, inspect
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
    """The folder with the real MNIST files: from the environment, beside the project, or the user's cache."""
    beside = Path(__file__).parents[2] / "shared" / "data" / "mnist"
    explicit = beside if "DIGITS_DATA_DIR" not in os.environ and beside.is_dir() else None
    folder = data_folder(explicit).absolute()
    if all(finding.state is State.PRESENT for finding in inspect(folder)):
        return folder
    message = f"the MNIST files are not in {folder}; get them with: {fetch_command(folder)}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
