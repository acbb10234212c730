"""A service that wants a key: the page says so, asks for it once a tab, and tells it to nobody else."""

import json
import os
import shlex
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import OpenPage, Witness
from tests.browser.hand import drag, draw, inked_pixels, press
from tests.browser.panels import open_panel
from tests.browser.test_accessibility import complaints
from tests.drawings import DRAWINGS
from tests.running_service import RunningService

pytestmark = pytest.mark.browser

KEYS = "open sesame, it is me"
SHIFTS = """() => {
    window.shifts = 0;
    new PerformanceObserver(list => list.getEntries().forEach(shift => (window.shifts += shift.value)))
        .observe({ type: "layout-shift", buffered: true });
}"""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """The real service with two keys: "open sesame" and "it is me"."""
    with RunningService(tmp_path_factory.mktemp("guarded") / "log", settings={"DIGITS_API_KEYS": KEYS}) as running:
        yield running


@pytest.fixture
def locked(open_page: OpenPage, witness: Witness, guarded: RunningService) -> Page:
    """The page of that service, with no key yet."""
    witness.also(guarded.url)
    witness.tolerate("status of 401")
    return open_page(guarded.url)


def enter(page: Page, key: str = "open sesame") -> None:
    page.get_by_label("This service asks for a key").fill(key)
    page.keyboard.press("Enter")


def test_the_page_says_that_a_key_is_wanted_keeps_the_ink_and_reads_it_once_there_is_one(locked: Page) -> None:
    draw(locked, DRAWINGS["3"][0])
    expect(locked.get_by_test_id("verdict")).to_have_text("a key is wanted")
    expect(locked.locator("#detail")).to_contain_text("Your ink is kept.")
    expect(locked.get_by_test_id("announcement")).to_contain_text("a key is wanted")
    drawn = inked_pixels(locked)

    enter(locked)

    expect(locked.get_by_test_id("answer")).to_have_text("3")
    expect(locked.get_by_test_id("key")).to_be_hidden()
    expect(locked.get_by_test_id("pad")).to_be_focused()
    assert inked_pixels(locked) == drawn


@pytest.mark.parametrize("wrong", ["sesame", "open sesame!", "schlüssel", "🗝"])
def test_a_wrong_key_is_said_to_be_wrong_and_another_may_be_tried(locked: Page, wrong: str) -> None:
    enter(locked, wrong)
    field = locked.get_by_test_id("key-field")
    expect(locked.get_by_test_id("key-said")).to_have_text("That is not one of this service’s keys.")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()

    locked.keyboard.type("it is me")
    locked.keyboard.press("Enter")

    expect(locked.get_by_test_id("key")).to_be_hidden()
    draw(locked, DRAWINGS["5"][0])
    expect(locked.get_by_test_id("answer")).to_have_text("5")


def test_the_key_serves_this_tab_over_a_reload_and_no_other(locked: Page) -> None:
    enter(locked)
    expect(locked.get_by_test_id("key")).to_be_hidden()
    locked.reload()
    draw(locked, DRAWINGS["4"][0])
    expect(locked.get_by_test_id("answer")).to_have_text("4")
    expect(locked.get_by_test_id("key")).to_be_hidden()

    other = locked.context.new_page()
    other.goto(locked.url)
    expect(other.get_by_test_id("key")).to_be_visible()


def test_a_key_that_is_no_longer_taken_is_asked_for_again(locked: Page) -> None:
    enter(locked)
    expect(locked.get_by_test_id("key")).to_be_hidden()
    locked.evaluate("sessionStorage.setItem('digits-key', 'of yesterday')")
    locked.reload()
    draw(locked, DRAWINGS["4"][0])

    expect(locked.get_by_test_id("verdict")).to_have_text("the key is wrong")
    expect(locked.get_by_test_id("key-said")).to_have_text("That is not one of this service’s keys.")
    enter(locked)
    expect(locked.get_by_test_id("answer")).to_have_text("4")


