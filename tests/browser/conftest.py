"""One service and one Chromium for all browser tests, one fresh context a page, and a witness on each page."""

from collections.abc import Iterator
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.browser.chromium import FLAGS, executable
from tests.running_service import RunningService

MILLISECONDS_TO_WAIT = 15_000


class Witness:
    """Remembers what no page may do: log an error, throw, or ask anyone but its own server."""

    def __init__(self, origin: str) -> None:
        self.complaints: list[str] = []
        self._origins = [origin]
        self._tolerated: list[str] = []

    def tolerate(self, text: str) -> None:
        """Let pass console errors with this text, where the test itself brings them about."""
        self._tolerated.append(text)

    def also(self, origin: str) -> None:
        """The page of this test may come from here."""
        self._origins.append(origin)

    def watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(f"thrown: {error}"))
        page.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        tolerated = any(text in message.text for text in self._tolerated)
        if message.type in {"error", "warning"} and not tolerated:
            self.complaints.append(f"console: {message.text} ({message.location})")

    def _on_request(self, request: Request) -> None:
        own = tuple(f"{origin}/" for origin in self._origins)
        if not request.url.startswith((*own, "data:", "blob:")):
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


@pytest.fixture
def open_page(browser: Browser, service: RunningService, witness: Witness) -> Iterator[OpenPage]:
    """Opens the page in a context of its own: `open_page(viewport=..., has_touch=True)`."""
    contexts = []

    def open_one(url: str | None = None, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(MILLISECONDS_TO_WAIT)
        contexts.append(context)
        page = context.new_page()
        witness.watch(page)
        page.goto(url or service.url)
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The page on a desktop screen, just opened."""
    return open_page()
