"""Mouse, finger and pen: what draws, what doesn't, and that the page keeps still under the finger."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.hand import Hand, draw, draw_with_pen, inked_pixels, inked_share, is_inked, press, spots
from tests.browser.test_accessibility import complaints
from tests.browser.test_page import PLACES
from tests.drawings import DRAWINGS

pytestmark = pytest.mark.browser

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 600},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 3,
}


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    return open_page(**PHONE)


def test_a_finger_draws(phone: Page) -> None:
    Hand(phone).draw(DRAWINGS["2"][0])

    expect(phone.get_by_test_id("answer")).to_have_text("2")


def test_the_page_does_not_scroll_under_the_finger(phone: Page) -> None:
    room = phone.evaluate("document.documentElement.scrollHeight - innerHeight")
    assert room > 40, "a page without room to scroll proves nothing"

    Hand(phone).draw([[[50, 95 - 3 * step] for step in range(30)]])

    expect(phone.get_by_test_id("answer")).to_have_text("1")
    assert phone.evaluate("scrollY") == 0


def test_the_page_scrolls_under_a_finger_beside_the_pad(phone: Page) -> None:
    expect(phone.get_by_test_id("pad")).to_have_css("touch-action", "none")
    expect(phone.locator("body")).to_have_css("touch-action", "auto")


def test_a_second_finger_draws_nothing(phone: Page) -> None:
    hand = Hand(phone)
    hand.touch("touchStart", (50, 20))
    hand.touch("touchMove", (50, 50))
    hand.touch("touchStart", (50, 50), (10, 10))
    hand.touch("touchMove", (50, 80), (10, 90))
    hand.touch("touchEnd")

    expect(phone.get_by_test_id("answer")).not_to_have_text("?")
    phone.get_by_test_id("undo").click()
    expect(phone.get_by_test_id("undo"), "there was one stroke").to_be_disabled()


def test_a_cancelled_touch_leaves_nothing_to_be_read(phone: Page) -> None:
    asked: list[str] = []
    hand = Hand(phone)
    hand.draw(DRAWINGS["2"][0])
    expect(phone.get_by_test_id("answer")).to_have_text("2")
    before = inked_pixels(phone)
    for way in ([], [(12, 50)], [(20, 50), (40, 50), (80, 52)]):
        hand.touch("touchStart", (5, 50))
        for place in way:
            hand.touch("touchMove", place)
        hand.touch("touchCancel")
        assert inked_pixels(phone) == before

    phone.on("request", lambda request: asked.append(request.url) if "/predict" in request.url else None)
    phone.get_by_test_id("undo").click()
    expect(phone.get_by_test_id("verdict"), "there was one stroke").to_have_text("draw something")
    assert asked == []


def test_the_other_end_of_a_pen_erases_the_strokes_it_touches(page: Page) -> None:
    """The debugging protocol knows no such end: the events are a real pen's, what they say of its buttons is not."""
    seven = DRAWINGS["7"][0]
    draw_with_pen(page, [*seven, [[15, 70], [20, 95]]])
    expect(page.get_by_test_id("undo")).to_be_enabled()
    with_both = inked_pixels(page)
    page.evaluate(
        """() => {
            const turned = { pointerdown: [5, 32], pointermove: [-1, 32], pointerup: [5, 0] };
            for (const [kind, [button, buttons]] of Object.entries(turned)) {
                const said = { button: { value: button }, buttons: { value: buttons } };
                window.addEventListener(kind, (event) => Object.defineProperties(event, said), { capture: true });
            }
        }"""
    )
    draw_with_pen(page, [[[5, 85], [30, 85]]])

    expect(page.get_by_test_id("answer")).to_have_text("7")
    assert inked_pixels(page) < with_both
    assert not is_inked(page, 15, 70)
    page.keyboard.press("Control+z")
    assert inked_pixels(page) == with_both


def test_a_pen_draws(page: Page) -> None:
    kinds = page.get_by_test_id("pad").evaluate_handle(
        """pad => {
            const kinds = new Set();
            pad.addEventListener("pointerdown", event => kinds.add(event.pointerType));
            return kinds;
        }"""
    )
    draw_with_pen(page, DRAWINGS["4"][0])

    expect(page.get_by_test_id("answer")).to_have_text("4")
    assert kinds.evaluate("kinds => [...kinds]") == ["pen"]


def test_only_the_main_button_draws(page: Page) -> None:
    start, end, elsewhere = spots(page, [[30, 30], [70, 70], [30, 70]])
    page.mouse.move(*start)
    page.mouse.down(button="right")
    page.mouse.move(*end)
    page.mouse.up(button="right")
    page.mouse.move(*elsewhere)

    assert inked_pixels(page) == 0
    expect(page.get_by_test_id("undo")).to_be_disabled()


def test_a_tap_is_a_dot(page: Page) -> None:
    draw(page, [[[50, 50]]])

    expect(page.get_by_test_id("undo")).to_be_enabled()
    assert inked_share(page) == pytest.approx(3.14 * 7**2 / 280**2, rel=0.1)


