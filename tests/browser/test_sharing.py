"""Share beside the tools: the drawing as a link, handed to the phone's own sheet, copied, or shown to be copied."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.hand import draw, inked_pixels
from tests.browser.test_accessibility import SIZE_NAMES, SIZES, complaints, opened
from tests.drawings import DRAWINGS, SEVEN, canvas, encoded

pytestmark = pytest.mark.browser

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LINK = re.compile(r"^http://127\.0\.0\.1:\d+/#ink=[\d.,;]+$")
NO_CLIPBOARD = "() => void (navigator.clipboard.writeText = () => Promise.reject(new Error('no')))"


def with_sheet(outcome: str) -> str:
    """The system's sheet, of which headless browsers have none, and what comes of it."""
    return f"() => void (navigator.share = (what) => (window.shared = what, {outcome}))"


@pytest.fixture
def four(page: Page) -> Page:
    """The page with a four that was read."""
    draw(page, DRAWINGS["4"][1])
    expect(page.get_by_test_id("answer")).to_have_text("4")
    return page


def test_the_link_is_copied_and_carries_the_drawing(open_page: OpenPage, four: Page) -> None:
    four.context.grant_permissions(["clipboard-read", "clipboard-write"])
    four.bring_to_front()  # the clipboard is for the page that has the focus
    four.get_by_test_id("share").click()
    expect(four.get_by_test_id("told")).to_have_text("The link is copied. It carries the drawing itself.")
    expect(four.get_by_test_id("told")).to_have_css("opacity", "1")
    expect(four.get_by_test_id("told").locator("[aria-live=polite]")).to_contain_text("copied")
    link = four.evaluate("navigator.clipboard.readText()")

    other = open_page(link)
    expect(other.get_by_test_id("answer")).to_have_text("4")
    assert inked_pixels(other) == pytest.approx(inked_pixels(four), rel=0.02)


def test_what_it_says_goes_after_a_moment(open_page: OpenPage) -> None:
    page = open_page(shared=False)
    page.context.grant_permissions(["clipboard-write"])
    page.clock.install()
    draw(page, DRAWINGS["1"][0])
    page.get_by_test_id("share").click()
    expect(page.get_by_test_id("told")).to_contain_text("copied")

    page.clock.run_for(6_000)

    expect(page.get_by_test_id("told")).to_have_text("")
    expect(page.get_by_test_id("told")).to_have_css("opacity", "0")


def test_a_finger_opens_the_systems_own_sheet(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    page.evaluate(with_sheet("Promise.resolve()"))
    page.get_by_role("link", name="Try a 7").click()
    expect(page.get_by_test_id("answer")).to_have_text("7")
    page.get_by_test_id("share").click()

    assert LINK.match(page.evaluate("shared.url"))
    expect(page.get_by_test_id("told")).to_have_text("")


@pytest.mark.parametrize(("error", "told"), [("AbortError", ""), ("NotAllowedError", "copied")])
def test_the_link_is_copied_where_the_sheet_is_refused_and_not_where_it_was_closed(
    open_page: OpenPage, error: str, told: str
) -> None:
    page = open_page(**PHONE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('before')")
    page.evaluate(with_sheet(f"Promise.reject(new DOMException('', '{error}'))"))
    page.get_by_role("link", name="Try a 7").click()
    expect(page.get_by_test_id("answer")).to_have_text("7")
    page.get_by_test_id("share").click()

    expect(page.get_by_test_id("told")).to_contain_text(told)
    assert page.evaluate("navigator.clipboard.readText()") == (page.evaluate("shared.url") if told else "before")


def test_where_the_clipboard_is_refused_the_link_is_shown_selected(four: Page) -> None:
    four.evaluate(NO_CLIPBOARD)
    four.get_by_test_id("share").click()

    field = four.get_by_label("Copy this link")
    expect(field).to_be_focused()
    assert LINK.match(field.input_value())
    selected = field.evaluate("one => one.value.slice(one.selectionStart, one.selectionEnd)")
    assert selected == field.input_value()

    four.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(four.get_by_test_id("share")).to_be_focused()
    expect(four.get_by_test_id("answer")).to_have_text("4")


def test_the_shown_link_goes_when_one_draws_on(four: Page) -> None:
    four.evaluate(NO_CLIPBOARD)
    four.get_by_test_id("share").click()
    four.get_by_test_id("share").click()
    expect(four.get_by_label("Copy this link")).to_have_count(1)
    draw(four, [[[10, 10], [20, 10]]])

    expect(four.get_by_label("Copy this link")).to_have_count(0)
    expect(four.get_by_test_id("told")).to_have_text("")


def test_there_is_nothing_to_share_of_a_blank_sheet_or_a_picture(page: Page) -> None:
    share = page.get_by_test_id("share")
    expect(share).to_have_attribute("aria-disabled", "true")
    page.get_by_test_id("upload").set_input_files(
        {"name": "7.png", "mimeType": "image/png", "buffer": encoded(canvas(SEVEN))}
    )
    expect(page.get_by_test_id("answer")).to_have_text("7")
    expect(share).to_have_attribute("aria-disabled", "true")
    share.click(force=True)
    expect(page.get_by_test_id("told")).to_have_text("")

    draw(page, DRAWINGS["2"][0])
    expect(share).to_have_attribute("aria-disabled", "false")


@pytest.mark.parametrize("size", SIZES, ids=SIZE_NAMES)
def test_the_shown_link_is_accessible(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = opened(open_page, size)
    draw(page, DRAWINGS["7"][1])
    expect(page.get_by_test_id("answer")).to_have_text("7")
    page.evaluate(NO_CLIPBOARD)
    page.get_by_test_id("share").click()
    expect(page.get_by_label("Copy this link")).to_be_in_viewport(ratio=0.999)

    assert complaints(page) == {}
