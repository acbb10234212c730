"""Several digits side by side are read as a number, with a box and a digit over each."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import bars, draw
from tests.drawings import DRAWINGS, Drawing, moved

pytestmark = pytest.mark.browser


def number(text: str, ways: str = "000") -> Drawing:
    """The digits of a number side by side in the box of 0 to 100."""
    width = 100 / len(text)
    return [
        stroke
        for place, (digit, way) in enumerate(zip(text, ways, strict=False))
        for stroke in moved(DRAWINGS[digit][int(way)], 0.85 * width / 100, place * width + 2, 35)
    ]


@pytest.mark.parametrize("text", ["407", "12", "358"])
def test_a_number_is_read_and_boxed(page: Page, text: str) -> None:
    draw(page, number(text))

    expect(page.get_by_test_id("read")).to_have_text(text)
    expect(page.get_by_test_id("answer")).to_have_text(text)
    expect(page.get_by_test_id("verdict")).to_contain_text(text)
    expect(page.get_by_test_id("boxes").locator("b")).to_have_text(list(text))
    for place, centre in enumerate(centres(page)):
        assert 100 * place / len(text) - 8 < centre < 100 * (place + 1) / len(text) + 8
    assert sum(bars(page)) == pytest.approx(1, abs=1e-3)


def test_one_digit_has_no_box(page: Page) -> None:
    draw(page, DRAWINGS["5"][1])

    expect(page.get_by_test_id("answer")).to_have_text("5")
    expect(page.get_by_test_id("read")).to_have_text("5")
    expect(page.get_by_test_id("boxes").locator("li")).to_have_count(0)


def test_the_boxes_go_with_the_ink(page: Page) -> None:
    draw(page, number("12"))
    expect(page.get_by_test_id("boxes").locator("li")).to_have_count(2)

    page.get_by_test_id("clear").click()
    expect(page.get_by_test_id("boxes").locator("li")).to_have_count(0)
    expect(page.get_by_test_id("read")).to_have_text("")


def centres(page: Page) -> list[float]:
    """Where the boxes lie from left to right, in the drawing's units."""
    found: list[float] = page.get_by_test_id("pad").evaluate(
        """pad => {
            const { left, width } = pad.getBoundingClientRect();
            const boxes = [...document.querySelectorAll("#boxes li")].map(box => box.getBoundingClientRect());
            return boxes.map(box => (100 * (box.left + box.width / 2 - left)) / width);
        }"""
    )
    return found
