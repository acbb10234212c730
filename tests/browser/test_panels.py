"""How the answer came about: the steps to 28x28, what speaks for a digit, and the network at work."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hand import bars, draw
from tests.browser.panels import GREYS, greys, open_panel
from tests.drawings import DRAWINGS, moved
from tests.running_service import RunningService

pytestmark = pytest.mark.browser

SEVEN = DRAWINGS["7"][1]

COLOURS = """canvas => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let [red, blue] = [0, 0];
    for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] > 20) data[i] > data[i + 2] ? (red += data[i + 3]) : (blue += data[i + 3]);
    }
    return [red, blue];
}"""


@pytest.fixture
def seven(page: Page) -> Page:
    """The page with a crossed seven that was read."""
    draw(page, SEVEN)
    expect(page.get_by_test_id("answer")).to_have_text("7")
    return page


def picture(page: Page, step: str) -> tuple[int, int, list[int]]:
    """Width, height and opacities of the picture of a step."""
    rows = greys(page.locator(f'canvas[data-step="{step}"]'))
    return len(rows[0]), len(rows), [grey for row in rows for grey in row]


def test_the_steps_lead_from_the_ink_to_what_the_network_sees(page: Page) -> None:
    draw(page, moved(SEVEN, 0.5, 10, 40))
    expect(page.get_by_test_id("answer")).to_have_text("7")
    open_panel(page, "steps")

    width, height, scaled = picture(page, "scaled")
    assert (width, height) == (20, 20)
    assert any(scaled[:20]), "the ink reaches the top of its box"
    assert any(scaled[-20:]), "and its bottom"
    width, height, centred = picture(page, "centred")
    assert (width, height) == (28, 28)
    assert sum(centred) == pytest.approx(sum(scaled), rel=0.01)
    assert centred == [grey for row in greys(page.get_by_test_id("seen")) for grey in row]
    assert sum(picture(page, "cropped")[2]) > 1.5 * sum(picture(page, "drawn")[2]), "cropped ink is larger"


def test_panels_that_are_closed_ask_for_nothing(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    draw(page, SEVEN)
    expect(page.get_by_test_id("answer")).to_have_text("7")
    page.wait_for_timeout(500)

    assert {url.partition("?")[2] for url in asked if "/predict" in url} == {"include=input%2Cnumber"}


def test_an_open_panel_follows_the_ink(seven: Page) -> None:
    steps = open_panel(seven, "steps")
    before = greys(seven.locator("[data-step=centred]"))
    draw(seven, [[[10, 90], [60, 95]]])

    seven.wait_for_function(
        "before => JSON.stringify([...document.querySelectorAll('[data-step=centred]')].map("
        + GREYS
        + ")[0]) !== JSON.stringify(before)",
        arg=before,
    )
    seven.get_by_test_id("clear").click()
    expect(steps.locator(".panel-none")).to_be_visible()
    expect(steps.locator(".panel-some")).to_be_hidden()


def test_why_colours_the_ink_by_what_it_speaks_for(seven: Page) -> None:
    why = open_panel(seven, "why")
    expect(why.locator(".explained")).to_have_text("7")
    for_it, against = why.locator(".why-map").evaluate(COLOURS)
    assert for_it > against, "most of a seven's ink speaks for a seven"

    why.get_by_text("4", exact=True).click()

    expect(why.locator(".explained")).to_have_text("4")
    seven.wait_for_timeout(200)
    for_it, against = why.locator(".why-map").evaluate(COLOURS)
    assert against > for_it, "and against a four"


def test_a_bar_explains_its_digit_on_hover_on_focus_and_by_a_click(seven: Page) -> None:
    seven.locator(".bar-digit").nth(2).click()
    why = seven.get_by_test_id("why")
    expect(why).to_have_attribute("open", "")
    expect(why.locator(".explained")).to_have_text("2")

    seven.locator(".bar-digit").nth(9).hover()
    expect(why.locator(".explained")).to_have_text("9")

    seven.locator(".bar-digit").nth(0).focus()
    expect(why.locator(".explained")).to_have_text("0")


def test_why_says_what_each_stroke_is_worth(seven: Page) -> None:
    why = open_panel(seven, "why")
    outcomes = why.locator(".strokes li")
    expect(outcomes).to_have_count(len(SEVEN))
    expect(outcomes.last).to_have_text(re.compile(r"without stroke 2: 7, \d+\.\d"))

    seven.get_by_test_id("undo").click()
    expect(outcomes).to_have_count(1)
    expect(outcomes).to_have_text("without stroke 1: nothing is left")


def test_inside_shows_the_layers_of_this_network(seven: Page, service: RunningService) -> None:
    reply: dict[str, Any] = seven.request.post(
        f"{service.url}/predict?include=activations", data={"strokes": SEVEN}
    ).json()
    inside = open_panel(seven, "inside")

    heads = inside.locator(".diagram-head").all_text_contents()
    hidden = [f"{len(layer)} units" for layer in reply["activations"][:-1]]
    assert heads == ["784 pixels", *hidden, "10 digits"]
    expect(inside.locator(".node")).to_have_count(16 * len(hidden))
    expect(inside.locator(".output-logit")).to_have_count(10)


def test_a_units_arithmetic_is_shown_and_adds_up(seven: Page) -> None:
    inside = open_panel(seven, "inside")
    for node in (inside.locator(".node").first, inside.locator(".node").last):
        node.click()
        name = re.sub(r"^Layer (\d+), unit (\d+).*", r"Layer \1, unit \2", node.get_attribute("aria-label") or "")
        expect(inside.locator('[data-of="name"]')).to_have_text(name)
        expect(node).to_have_attribute("aria-pressed", "true")

        terms = [number(cell) for cell in inside.locator(".terms td:last-child").all_text_contents()]
        rest, bias, total, out = (
            number(inside.locator(f'[data-of="{part}"]').inner_text()) for part in ("rest", "bias", "sum", "out")
        )
        assert len(terms) == 5
        assert sum(terms) + rest + bias == pytest.approx(total, abs=0.005)
        assert out == pytest.approx(max(total, 0), abs=0.002)


def test_units_are_reached_and_opened_by_keyboard(seven: Page) -> None:
    inside = open_panel(seven, "inside")
    inside.locator(".node").first.focus()
    seven.keyboard.press("ArrowRight")
    seven.keyboard.press("ArrowDown")
    seven.keyboard.press("Enter")

    expect(inside.locator('[data-of="name"]')).to_have_text(re.compile("^Layer 2, unit "))
    assert inside.locator('.node[tabindex="0"]').count() == 1


def test_who_is_among_the_units_stays_there_when_the_answer_is_told_again(seven: Page) -> None:
    open_panel(seven, "why")
    inside = open_panel(seven, "inside")
    inside.locator(".node").first.focus()
    seven.keyboard.press("ArrowDown")
    place = inside.locator(".node:focus").get_attribute("data-place")
    inside.locator(".layers").evaluate("layers => { layers.firstElementChild.id = 'old'; }")

    seven.locator(".bar-digit").nth(7).hover()

    expect(inside.locator("#old"), "it was drawn anew").to_have_count(0)
    expect(inside.locator(".node:focus")).to_have_attribute("data-place", place or "")


def test_the_softmax_table_is_the_bars_in_numbers(seven: Page) -> None:
    inside = open_panel(seven, "inside")
    rows = inside.locator(".softmax tbody tr")
    expect(rows).to_have_count(10)
    expect(inside.locator(".softmax [data-winner] th")).to_have_text("7")
    shown = [number(cell) for cell in inside.locator(".softmax td:last-child").all_text_contents()]
    assert shown == pytest.approx(bars(seven), abs=1e-3)
    assert sum(shown) == pytest.approx(1, abs=2e-3)


def number(words: str) -> float:
    """A number as the page writes it: with a real minus, or with a power of ten."""
    plain = words.replace("−", "-").replace("+", "")
    digits, _, power = plain.partition(" · 10⁻")
    return float(f"{digits}e-{power.translate(str.maketrans('⁰¹²³⁴⁵⁶⁷⁸⁹', '0123456789')) or 0}")
