"""axe-core finds nothing to complain of, in any state, theme or size of the page."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.hand import draw
from tests.browser.panels import PANELS, open_panel
from tests.drawings import DRAWINGS, moved
from tests.running_service import RunningService

pytestmark = pytest.mark.browser

THEMES: dict[str, Any] = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced colours": {"color_scheme": "light", "forced_colors": "active"},
}
SIZES = [(360, 740), (1440, 900), (720, 450)]
SIZE_NAMES = ["phone", "desktop", "desktop at 200 %"]


def complaints(page: Page, *themes: str) -> dict[str, str]:
    """What axe finds wrong in themes, or in each, by its every rule, best practices included; empty for nothing."""
    found = {}
    for theme in themes or THEMES:
        page.emulate_media(reduced_motion="reduce", **THEMES[theme])  # no colour on its way to another
        results = Axe().run(page)
        if results.violations_count:
            found[theme] = str(results.generate_report())
    return found


def opened(open_page: OpenPage, size: tuple[int, int], theme: str = "light", url: str | None = None) -> Page:
    viewport = {"width": size[0], "height": size[1]}
    return open_page(url, viewport=viewport, reduced_motion="reduce", **THEMES[theme])


@pytest.mark.parametrize("size", SIZES, ids=SIZE_NAMES)
def test_a_clean_sheet_is_accessible(open_page: OpenPage, size: tuple[int, int]) -> None:
    assert complaints(opened(open_page, size)) == {}


@pytest.mark.parametrize("size", SIZES, ids=SIZE_NAMES)
def test_a_reading_with_every_panel_open_is_accessible(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = opened(open_page, size)
    draw(page, DRAWINGS["3"][0])
    expect(page.get_by_test_id("answer")).to_have_text("3")
    page.get_by_test_id("clear").click()
    draw(page, DRAWINGS["7"][1])
    expect(page.get_by_test_id("answer")).to_have_text("7")
    for panel in PANELS:
        open_panel(page, panel)
    page.locator(".node").first.click()
    expect(page.locator(".unit .terms tr")).to_have_count(5)

    assert complaints(page) == {}


@pytest.mark.parametrize("size", SIZES, ids=SIZE_NAMES)
def test_the_steps_of_a_number_are_accessible(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = opened(open_page, size)
    draw(page, [*moved(DRAWINGS["1"][0], 0.3, 10, 30), *moved(DRAWINGS["7"][0], 0.3, 60, 30)])
    expect(page.get_by_test_id("read")).to_have_text("17")
    open_panel(page, "steps")
    expect(page.get_by_test_id("digits-of-number")).to_be_visible()

    assert complaints(page) == {}


@pytest.mark.parametrize("path", ["/model", "/docs"])
def test_the_other_pages_are_accessible(open_page: OpenPage, service: RunningService, path: str) -> None:
    page = opened(open_page, (1440, 900), url=f"{service.url}{path}")
    page.wait_for_load_state("networkidle")
    if path == "/docs":  # what Swagger UI draws is its makers' affair, the rest is ours
        page.locator("#api").evaluate("api => api.replaceChildren()")

    assert complaints(page) == {}


def test_in_forced_colours_all_that_is_told_by_colour_is_seen(open_page: OpenPage) -> None:
    page = opened(open_page, (1440, 900), "forced colours")
    colour = "(one, name) => getComputedStyle(one)[name]"
    paper = page.locator("body").evaluate(colour, "backgroundColor")
    canvas = page.locator("html").evaluate(colour, "backgroundColor")
    dot = "one => getComputedStyle(one, '::after').backgroundColor"
    assert page.locator(".pen-dot").evaluate(dot) not in (paper, canvas)
    undo, upload = page.get_by_test_id("undo"), page.locator(".upload").first
    assert undo.evaluate(colour, "color") != upload.evaluate(colour, "color")
    draw(page, DRAWINGS["7"][1])
    expect(page.get_by_test_id("answer")).to_have_text("7")
    assert undo.evaluate(colour, "color") == upload.evaluate(colour, "color")


@pytest.mark.parametrize("theme", THEMES)
def test_the_names_of_the_digits_in_the_network_stand_on_paper(open_page: OpenPage, theme: str) -> None:
    page = opened(open_page, (1440, 900), theme)
    draw(page, DRAWINGS["7"][1])
    expect(page.get_by_test_id("answer")).to_have_text("7")
    open_panel(page, "inside")
    on_red = """() => {
        const boxes = [...document.querySelectorAll(".output-fill")].map(one => one.getBoundingClientRect());
        return [...document.querySelectorAll(".output-name, .output-logit")].map(one => one.getBoundingClientRect())
            .filter(text => boxes.some(box => text.left < box.right && text.right > box.left
                && text.top < box.bottom && text.bottom > box.top)).length;
    }"""
    assert page.evaluate(on_red) == 0
