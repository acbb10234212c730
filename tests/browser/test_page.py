"""The page as such: its policy, its weight, its layout from phone to wide screen, its manners."""

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import OpenPage
from tests.browser.hand import draw
from tests.drawings import DRAWINGS, moved
from tests.running_service import RunningService

pytestmark = pytest.mark.browser

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
}
SCREENS = [(360, 740), (390, 844), (768, 1024), (1024, 768), (1366, 650), (1440, 900), (740, 360)]
# Small phones on their side, and laptops at 200 % zoom.
LYING = [(720, 450), (720, 540), (760, 450), (683, 384), (667, 375), (640, 360), (600, 400), (568, 320)]

PLACES = """
    () => ["pad", "undo", "clear", "reading", "seen", "probability-0", "probability-9"].map(id => {
        const { x, y, width, height } = document.getElementById(id).getBoundingClientRect();
        return [x, y, width, height];
    })
"""
MOVING = """
    [...document.querySelectorAll("*")].filter(part => getComputedStyle(part).transitionDuration !== "0s").length
"""


def named(screens: list[tuple[int, int]]) -> list[str]:
    return [f"{width}x{height}" for width, height in screens]


def open_screen(open_page: OpenPage, screen: tuple[int, int]) -> Page:
    width, height = screen
    return open_page(viewport={"width": width, "height": height})


def test_the_policy_allows_nothing_from_elsewhere_and_nothing_inline(page: Page) -> None:
    response = page.reload()
    assert response is not None
    policy = response.headers["content-security-policy"]

    assert {directive.strip() for directive in policy.split(";") if directive.strip()} >= POLICY
    assert "unsafe" not in policy
    assert response.headers["permissions-policy"] == "camera=(self), geolocation=(), microphone=()"


def test_the_page_weighs_less_than_100_kilobytes_in_all_as_it_travels(
    open_page: OpenPage, service: RunningService
) -> None:
    page = open_page("about:blank", shared=False)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright wants a function
    page.goto(service.url)
    page.wait_for_load_state("networkidle")

    assert len(answers) > 10
    assert all(answer.ok for answer in answers)
    assert sum(answer.request.sizes()["responseBodySize"] for answer in answers) < 100_000


@pytest.mark.parametrize("screen", SCREENS, ids=named(SCREENS))
def test_pad_and_answer_are_seen_without_scrolling(open_page: OpenPage, screen: tuple[int, int]) -> None:
    page = open_screen(open_page, screen)

    for part in ("pad", "answer", "verdict", "seen", "undo", "clear"):
        expect(page.get_by_test_id(part)).to_be_in_viewport(ratio=0.999)
    assert page.evaluate("document.documentElement.scrollWidth") == screen[0]


@pytest.mark.parametrize("screen", SCREENS, ids=named(SCREENS))
def test_nothing_moves_while_drawing(open_page: OpenPage, screen: tuple[int, int]) -> None:
    page = open_screen(open_page, screen)
    page.evaluate(
        """() => {
            window.shifts = 0;
            new PerformanceObserver(list => list.getEntries().forEach(shift => (window.shifts += shift.value)))
                .observe({ type: "layout-shift", buffered: true });
        }"""
    )
    before = page.evaluate(PLACES)

    draw(page, DRAWINGS["7"][1])
    expect(page.get_by_test_id("answer")).to_have_text("7")

    assert page.evaluate(PLACES) == before
    # Without the usual fonts a text may end a pixel elsewhere; people notice from 0.1 on.
    assert page.evaluate("window.shifts") < 0.01


@pytest.mark.parametrize("screen", SCREENS, ids=named(SCREENS))
def test_nothing_moves_when_a_digit_becomes_a_number(open_page: OpenPage, screen: tuple[int, int]) -> None:
    page = open_screen(open_page, screen)
    draw(page, moved(DRAWINGS["1"][0], 0.3, 10, 30))
    expect(page.get_by_test_id("answer")).to_have_text("1")
    before = page.evaluate(PLACES)

    draw(page, moved(DRAWINGS["7"][0], 0.3, 60, 30))
    expect(page.get_by_test_id("answer")).to_have_text("17")

    assert page.evaluate(PLACES) == before


@pytest.mark.parametrize("screen", SCREENS + LYING, ids=named(SCREENS + LYING))
def test_no_figure_runs_off_the_page_once_a_digit_is_read(open_page: OpenPage, screen: tuple[int, int]) -> None:
    page = open_screen(open_page, screen)

    draw(page, DRAWINGS["7"][1])
    expect(page.get_by_test_id("answer")).to_have_text("7")

    assert page.evaluate("document.documentElement.scrollWidth") == screen[0]
    rights = page.locator(".bar-percent").evaluate_all(
        "figures => figures.map(one => one.getBoundingClientRect().right)"
    )
    assert max(rights) < screen[0]


@pytest.mark.parametrize("screen", SCREENS, ids=named(SCREENS))
def test_buttons_are_large_enough_for_a_finger(open_page: OpenPage, screen: tuple[int, int]) -> None:
    page = open_screen(open_page, screen)

    for target in (page.get_by_test_id("undo"), page.get_by_test_id("clear"), page.get_by_role("link", name="API")):
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44


@pytest.mark.parametrize("width", [360, 390, 768, 1440])
def test_the_pads_side_is_a_whole_number_of_cells(open_page: OpenPage, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 900})

    assert page.get_by_test_id("pad").evaluate("pad => pad.clientWidth") % 28 == 0


def test_every_part_has_a_name_for_those_who_do_not_see_it(page: Page) -> None:
    expect(page.get_by_role("application", name="Drawing pad")).to_be_visible()
    expect(page.get_by_role("img", name="What the network saw")).to_be_visible()
    expect(page.get_by_role("meter")).to_have_count(10)
    for digit in range(10):
        expect(page.get_by_role("meter", name=str(digit), exact=True)).to_be_visible()
    expect(page.get_by_role("status")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_text("digits")


def test_the_model_that_reads_is_named(page: Page, service: RunningService) -> None:
    reply = page.request.post(f"{service.url}/predict", data={"strokes": DRAWINGS["1"][0]}).json()

    expect(page.locator(".model")).to_have_text(f"{reply['model']['name']} {reply['model']['version']}")


def test_nothing_moves_for_those_who_asked_for_less_motion(open_page: OpenPage) -> None:
    page = open_page(reduced_motion="reduce")

    assert page.evaluate(MOVING) == 0


def test_without_scripts_the_page_says_what_it_needs_and_offers_nothing_else(
    open_page: OpenPage, service: RunningService
) -> None:
    page = open_page(java_script_enabled=False)
    html = page.request.get(service.url).text()
    assert "The pad needs JavaScript." in html.partition("<noscript>")[2].partition("</noscript>")[0]
    for part in ("verdict", "undo", "upload", "inside"):
        expect(page.get_by_test_id(part)).to_be_hidden()
