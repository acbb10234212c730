"""What a person sees who draws: the answer, the words, the bars, and the picture the network saw."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, Request, expect

from tests.app.operations import wait_until
from tests.browser.conftest import OpenPage
from tests.browser.hand import SCRIBBLE, bars, drag, draw, press
from tests.drawings import DRAWINGS, Drawing

pytestmark = pytest.mark.browser

# In milliseconds: how long an answer stands before it is said.
STANDING = 700

EVERY_DRAWING = [
    pytest.param(digit, drawing, id=f"{digit}-{'abc'[number]}")
    for digit, drawings in DRAWINGS.items()
    for number, drawing in enumerate(drawings)
]


@pytest.mark.parametrize(("digit", "drawing"), EVERY_DRAWING)
def test_every_digit_drawn_with_the_mouse_is_read(page: Page, digit: str, drawing: Drawing) -> None:
    draw(page, drawing)

    expect(page.get_by_test_id("answer")).to_have_text(digit)
    expect(page.get_by_test_id("verdict")).to_contain_text(digit)


def test_the_answer_appears_while_the_pen_is_still_down(page: Page) -> None:
    press(page, DRAWINGS["0"][0][0])

    expect(page.get_by_test_id("answer")).to_have_text("0")


def test_the_answer_follows_the_pen(page: Page) -> None:
    press(page, [[50, 15 + 4 * step] for step in range(18)])
    expect(page.get_by_test_id("answer")).to_have_text("1")

    page.mouse.up()
    page.get_by_test_id("clear").click()
    seven = DRAWINGS["7"][0][0]
    press(page, seven[:2])
    drag(page, seven[2:])

    expect(page.get_by_test_id("answer")).to_have_text("7")


def test_a_clean_sheet_asks_for_ink(page: Page) -> None:
    expect(page.get_by_test_id("answer")).to_have_text("?")
    expect(page.get_by_test_id("verdict")).to_have_text("draw something")
    expect(page.get_by_text("Draw a digit", exact=True)).to_have_css("opacity", "1")
    assert bars(page) == [0] * 10


def test_the_hint_is_gone_with_the_first_ink(page: Page) -> None:
    press(page, [[50, 50]])

    expect(page.locator(".hint")).to_have_css("opacity", "0")


def test_the_bars_are_the_probabilities_and_the_highest_is_the_answer(page: Page) -> None:
    draw(page, DRAWINGS["3"][0])
    expect(page.get_by_test_id("answer")).to_have_text("3")

    shown = bars(page)
    assert sum(shown) == pytest.approx(1, abs=1e-3)
    assert shown.index(max(shown)) == 3
    expect(page.locator(".bar[data-winner]")).to_have_count(1)
    expect(page.locator(".bar[data-winner] .bar-digit")).to_have_text("3")
    expect(page.locator(".bar[data-winner] .bar-percent")).to_have_text(re.compile(r"^\d+\.\d\s%$"))


@pytest.mark.parametrize("drawing", [DRAWINGS["5"][0], SCRIBBLE, [[[50, 50]]]], ids=["five", "scribble", "dot"])
def test_the_page_shows_what_the_service_replied(page: Page, drawing: Drawing) -> None:
    with page.expect_response(lambda response: asks_about(response.request, drawing)) as last:
        draw(page, drawing)
    reply = last.value.json()

    answer = "?" if reply["digit"] is None else str(reply["digit"])
    expect(page.get_by_test_id("answer")).to_have_text(answer)
    expect(page.locator("#reading")).to_have_attribute("data-state", reply["verdict"])
    # The reply before may have had the same answer, and the last comes to the page a moment after it comes here.
    wait_until(lambda: bars(page) == pytest.approx(reply["probabilities"], abs=1e-6))
    assert seen(page) == reply["input"]


def test_the_announcement_is_the_last_answer_and_only_that(open_page: OpenPage) -> None:
    page = open_page(shared=False)
    # By a clock that stands still: on a busy machine a hand may pause for longer than an answer has to stand.
    page.clock.install(time=datetime(2030, 1, 1, tzinfo=UTC))
    page.reload()
    page.clock.pause_at(datetime(2030, 1, 2, tzinfo=UTC))
    said = page.get_by_test_id("announcement")
    said.evaluate(
        """region => {
            window.said = [];
            new MutationObserver(() => window.said.push(region.textContent)).observe(region, { childList: true });
        }"""
    )
    seven = DRAWINGS["7"][0]
    with page.expect_response(lambda response: asks_about(response.request, seven)):
        draw(page, seven)
    expect(page.locator("#reading")).to_have_attribute("data-state", "digit")
    expect(page.get_by_test_id("answer")).to_have_text("7")

    page.clock.run_for(STANDING - 1)
    assert page.evaluate("window.said") == [], "neither an answer that did not stand, nor this one too early"
    page.clock.run_for(1)

    expect(said).to_have_text(re.compile("7.* sure"))
    assert len(page.evaluate("window.said")) == 1
    expect(said).to_have_attribute("aria-live", "polite")


def asks_about(request: Request, drawing: Drawing) -> bool:
    """Whether this request carries the drawing to its last point."""
    if "/predict" not in request.url:
        return False
    strokes = (request.post_data_json or {})["strokes"]
    end = [value * 2.8 for value in drawing[-1][-1]]
    return len(strokes) == len(drawing) and strokes[-1][-1] == pytest.approx(end, abs=1)


def seen(page: Page) -> list[list[int]]:
    """The greys of the picture of what the network saw, as rows."""
    rows: list[list[int]] = page.get_by_test_id("seen").evaluate(
        """canvas => {
            const copy = new OffscreenCanvas(28, 28).getContext("2d", { willReadFrequently: true });
            copy.drawImage(canvas, 0, 0);
            const { data } = copy.getImageData(0, 0, 28, 28);
            const greys = [...data].filter((_, i) => i % 4 === 3);
            return Array.from({ length: 28 }, (_, y) => greys.slice(28 * y, 28 * (y + 1)));
        }"""
    )
    return rows
