"""Drawing for people who cannot point: arrows move a cell of the grid, the space bar is the pen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import inked_pixels, is_inked

pytestmark = pytest.mark.browser


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


@pytest.fixture
def focused(page: Page) -> Page:
    """The page with the pad reached by the tab key."""
    page.get_by_role("link", name="API").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("pad")).to_be_focused()
    return page


def test_a_seven_is_drawn_with_arrows_and_space(focused: Page) -> None:
    press(focused, *["ArrowLeft"] * 5, "Space", *["ArrowRight"] * 10)
    press(focused, *["End", "ArrowDown"] * 6, "Space")

    expect(focused.get_by_test_id("answer")).to_have_text("7")
    focused.get_by_test_id("undo").click()
    expect(focused.get_by_test_id("answer")).to_have_text("?")


def test_the_cell_is_seen_and_told(focused: Page) -> None:
    cursor = focused.locator("#cursor")
    expect(cursor).to_be_visible()
    words = focused.locator("#cursor-words")

    press(focused, "ArrowRight", "ArrowDown", "ArrowDown")
    expect(words).to_have_text("row 10, column 16, pen up")
    press(focused, "Space")
    expect(words).to_have_text("row 10, column 16, pen down")
    expect(cursor).to_have_attribute("data-down", "")
    assert is_inked(focused, 100 * 15.5 / 28, 100 * 9.5 / 28)


def test_moving_with_the_pen_up_draws_nothing(focused: Page) -> None:
    press(focused, *["ArrowDown"] * 8, *["Shift+ArrowRight"] * 9)

    expect(focused.locator("#cursor-words")).to_have_text("row 16, column 28, pen up")
    assert inked_pixels(focused) == 0


def test_leaving_the_pad_lifts_the_pen(focused: Page) -> None:
    press(focused, "Space", "ArrowDown", "Tab")
    focused.get_by_test_id("pad").focus()
    before = inked_pixels(focused)
    press(focused, *["ArrowDown"] * 6)

    assert inked_pixels(focused) == before


def test_the_page_does_not_scroll_while_keys_draw(focused: Page) -> None:
    focused.set_viewport_size({"width": 360, "height": 500})
    press(focused, "Space", *["ArrowDown"] * 6, "PageDown", "End")

    assert focused.evaluate("scrollY") == 0


def test_for_those_who_point_there_is_no_cell(page: Page) -> None:
    page.get_by_test_id("pad").click()

    expect(page.locator("#cursor")).to_be_hidden()