def test_a_stroke_that_leaves_the_pad_goes_on_when_it_comes_back(page: Page) -> None:
    press(page, [[50, 10], [50, 50], [130, 50], [130, 70], [50, 70], [50, 90]])
    page.mouse.up()

    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("undo")).to_be_disabled()


def test_the_ink_is_as_sharp_as_the_screen(open_page: OpenPage) -> None:
    sharp = open_page(device_scale_factor=2.5)
    bitmap, box = sharp.get_by_test_id("pad").evaluate("pad => [pad.width, pad.clientWidth]")

    assert bitmap == round(box * 2.5)


def test_the_ink_of_a_fast_hand_is_one_line_through_all_its_points(page: Page) -> None:
    """Points far apart are joined by a curve that neither leaves gaps nor cuts corners."""
    zigzag = [[10, 20], [90, 40], [10, 60], [90, 80]]
    draw(page, [zigzag])

    assert inked_share(page) == pytest.approx(0.05 * (3 * 0.825) + 0.002, rel=0.15)
    assert all(is_inked(page, x, y) for x, y in zigzag)


def scrolled(page: Page) -> float:
    value: float = page.evaluate("scrollY")
    return value


def test_two_fingers_on_the_pad_scroll_the_page_and_draw_nothing(phone: Page) -> None:
    hand = Hand(phone)
    hand.touch("touchStart", (50, 80))
    hand.touch("touchStart", (50, 80), (70, 80))
    start = spots(phone, [(50, 80), (70, 80)])
    for step in range(1, 6):
        # In the window's own places: the pad moves away under the fingers.
        hand.touch_screen("touchMove", *[(x, y - 20 * step) for x, y in start])
    hand.touch("touchEnd")

    phone.wait_for_function("scrollY > 0")
    assert scrolled(phone) == pytest.approx(100, abs=25)
    assert inked_pixels(phone) == 0
    expect(phone.get_by_test_id("undo")).to_be_disabled()


def test_once_a_pen_was_seen_a_palm_draws_nothing(phone: Page) -> None:
    draw_with_pen(phone, DRAWINGS["1"][0])
    expect(phone.get_by_test_id("answer")).to_have_text("1")
    before = inked_pixels(phone)

    Hand(phone).draw([[[10, 90], [40, 95], [80, 90]]])

    assert inked_pixels(phone) == before
    expect(phone.get_by_test_id("answer")).to_have_text("1")


def test_whoever_puts_the_pen_away_may_draw_with_the_finger_again(phone: Page) -> None:
    toggle = phone.get_by_role("button", name="Draw with fingers too")
    Hand(phone).draw(DRAWINGS["2"][0])
    expect(phone.get_by_test_id("answer")).to_have_text("2")
    expect(toggle, "there is no pen").to_be_hidden()
    phone.get_by_test_id("clear").click()
    places = phone.evaluate(PLACES)

    draw_with_pen(phone, DRAWINGS["1"][0])
    expect(phone.get_by_test_id("answer")).to_have_text("1")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    assert phone.evaluate(PLACES) == places, "nothing makes room for it"
    phone.get_by_test_id("clear").click()
    toggle.tap()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    Hand(phone).draw(DRAWINGS["2"][0])
    expect(phone.get_by_test_id("answer")).to_have_text("2")

    toggle.click()  # with the mouse: a tap at once after a flick would only end the fling
    expect(toggle).to_have_attribute("aria-pressed", "false")
    before = inked_pixels(phone)
    Hand(phone).draw([[[20, 40], [80, 45]]])
    assert inked_pixels(phone) == before


def test_the_toggle_for_fingers_is_worked_by_keyboard_and_accessible(page: Page) -> None:
    draw_with_pen(page, DRAWINGS["1"][0])
    expect(page.get_by_test_id("answer")).to_have_text("1")
    page.get_by_test_id("fingers").focus()
    page.keyboard.press("Space")

    expect(page.get_by_test_id("fingers")).to_have_attribute("aria-pressed", "true")
    assert complaints(page) == {}


def test_the_pens_width_is_how_the_ink_looks(page: Page) -> None:
    draw(page, DRAWINGS["1"][0])
    expect(page.get_by_test_id("answer")).to_have_text("1")
    medium = inked_share(page)

    page.get_by_role("button", name="Pen: medium").click()
    broad = inked_share(page)
    page.get_by_role("button", name="Pen: broad").click()
    fine = inked_share(page)

    assert fine < medium < broad
    expect(page.get_by_test_id("answer")).to_have_text("1")


def test_the_pen_is_chosen_with_the_keyboard_said_aloud_and_kept_over_a_reload(page: Page) -> None:
    pen = page.get_by_test_id("pen")
    pen.focus()
    page.keyboard.press("Enter")
    expect(pen).to_have_attribute("aria-label", "Pen: broad")
    expect(page.locator("#cursor-words")).to_have_text("Pen: broad")
    page.keyboard.press("Space")
    expect(pen).to_have_attribute("aria-label", "Pen: fine")
    expect(pen).to_be_focused()

    page.reload()
    expect(page.get_by_role("button", name="Pen: fine")).to_be_visible()
    page.get_by_test_id("pen").click()
    expect(page.get_by_role("button", name="Pen: medium")).to_be_visible()
