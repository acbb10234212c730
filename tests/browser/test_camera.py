"""A picture from a computer's camera: live in a dialog, one still on request, and the light goes out after it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.chromium import FLAGS, executable
from tests.browser.conftest import OpenPage, Witness
from tests.browser.hand import draw, inked_share
from tests.browser.test_accessibility import SIZE_NAMES, SIZES, complaints
from tests.drawings import DRAWINGS, canvas
from tests.running_service import RunningService

pytestmark = pytest.mark.browser

OpenCamera = Callable[..., Page]
Launch = Callable[[str], Browser]


def write_film(file: Path) -> None:
    """A camera's film of a seven on paper: a second of it, in YUV4MPEG2, which Chromium shows over and over."""
    grey = canvas(DRAWINGS["7"][1], scale=3, right=170, down=90, pen=24, size=(640, 480), ink=40, paper=200)
    frame = b"FRAME\n" + grey.tobytes() + np.full(640 * 480 // 2, 128, np.uint8).tobytes()
    file.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + 10 * frame)


@pytest.fixture(scope="module")
def with_camera(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launch]:
    """A Chromium with a camera before which a seven is held; asked for it, somebody says "allow" or "deny"."""
    film = tmp_path_factory.mktemp("film") / "seven.y4m"
    write_film(film)
    running: dict[str, Browser] = {}

    def launched(said: str) -> Browser:
        if said not in running:
            flags = [
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={film}",
                f"--use-fake-ui-for-media-stream{'=deny' if said == 'deny' else ''}",
            ]
            running[said] = browser.browser_type.launch(executable_path=executable(), args=[*FLAGS, *flags])
        return running[said]

    yield launched
    for one in running.values():
        one.close()


@pytest.fixture
def open_camera(with_camera: Launch, service: RunningService, witness: Witness) -> Iterator[OpenCamera]:
    """Opens the page in that browser, and the dialog on it."""
    pages: list[Page] = []

    def opened(said: str = "allow", **options: Any) -> Page:
        context = with_camera(said).new_context(**options)
        page = context.new_page()
        pages.append(page)
        witness.watch(page)
        page.goto(service.url)
        button(page).click()
        return page

    yield opened
    witness.leave()
    for page in pages:
        page.context.close()


def button(page: Page) -> Locator:
    return page.get_by_test_id("live")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Camera")


def expect_live(page: Page) -> None:
    """Wait until the picture moves, and remember its track."""
    expect(dialog(page)).to_have_attribute("data-state", "live")
    page.evaluate("() => { window.track = document.querySelector('video').srcObject.getVideoTracks()[0]; }")
    assert page.evaluate("track.readyState") == "live"


def expect_dark(page: Page) -> None:
    """The dialog is closed and the camera's light is out."""
    expect(dialog(page)).to_be_hidden()
    page.wait_for_function("track.readyState === 'ended'")


def test_what_is_held_before_the_camera_is_read(open_camera: OpenCamera) -> None:
    page = open_camera()
    expect_live(page)
    dialog(page).get_by_role("button", name="Take picture").click()

    expect(page.get_by_test_id("answer")).to_have_text("7")
    assert inked_share(page) == 1, "the picture, paper and all, fills the pad"
    expect_dark(page)
    expect(button(page)).to_be_focused()


