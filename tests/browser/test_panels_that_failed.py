"""What is loaded when a panel is opened can be tried again where that failed, and nothing is built twice."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, Witness
from tests.browser.hand import draw
from tests.browser.panels import PANELS, open_panel
from tests.drawings import DRAWINGS

pytestmark = pytest.mark.browser

FAILS = "could not be loaded"
PARTS = ["**/js/panels/*.js", "**/css/panels/*.css", "**/js/panels/diagram.js", "**/js/explainer.js"]


@pytest.fixture
def four(page: Page, witness: Witness) -> Page:
    """The page with a four that was read, whose loads may fail."""
    witness.tolerate("Failed to load resource")
    draw(page, DRAWINGS["4"][0])
    expect(page.get_by_test_id("answer")).to_have_text("4")
    return page


def click(panel: Locator) -> None:
    panel.locator("summary").click()


@pytest.mark.parametrize("name", PANELS)
@pytest.mark.parametrize("part", PARTS[:2])
def test_a_panel_that_failed_says_so_and_is_there_once_it_is_tried_again(four: Page, name: str, part: str) -> None:
    four.route(part, lambda route: route.abort())
    panel = four.get_by_test_id(name)
    click(panel)
    expect(panel).to_contain_text(FAILS)

    four.unroute(part)
    panel.get_by_role("button", name="Try again").click()

    expect(panel).not_to_contain_text(FAILS)
    expect(panel).to_have_attribute("data-ready", "")
    if name != "yours":
        expect(panel).to_have_attribute("data-explained", "")
    expect(panel.locator("summary")).to_be_focused()


@pytest.mark.parametrize("part", PARTS[2:])
def test_so_is_one_of_which_another_module_failed_when_it_is_opened_again(four: Page, part: str) -> None:
    four.route(part, lambda route: route.fulfill(status=503))
    inside = four.get_by_test_id("inside")
    click(inside)
    expect(inside).to_contain_text(FAILS)
    click(inside)
    four.unroute(part)

    click(inside)

    expect(inside).to_have_attribute("data-explained", "")
    expect(inside).not_to_contain_text(FAILS)


def test_back_on_line_it_is_tried_again(open_page: OpenPage, witness: Witness) -> None:
    witness.tolerate("Failed to load resource")
    page = open_page(shared=False)
    draw(page, DRAWINGS["4"][0])
    expect(page.get_by_test_id("answer")).to_have_text("4")
    page.context.set_offline(True)
    why = page.get_by_test_id("why")
    click(why)
    expect(why).to_contain_text(FAILS)

    page.context.set_offline(False)

    expect(why).to_have_attribute("data-explained", "")
    expect(why).not_to_contain_text(FAILS)


def test_opened_twice_quickly_a_panel_is_built_once(four: Page) -> None:
    yours = four.get_by_test_id("yours")
    yours.evaluate(
        """async (panel) => {
            for (const isOpen of [true, false, true, false, true]) {
                panel.open = isOpen;
                await new Promise(resolve => panel.addEventListener("toggle", resolve, { once: true }));
            }
        }"""
    )
    expect(four.locator('link[href*="panels/yours"]')).to_have_count(1)
    saved: list[str] = []
    four.on("download", lambda download: saved.append(download.suggested_filename))

    yours.get_by_role("button", name="Save picture").click()
    four.wait_for_timeout(500)

    assert saved == ["digit-4.png"]


def test_a_digit_asked_for_before_the_panel_is_there_is_explained(four: Page) -> None:
    four.locator('.bar[data-digit="9"] .bar-digit').click()

    expect(four.get_by_test_id("why").locator(".explained")).to_have_text("9")


def test_a_panel_is_loaded_once(four: Page) -> None:
    asked: list[str] = []
    four.on("request", lambda request: asked.append(request.url))
    open_panel(four, "why")
    before = len(asked)
    why = four.get_by_test_id("why")
    click(why)
    click(why)
    expect(why).to_have_attribute("data-explained", "")

    assert [url for url in asked[before:] if "/static/" in url] == []
