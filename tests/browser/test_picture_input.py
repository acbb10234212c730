"""A picture or photo of a digit: chosen, dropped or pasted."""

import base64

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.hand import draw, inked_share
from tests.browser.panels import greys, open_panel
from tests.drawings import DRAWINGS, canvas, encoded

pytestmark = pytest.mark.browser

FIVE = encoded(canvas(DRAWINGS["5"][0]))

GIVE = """([base64, type, event]) => {
    const bytes = Uint8Array.from(atob(base64), one => one.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], "digit", { type }));
    const given = event === "drop"
        ? new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true })
        : new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true });
    document.body.dispatchEvent(given);
}"""


def choose(page: Page, content: bytes, kind: str = "image/png") -> None:
    page.get_by_test_id("upload").set_input_files({"name": "digit", "mimeType": kind, "buffer": content})


def test_a_chosen_picture_is_shown_and_read(page: Page) -> None:
    choose(page, FIVE)

    expect(page.get_by_test_id("answer")).to_have_text("5")
    expect(page.locator(".hint")).to_have_css("opacity", "0")
    assert inked_share(page) == 1, "the picture, paper and all, fills the pad"


def test_how_the_ink_of_a_photo_was_found_is_shown_as_pictures(page: Page) -> None:
    down, across = np.mgrid[0:280, 0:280]
    light = np.where(across > 150 + 0.3 * down, 0.6, 1.0)
    photo = np.rint(220 * light * (1 - 0.7 * canvas(DRAWINGS["3"][0], ink=255, paper=0) / 255.0)).astype(np.uint8)
    photo[:, :30] = 20
    choose(page, encoded(photo))
    expect(page.get_by_test_id("answer")).to_have_text("3")
    found = open_panel(page, "steps").locator(".found-step")

    expect(found.locator("b")).to_have_text(["Light and shadow", "Edges cleared"])
    for canvas_of_step in found.locator("canvas").all():
        rows = greys(canvas_of_step)
        assert 28 <= max(len(rows), len(rows[0])) <= 56
        assert max(map(max, rows)) == 255
    page.get_by_test_id("clear").click()
    draw(page, DRAWINGS["7"][0])
    expect(page.get_by_test_id("answer")).to_have_text("7")
    expect(found).to_have_count(0)


def test_a_picture_that_cannot_be_read_says_why(page: Page) -> None:
    choose(page, encoded(canvas(DRAWINGS["7"][0], ink=252)))

    expect(page.locator("#detail")).to_contain_text("Too faint to be told from the paper")


@pytest.mark.parametrize("event", ["drop", "paste"])
def test_a_picture_may_be_dropped_or_pasted(page: Page, event: str) -> None:
    page.evaluate(GIVE, [base64.b64encode(FIVE).decode(), "image/png", event])

    expect(page.get_by_test_id("answer")).to_have_text("5")


def test_a_large_photo_is_made_smaller_first(page: Page) -> None:
    paper = np.random.default_rng(1).normal(200, 12, (3000, 4000))
    ink = canvas(DRAWINGS["3"][0], scale=12, right=1200, down=700, pen=110, size=(4000, 3000)) < 128
    photo = np.clip(np.where(ink, paper - 150, paper), 0, 255).astype(np.uint8)
    content = encoded(photo, "PNG", compress_level=1)
    assert len(content) > 4 * 2**20, "the service would refuse it as it is"
    choose(page, content)

    expect(page.get_by_test_id("answer")).to_have_text("3")


def test_a_picture_of_few_bytes_and_many_pixels_is_made_smaller_too(page: Page) -> None:
    large = canvas(DRAWINGS["3"][0], scale=12, right=1200, down=700, pen=110, size=(4200, 4100))
    assert large.size > 2**24, "the service would refuse it as it is"
    choose(page, encoded(large))

    expect(page.get_by_test_id("answer")).to_have_text("3")


def test_a_format_that_only_the_browser_knows_is_read_too(page: Page) -> None:
    choose(page, encoded(Image.fromarray(canvas(DRAWINGS["4"][0])), "GIF"), "image/gif")

    expect(page.get_by_test_id("answer")).to_have_text("4")


def test_what_is_no_picture_is_refused_in_words(page: Page) -> None:
    choose(page, b"%PDF-1.4", "application/pdf")

    expect(page.get_by_test_id("verdict")).to_have_text("can’t read this")
    expect(page.locator("#detail")).to_contain_text("PNG, JPEG or WebP")


def test_the_steps_show_the_picture_on_its_way(page: Page) -> None:
    choose(page, FIVE)
    expect(page.get_by_test_id("answer")).to_have_text("5")
    open_panel(page, "steps")
    why = open_panel(page, "why")

    expect(page.locator('canvas[data-step="centred"]')).to_be_visible()
    expect(why.locator(".strokes li")).to_have_count(0)


def test_clear_takes_the_picture_away(page: Page) -> None:
    choose(page, FIVE)
    expect(page.get_by_test_id("answer")).to_have_text("5")
    page.get_by_test_id("clear").click()

    expect(page.get_by_test_id("verdict")).to_have_text("draw something")
    assert inked_share(page) == 0


def test_drawing_on_a_picture_begins_a_clean_sheet(page: Page) -> None:
    choose(page, FIVE)
    expect(page.get_by_test_id("answer")).to_have_text("5")
    draw(page, DRAWINGS["2"][0])

    expect(page.get_by_test_id("answer")).to_have_text("2")
    assert inked_share(page) < 0.3


def test_a_picture_on_a_drawing_is_taken_back_and_put_there_again(page: Page) -> None:
    draw(page, DRAWINGS["2"][0])
    expect(page.get_by_test_id("answer")).to_have_text("2")
    page.evaluate(GIVE, [base64.b64encode(FIVE).decode(), "image/png", "drop"])
    expect(page.get_by_test_id("answer")).to_have_text("5")

    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("answer")).to_have_text("2")
    assert inked_share(page) < 0.3
    page.get_by_test_id("redo").click()
    expect(page.get_by_test_id("answer")).to_have_text("5")
    assert inked_share(page) == 1


def test_ink_on_a_picture_is_taken_back_and_the_picture_is_there_again(page: Page) -> None:
    choose(page, FIVE)
    expect(page.get_by_test_id("answer")).to_have_text("5")
    draw(page, DRAWINGS["2"][0])
    expect(page.get_by_test_id("answer")).to_have_text("2")
    for _ in DRAWINGS["2"][0]:
        page.get_by_test_id("undo").click()

    expect(page.get_by_test_id("answer")).to_have_text("5")
    assert inked_share(page) == 1
