"""Digits that strangers drew, replayed on the pad as moves of the mouse."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from model.data.drawings import Drawing, read_drawings
from tests.browser.hand import draw

pytestmark = [pytest.mark.browser, pytest.mark.mnist]


@pytest.fixture(scope="session")
def drawn(mnist_folder: Path) -> dict[str, Drawing]:
    """The first drawing of each digit from the source whose labels can be trusted."""
    first: dict[str, Drawing] = {}
    for drawing in read_drawings(mnist_folder.parent / "strokes" / "digits-dev.jsonl.gz"):
        if isinstance(drawing, Drawing) and drawing.source == "pendigits":
            first.setdefault(drawing.label, drawing)
    return first


@pytest.mark.parametrize("digit", list("0123456789"))
def test_a_strangers_digit_is_read(page: Page, drawn: dict[str, Drawing], digit: str) -> None:
    drawing = drawn[digit]
    points = [point for stroke in drawing.strokes for point in stroke]
    extent = max(value for point in points for value in point)
    draw(page, [[[10 + 80 * x / extent, 10 + 80 * y / extent] for x, y in stroke] for stroke in drawing.strokes])

    expect(page.get_by_test_id("answer")).to_have_text(digit)
