"""One service and one Chromium for all browser tests, tabs as good as new, and a witness on each page."""

from collections.abc import Iterator
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect, sync_playwright

from tests.browser.chromium import FLAGS, executable
from tests.browser.tabs import Tabs
from tests.running_service import RunningService

MILLISECONDS_TO_WAIT = 15_000


class Witness:
    """Remembers what no page may do: log an error, throw, or ask anyone but its own server."""

    def __init__(self, origin: str) -> None:
        self.complaints: list[str] = []
        self._origins = [origin]
        self._tolerated: list[str] = []
        self._watched: list[Page] = []

    def tolerate(self, text: str) -> None:
        """Let pass console errors with this text, where the test itself brings them about."""
        self._tolerated.append(text)

    def also(self, origin: str) -> None:
        """The page of this test may come from here."""
        self._origins.append(origin)

    def only(self, address: str) -> None:
        """The pages of this test come from below this address, and from nowhere else."""
        self._origins = [address]

    def watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", self._on_error)
        page.on("request", self._on_request)
        self._watched.append(page)

    def leave(self) -> None:
        """What the pages do from here on is no affair of this test."""
        for page in self._watched:
            page.remove_listener("console", self._on_console)
            page.remove_listener("pageerror", self._on_error)
            page.remove_listener("request", self._on_request)

    def _on_error(self, error: Error) -> None:
        self.complaints.append(f"thrown: {error}")

    def _on_console(self, message: ConsoleMessage) -> None:
        tolerated = any(text in message.text for text in self._tolerated)
        if message.type in {"error", "warning"} and not tolerated:
            self.complaints.append(f"console: {message.text} ({message.location})")

    def _on_request(self, request: Request) -> None:
        own = tuple(f"{origin}/" for origin in self._origins)
        if not f"{request.url}/".startswith((*own, "data:", "blob:")):
            self.complaints.append(f"asked a stranger: {request.url}")


class OpenPage(Protocol):
    def __call__(self, url: str | None = None, **context: Any) -> Page: ...


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=MILLISECONDS_TO_WAIT)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def witness(service: RunningService) -> Iterator[Witness]:
    """Fails the test at its end if the page did what no page may do."""
    watching = Witness(service.url)
    yield watching
    assert watching.complaints == []


@pytest.fixture(scope="package")
def tabs(browser: Browser) -> Tabs:
    return Tabs(browser, MILLISECONDS_TO_WAIT)


@pytest.fixture
def open_page(tabs: Tabs, service: RunningService, witness: Witness) -> Iterator[OpenPage]:
    """Opens the page: `open_page(viewport=..., has_touch=True)`, with `shared=False` in a tab of its own."""

    def open_one(url: str | None = None, **options: Any) -> Page:
        page = tabs.take(**options)
        witness.watch(page)
        page.goto(url or service.url)
        return page

    yield open_one
    witness.leave()
    tabs.give_back()


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """The real service with its lab, which steps back for none of the tests beside."""
    log = tmp_path_factory.mktemp("lab") / "log"
    with RunningService(log, options=["--lab"], settings={"DIGITS_LAB_NICENESS": "0"}) as running:
        yield running


class OpenLab(Protocol):
    def __call__(self, state: str = "", **context: Any) -> Page: ...


@pytest.fixture
def open_lab(open_page: OpenPage, lab: RunningService, witness: Witness) -> OpenLab:
    """Opens the lab, and waits until it is ready: `open_lab("hidden=32&optimizer=sgd", viewport=...)`."""

    def open_one(state: str = "", **options: Any) -> Page:
        witness.also(lab.url)
        page = open_page(f"{lab.url}/lab#{state}", **{"reduced_motion": "no-preference", **options})
        expect(page.get_by_test_id("train-button")).to_be_enabled()
        return page

    return open_one


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The page on a desktop screen, just opened."""
    return open_page()
