"""What a blank page offers: drawings to try, and all the ways to put ink on it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.hand import draw
from tests.drawings import DRAWINGS, SEVEN, canvas, encoded

pytestmark = pytest.mark.browser

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize(("name", "text"), [("Try a 3", "3"), ("Try a 7", "7"), ("Try the number 42", "42")])
def test_a_drawing_to_try_is_read_as_what_it_is(page: Page, name: str, text: str) -> None:
    for _ in range(2):  # as often as one likes
        page.get_by_role("link", name=name).click()
        expect(page.get_by_test_id("answer")).to_have_text(text)
        page.get_by_test_id("clear").click()
        expect(page.get_by_test_id("answer")).to_have_text("?")
    assert "#" not in page.url


def test_drawings_to_try_are_gone_once_there_is_ink(page: Page) -> None:
    draw(page, DRAWINGS["7"][1])
    expect(page.get_by_test_id("answer")).to_have_text("7")
    expect(page.locator(".tries")).to_be_hidden()


def test_one_is_tried_with_the_keyboard_alone(page: Page) -> None:
    page.get_by_role("link", name="Try a 7").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("answer")).to_have_text("7")


def test_numbers_pictures_and_the_keyboard_are_named(page: Page) -> None:
    hint = page.locator(".hint")
    for word in ("digit", "number", "mouse", "pen", "arrow keys", "drop", "paste"):
        expect(hint).to_contain_text(word)
    expect(page.get_by_test_id("camera")).to_be_hidden()


def test_a_phone_has_its_camera_beside_the_picture(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    camera = page.get_by_label("Take a photo of a digit")
    expect(camera).to_be_visible()
    expect(camera).to_have_attribute("capture", "environment")
    expect(page.locator(".hint")).to_contain_text("finger")

    camera.set_input_files({"name": "photo.png", "mimeType": "image/png", "buffer": encoded(canvas(SEVEN))})
    expect(page.get_by_test_id("answer")).to_have_text("7")


WRITING = """() => document.getAnimations().filter(one => one.animationName === "written").map(one => {
    const { endTime, iterations } = one.effect.getComputedTiming();
    return [one.playState, endTime, iterations];
})"""
TIP = """at => {
    for (const one of document.getAnimations().filter(one => one.animationName === "written")) {
        one.pause();
        one.currentTime = at * one.effect.getComputedTiming().endTime;
    }
    const ink = document.querySelector(".writing-ink");
    const written = (1 - parseFloat(getComputedStyle(ink).strokeDashoffset)) * ink.getTotalLength();
    const onScreen = ink.getScreenCTM();
    const { x, y } = ink.getPointAtLength(written).matrixTransform(onScreen);
    const { left, right, top, bottom } = document.querySelector(".writing-pencil").getBoundingClientRect();
    const [half, angle] = [19 * onScreen.a, (38 * Math.PI) / 180]; // from its point to its middle
    return [(left + right) / 2 - half * Math.sin(angle) - x, (top + bottom) / 2 + half * Math.cos(angle) - y];
}"""


def test_a_pencil_writes_a_digit_once_in_less_than_four_seconds_whenever_the_sheet_is_blank(
    open_page: OpenPage,
) -> None:
    page = open_page(reduced_motion="no-preference")
    for _ in range(2):
        found = page.evaluate(WRITING)
        assert [state for state, *_ in found] == ["running", "running"]
        assert all(end < 4_000 and times == 1 for _, end, times in found)
        draw(page, DRAWINGS["7"][1])
        expect(page.get_by_test_id("answer")).to_have_text("7")
        assert page.evaluate(WRITING) == []
        expect(page.locator(".writing")).to_be_hidden()
        page.get_by_test_id("clear").click()
        expect(page.locator(".writing")).to_be_visible()


@pytest.mark.parametrize("at", [0.2, 0.4, 0.6, 0.9])
def test_the_ink_ends_at_the_pencils_point(page: Page, at: float) -> None:
    assert page.evaluate(TIP, at) == pytest.approx([0, 0], abs=2)


def test_without_motion_the_digit_stands_there_written(open_page: OpenPage) -> None:
    page = open_page(reduced_motion="reduce")
    assert page.evaluate(WRITING) == []
    expect(page.locator(".writing-ink")).to_have_css("stroke-dashoffset", "0px")
    expect(page.locator(".writing-pencil")).to_have_css("offset-distance", "100%")
    assert page.evaluate(TIP, 1) == pytest.approx([0, 0], abs=2)


def test_one_draws_through_it(page: Page) -> None:
    at = page.locator(".writing").bounding_box()
    assert at
    middle = [at["x"] + at["width"] / 2, at["y"] + at["height"] / 2]
    assert page.evaluate("place => document.elementFromPoint(...place).id", middle) == "pad"


def test_the_computers_camera_is_for_the_mouse_and_the_phones_for_the_finger(page: Page, open_page: OpenPage) -> None:
    expect(page.get_by_test_id("live")).to_be_visible()
    phone = open_page(**PHONE)
    expect(phone.get_by_test_id("live")).to_be_hidden()
    expect(phone.get_by_test_id("camera")).to_be_visible()