def test_a_server_that_is_away_does_not_make_the_key_wrong(
    open_page: OpenPage, witness: Witness, tmp_path: Any
) -> None:
    witness.tolerate("Failed to load resource")
    with RunningService(tmp_path / "log", settings={"DIGITS_API_KEYS": KEYS}) as mortal:
        witness.also(mortal.url)
        page = open_page(mortal.url)
        expect(page.get_by_test_id("key")).to_be_visible()
        mortal.kill()
        enter(page)
        expect(page.get_by_test_id("key-said")).to_have_text("The server doesn’t answer. Try again in a moment.")
        mortal.start()
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("key")).to_be_hidden()


def test_the_key_goes_into_a_header_and_nowhere_else(locked: Page) -> None:
    asked: list[Request] = []
    locked.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - Playwright wants a function
    locked.context.grant_permissions(["clipboard-read", "clipboard-write"])
    enter(locked)
    draw(locked, DRAWINGS["7"][1])
    expect(locked.get_by_test_id("answer")).to_have_text("7")
    open_panel(locked, "why")
    locked.get_by_test_id("share").click()
    expect(locked.get_by_test_id("told")).to_contain_text("link is copied")
    assert "sesame" not in locked.evaluate("navigator.clipboard.readText()")

    posts = [one for one in asked if one.method == "POST"]
    assert {one.headers.get("x-api-key") for one in posts} == {"open sesame"}
    for one in asked:
        assert "sesame" not in one.url + (one.post_data or "")
    assert "sesame" not in locked.url + locked.content()
    assert locked.evaluate("Object.values(localStorage).length + document.cookie.length") == 0


def test_the_copied_command_takes_the_key_from_the_environment(locked: Page) -> None:
    locked.context.grant_permissions(["clipboard-read", "clipboard-write"])
    enter(locked)
    draw(locked, DRAWINGS["6"][0])
    expect(locked.get_by_test_id("answer")).to_have_text("6")
    yours = open_panel(locked, "yours")
    yours.get_by_role("button", name="Copy as curl").click()
    expect(yours.locator(".said")).to_contain_text("copied")
    command = locked.evaluate("navigator.clipboard.readText()")

    assert "X-API-Key: $DIGITS_API_KEY" in shlex.split(command)
    assert "sesame" not in command
    environment = {**os.environ, "DIGITS_API_KEY": "open sesame"}
    run = subprocess.run(
        ["/bin/sh", "-c", f"{command} --silent"], env=environment, capture_output=True, check=True, timeout=30
    )
    assert json.loads(run.stdout)["digit"] == 6


def test_keys_in_the_field_edit_the_key_and_not_the_drawing(locked: Page) -> None:
    draw(locked, DRAWINGS["1"][0])
    field = locked.get_by_test_id("key-field")
    field.focus()
    locked.keyboard.type("ab")
    locked.keyboard.press("Escape")
    locked.keyboard.press("Control+z")

    expect(locked.get_by_test_id("undo")).to_be_enabled()


@pytest.mark.parametrize("size", [(360, 740), (768, 1024), (1440, 900)], ids=str)
def test_the_form_is_accessible_and_moves_nothing(
    open_page: OpenPage, witness: Witness, guarded: RunningService, size: tuple[int, int]
) -> None:
    witness.also(guarded.url)
    witness.tolerate("status of 401")
    viewport = {"width": size[0], "height": size[1]}
    page = open_page(guarded.url, viewport=viewport, reduced_motion="reduce")
    page.evaluate(SHIFTS)
    before = page.get_by_test_id("pad").bounding_box()
    enter(page, "wrong")
    expect(page.get_by_test_id("key-said")).to_contain_text("not one")
    assert complaints(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]

    enter(page)
    expect(page.get_by_test_id("key")).to_be_hidden()
    assert page.get_by_test_id("pad").bounding_box() == before
    assert page.evaluate("window.shifts") < 0.01


def test_a_stroke_is_not_broken_off_by_the_question(locked: Page) -> None:
    stroke = DRAWINGS["2"][0][0]
    press(locked, stroke[:8])
    expect(locked.get_by_test_id("verdict")).to_have_text("a key is wanted")
    drag(locked, stroke[8:])
    locked.mouse.up()
    enter(locked)

    expect(locked.get_by_test_id("answer")).to_have_text("2")


def test_a_service_without_keys_asks_for_none(page: Page) -> None:
    expect(page.get_by_test_id("key")).to_have_count(0)
