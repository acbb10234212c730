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
