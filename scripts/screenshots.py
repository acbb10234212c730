"""Make the two pictures of the page in docs/images, from a running service: `python -m scripts.screenshots`."""

import argparse
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.chromium import FLAGS, executable
from tests.browser.hand import draw, next_picture
from tests.drawings import DRAWINGS

IMAGES = Path(__file__).parents[1] / "docs" / "images"

# Name, digit, which way of writing it, and what the page is opened in.
PICTURES: list[tuple[str, str, int, dict[str, Any]]] = [
    ("page-desktop.png", "7", 1, {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}),
    ("page-phone.png", "3", 0, {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}),
]


def take(browser: Browser, url: str, name: str, digit: str, way: int, options: dict[str, Any]) -> None:
    """Draw one digit and save what the page looks like once it has answered."""
    page = browser.new_page(reduced_motion="reduce", **options)
    page.goto(url)
    draw(page, DRAWINGS[digit][way])
    expect(page.get_by_test_id("answer")).to_have_text(digit)
    page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)
    next_picture(page)
    page.screenshot(path=IMAGES / name)
    page.close()


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
        browser.close()


if __name__ == "__main__":
    main()
