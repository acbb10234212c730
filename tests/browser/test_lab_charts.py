"""What the lab's charts of surfaces are made of: heights, contour lines, and racers as text."""

import math
from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def evaluated(page: Page, module: str, function: str, argument: Any = None) -> Any:
    """What a function of the module's exports returns."""
    return page.evaluate(
        f"""async (argument) => {{
            const module = await import("/static/js/lab/{module}.js");
            return ({function})(module, argument);
        }}""",
        argument,
    )


def test_heights_rise_from_the_lowest_loss_to_the_highest_and_lead_back(page: Page) -> None:
    losses = [[0.5, 0.6, None], [1.0, 40.0, 1000.0]]
    heights, back, above, lower = evaluated(
        page,
        "charts/heights",
        """({ Heights }, losses) => {
            const heights = new Heights(losses);
            const known = [0.5, 0.6, 1, 40, 1000];
            const all = known.map((loss) => heights.of(loss));
            const others = [heights.of(null), heights.of(5000), heights.of(0.1)];
            return [all, all.map((height) => heights.loss(height)), others, new Heights(losses, [0.2]).of(0.2)];
        }""",
        losses,
    )
    assert heights == sorted(heights)
    assert (heights[0], heights[-1]) == (0, 1)
    assert heights[2] > 0.05, "a valley is not flattened by a cliff beside it"
    assert back == pytest.approx([0.5, 0.6, 1, 40, 1000])
    assert above == [1, 1, 0]
    assert lower == 0


def test_of_a_level_plain_all_is_at_the_bottom(page: Page) -> None:
    assert evaluated(page, "charts/heights", "({ Heights }) => new Heights([[2, 2], [2, 2]]).of(2)") == 0


def test_contour_lines_lie_where_the_level_is_crossed(page: Page) -> None:
    bowl = [[(x - 5) ** 2 + (y - 5) ** 2 for x in range(11)] for y in range(11)]
    segments = evaluated(page, "charts/isolines", "({ isolines }, grid) => isolines(grid, 9.5)", bowl)
    assert len(segments) > 10
    for x, y, to_x, to_y in segments:
        for place in ((x, y), (to_x, to_y)):
            assert math.dist(place, (5, 5)) == pytest.approx(9.5**0.5, abs=0.1)


def test_a_saddle_has_both_of_its_lines(page: Page) -> None:
    assert len(evaluated(page, "charts/isolines", "({ isolines }) => isolines([[1, 0], [0, 1]], 0.5)")) == 2


def test_racers_are_read_from_the_fragment_and_written_back(page: Page) -> None:
    read = """({ readRacers, writeRacers }, text) => {
        const racers = readRacers(text, ["sgd", "adam"], ["sgd"]);
        return [racers, writeRacers(racers)];
    }"""
    for text, racers, written in (
        ("sgd:0.02,adam", {"sgd": 0.02, "adam": None}, "sgd:0.02,adam"),
        ("adam:-1", {"adam": None}, "adam"),
        ("newton", {"sgd": None}, "sgd"),
        (None, {"sgd": None}, "sgd"),
    ):
        assert evaluated(page, "surfaces/racing", read, text) == [racers, written]


def test_a_start_is_two_numbers(page: Page) -> None:
    texts = ["-1.2,1", "1", "1,2,3", "a,b", ",", "", None]
    read = "({ readPlace }, texts) => texts.map(readPlace)"
    assert evaluated(page, "surfaces/racing", read, texts) == [[-1.2, 1], *[None] * 6]
