"""Each engine is started once for all tests of a process, and no page in it may complain."""

from collections.abc import Iterator

import pytest

from tests.browser.engines.engine import Engine
from tests.browser.engines.firefox import Firefox
from tests.browser.engines.webkit import WebKit
from tests.running_service import RunningService

ENGINES: dict[str, type[Firefox] | type[WebKit]] = {"firefox": Firefox, "webkit": WebKit}


@pytest.fixture(scope="package", params=ENGINES)
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = ENGINES[request.param](tmp_path_factory.mktemp(request.param))
    yield engine
    engine.close()


@pytest.fixture
def engine(started: Engine, service: RunningService, tolerated: list[str]) -> Iterator[Engine]:
    """The page on a clean sheet, and no error in the console at the end."""
    before = len(started.complaints)
    started.open(service.url)
    yield started
    said = started.complaints[before:]
    started.open(f"{service.url}/static/favicon.svg")
    started.run("() => sessionStorage.clear()")
    assert [one for one in said if not any(text in one for text in tolerated)] == []


@pytest.fixture
def tolerated() -> list[str]:
    """Parts of complaints that the test itself brings about."""
    return []