def test_all_of_it_is_done_with_the_keyboard(open_camera: OpenCamera) -> None:
    page = open_camera()
    expect_live(page)
    expect(dialog(page).get_by_role("button", name="Take picture")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("answer")).to_have_text("7")

    page.keyboard.press("Enter")
    expect_live(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect_dark(page)


@pytest.mark.parametrize("focus", ["button", "picture"])
def test_escape_closes_the_camera_and_leaves_the_drawing(open_camera: OpenCamera, focus: str) -> None:
    page = open_camera()
    expect_live(page)
    page.keyboard.press("Escape")
    expect_dark(page)

    draw(page, DRAWINGS["3"][0])
    expect(page.get_by_test_id("answer")).to_have_text("3")
    button(page).click()
    expect_live(page)
    if focus == "picture":
        page.locator("video").click()
    page.keyboard.press("Control+z")
    page.keyboard.press("Escape")

    expect_dark(page)
    expect(page.get_by_test_id("answer")).to_have_text("3")


def test_the_light_goes_out_when_the_page_is_hidden(open_camera: OpenCamera) -> None:
    page = open_camera()
    expect_live(page)
    page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", { value: true, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    expect_dark(page)


def test_the_light_goes_out_when_the_page_is_left(open_camera: OpenCamera, service: RunningService) -> None:
    page = open_camera()
    expect_live(page)
    page.evaluate("() => window.addEventListener('pagehide', () => localStorage.setItem('light', track.readyState))")
    page.goto(f"{service.url}/model")

    assert page.evaluate("localStorage.getItem('light')") == "ended"


@pytest.mark.parametrize("opened_again", [False, True], ids=["once", "opened again"])
def test_closed_while_the_browser_asks_the_camera_does_not_stay_on(
    open_camera: OpenCamera, opened_again: bool
) -> None:
    page = open_camera()
    expect_live(page)
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    page.evaluate(
        """() => {
            const { mediaDevices } = navigator;
            const ask = mediaDevices.getUserMedia.bind(mediaDevices);
            mediaDevices.getUserMedia = async (wanted) => {
                await new Promise(resolve => (window.allow = resolve));
                const stream = await ask(wanted);
                [window.track] = stream.getVideoTracks();
                return stream;
            };
            window.track = null;
        }"""
    )
    button(page).click()
    expect(dialog(page)).to_contain_text("Allow the camera")
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    if opened_again:
        page.evaluate("() => { window.allowFirst = allow; }")
        button(page).click()
        expect(dialog(page)).to_contain_text("Allow the camera")
        page.evaluate("allowFirst()")
    else:
        page.evaluate("allow()")
    page.evaluate("async () => { while (track?.readyState !== 'ended') await new Promise(requestAnimationFrame); }")

    if opened_again:
        page.evaluate("allow()")
        expect_live(page)


def test_a_camera_that_goes_away_is_missed(open_camera: OpenCamera) -> None:
    page = open_camera()
    expect_live(page)
    page.evaluate("track.stop(), track.dispatchEvent(new Event('ended'))")

    expect(dialog(page)).to_contain_text("The camera is gone.")
    dialog(page).get_by_role("button", name="Try again").click()
    expect_live(page)


def test_a_camera_that_is_denied_says_what_to_do(open_camera: OpenCamera) -> None:
    page = open_camera("deny")
    expect(dialog(page)).to_contain_text("The camera is blocked for this page. Allow it in the browser")
    expect(page.locator("video")).to_be_hidden()
    expect(dialog(page).get_by_role("button", name="Try again")).to_be_enabled()


def test_without_a_camera_it_says_so(page: Page) -> None:
    page.context.grant_permissions(["camera"])
    button(page).click()

    expect(dialog(page)).to_contain_text(
        "There is no camera. Connect one and try again, or choose a picture instead."
    )


def test_a_camera_in_use_says_so_and_is_tried_again(open_camera: OpenCamera) -> None:
    page = open_camera()
    page.reload()
    page.evaluate(
        """() => {
            navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotReadableError"));
        }"""
    )
    button(page).click()

    expect(dialog(page)).to_contain_text("The camera is in use by another program. Close that and try again.")
    page.evaluate("delete navigator.mediaDevices.getUserMedia")
    dialog(page).get_by_role("button", name="Try again").click()
    expect_live(page)


def test_where_no_page_may_have_a_camera_there_is_no_button(open_page: OpenPage) -> None:
    page = open_page(shared=False)
    expect(button(page)).to_be_visible()
    page.add_init_script("delete Navigator.prototype.mediaDevices")
    page.reload()

    expect(button(page)).to_be_hidden()
    expect(page.get_by_test_id("upload")).to_be_visible()


def test_the_camera_that_could_not_be_loaded_is_there_when_it_is_pressed_again(
    open_camera: OpenCamera, witness: Witness
) -> None:
    page = open_camera()
    page.reload()
    witness.tolerate("Failed to load resource")
    page.route("**/camera.*", lambda route: route.abort())
    button(page).click()
    expect(page.get_by_test_id("told")).to_contain_text("could not be loaded")

    page.unroute("**/camera.*")
    button(page).click()

    expect_live(page)


@pytest.mark.parametrize("size", SIZES, ids=SIZE_NAMES)
def test_the_dialog_is_accessible_and_seen_whole(open_camera: OpenCamera, size: tuple[int, int]) -> None:
    page = open_camera(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    expect_live(page)

    assert complaints(page) == {}
    for part in dialog(page).locator("> *").all():
        expect(part).to_be_in_viewport(ratio=0.999)
