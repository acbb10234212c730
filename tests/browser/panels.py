"""The panels under the pad, opened as a person opens them."""

from playwright.sync_api import Locator, Page, expect

PANELS = ["steps", "why", "inside", "yours"]


def open_panel(page: Page, name: str) -> Locator:
    """Open a panel by its heading and wait until it shows the ink that is on the pad."""
    panel = page.get_by_test_id(name)
    panel.locator("summary").click()
    if name == "yours":
        expect(panel).to_have_attribute("data-ready", "")
    elif page.locator(".pad:not([data-empty])").count():
        expect(panel).to_have_attribute("data-explained", "")
    return panel
