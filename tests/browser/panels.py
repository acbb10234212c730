"""The panels under the pad, opened as a person opens them."""

from playwright.sync_api import Locator, Page, expect

PANELS = ["steps", "why", "inside", "yours"]

GREYS = """canvas => {
    const { width, height } = canvas;
    const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    const greys = [...data].filter((_, i) => i % 4 === 3);
    return Array.from({ length: height }, (_, y) => greys.slice(width * y, width * (y + 1)));
}"""


def open_panel(page: Page, name: str) -> Locator:
    """Open a panel by its heading and wait until it shows the ink that is on the pad."""
    panel = page.get_by_test_id(name)
    panel.locator("summary").click()
    if name == "yours":
        expect(panel).to_have_attribute("data-ready", "")
    elif page.locator(".pad:not([data-empty])").count():
        expect(panel).to_have_attribute("data-explained", "")
    return panel


def greys(canvas: Locator) -> list[list[int]]:
    """A picture's opacities, as rows."""
    rows: list[list[int]] = canvas.evaluate(GREYS)
    return rows
