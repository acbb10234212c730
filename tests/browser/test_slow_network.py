"""Replies that are late or never come: what is shown is true of the ink on the pad, or says that it is being read."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import OpenPage, Witness
from tests.browser.hand import bars, drag, draw, press
from tests.drawings import DRAWINGS, Drawing, moved
from tests.running_service import RunningService
from tests.slow_network import SlowNetwork

pytestmark = pytest.mark.browser

DELAYS = [0, 0.3, 1, 3]

# In seconds: how long an older answer may stand in words, and what a busy machine may add to a round trip.
NOTICED = 0.1
BUSY = 0.9

READING = "reading …"

WATCH = """
    () => {
        const part = id => document.getElementById(id);
        const reading = part("reading");
        const note = what => window.shown.push([
            performance.now() / 1000, what, reading.dataset.state,
            ...["answer", "verdict", "read"].map(id => part(id).textContent),
        ]);
        window.shown = [];
        for (const what of ["pointerdown", "pointerup", "click"]) addEventListener(what, () => note(what), true);
        new MutationObserver(() => note("shown"))
            .observe(reading, { subtree: true, childList: true, attributes: true, characterData: true });
        setInterval(() => note("shown"), 20);
    }
"""


class Shown(NamedTuple):
    """What the page showed at a moment, after a change of it or an event on the pad."""

    at: float
    what: str
    state: str
    answer: str
    verdict: str
    read: str

    @property
    def is_reading(self) -> bool:
        return self.state == "reading"


@pytest.fixture
def network(service: RunningService, witness: Witness) -> Iterator[SlowNetwork]:
    with SlowNetwork(service.port) as slow:
        witness.also(slow.url)
        yield slow


@pytest.fixture
def watched(open_page: OpenPage, network: SlowNetwork) -> Page:
    """The page at the end of that network, which notes all that it shows."""
    page = open_page(network.url, shared=False)
    page.evaluate(WATCH)
    return page


def shown(page: Page) -> list[Shown]:
    return [Shown(*one) for one in page.evaluate("window.shown")]


def after_last(what: str, moments: list[Shown]) -> list[Shown]:
    last = max(place for place, one in enumerate(moments) if one.what == what)
    return moments[last:]


def questions(page: Page) -> list[Request]:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if "/predict" in request.url else None)
    return asked


def strokes(request: Request) -> Drawing:
    sent: Drawing = (request.post_data_json or {})["strokes"]
    return sent


@pytest.mark.parametrize("delay", DELAYS)
def test_nothing_false_is_shown_on_the_way_to_the_answer(watched: Page, network: SlowNetwork, delay: float) -> None:
    network.delay = delay

    draw(watched, DRAWINGS["4"][0])
    expect(watched.get_by_test_id("answer")).to_have_text("4")
    expect(watched.locator("#reading")).to_have_attribute("data-state", "digit")

    moments = shown(watched)
    under_way = moments[[one.what for one in moments].index("pointerdown") + 1 :]
    assert {one.verdict for one in under_way if one.state == "blank"} == set()
    pen_up, *after = after_last("pointerup", moments)
    final = [one for one in after if not one.is_reading]
    assert {(one.state, one.answer, one.read) for one in final} == {("digit", "4", "4")}
    assert final[0].at - pen_up.at < delay + BUSY, "one round trip"
    if delay > 0:
        assert {(one.answer, one.verdict) for one in after if one.is_reading} <= {("?", READING)}


@pytest.mark.parametrize("delay", [0, 1])
def test_new_ink_under_an_older_answer_is_being_read_at_once(
    watched: Page, network: SlowNetwork, delay: float
) -> None:
    draw(watched, moved(DRAWINGS["1"][0], 0.4, 5, 30))
    expect(watched.get_by_test_id("answer")).to_have_text("1")
    expect(watched.locator("#reading")).to_have_attribute("data-state", "digit")
    network.delay = delay

    draw(watched, moved(DRAWINGS["7"][0], 0.4, 55, 30))
    expect(watched.get_by_test_id("read")).to_have_text("17")

    pen_up, *after = after_last("pointerup", shown(watched))
    assert all(one.read == "17" for one in after if not one.is_reading)
    late = [one for one in after if one.is_reading and one.at - pen_up.at > NOTICED + BUSY]
    assert {(one.answer, one.verdict) for one in late} <= {("?", READING)}


@pytest.mark.parametrize("delay", [0.3, 1])
@pytest.mark.parametrize("act", ["undo", "clear"])
def test_what_is_taken_back_takes_its_answer_with_it(
    watched: Page, network: SlowNetwork, act: str, delay: float
) -> None:
    one, seven = moved(DRAWINGS["1"][0], 0.4, 5, 30), moved(DRAWINGS["7"][0], 0.4, 55, 30)
    draw(watched, [*one, *seven[:1]])
    expect(watched.get_by_test_id("read")).to_have_text("17")
    network.delay = delay

    watched.get_by_test_id(act).click()
    left = {"undo": "1", "clear": ""}[act]
    expect(watched.get_by_test_id("read")).to_have_text(left)
    watched.wait_for_timeout(1000 * delay + 200)

    _, *after = after_last("click", shown(watched))
    assert {one.read for one in after if not one.is_reading} == {left}


@pytest.mark.parametrize("delay", [0.3, 1])
def test_one_question_is_asked_for_one_answer_once_the_pen_is_up(
    watched: Page, network: SlowNetwork, delay: float
) -> None:
    network.delay = delay
    asked = questions(watched)
    four = DRAWINGS["4"][0]
    draw(watched, four[:-1])
    press(watched, four[-1])
    before = len(asked)

    watched.mouse.up()
    expect(watched.get_by_test_id("answer")).to_have_text("4")
    watched.wait_for_timeout(300)

    assert len(asked) - before <= 1
    assert len(strokes(asked[-1])) == len(four)


def test_the_first_question_is_not_about_the_first_dot(watched: Page) -> None:
    asked = questions(watched)
    watched.clock.install(time=0)
    watched.clock.pause_at(1_000)  # however long a busy machine takes from the dot to the line
    press(watched, DRAWINGS["0"][0][0])
    watched.clock.resume()
    expect(watched.get_by_test_id("answer")).to_have_text("0")

    assert len(strokes(asked[0])[0]) > 1


def test_a_dot_is_read_when_the_pen_is_up(watched: Page) -> None:
    press(watched, [[50, 50]])
    expect(watched.get_by_test_id("verdict")).to_have_text(READING)
    expect(watched.locator("#reading")).to_have_attribute("aria-busy", "true")
    watched.mouse.up()

    expect(watched.locator("#reading")).not_to_have_attribute("data-state", "reading")
    expect(watched.locator("#reading")).to_have_attribute("aria-busy", "false")


def test_an_older_answer_goes_after_a_moment(watched: Page, network: SlowNetwork) -> None:
    draw(watched, DRAWINGS["1"][0])
    expect(watched.locator("#reading")).to_have_attribute("data-state", "digit")
    network.delay = 3

    press(watched, [[10, 10], [20, 30]])
    expect(watched.locator("#reading")).to_have_attribute("data-state", "reading", timeout=500)
    expect(watched.get_by_test_id("verdict")).to_have_text(READING, timeout=1000)
    expect(watched.get_by_test_id("answer")).to_have_text("?")
    expect(watched.get_by_test_id("read")).to_have_text("")
    assert bars(watched) == [0] * 10
    watched.mouse.up()


@pytest.mark.parametrize("delay", [0.3, 1])
def test_a_network_that_breaks_off_in_between_is_said_to_and_the_ink_is_read_when_it_is_back(
    watched: Page, network: SlowNetwork, witness: Witness, delay: float
) -> None:
    witness.tolerate("Failed to load resource")
    network.delay = delay
    stroke = DRAWINGS["3"][0][0]
    asked = questions(watched)
    press(watched, stroke[:20])
    while not asked:
        watched.wait_for_timeout(10)
    network.break_off()
    drag(watched, stroke[20:])
    watched.mouse.up()
    expect(watched.get_by_test_id("verdict")).to_have_text("can’t reach the server")

    network.mend()
    expect(watched.get_by_test_id("answer")).to_have_text("3")

    after = after_last("pointerup", shown(watched))
    assert {one.read for one in after} <= {"", "3"}
    assert {one.state for one in after} <= {"reading", "unavailable", "digit"}
    changes = [later.state for earlier, later in pairwise(after) if earlier.state != later.state]
    assert changes.count("unavailable") <= 1, "it does not flicker between words while it waits"


def test_only_what_was_read_last_is_told(watched: Page, network: SlowNetwork) -> None:
    said = watched.get_by_test_id("announcement")
    network.delay = 1
    draw(watched, DRAWINGS["2"][0])
    watched.wait_for_timeout(900)
    expect(said).to_have_text("")

    expect(said).to_contain_text("2")
