"""A tiny data set, for reading and for downloading."""

import pytest

from tests.model.data.tiny_set import TinySet, make_tiny_set


@pytest.fixture(scope="session")
def tiny() -> TinySet:
    return make_tiny_set()
