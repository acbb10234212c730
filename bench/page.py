"""How long after the pen is up the answer is there, where replies are late, in Chromium: `python bench/page.py`.

For each delay the digits of the tests are drawn with the mouse, as quickly as the browser takes it, and the time from
the last pen-up until the right answer stands and nothing is being read is noted in the page. Printed are the median
and the 95th percentile, less the delay: what the page, the service and this machine add to a round trip.
"""

import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser.chromium import FLAGS, executable
from tests.browser.hand import draw
from tests.drawings import DRAWINGS, Drawing
from tests.running_service import RunningService
from tests.slow_network import SlowNetwork

_DELAYS = (0.0, 0.3, 1.0, 3.0)
_ROUNDS = 2

_WATCH = """
    () => {
        const reading = document.getElementById("reading");
        addEventListener("pointerup", () => { window.up = performance.now(); window.at = null; }, true);
        new MutationObserver(() => {
            const isThere = reading.dataset.state === "digit" || reading.dataset.state === "uncertain";
            window.at = isThere ? (window.at ?? performance.now()) : null;
        }).observe(reading, { attributes: true });
    }
"""


def main() -> None:
    """Measure, and print a table."""
    print("| replies late by, s | drawings | median beyond it, ms | p95, ms |")
    print("| --- | --- | --- | --- |")
    with (
        tempfile.TemporaryDirectory() as folder,
        RunningService(Path(folder, "log")) as service,
        SlowNetwork(service.port) as network,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        page = browser.new_page()
        page.goto(network.url)
        page.evaluate(_WATCH)
        for delay in _DELAYS:
            network.delay = delay
            drawings = [(digit, ink) for _ in range(_ROUNDS) for digit, inks in DRAWINGS.items() for ink in inks]
            waits = [_wait(page, digit, ink) - 1000 * delay for digit, ink in drawings]
            print(
                f"| {delay:g} | {len(waits)} | {median(waits):.0f} | {quantiles(waits, n=20)[-1]:.0f} |", flush=True
            )
        browser.close()


def _wait(page: Page, digit: str, ink: Drawing) -> float:
    """Milliseconds from the last pen-up to the answer."""
    page.keyboard.press("Escape")  # clears
    draw(page, ink)
    expect(page.get_by_test_id("answer")).to_have_text(digit, timeout=20_000)
    expect(page.locator("#reading")).to_have_attribute("aria-busy", "false", timeout=20_000)
    milliseconds: float = page.evaluate("(window.at ?? window.up) - window.up")
    return milliseconds


if __name__ == "__main__":
    main()
