"""Servers that are slow, overloaded, away, or say no: it is said plainly and the ink is kept."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import OpenPage, Witness
from tests.browser.hand import bars, drag, draw, inked_pixels, press
from tests.drawings import DRAWINGS
from tests.running_service import RunningService

pytestmark = pytest.mark.browser

PREDICT = "**/predict*"


class HeldRequests:
    """Requests for a reading wait here, until the test lets them go on."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.routes: list[Route] = []
        page.route(PREDICT, self._hold)

    def wait_for(self, number: int) -> Route:
        """The request with this number, from 1, once it has come."""
        for _ in range(500):
            if len(self.routes) >= number:
                break
            self._page.wait_for_timeout(10)
        return self.routes[number - 1]

    def _hold(self, route: Route) -> None:
        self.routes.append(route)


def test_a_server_that_dies_under_the_pen_is_missed_and_asked_again_when_it_is_back(
    open_page: OpenPage, witness: Witness, tmp_path: Path
) -> None:
    witness.tolerate("Failed to load resource")
    stroke = DRAWINGS["3"][0][0]
    with RunningService(tmp_path / "log") as mortal:
        witness.also(mortal.url)
        page = open_page(mortal.url)
        press(page, stroke[:20])
        expect(page.get_by_test_id("verdict")).not_to_have_text("draw something")

        mortal.kill()
        drag(page, stroke[20:])

        expect(page.get_by_test_id("verdict")).to_have_text("can’t reach the server")
        expect(page.locator("#detail")).to_contain_text("Your ink is kept.")
        expect(page.get_by_test_id("answer")).to_have_text("?")
        assert bars(page) == [0] * 10
        assert inked_pixels(page) > 0

        mortal.start()

        expect(page.get_by_test_id("answer")).to_have_text("3")


@pytest.mark.parametrize(
    ("status", "words"),
    [(503, "the server is busy"), (429, "the server is busy"), (500, "the server has a problem")],
)
def test_an_overloaded_server_is_said_to_be_so_and_asked_again(
    page: Page, witness: Witness, status: int, words: str
) -> None:
    witness.tolerate(f"status of {status}")
    page.route(PREDICT, lambda route: route.fulfill(status=status))
    draw(page, DRAWINGS["6"][0])
    expect(page.get_by_test_id("verdict")).to_have_text(words)

    page.unroute(PREDICT)

    expect(page.get_by_test_id("answer")).to_have_text("6")


def test_an_overloaded_server_is_not_asked_before_it_wants_to_be(page: Page, witness: Witness) -> None:
    witness.tolerate("status of 429")
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if "/predict" in request.url else None)
    page.route(PREDICT, lambda route: route.fulfill(status=429, headers={"Retry-After": "30"}))
    draw(page, DRAWINGS["0"][0])
    expect(page.get_by_test_id("verdict")).to_have_text("the server is busy")
    asked.clear()

    draw(page, DRAWINGS["1"][0])

    page.wait_for_timeout(1500)
    assert asked == []
    expect(page.get_by_test_id("verdict")).to_have_text("the server is busy")


def test_a_page_in_place_of_a_reading_is_a_problem_and_not_an_answer(page: Page) -> None:
    page.route(PREDICT, lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Sign in</h1>"))
    draw(page, DRAWINGS["9"][0])
    expect(page.get_by_test_id("verdict")).to_have_text("the server has a problem")

    page.unroute(PREDICT)

    expect(page.get_by_test_id("answer")).to_have_text("9")


def test_a_refusal_is_shown_in_the_services_own_words(page: Page, witness: Witness) -> None:
    witness.tolerate("status of 422")
    problem = '{"title": "Too much ink", "status": 422, "detail": "At most 10,000 points are read.", "code": "x"}'
    page.route(
        PREDICT, lambda route: route.fulfill(status=422, content_type="application/problem+json", body=problem)
    )
    draw(page, DRAWINGS["9"][0])

    expect(page.get_by_test_id("verdict")).to_have_text("can’t read this")
    expect(page.locator("#detail")).to_have_text("At most 10,000 points are read.")
    expect(page.get_by_test_id("answer")).to_have_text("?")


def test_a_reply_to_ink_that_was_cleared_is_not_shown(page: Page) -> None:
    held = HeldRequests(page)
    draw(page, DRAWINGS["7"][0])
    stale = held.wait_for(1)

    page.get_by_test_id("clear").click()
    stale.continue_()

    page.wait_for_timeout(500)
    expect(page.get_by_test_id("answer")).to_have_text("?")
    expect(page.get_by_test_id("verdict")).to_have_text("draw something")


def test_a_slow_server_is_asked_once_at_a_time_and_then_about_the_newest_ink(page: Page) -> None:
    held = HeldRequests(page)
    stroke = DRAWINGS["0"][0][0]
    press(page, stroke)
    first = held.wait_for(1)
    page.wait_for_timeout(200)
    assert len(held.routes) == 1, "one request under way, however much the pen moves"

    first.continue_()
    held.wait_for(2).continue_()

    expect(page.get_by_test_id("answer")).to_have_text("0")
    assert len(held.routes) == 2
