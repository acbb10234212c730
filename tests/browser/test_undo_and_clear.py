"""Taking ink back, by button and by key, takes back the answer and the bars with it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import SCRIBBLE, bars, draw, inked_pixels, press
from tests.browser.panels import open_panel
from tests.drawings import DRAWINGS

pytestmark = pytest.mark.browser

UNDO: dict[str, Callable[[Page], None]] = {
    "button": lambda page: page.get_by_test_id("undo").click(),
    "key": lambda page: page.keyboard.press("Control+z"),
    "mac-key": lambda page: page.keyboard.press("Meta+z"),
}
REDO: dict[str, Callable[[Page], None]] = {
    "button": lambda page: page.get_by_test_id("redo").click(),
    "key": lambda page: page.keyboard.press("Control+Shift+z"),
    "mac-key": lambda page: page.keyboard.press("Meta+Shift+z"),
    "windows-key": lambda page: page.keyboard.press("Control+y"),
}
CLEAR: dict[str, Callable[[Page], None]] = {
    "button": lambda page: page.get_by_test_id("clear").click(),
    "key": lambda page: page.keyboard.press("Escape"),
}


def expect_clean_sheet(page: Page, *, way_back: bool = False) -> None:
    expect(page.get_by_test_id("answer")).to_have_text("?")
    expect(page.get_by_test_id("verdict")).to_have_text("draw something")
    expect(page.locator(".hint")).to_have_css("opacity", "1")
    expect(page.get_by_test_id("undo")).to_have_attribute("aria-disabled", "false" if way_back else "true")
    expect(page.get_by_test_id("clear")).to_be_disabled()
    assert bars(page) == [0] * 10
    assert inked_pixels(page) == 0


@pytest.mark.parametrize("undo", UNDO.values(), ids=UNDO.keys())
def test_undo_takes_back_the_last_stroke_and_its_answer(page: Page, undo: Callable[[Page], None]) -> None:
    one, *_ = DRAWINGS["1"][0]
    draw(page, [one])
    expect(page.get_by_test_id("answer")).to_have_text("1")
    before = inked_pixels(page)
    draw(page, SCRIBBLE[:1])
    expect(page.get_by_test_id("answer")).not_to_have_text("1")

    undo(page)

    expect(page.get_by_test_id("answer")).to_have_text("1")
    assert inked_pixels(page) == before


@pytest.mark.parametrize("undo", UNDO.values(), ids=UNDO.keys())
def test_undo_of_all_strokes_leaves_a_clean_sheet(page: Page, undo: Callable[[Page], None]) -> None:
    draw(page, DRAWINGS["7"][1])
    expect(page.get_by_test_id("answer")).to_have_text("7")

    undo(page)
    undo(page)

    expect_clean_sheet(page)


@pytest.mark.parametrize("redo", REDO.values(), ids=REDO.keys())
def test_redo_brings_back_what_undo_took(page: Page, redo: Callable[[Page], None]) -> None:
    draw(page, DRAWINGS["7"][1])
    expect(page.get_by_test_id("answer")).to_have_text("7")
    before = inked_pixels(page)
    for _ in DRAWINGS["7"][1]:
        page.get_by_test_id("undo").click()
    expect_clean_sheet(page)

    for _ in DRAWINGS["7"][1]:
        redo(page)

    expect(page.get_by_test_id("answer")).to_have_text("7")
    expect(page.get_by_test_id("redo")).to_be_disabled()
    assert inked_pixels(page) == before


def test_there_is_nothing_to_redo_once_something_new_is_drawn(page: Page) -> None:
    draw(page, DRAWINGS["7"][1])
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("redo")).to_be_enabled()
    draw(page, [[[20, 20], [40, 40]]])

    expect(page.get_by_test_id("redo")).to_be_disabled()
    page.keyboard.press("Control+Shift+z")
    page.get_by_test_id("undo").click()
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("undo")).to_be_disabled()


@pytest.mark.parametrize("clear", CLEAR.values(), ids=CLEAR.keys())
def test_clear_leaves_a_clean_sheet(page: Page, clear: Callable[[Page], None]) -> None:
    draw(page, DRAWINGS["4"][0])
    expect(page.get_by_test_id("answer")).to_have_text("4")

    clear(page)

    expect_clean_sheet(page, way_back=True)


@pytest.mark.parametrize("undo", UNDO.values(), ids=UNDO.keys())
def test_clear_is_taken_back_as_any_stroke_is_and_done_again(page: Page, undo: Callable[[Page], None]) -> None:
    draw(page, DRAWINGS["4"][0])
    expect(page.get_by_test_id("answer")).to_have_text("4")
    before = inked_pixels(page)
    page.get_by_test_id("clear").click()
    expect_clean_sheet(page, way_back=True)

    undo(page)
    expect(page.get_by_test_id("answer")).to_have_text("4")
    assert inked_pixels(page) == before

    page.get_by_test_id("redo").click()
    expect_clean_sheet(page, way_back=True)
    draw(page, DRAWINGS["7"][0])
    expect(page.get_by_test_id("answer")).to_have_text("7")
    for _ in [*DRAWINGS["7"][0], "clear"]:
        undo(page)
    expect(page.get_by_test_id("answer")).to_have_text("4")


def test_escape_in_a_menu_closes_the_menu_and_nothing_else(page: Page) -> None:
    draw(page, DRAWINGS["4"][0])
    expect(page.get_by_test_id("answer")).to_have_text("4")
    page.reload()
    open_panel(page, "yours").locator("select").focus()
    page.keyboard.press("Escape")

    expect(page.get_by_test_id("answer")).to_have_text("4")
    expect(page.get_by_test_id("clear")).to_be_enabled()


def test_clear_under_the_pen_leaves_a_clean_sheet_until_it_is_set_down_again(page: Page) -> None:
    press(page, DRAWINGS["3"][0][0])
    page.keyboard.press("Escape")
    page.mouse.move(200, 300)
    page.mouse.up()
    expect_clean_sheet(page, way_back=True)

    draw(page, DRAWINGS["3"][0])
    expect(page.get_by_test_id("answer")).to_have_text("3")


def test_keys_on_a_clean_sheet_do_nothing(page: Page) -> None:
    page.keyboard.press("Control+z")
    page.keyboard.press("Escape")

    expect_clean_sheet(page)


def test_the_buttons_are_reached_and_pressed_by_keyboard(page: Page) -> None:
    draw(page, DRAWINGS["7"][1])
    expect(page.get_by_test_id("answer")).to_have_text("7")
    page.get_by_role("link", name="API").focus()

    page.keyboard.press("Tab")
    expect(page.get_by_test_id("pad")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("undo")).to_be_focused()
    expect(page.get_by_test_id("undo")).to_have_css("outline-style", "solid")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("redo")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("clear")).to_be_focused()
    page.keyboard.press("Enter")

    expect_clean_sheet(page, way_back=True)
    expect(page.get_by_test_id("clear")).to_be_focused()
