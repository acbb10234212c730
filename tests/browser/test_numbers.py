"""Several digits side by side are read as a number, with a box and a digit over each."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.hand import bars, draw
from tests.browser.panels import greys, open_panel
from tests.drawings import DRAWINGS, Drawing, encoded, moved
from tests.model.numbers.examples import composed, painted, written

pytestmark = pytest.mark.browser


def number(text: str, ways: str = "000") -> Drawing:
    """The digits of a number side by side in the box of 0 to 100."""
    width = 100 / len(text)
    return [
        stroke
        for place, (digit, way) in enumerate(zip(text, ways, strict=False))
        for stroke in moved(DRAWINGS[digit][int(way)], 0.85 * width / 100, place * width + 2, 35)
    ]


@pytest.mark.parametrize("text", ["407", "12", "358"])
def test_a_number_is_read_and_boxed(page: Page, text: str) -> None:
    draw(page, number(text))

    expect(page.get_by_test_id("read")).to_have_text(text)
    expect(page.get_by_test_id("answer")).to_have_text(text)
    expect(page.get_by_test_id("verdict")).to_contain_text(text)
    expect(page.get_by_test_id("boxes").locator("b")).to_have_text(list(text))
    for place, centre in enumerate(centres(page)):
        assert 100 * place / len(text) - 8 < centre < 100 * (place + 1) / len(text) + 8
    assert sum(bars(page)) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("text", ["3-4", "12\n34"])
def test_signs_and_rows_are_shown(page: Page, text: str) -> None:
    draw(page, moved(composed(text), 0.3, right=5, down=5))

    expect(page.get_by_test_id("boxes").locator("b")).to_have_text(["3", "4", "-"] if "-" in text else list("1234"))
    expect(page.get_by_test_id("verdict")).to_contain_text(text.replace("\n", ", "))
    assert page.get_by_test_id("answer").evaluate("answer => answer.textContent") == text
    shown = page.get_by_test_id("answer").bounding_box()
    cells = page.get_by_test_id("seen").bounding_box()
    assert shown
    assert cells
    assert shown["height"] <= cells["height"] + 1, "rows take no more room than one"


def test_one_digit_has_no_box(page: Page) -> None:
    draw(page, DRAWINGS["5"][1])

    expect(page.get_by_test_id("answer")).to_have_text("5")
    expect(page.get_by_test_id("read")).to_have_text("5")
    expect(page.get_by_test_id("boxes").locator("li")).to_have_count(0)


def test_the_boxes_go_with_the_ink(page: Page) -> None:
    draw(page, number("12"))
    expect(page.get_by_test_id("boxes").locator("li")).to_have_count(2)

    page.get_by_test_id("clear").click()
    expect(page.get_by_test_id("boxes").locator("li")).to_have_count(0)
    expect(page.get_by_test_id("read")).to_have_text("")


def test_the_picture_beside_the_answer_is_of_the_digit_whose_bars_are_shown(page: Page) -> None:
    with page.expect_response(lambda response: is_read_of(response.request, number("407"))) as last:
        draw(page, number("407"))
    expect(page.get_by_test_id("read")).to_have_text("407")
    least = min(last.value.json()["number"]["digits"], key=lambda one: one["confidence"])

    expect(page.locator("#seen-words")).to_have_text(f"What it saw of the {least['digit']}")
    assert greys(page.get_by_test_id("seen")) == least["input"]
    assert bars(page) == pytest.approx(least["probabilities"], abs=1e-6)

    page.get_by_test_id("clear").click()
    expect(page.locator("#seen-words")).to_have_text("What the network saw")


def test_the_steps_are_those_of_the_digit_that_is_chosen(page: Page) -> None:
    with page.expect_response(lambda response: is_read_of(response.request, number("407"))) as last:
        draw(page, number("407"))
    digits = last.value.json()["number"]["digits"]
    steps = open_panel(page, "steps")
    expect(steps.get_by_role("radio")).to_have_count(3)
    centred, drawn = (steps.locator(f'canvas[data-step="{step}"]') for step in ("centred", "drawn"))
    expect(steps.get_by_role("radio", name="4, digit 1 of 3")).to_be_checked()
    assert greys(centred) == digits[0]["input"]
    first = drawn.evaluate("canvas => canvas.toDataURL()")

    steps.get_by_test_id("digits-of-number").get_by_text("7", exact=True).click()
    assert greys(centred) == digits[2]["input"]
    assert drawn.evaluate("canvas => canvas.toDataURL()") != first, "the box is around another digit"

    page.keyboard.press("ArrowLeft")
    expect(steps.get_by_role("radio", name="0, digit 2 of 3")).to_be_checked()
    assert greys(centred) == digits[1]["input"]


def test_no_ink_of_the_neighbours_is_in_the_cropped_picture(page: Page) -> None:
    draw(page, number("117", "000"))
    expect(page.get_by_test_id("read")).to_have_text("117")
    steps = open_panel(page, "steps")
    steps.get_by_text("1", exact=True).nth(1).click()
    rows = greys(steps.locator('canvas[data-step="cropped"]'))
    inked = [column for column in range(len(rows)) if any(row[column] for row in rows)]

    middle = len(rows) / 2
    assert middle - 0.25 * len(rows) < min(inked) < max(inked) < middle + 0.25 * len(rows)


def test_one_digit_offers_no_choice_of_digits(page: Page) -> None:
    draw(page, number("12"))
    expect(page.get_by_test_id("read")).to_have_text("12")
    open_panel(page, "steps")
    choices = page.get_by_test_id("digits-of-number")
    expect(choices).to_be_visible()

    for _ in DRAWINGS["2"][0]:
        page.get_by_test_id("undo").click()

    expect(page.get_by_test_id("read")).to_have_text("1")
    expect(choices).to_be_hidden()


def test_the_digit_of_a_number_in_a_picture_is_shown_too(page: Page, tmp_path: Path) -> None:
    (tmp_path / "407.png").write_bytes(encoded(painted(written("407"))))
    page.get_by_test_id("upload").set_input_files(tmp_path / "407.png")
    expect(page.get_by_test_id("read")).to_have_text("407")
    steps = open_panel(page, "steps")
    expect(steps.get_by_role("radio")).to_have_count(3)
    steps.get_by_test_id("digits-of-number").get_by_text("7", exact=True).click()

    seen = page.request.post(
        page.url + "predict", data={"pixels": greys(steps.locator('canvas[data-step="centred"]'))}
    )
    assert seen.json()["digit"] == 7


def is_read_of(request: Request, drawing: Drawing) -> bool:
    """Whether this request asks for the number in the whole drawing."""
    if "/predict" not in request.url:
        return False
    strokes = (request.post_data_json or {})["strokes"]
    end = [value * 2.8 for value in drawing[-1][-1]]
    return len(strokes) == len(drawing) and strokes[-1][-1] == pytest.approx(end, abs=1)


def centres(page: Page) -> list[float]:
    """Where the boxes lie from left to right, in the drawing's units."""
    found: list[float] = page.get_by_test_id("pad").evaluate(
        """pad => {
            const { left, width } = pad.getBoundingClientRect();
            const boxes = [...document.querySelectorAll("#boxes li")].map(box => box.getBoundingClientRect());
            return boxes.map(box => (100 * (box.left + box.width / 2 - left)) / width);
        }"""
    )
    return found
