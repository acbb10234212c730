"""'Wrong? It was a ...': said with one tap, kept with the drawing, taken along with it."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import draw, inked_pixels
from tests.browser.panels import open_panel
from tests.browser.test_picture_input import choose
from tests.drawings import DRAWINGS, canvas, encoded, moved

pytestmark = pytest.mark.browser


def say_wrong(page: Page) -> Locator:
    """Open the choices."""
    wrong = page.get_by_test_id("wrong")
    wrong.locator("summary").click()
    expect(wrong).to_have_attribute("data-ready", "")
    return wrong


def draw_seven(page: Page) -> None:
    draw(page, DRAWINGS["7"][1])
    expect(page.get_by_test_id("answer")).to_have_text("7")


def exported(page: Page) -> list[str]:
    """The labels in the file of all strokes."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Save all strokes").click()
    return [json.loads(line)["label"] for line in Path(download.value.path()).read_text().splitlines()]


def test_one_tap_says_what_it_was_and_the_drawing_is_kept_so(page: Page) -> None:
    draw_seven(page)
    wrong = say_wrong(page)
    wrong.get_by_role("button", name="1", exact=True).click()

    expect(wrong.get_by_text("Kept as 1, in this tab.")).to_be_visible()
    page.get_by_test_id("clear").click()
    yours = open_panel(page, "yours")
    expect(yours.locator(".kept li")).to_have_count(1)
    expect(yours.get_by_label("What it is; it was read as 7")).to_have_value("1")
    assert exported(page) == ["1"]


def test_who_changes_their_mind_is_believed_and_so_is_the_menu_of_the_drawing(page: Page) -> None:
    draw_seven(page)
    yours = open_panel(page, "yours")
    wrong = say_wrong(page)
    for digit in ("1", "2"):
        wrong.get_by_role("button", name=digit, exact=True).click()
    menu = yours.get_by_label("What it is; it was read as 7")
    expect(menu).to_have_value("2")
    menu.focus()
    menu.select_option("9")
    expect(menu).to_be_focused()

    assert exported(page) == ["9"]


def test_what_was_no_digit_is_exported_as_none(page: Page) -> None:
    draw_seven(page)
    say_wrong(page).get_by_role("button", name="none of them").click()
    open_panel(page, "yours")
    assert exported(page) == ["#"]


def test_a_number_is_written_in_digits(page: Page) -> None:
    for place, digit in enumerate("17"):
        draw(page, moved(DRAWINGS[digit][0], 0.3, 10 + 50 * place, 30))
    expect(page.get_by_test_id("answer")).to_have_text("17")
    wrong = say_wrong(page)
    field = wrong.get_by_label("It was")
    field.fill("seven")
    field.press("Enter")
    expect(wrong.locator(".wrong-said")).to_be_empty()
    field.fill("11")
    field.press("Enter")

    expect(wrong.get_by_text("Kept as 11, in this tab.")).to_be_visible()
    open_panel(page, "yours")
    assert exported(page) == ["11"]


def test_escape_closes_the_choices_and_leaves_the_ink(page: Page) -> None:
    draw_seven(page)
    wrong = say_wrong(page)
    ink = inked_pixels(page)
    wrong.get_by_role("button", name="3", exact=True).focus()
    page.keyboard.press("Escape")

    expect(wrong).not_to_have_attribute("open", "")
    expect(wrong.locator("summary")).to_be_focused()
    assert inked_pixels(page) == ink


def test_other_ink_closes_the_choices_and_without_ink_there_are_none(page: Page) -> None:
    expect(page.get_by_text("Wrong?")).to_be_hidden()
    draw_seven(page)
    wrong = say_wrong(page)
    draw(page, [[[5, 5], [6, 6]]])
    expect(wrong).not_to_have_attribute("open", "")
    page.get_by_test_id("clear").click()
    expect(page.get_by_text("Wrong?")).to_be_hidden()


def test_of_a_picture_nothing_is_kept_so_nothing_can_be_said(page: Page) -> None:
    choose(page, encoded(canvas(DRAWINGS["7"][0])))
    expect(page.get_by_test_id("answer")).to_have_text("7")
    expect(page.get_by_text("Wrong?")).to_be_hidden()
    expect(page.get_by_role("link", name="Inside")).to_be_visible()
