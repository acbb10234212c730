"""This visit's drawings: kept in the tab, opened again, corrected, deleted, and taken away."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from model.data.drawings import Drawing, read_drawings
from tests.browser.conftest import OpenPage
from tests.browser.hand import draw, inked_pixels
from tests.browser.panels import open_panel
from tests.drawings import DRAWINGS
from tests.running_service import RunningService

pytestmark = pytest.mark.browser


def draw_and_clear(page: Page, *digits: str) -> None:
    for digit in digits:
        draw(page, DRAWINGS[digit][0])
        expect(page.get_by_test_id("answer")).to_have_text(digit)
        page.get_by_test_id("clear").click()


def labels(page: Page) -> list[str]:
    return [str(choice.input_value()) for choice in page.get_by_test_id("kept").locator("select").all()]


def test_what_is_cleared_is_kept_newest_first_even_over_a_reload(page: Page) -> None:
    draw_and_clear(page, "3", "7")
    page.reload()
    yours = open_panel(page, "yours")

    expect(yours.locator(".kept li")).to_have_count(2)
    assert labels(page) == ["7", "3"]


def test_after_a_reload_the_drawing_is_on_the_pad_and_is_undone_stroke_by_stroke(page: Page) -> None:
    draw(page, DRAWINGS["7"][1])
    expect(page.get_by_test_id("answer")).to_have_text("7")
    before = inked_pixels(page)
    page.reload()

    expect(page.get_by_test_id("answer")).to_have_text("7")
    assert inked_pixels(page) == pytest.approx(before, rel=0.01)
    for _ in DRAWINGS["7"][1]:
        page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("verdict")).to_have_text("draw something")
    expect(page.get_by_test_id("undo")).to_be_disabled()
    page.reload()
    expect(page.get_by_test_id("verdict")).to_have_text("draw something")


def test_what_is_cleared_before_its_last_reply_came_is_kept_by_what_was_read_so_far(page: Page) -> None:
    draw(page, DRAWINGS["3"][0])
    expect(page.get_by_test_id("verdict")).to_contain_text("3")
    page.route("**/predict*", lambda _: None)
    draw(page, [[(10, 90), (11, 90)]])
    expect(page.get_by_test_id("verdict")).to_contain_text("reading")
    page.get_by_test_id("clear").click()
    draw(page, DRAWINGS["7"][0])
    expect(page.get_by_test_id("verdict")).to_contain_text("reading")
    page.get_by_test_id("clear").click()

    open_panel(page, "yours")
    assert labels(page) == ["?", "3"], "of the second nothing was read: the answer to the first is not its"


def test_a_link_is_opened_and_not_what_was_on_the_pad_before(page: Page, service: RunningService) -> None:
    draw(page, DRAWINGS["7"][1])
    expect(page.get_by_test_id("answer")).to_have_text("7")
    page.goto(f"{service.url}/model")
    page.goto(f"{service.url}/#ink=140.40,140.240")

    expect(page.get_by_test_id("answer")).to_have_text("1")
    open_panel(page, "yours")
    assert labels(page) == ["7"]


def test_a_kept_drawing_is_opened_by_a_click_and_deleted_by_another(page: Page) -> None:
    draw_and_clear(page, "3", "7")
    yours = open_panel(page, "yours")
    yours.locator(".kept-open").last.click()

    expect(page.get_by_test_id("answer")).to_have_text("3")
    assert inked_pixels(page) > 0
    yours.locator(".kept-remove").first.click()
    expect(yours.locator(".kept li")).to_have_count(1)
    assert labels(page) == ["3"]


@pytest.mark.parametrize("fragment", ["#ink=", "#ink=1.2,x", "#ink=1.2.3", "#ink=99999.1"])
def test_a_damaged_link_is_a_clean_sheet_and_says_so(
    open_page: OpenPage, service: RunningService, fragment: str
) -> None:
    page = open_page(f"{service.url}/{fragment}")

    expect(page.locator("#detail")).to_have_text("The drawing in this link is damaged.")
    draw(page, DRAWINGS["1"][0])
    expect(page.get_by_test_id("answer")).to_have_text("1")


def test_the_copied_command_gives_the_same_answer(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    draw(page, DRAWINGS["6"][0])
    expect(page.get_by_test_id("answer")).to_have_text("6")
    yours = open_panel(page, "yours")
    page.bring_to_front()  # the clipboard is for the page that has the focus
    yours.get_by_role("button", name="Copy as curl").click()
    expect(yours.locator(".said")).to_contain_text("copied")
    command = shlex.split(page.evaluate("navigator.clipboard.readText()"))

    assert command[0] == "curl"
    reply = subprocess.run([*command, "--silent"], capture_output=True, check=True, timeout=30)
    assert json.loads(reply.stdout)["digit"] == 6


def test_where_the_clipboard_is_refused_the_text_is_shown(page: Page) -> None:
    draw(page, DRAWINGS["6"][0])
    page.evaluate("() => void (navigator.clipboard.writeText = () => Promise.reject(new Error('no')))")
    yours = open_panel(page, "yours")
    yours.get_by_role("button", name="Copy as curl").click()

    expect(yours.locator(".said")).to_have_text(re.compile(r"^curl .*/predict"))


def test_the_picture_is_saved_black_on_white(page: Page, tmp_path: Path) -> None:
    draw(page, DRAWINGS["6"][0])
    expect(page.get_by_test_id("answer")).to_have_text("6")
    yours = open_panel(page, "yours")
    with page.expect_download() as download:
        yours.get_by_role("button", name="Save picture").click()
    assert download.value.suggested_filename == "digit-6.png"
    download.value.save_as(tmp_path / "six.png")
    with Image.open(tmp_path / "six.png") as image:
        grey = image.convert("L")
        assert grey.getpixel((0, 0)) == 255
        assert grey.getextrema() == (0, 255)


def test_the_strokes_are_saved_in_the_format_that_training_reads_corrections_included(
    page: Page, tmp_path: Path
) -> None:
    draw_and_clear(page, "3", "7")
    draw(page, DRAWINGS["1"][0])
    expect(page.get_by_test_id("answer")).to_have_text("1")
    yours = open_panel(page, "yours")
    yours.locator("select").first.select_option("9")
    with page.expect_download() as download:
        yours.get_by_role("button", name="Save all strokes").click()
    download.value.save_as(tmp_path / "mine.jsonl")

    drawings = [one for one in read_drawings(tmp_path / "mine.jsonl") if isinstance(one, Drawing)]
    assert [drawing.label for drawing in drawings] == ["1", "9", "3"]
    assert len(drawings[2].strokes) == len(DRAWINGS["3"][0])


def test_without_ink_there_is_nothing_to_take_away_and_it_says_so(page: Page) -> None:
    yours = open_panel(page, "yours")
    for name in ("Copy as curl", "Save picture", "Save all strokes"):
        yours.get_by_role("button", name=name).click()
        expect(yours.locator(".said")).to_contain_text("Draw something first")
        yours.locator(".said").evaluate("said => (said.textContent = '')")


def test_nothing_of_a_drawing_is_sent_to_be_kept(page: Page) -> None:
    sent: list[tuple[str, str]] = []
    page.on("request", lambda request: sent.append((request.method, request.url)))
    draw_and_clear(page, "3")
    open_panel(page, "yours")
    page.get_by_test_id("kept").locator("select").select_option("5")

    assert {url.rpartition("/")[2].partition("?")[0] for method, url in sent if method == "POST"} <= {
        "predict",
        "read",
    }
