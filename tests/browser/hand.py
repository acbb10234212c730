"""What a hand does on the pad: mouse, finger and pen, from drawings in a box of 0 to 100."""

import math
from collections.abc import Sequence

from playwright.sync_api import CDPSession, Page

from tests.drawings import Drawing, Stroke

SCRIBBLE: Drawing = [
    [[8 + 84 * (i % 2), 6 + i * 4.4] for i in range(21)],
    [[6 + i * 4.4, 8 + 84 * (i % 2)] for i in range(21)],
]

_APART = 6.0
"""Hundredths of the pad."""


def spots(page: Page, points: Stroke) -> list[tuple[float, float]]:
    """Where points of a drawing lie on the screen."""
    box = page.get_by_test_id("pad").bounding_box()
    assert box is not None
    return [(box["x"] + x * box["width"] / 100, box["y"] + y * box["height"] / 100) for x, y in points]


def press(page: Page, stroke: Stroke) -> None:
    """Draw a stroke with the mouse and keep its button down."""
    page.mouse.move(*spots(page, stroke)[0])
    page.mouse.down()
    drag(page, stroke[1:])


def drag(page: Page, points: Stroke) -> None:
    """Go on with the mouse wherever it is, its button as it is."""
    for place in spots(page, points):
        page.mouse.move(*place)


def draw(page: Page, drawing: Drawing) -> None:
    """Draw with the mouse."""
    for stroke in map(quickly, drawing):
        press(page, stroke)
        page.mouse.up()


def quickly(stroke: Stroke) -> Stroke:
    """The stroke of a quick hand, whose points lie further apart: the browser takes a frame's time for each."""
    kept = [stroke[0]]
    for point in stroke[1:-1]:
        if math.dist(point, kept[-1]) >= _APART:
            kept.append(point)
    return [*kept, *stroke[1:][-1:]]


def draw_with_pen(page: Page, drawing: Drawing) -> None:
    """Draw with a stylus, through the browser's debugging protocol."""
    session = page.context.new_cdp_session(page)
    for stroke in map(quickly, drawing):
        start, *way = spots(page, stroke)
        _pen(session, "mousePressed", *start)
        for place in way:
            _pen(session, "mouseMoved", *place)
        _pen(session, "mouseReleased", *(way or [start])[-1])


def _pen(session: CDPSession, kind: str, x: float, y: float) -> None:
    event = {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1, "pointerType": "pen"}
    session.send("Input.dispatchMouseEvent", event | ({"buttons": 0} if kind == "mouseReleased" else {}))


class Hand:
    """Fingers on a touch screen, through the browser's debugging protocol."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session = page.context.new_cdp_session(page)

    def draw(self, drawing: Drawing) -> None:
        """Draw with one finger, not quickly: that would be a flick, after which the next tap only ends its fling."""
        for stroke in drawing:
            self.touch("touchStart", stroke[0])
            for point in stroke[1:]:
                self.touch("touchMove", point)
            self.touch("touchEnd")

    def touch(self, kind: str, *fingers: Sequence[float]) -> None:
        """One event with these fingers on the pad, in the drawing's units."""
        self.touch_screen(kind, *spots(self._page, fingers))

    def touch_screen(self, kind: str, *fingers: Sequence[float]) -> None:
        """One event with these fingers, in the window's pixels."""
        points = [{"x": x, "y": y, "id": identifier} for identifier, (x, y) in enumerate(fingers)]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def next_picture(page: Page) -> None:
    """Wait until what was drawn is on the canvas: the picture follows the ink by one frame."""
    page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def is_inked(page: Page, x: float, y: float) -> bool:
    """Whether there is ink at this point of the drawing's box."""
    return max(pixel(page, x, y)[3:]) > 127


def pixel(page: Page, x: float, y: float) -> list[int]:
    """Red, green, blue and opacity of the ink at this point of the drawing's box."""
    next_picture(page)
    value: list[int] = page.get_by_test_id("pad").evaluate(
        """(pad, [x, y]) => {
            const copy = new OffscreenCanvas(pad.width, pad.height).getContext("2d", { willReadFrequently: true });
            copy.drawImage(pad, 0, 0);
            return [...copy.getImageData((pad.width * x) / 100, (pad.height * y) / 100, 1, 1).data];
        }""",
        [x, y],
    )
    return value


def inked_pixels(page: Page) -> int:
    """How many of the pad's pixels are ink."""
    next_picture(page)
    count: int = page.get_by_test_id("pad").evaluate(
        """canvas => {
            const { width, height } = canvas;
            const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
            copy.drawImage(canvas, 0, 0);
            const { data } = copy.getImageData(0, 0, width, height);
            return data.filter((value, i) => i % 4 === 3 && value > 127).length;
        }"""
    )
    return count


def inked_share(page: Page) -> float:
    """The part of the pad that is ink."""
    side: int = page.get_by_test_id("pad").evaluate("canvas => canvas.width")
    return inked_pixels(page) / side**2


def bars(page: Page) -> list[float]:
    """The ten values that the bars show, read at once: the next reply may come between two of them."""
    values: list[float] = page.evaluate(
        "[...Array(10).keys()].map(d => Number(document.getElementById(`probability-${d}`).getAttribute('value')))"
    )
    return values
