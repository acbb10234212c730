"""The canvas is only the picture of the ink: a new size, a rotation or another theme loses nothing."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.hand import drag, draw, inked_share, pixel, press
from tests.drawings import DRAWINGS

pytestmark = pytest.mark.browser


def test_the_ink_survives_a_resize(page: Page) -> None:
    draw(page, DRAWINGS["8"][0])
    expect(page.get_by_test_id("answer")).to_have_text("8")
    before = inked_share(page)
    side = page.get_by_test_id("pad").evaluate("pad => pad.width")

    page.set_viewport_size({"width": 390, "height": 844})

    page.wait_for_function("side => document.getElementById('pad').width !== side", arg=side)
    assert inked_share(page) == pytest.approx(before, rel=0.05)
    expect(page.get_by_test_id("answer")).to_have_text("8")


def test_a_resize_in_the_middle_of_a_stroke_loses_nothing(page: Page) -> None:
    stroke = DRAWINGS["3"][0][0]
    half = len(stroke) // 2
    press(page, stroke[:half])
    page.set_viewport_size({"width": 844, "height": 390})
    page.wait_for_function("() => document.getElementById('pad').clientWidth < 350")
    drag(page, stroke[half:])
    page.mouse.up()

    expect(page.get_by_test_id("answer")).to_have_text("3")
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("undo")).to_be_disabled()


def test_another_theme_draws_the_ink_anew(open_page: OpenPage) -> None:
    page = open_page(color_scheme="light")
    draw(page, DRAWINGS["1"][0])
    expect(page.get_by_test_id("answer")).to_have_text("1")
    dark_ink = pixel(page, 50, 55)[:3]

    page.emulate_media(color_scheme="dark")

    light_ink = pixel(page, 50, 55)[:3]
    assert max(dark_ink) < 100
    assert min(light_ink) > 150


@pytest.mark.parametrize("zoom", [1.1, 1.5])
def test_the_ink_is_under_the_pointer_however_the_page_is_zoomed(page: Page, zoom: float) -> None:
    page.evaluate("zoom => (document.documentElement.style.zoom = zoom)", zoom)
    page.mouse.move(240, 300)
    page.mouse.down()
    page.mouse.move(300, 500, steps=4)
    page.mouse.up()

    expect(page.get_by_test_id("answer")).to_have_text("1")
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        greys = np.asarray(picture.convert("L"))
    assert max(greys[y, x] for x, y in [(240, 300), (270, 400), (300, 500)]) < 110
