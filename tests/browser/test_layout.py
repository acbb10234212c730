"""Where things lie on the page to draw on, measured at every size of window."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.hand import draw
from tests.browser.panels import open_panel
from tests.drawings import DRAWINGS, moved

pytestmark = pytest.mark.browser

WIDTHS = sorted({*range(320, 1441, 70), 360, 375, 859, 860, 876, 892, 900, 960, 1024, 1280, 1366, 1440})
HEIGHTS = [568, 612, 650, 667, 720, 760, 900]

MEASURE = """
    () => {
        const box = part => part.getBoundingClientRect();
        const [pad, tools, reading, chances, drawn, words] =
            [".pad", ".tools", ".reading", ".chances", ".writing", ".hint-line"]
            .map(name => box(document.querySelector(name)));
        const last = Math.max(...[...document.querySelectorAll(".hint > *")].map(one => box(one).bottom));
        const lines = {};
        for (const tool of document.querySelectorAll(".tools > *")) {
            const { top, left, right, width } = box(tool);
            if (width) (lines[Math.round(top)] ??= []).push([left, right]);
        }
        const ends = Object.values(lines).map(line => Math.max(...line.map(([, right]) => right)));
        const wide = document.documentElement;
        return {
            sideways: wide.scrollWidth - wide.clientWidth,
            gap: tools.top - pad.bottom,
            beside: tools.left >= pad.right,
            lines: ends.length,
            uneven: Math.max(...ends) - Math.min(...ends),
            hint: [drawn.top - pad.top, words.top - drawn.bottom, pad.bottom - last].map(Math.round),
            drawn: drawn.height / pad.height,
            overlap: Math.max(0, Math.min(reading.bottom - chances.top, 1000)),
            cut: [...document.querySelectorAll(".tools .button, .bar > *, .seen, .answer, .words")]
                .filter(one => one.scrollWidth > one.clientWidth + 1 || box(one).right > wide.clientWidth)
                .map(one => one.className),
            shown: box(document.querySelector(".bars")).bottom <= innerHeight,
        };
    }
"""


def faults(page: Page, height: int) -> list[tuple[str, Any]]:
    """What is wrong with the layout at each width, with its measures."""
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        found = page.evaluate(MEASURE)
        is_right = (
            found["sideways"] == 0
            and (found["beside"] or 0 < found["gap"] <= 16)
            and found["lines"] == (1 if width >= 360 or found["beside"] else 2)
            and min(found["hint"]) >= 0
            and found["drawn"] >= 0.15
            and found["uneven"] < 2
            and found["overlap"] < 1
            and found["cut"] == []
        )
        if not is_right:
            wrong.append((f"{width}x{height}", found))
    return wrong


@pytest.mark.parametrize("height", HEIGHTS)
def test_a_clean_sheet_fits_every_width(page: Page, height: int) -> None:
    assert faults(page, height) == []


@pytest.mark.parametrize("height", [640, 760])
def test_an_answer_fits_every_width(page: Page, height: int) -> None:
    draw(page, DRAWINGS["8"][0])
    expect(page.get_by_test_id("answer")).to_have_text("8")
    assert faults(page, height) == []


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "touch"])
@pytest.mark.parametrize(
    ("width", "height"), [(360, 640), (375, 667), (390, 844), (768, 1024), (1280, 720), (1440, 900)]
)
def test_the_tools_have_one_line_and_the_bars_are_seen_without_scrolling(
    open_page: OpenPage, width: int, height: int, touch: bool
) -> None:
    page = open_page(viewport={"width": width, "height": height}, has_touch=touch, is_mobile=touch)
    found = page.evaluate(MEASURE)
    assert (found["lines"], found["shown"]) == (1, True)


@pytest.mark.parametrize(("width", "height"), [(360, 640), (390, 844), (1280, 720)])
def test_a_long_number_is_large_enough_to_read(open_page: OpenPage, width: int, height: int) -> None:
    page = open_page(viewport={"width": width, "height": height})
    for place, digit in enumerate("171711"):
        draw(page, moved(DRAWINGS[digit][0], 0.14, 1 + 16 * place, 40))
    expect(page.get_by_test_id("answer")).to_have_text("171711")
    size = page.get_by_test_id("answer").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert size >= 24
    assert page.evaluate(MEASURE)["cut"] == []


def test_a_bar_fills_what_its_line_leaves_it(page: Page) -> None:
    for width in (360, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        left = page.locator(".bar").evaluate_all(
            """bars => bars.map(bar => {
                const [, meter, percent] = [...bar.children].map(one => one.getBoundingClientRect());
                return percent.left - meter.right - parseFloat(getComputedStyle(bar).columnGap);
            })"""
        )
        assert all(-1 < rest < 10 for rest in left)


def test_what_has_no_chance_is_paler_than_what_has(page: Page) -> None:
    draw(page, DRAWINGS["7"][1])
    expect(page.get_by_test_id("answer")).to_have_text("7")
    colour = "bar => getComputedStyle(bar).color"
    percents = page.locator(".bar-percent").all_inner_texts()
    assert percents[6] == "0.0\u2009%"
    assert page.locator(".bar").nth(6).evaluate(colour) != page.locator(".bar").nth(7).evaluate(colour)


def test_what_is_cut_at_the_edge_is_seen_to_scroll(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 360, "height": 740})
    draw(page, DRAWINGS["7"][1])
    expect(page.get_by_test_id("answer")).to_have_text("7")
    inside = open_panel(page, "inside")
    picture, table = (
        inside.get_by_role("region", name=name) for name in ("The network", "From logits to probabilities")
    )

    assert table.evaluate("one => one.scrollWidth <= one.clientWidth")
    edge = "one => [one.scrollLeft, getComputedStyle(one).backgroundAttachment]"
    assert picture.evaluate(edge) == [0, "local, local, scroll, scroll"]
    expect(inside.get_by_text("Swipe to see the rest")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(inside.get_by_text("Swipe to see the rest")).to_be_hidden()
