"""Make the pictures of the page in docs/images, from a running service: `python -m scripts.screenshots`."""

import argparse
import io
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import FLAGS, executable
from tests.browser.hand import draw, next_picture
from tests.browser.panels import open_panel
from tests.drawings import DRAWINGS

IMAGES = Path(__file__).parents[1] / "docs" / "images"

# Name, digit, which way of writing it, and what the page is opened in.
PICTURES: list[tuple[str, str, int, dict[str, Any]]] = [
    ("page-desktop.png", "7", 1, {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}),
    ("page-phone.png", "3", 0, {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}),
]

# A panel of its own, opened under the first digit.
PANELS = [("page-why.png", "why"), ("page-inside.png", "inside")]


def take(browser: Browser, url: str, name: str, digit: str, way: int, options: dict[str, Any]) -> None:
    """Draw one digit and save what the page looks like once it has answered."""
    page = _page_with(browser, url, digit, way, options)
    _save(page.screenshot(), name)
    page.close()


def take_panel(browser: Browser, url: str, name: str, panel: str) -> None:
    """Draw the first digit, and save what a panel says of it."""
    _, digit, way, options = PICTURES[0]
    page = _page_with(browser, url, digit, way, options)
    shown = open_panel(page, panel)
    if panel == "inside":
        page.locator(".node").nth(3).click()
        expect(page.locator(".unit .terms tr")).to_have_count(5)
    page.wait_for_load_state("networkidle")
    next_picture(page)
    _save(shown.screenshot(), name)
    page.close()


def _save(picture: bytes, name: str) -> None:
    """In 128 colours, which is all these pictures need and a quarter of the bytes."""
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(128).save(IMAGES / name, optimize=True)


def _page_with(browser: Browser, url: str, digit: str, way: int, options: dict[str, Any]) -> Page:
    page = browser.new_page(reduced_motion="reduce", **options)
    page.goto(url)
    draw(page, DRAWINGS[digit][way])
    expect(page.get_by_test_id("answer")).to_have_text(digit)
    page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)
    next_picture(page)
    return page


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the service runs")
    url = parser.parse_args().url
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        for picture in PICTURES:
            take(browser, url, *picture)
        for panel in PANELS:
            take_panel(browser, url, *panel)
        browser.close()


if __name__ == "__main__":
    main()
