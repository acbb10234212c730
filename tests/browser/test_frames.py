"""The page in a frame of another's page: refused but to those who may, and of use in a sandbox as well."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.conftest import OpenPage, Witness
from tests.drawings import DRAWINGS
from tests.running_service import RunningService

pytestmark = pytest.mark.browser

SANDBOXES = ["", "allow-scripts", "allow-scripts allow-same-origin"]


class Course:
    """A page of somebody else's, at http://localhost, with a frame in it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.origin = f"http://localhost:{port}"
        self._folder = folder

    def page(self, address: str, sandbox: str, allow: str) -> str:
        """Where the page is that shows an address in such a frame."""
        limits = f'sandbox="{sandbox}"' if sandbox else ""
        frame = f'<iframe src="{address}" width="1000" height="750" allow="{allow}" {limits}></iframe>'
        (self._folder / "course.html").write_text(
            f'<!doctype html><link rel="icon" href="data:,"><title>course</title>{frame}', encoding="utf-8"
        )
        return f"{self.origin}/course.html"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name where it comes from
        """Say nothing."""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    folder = tmp_path_factory.mktemp("course")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Course(folder, server.server_port)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def service_with(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., RunningService]]:
    """The service with some settings: `service_with(DIGITS_...=...)`."""
    with ExitStack() as running:

        @cache
        def start(**settings: str) -> RunningService:
            return running.enter_context(RunningService(tmp_path_factory.mktemp("framed") / "log", settings=settings))

        yield start


@pytest.fixture
def framed(
    open_page: OpenPage, course: Course, witness: Witness, service_with: Callable[..., RunningService]
) -> Callable[..., Page]:
    """Opens the course with the page of a service in its frame: `framed("allow-scripts", DIGITS_...=...)`."""

    def open_framed(sandbox: str, *, allow: str = "", **settings: str) -> Page:
        service = service_with(**settings)
        witness.also(course.origin)
        witness.also(service.url)
        return open_page(course.page(service.url, sandbox, allow), shared=False)

    return open_framed


def draw_in(page: Page, frame: FrameLocator, digit: str) -> None:
    """Draw a digit on the pad in the frame, with the mouse."""
    box = frame.get_by_test_id("pad").bounding_box()
    assert box
    for stroke in DRAWINGS[digit][0]:
        places = [(box["x"] + x * box["width"] / 100, box["y"] + y * box["height"] / 100) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place)
        page.mouse.up()


def test_nobody_may_show_the_page_in_a_frame_by_default(framed: Callable[..., Page], witness: Witness) -> None:
    witness.tolerate("frame-ancestors")
    page = framed("")
    expect(page.frame_locator("iframe").get_by_test_id("pad")).to_have_count(0)


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_those_who_may_have_all_of_it(
    framed: Callable[..., Page], witness: Witness, course: Course, sandbox: str
) -> None:
    ancestors = f"https://huggingface.co, {course.origin}"
    witness.tolerate("The Clipboard API has been blocked")
    page = framed(sandbox, DIGITS_FRAME_ANCESTORS=ancestors, DIGITS_CORS_ORIGINS="*")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_test_id("pad")).to_be_visible()
    draw_in(page, frame, "6")
    expect(frame.get_by_test_id("answer")).to_have_text("6")
    for name in ("steps", "why", "inside"):
        frame.get_by_test_id(name).locator("summary").click()
        expect(frame.get_by_test_id(name)).to_have_attribute("data-explained", "")
    frame.get_by_test_id("clear").click()
    yours = frame.get_by_test_id("yours")
    yours.locator("summary").click()
    expect(yours.locator(".kept li")).to_have_count(1)
    yours.locator(".kept-open").click()
    expect(frame.get_by_test_id("answer")).to_have_text("6")
    yours.get_by_role("button", name="Copy as curl").click()
    # Copied, or shown to be copied by hand.
    expect(yours.locator(".said")).to_contain_text("http://127.0.0.1:")
    expect(yours.locator(".said")).to_contain_text("/predict")


def test_a_key_is_held_where_there_is_no_storage(framed: Callable[..., Page], witness: Witness) -> None:
    witness.tolerate("401")
    page = framed("allow-scripts", DIGITS_FRAME_ANCESTORS="*", DIGITS_CORS_ORIGINS="*", DIGITS_API_KEYS="key-1")
    frame = page.frame_locator("iframe")
    draw_in(page, frame, "6")
    frame.get_by_test_id("key-field").fill("key-1")
    frame.get_by_role("button", name="Use it").click()
    expect(frame.get_by_test_id("answer")).to_have_text("6")


@pytest.mark.parametrize("allow", ["", "camera"])
def test_the_camera_is_there_where_the_frame_allows_it(framed: Callable[..., Page], allow: str) -> None:
    page = framed("", allow=allow, DIGITS_FRAME_ANCESTORS="*")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_test_id("pad")).to_be_visible()

    expect(frame.get_by_test_id("live")).to_be_visible(visible=bool(allow))
