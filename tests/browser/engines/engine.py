"""What a browser of any engine does for the tests: WebDriver's actions and scripts, in whichever protocol."""

import io
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.browser.hand import quickly
from tests.drawings import Drawing, Stroke

SECONDS_TO_WAIT = 20.0

Action = dict[str, Any]


class Engine(ABC):
    """One window of a browser of its own."""

    @property
    @abstractmethod
    def complaints(self) -> list[str]:
        """Errors and warnings of all pages so far."""

    @abstractmethod
    def open(self, url: str) -> None:
        """Go there, and wait until it is loaded."""

    @abstractmethod
    def reload(self) -> None:
        """Load the page again, and wait until it is loaded."""

    @abstractmethod
    def run(self, function: str, *arguments: Any) -> Any:
        """What a function of JavaScript returns; arguments and result are JSON."""

    @abstractmethod
    def act(self, kind: str, actions: list[Action]) -> None:
        """Actions of a `pointer` or of a `key`, as WebDriver has them (section 17)."""

    @abstractmethod
    def choose(self, test_id: str, file: Path) -> None:
        """Give the field a file."""

    @abstractmethod
    def screenshot(self) -> bytes:
        """The window's content as a PNG."""

    @abstractmethod
    def close(self) -> None:
        """End the browser, after the last of its complaints has been read."""

    def draw(self, drawing: Drawing) -> None:
        """Draw on the pad with the mouse, in a box of 0 to 100."""
        for stroke in map(quickly, drawing):
            self.drag(self._spots(stroke))

    def drag(self, places: Sequence[tuple[int, int]]) -> None:
        """Draw from place to place of the window, with the mouse."""
        start, *way = map(_move, places)
        self.act("pointer", [start, _PRESS, *way, _LIFT])

    def _spots(self, points: Stroke) -> list[tuple[int, int]]:
        """Where points of the drawing's box lie in the window."""
        left, top, width, height = self.run(
            """() => {
                const pad = document.getElementById("pad");
                pad.scrollIntoView({ block: "center" });
                const { left, top, width, height } = pad.getBoundingClientRect();
                return [left, top, width, height];
            }"""
        )
        return [(round(left + x * width / 100), round(top + y * height / 100)) for x, y in points]

    def click(self, selector: str) -> None:
        """Press the middle of an element with the mouse."""
        middle = self.run(
            """selector => {
                const element = document.querySelector(selector);
                element.scrollIntoView({ block: "center" });
                const { left, top, width, height } = element.getBoundingClientRect();
                return [Math.round(left + width / 2), Math.round(top + height / 2)];
            }""",
            selector,
        )
        self.act("pointer", [_move(middle), _PRESS, _LIFT])

    def is_inked(self, x: int, y: int) -> bool:
        """Whether what is seen at this place of the window is dark."""
        self.run("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))))")
        with Image.open(io.BytesIO(self.screenshot())) as picture:
            return bool(np.asarray(picture.convert("L"))[y, x] < 110)

    def press(self, *keys: str) -> None:
        """Press keys together, in this order."""
        downs: list[Action] = [{"type": "keyDown", "value": key} for key in keys]
        self.act("key", [*downs, *({"type": "keyUp", "value": key} for key in reversed(keys))])

    def text(self, selector: str) -> str:
        value: str = self.run("selector => document.querySelector(selector)?.textContent.trim() ?? ''", selector)
        return value

    def expect(self, selector: str, text: str) -> None:
        """Wait until an element has this text."""
        self.wait_for(f"() => document.querySelector({selector!r})?.textContent.trim() === {text!r}")

    def wait_for(self, condition: str) -> None:
        """Wait until a function of JavaScript returns something true."""
        deadline = time.monotonic() + SECONDS_TO_WAIT
        while not self.run(condition):
            assert time.monotonic() < deadline, (
                condition,
                self.text("#answer"),
                self.text("#verdict"),
                self.complaints,
            )
            time.sleep(0.05)


_PRESS: Action = {"type": "pointerDown", "button": 0}
_LIFT: Action = {"type": "pointerUp", "button": 0}


def _move(place: Iterable[int]) -> Action:
    x, y = place
    return {"type": "pointerMove", "x": x, "y": y, "duration": 0}
