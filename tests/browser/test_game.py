"""The game: 0 to 9 against the clock, and the card that names the digit that was hardest to read."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import draw
from tests.browser.panels import open_panel
from tests.drawings import DRAWINGS

pytestmark = pytest.mark.browser

CLEAN = ".pad[data-empty]"


def start(page: Page) -> Locator:
    game = page.get_by_test_id("game")
    game.locator("summary").click()
    game.get_by_role("button", name="Start").click()
    strip = page.get_by_test_id("game-strip")
    expect(strip).to_be_visible()
    return strip


def write(page: Page, digit: int) -> None:
    """As it is asked for, until it is read and makes room for the next.

    In one stroke: a busy machine pauses between two for as long as an answer has to stand.
    """
    expect(page.locator(".game-digit")).to_have_text(str(digit))
    expect(page.locator(CLEAN)).to_be_visible()
    strokes = min(DRAWINGS[str(digit)], key=len)
    draw(page, [[point for stroke in strokes for point in stroke]])
    expect(page.locator(CLEAN)).to_be_visible()


def seconds(text: str) -> float:
    return float(re.findall(r"[\d.]+", text)[0])


def test_ten_digits_are_written_and_the_hardest_is_named(page: Page) -> None:
    strip = start(page)
    expect(strip.get_by_role("timer")).to_have_text("0.0 s")
    for digit in range(10):
        write(page, digit)

    card = page.get_by_test_id("game-card")
    expect(card).to_be_in_viewport()
    expect(strip).to_be_hidden()
    rounds = [re.findall(r"[\d.]+", text) for text in card.locator("li p").all_inner_texts()]
    assert [digit for digit, *_ in rounds] == list("0123456789")
    hardest = min(rounds, key=lambda one: float(one[2]))
    expect(card.locator("[data-hardest]")).to_have_count(1)
    expect(card.get_by_text(f"Hardest to read was your {hardest[0]}")).to_be_visible()
    told = seconds(card.locator(".game-time").inner_text())
    assert told == pytest.approx(sum(float(one[1]) for one in rounds), abs=0.6)
    expect(card.locator("h3")).to_be_focused()

    yours = open_panel(page, "yours")
    labels = [menu.input_value() for menu in yours.locator("select").all()]
    assert labels == list("9876543210"), "each is kept as what it was to be"


def test_what_is_passed_over_was_the_hardest(page: Page) -> None:
    strip = start(page)
    write(page, 0)
    write(page, 1)
    draw(page, DRAWINGS["7"][0])
    expect(page.get_by_test_id("answer")).to_have_text("7")
    expect(page.locator(".game-digit")).to_have_text("2")
    strip.get_by_role("button", name="Pass").click()
    write(page, 3)
    for digit in range(4, 10):  # of those that are passed over the first is named
        expect(page.locator(".game-digit")).to_have_text(str(digit))
        strip.get_by_role("button", name="Pass").click()
    expect(page.get_by_test_id("game-card").get_by_text("your 2: it was passed over")).to_be_visible()


def test_it_can_be_stopped_and_closed_and_begun_again(page: Page) -> None:
    strip = start(page)
    write(page, 0)
    strip.get_by_role("button", name="Stop").click()
    expect(strip).to_be_hidden()
    draw(page, DRAWINGS["1"][0])
    expect(page.get_by_test_id("answer")).to_have_text("1")
    expect(page.locator(CLEAN)).to_have_count(0)

    game = page.get_by_test_id("game")
    game.get_by_role("button", name="Start").click()
    expect(page.locator(CLEAN)).to_be_visible()
    expect(page.locator(".game-digit")).to_have_text("0")
    game.locator("summary").click()
    expect(strip).to_be_hidden()
