"""`/docs`: the live documentation, which asks nobody else for anything and really sends what one types."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.running_service import RunningService


def test_a_request_can_be_tried_out_and_its_reply_is_shown(open_page: OpenPage, service: RunningService) -> None:
    page = open_page(f"{service.url}/docs")

    page.get_by_role("button", name="Read one drawing").first.click()
    expect(page.locator(".errors-wrapper")).to_have_count(0)
    page.get_by_role("button", name="Execute").click()

    expect(page.locator(".live-responses-table td.response-col_status:not(.col_header)")).to_contain_text("200")
    expect(page.locator(".live-responses-table")).to_contain_text('"digit": 7')
