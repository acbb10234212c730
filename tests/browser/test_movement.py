"""From ink to answer as one movement: only where it is wanted, and never in the way of the answer."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.hand import draw
from tests.browser.test_wrong import draw_seven
from tests.drawings import DRAWINGS, moved

pytestmark = pytest.mark.browser

FILM = """
    () => {
        window.film = [];
        const look = () => {
            const canvas = document.querySelector(".movement");
            const shown = document.getElementById("answer").textContent;
            if (canvas) {
                const { width, height } = canvas;
                const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
                copy.drawImage(canvas, 0, 0);
                const { data } = copy.getImageData(0, 0, width, height);
                let [sum, pixels] = [0, 0];
                for (let i = 3; i < data.length; i += 4) {
                    if (data[i] > 0) [sum, pixels] = [sum + ((i >> 2) % canvas.width), pixels + 1];
                }
                window.film.push({ shown, pixels, x: pixels ? sum / pixels / devicePixelRatio : null });
            } else if (window.film.length > 0) return;
            requestAnimationFrame(look);
        };
        look();
    }
"""


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The page for those who want motion."""
    return open_page(reduced_motion="no-preference")


def test_the_ink_moves_to_the_answer_that_is_there_already(page: Page) -> None:
    draw_seven(page)
    page.evaluate(FILM)
    with page.expect_response(lambda reply: "inside" in reply.url):
        page.get_by_test_id("watch").click()
    expect(page.locator(".movement")).to_have_count(1)
    expect(page.locator(".movement")).to_have_count(0)

    film = [frame for frame in page.evaluate("window.film") if frame["pixels"]]
    assert {frame["shown"] for frame in film} == {"7"}
    pad, answer = (page.get_by_test_id(name).bounding_box() for name in ("pad", "answer"))
    assert pad is not None
    assert answer is not None
    assert film[0]["x"] < pad["x"] + pad["width"]
    assert film[-1]["x"] > pad["x"] + pad["width"], "through the layers, beside the pad"
    expect(page.get_by_test_id("watch")).to_have_attribute("aria-pressed", "true")


def test_it_costs_nothing_unless_it_is_wanted(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    draw_seven(page)
    page.get_by_test_id("watch").click()
    expect(page.locator(".movement")).to_have_count(1)
    page.get_by_test_id("watch").click()
    asked.clear()
    draw(page, [[[5, 5], [6, 6]]])
    expect(page.locator('.reading[aria-busy="false"]')).to_be_visible()

    assert asked != []
    assert not any("inside" in url for url in asked)
    expect(page.locator(".movement")).to_have_count(0)


def test_a_number_shrinks_into_the_grid_and_goes_no_further(page: Page) -> None:
    for place, digit in enumerate("17"):
        draw(page, moved(DRAWINGS[digit][0], 0.3, 10 + 50 * place, 30))
    expect(page.get_by_test_id("answer")).to_have_text("17")
    page.get_by_test_id("watch").click()
    expect(page.locator(".movement")).to_have_count(1)
    expect(page.locator(".movement")).to_have_count(0)


def test_where_motion_is_not_wanted_there_is_none(open_page: OpenPage) -> None:
    page = open_page(reduced_motion="reduce")
    draw_seven(page)
    expect(page.get_by_role("link", name="Inside")).to_be_visible()
    expect(page.get_by_test_id("watch")).to_be_hidden()


def test_inside_is_one_step_from_the_answer(page: Page) -> None:
    draw_seven(page)
    page.get_by_role("link", name="Inside").click()
    inside = page.get_by_test_id("inside")
    expect(inside).to_have_attribute("data-explained", "")
    expect(inside.get_by_role("region", name="The network")).to_be_in_viewport()
