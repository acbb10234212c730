"""The lab's race, landscape, softmax and scalings, in a real browser with real training behind them."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from model.lab.surfaces import landscape_job, race_job
from tests.browser.conftest import OpenPage, Witness
from tests.running_service import RunningService

pytestmark = pytest.mark.browser

Show = Callable[..., Page]

VIEWS = {
    "race": ".ends tbody tr",
    "landscape": ".ends tbody tr",
    "softmax": ".losses tbody tr",
    "scalings": ".scaling-words",
}
"""Each view with what is there when it has all to show."""

THEMES: list[dict[str, Any]] = [
    {"color_scheme": "dark", "forced_colors": "none"},
    {"color_scheme": "light", "forced_colors": "none"},
    {"color_scheme": "light", "forced_colors": "active"},
]

STILL: dict[str, Any] = {"reduced_motion": "reduce"}


@pytest.fixture
def show(open_page: OpenPage, lab: RunningService, witness: Witness) -> Show:
    """Opens a view by its fragment, and waits for what it shows."""

    def show_view(view: str, state: str = "", **options: Any) -> Page:
        witness.also(lab.url)
        page = open_page(
            f"{lab.url}/lab#view={view}{state}", **{"viewport": {"width": 1280, "height": 900}, **options}
        )
        expect(section(page, view).locator(VIEWS[view]).first).to_be_visible(timeout=60_000)
        return page

    return show_view


def section(page: Page, view: str) -> Locator:
    return page.get_by_test_id(view)


def fragment(page: Page) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).fragment).items()}


def cells(table: Locator) -> list[list[str]]:
    return [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]


def figures(page: Page, view: str, title: str) -> list[list[str]]:
    """The rows of a chart's table, which is made when it is opened."""
    folded = section(page, view).locator("details.figures").filter(has_text=title)
    folded.locator("summary").click()
    table = folded.locator("table")
    expect(table.locator("tbody tr").first).to_be_visible()
    return cells(table)


def test_a_race_tells_of_each_where_it_ends_as_the_trainers_rules_have_it(show: Show) -> None:
    page = show("race", "&surface=rastrigin&racers=sgd,adam:0.2&steps=150", **STILL)
    asked = {"surface": "rastrigin", "racers": {"sgd": None, "adam": 0.2}, "steps": 150}
    expected = race_job(asked, lambda *_: None)["courses"]
    rows = cells(section(page, "race").locator(".ends"))
    assert [row[0] for row in rows] == ["Gradient descent", "Adam"]
    assert [float(row[1]) for row in rows] == [course["learning_rate"] for course in expected]
    assert [row[2] for row in rows] == ["▼ local minimum", "▼ local minimum"]
    assert [int(row[3]) for row in rows] == [course["arrived"] for course in expected]
    assert [float(row[4]) for row in rows] == pytest.approx([one["losses"][-1] for one in expected], rel=5e-3)


def test_a_click_on_the_map_places_the_start(show: Show) -> None:
    page = show("race", "&surface=himmelblau&racers=sgd", **STILL)
    before = cells(section(page, "race").locator(".ends"))
    chart = section(page, "race").locator(".contours")
    box = chart.bounding_box()
    assert box
    with page.expect_response("**/lab/runs"):
        chart.click(position={"x": 0.25 * box["width"], "y": 0.2 * box["height"]})
    x, y = map(float, fragment(page)["start"].split(","))
    assert -5.5 < x < 0 < y < 5.5
    expect(section(page, "race").get_by_role("status")).to_have_text("")
    assert cells(section(page, "race").locator(".ends")) != before
    first = figures(page, "race", "step by step")[0]
    assert [float(cell.replace("−", "-")) for cell in first[1:3]] == pytest.approx([x, y], abs=0.01)


def test_keys_place_the_start_as_well_and_say_where_they_aim(show: Show) -> None:
    page = show("race", "&surface=himmelblau&racers=sgd", **STILL)
    section(page, "race").locator(".contours").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(section(page, "race").locator("[aria-live]")).to_have_text("x 0.275, y 0.275")
    page.keyboard.press("Enter")
    assert fragment(page)["start"] == "0.275,0.275"


def test_what_is_changed_stands_in_the_address_and_another_address_sets_the_view_anew(show: Show) -> None:
    page = show("race", "&racers=sgd", **STILL)
    view = section(page, "race")
    view.get_by_role("combobox", name="Surface").select_option("beale")
    view.get_by_label("Momentum", exact=True).check()
    view.get_by_label("Learning rate of Momentum").fill("0.001")
    view.get_by_label("Steps", exact=True).fill("40")
    view.get_by_label("Steps", exact=True).blur()
    expect(view.locator(".playback .played")).to_have_text("step 40")
    found = fragment(page)
    assert (found["surface"], found["racers"], found["steps"]) == ("beale", "sgd,momentum:0.001", "40")

    page.evaluate('location.hash = "#view=race&surface=saddle&racers=adam&steps=30"')
    expect(view.locator(".playback .played")).to_have_text("step 30")
    expect(view.get_by_role("combobox", name="Surface")).to_have_value("saddle")
    assert [row[0] for row in cells(view.locator(".ends"))] == ["Adam"]


def test_what_the_service_refuses_is_told_in_its_words(show: Show, witness: Witness) -> None:
    witness.tolerate("status of 422")
    page = show("race", **STILL)
    page.evaluate('location.hash = "#view=race&steps=5000"')
    status = section(page, "race").get_by_role("status")
    expect(status).to_have_text("steps must be a whole number from 1 to 2000, not 5000")
    page.evaluate('location.hash = "#view=race&steps=20"')
    expect(status).to_have_text("")


def test_a_race_plays_by_itself_and_pauses(show: Show) -> None:
    page = show("race", "&steps=300", reduced_motion="no-preference")
    slider, button = (section(page, "race").locator(f".playback {part}") for part in ("input", "button"))
    page.wait_for_function("() => Number(document.querySelector('#race .playback input').value) > 5")
    button.click()
    expect(button).to_have_text("Play")
    stands = slider.input_value()
    page.wait_for_timeout(200)
    assert slider.input_value() == stands
    slider.fill("7")
    expect(section(page, "race").locator(".playback .played")).to_have_text("step 7")
    button.click()
    page.wait_for_function("() => Number(document.querySelector('#race .playback input').value) > 10")


def test_with_reduced_motion_the_end_is_shown_and_only_the_slider_moves_it(show: Show) -> None:
    page = show("race", "&steps=60", **STILL)
    view = section(page, "race")
    expect(view.locator(".playback .played")).to_have_text("step 60")
    expect(view.locator(".playback button")).to_be_hidden()
    end = view.locator(".contours").evaluate("canvas => canvas.toDataURL()")
    view.locator(".playback input").fill("3")
    assert view.locator(".contours").evaluate("canvas => canvas.toDataURL()") != end


def test_the_landscape_is_turned_by_keys_and_by_dragging(show: Show) -> None:
    page = show("race", "&steps=60", **STILL)
    terrain = section(page, "race").locator(".terrain")
    pictures = [terrain.evaluate("canvas => canvas.toDataURL()")]

    def has_changed() -> None:
        page.wait_for_function(
            "before => document.querySelector('#race .terrain').toDataURL() !== before", arg=pictures[-1]
        )
        pictures.append(terrain.evaluate("canvas => canvas.toDataURL()"))

    terrain.focus()
    page.keyboard.press("ArrowLeft")
    has_changed()
    terrain.scroll_into_view_if_needed()
    box = terrain.bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 180, box["y"] + 120, steps=3)
    page.mouse.up()
    has_changed()


def test_the_landscape_of_a_real_network_is_the_trainers(show: Show) -> None:
    page = show("landscape", "&racers=sgd,adam:0.01&steps=40&hidden=8", **STILL)
    run = {"hidden": [8], "batch_size": 32, "activation": "relu", "scaling": "unit", "init": "he"}
    asked = {"run": run, "racers": {"sgd": None, "adam": 0.01}, "steps": 40}
    expected = landscape_job(asked, lambda *_: None)
    view = section(page, "landscape")
    rows = cells(view.locator(".ends"))
    assert [row[0] for row in rows] == ["Gradient descent", "Adam"]
    for row, course in zip(rows, expected["courses"], strict=True):
        assert float(row[2]) == pytest.approx(course["losses"][0], rel=5e-3)
        assert float(row[4]) == pytest.approx(course["losses"][-1], rel=5e-3)
        assert row[5] == f"{100 * course['validation_accuracy']:.0f}\u2009%"
    first, second = (f"{100 * share:.0f}\u2009%" for share in expected["explained"])
    explained = view.locator(".surface-explained")
    expect(explained).to_contain_text("among 6,370 parameters")
    expect(explained).to_contain_text(f"{first} along the first direction, {second} along the second")
    command = view.locator(".command")
    expect(command).to_contain_text("--hidden 8 --optimizer sgd")
    expect(command).to_contain_text("digits compare --surface runs/sgd runs/adam")


def test_around_a_solution_the_note_says_what_the_plane_is(show: Show) -> None:
    page = show("landscape", "&racers=sgd&steps=20&hidden=8", **STILL)
    view = section(page, "landscape")
    expect(view).to_contain_text("principal component analysis")
    view.get_by_label("Plane through").select_option("random")
    view.get_by_role("button", name="Train and draw").click()
    expect(view.locator(".surface-explained")).to_contain_text("Two random directions", timeout=60_000)
    expect(view).to_contain_text("Li et al. 2018")
    assert fragment(page)["around"] == "random"
    expect(view.locator(".playback")).to_be_hidden()
    (row,) = cells(view.locator(".ends"))
    assert row[2:4] == ["–", "–"]
    assert float(row[4]) > 0


def test_softmax_sums_to_one_whatever_the_logits_and_sigmoids_do_not(show: Show) -> None:
    page = show("softmax", "&logits=0,0,0,5,0,0,0,0,4,0&target=8", **STILL)
    sums = [page.get_by_test_id(f"sum-{name}") for name in ("softmax", "sigmoid")]
    expect(sums[0]).to_have_text("1.000")
    expect(sums[1]).to_have_text("5.975")
    expect(page.get_by_test_id("softmax-words")).to_contain_text("sigmoids say yes to 3 and 8")
    picture = page.locator("#softmax .flow")
    expect(picture).to_contain_text("z₃ = 5")
    expect(picture).to_contain_text("Σ eᶻ = 211")
    shares = page.locator("td.softmax span").all_inner_texts()
    page.get_by_role("button", name="Add 1 to all").click()
    assert page.locator("td.softmax span").all_inner_texts() == shares
    expect(sums[0]).to_have_text("1.000")
    expect(sums[1]).to_have_text("7.839")
    assert fragment(page)["logits"] == "1,1,1,6,1,1,1,1,5,1"


def test_a_logit_is_moved_by_its_slider_and_by_its_number(show: Show) -> None:
    page = show("softmax", "&logits=0,0,0,0,0,0,0,0,0,0", **STILL)
    page.get_by_label("Logit of 4", exact=True).fill("2")
    expect(page.get_by_label("Logit of 4 as a number")).to_have_value("2")
    page.get_by_label("Logit of 5 as a number").fill("-3.5")
    expect(page.get_by_label("Logit of 5", exact=True)).to_have_value("-3.5")
    assert fragment(page)["logits"] == "0,0,0,0,2,-3.5,0,0,0,0"


def test_the_losses_on_the_true_digit_are_told_with_their_gradients(show: Show) -> None:
    page = show("softmax", "&logits=0,0,0,0,0,0,0,0,0,0", **STILL)
    page.get_by_label("The true digit").select_option("6")
    rows = cells(page.get_by_test_id("losses"))
    assert rows[6] == ["6, true", "−0.900", "−1.000", "−0.018", "−0.018", "−0.500", "−0.025", "−0.025"]
    assert rows[-1] == ["Loss", "2.3", "3.25", "0.09", "0.18", "6.93", "0.25", "0.5"]


def test_each_scaling_has_its_cloud_its_surface_and_where_descent_ends(show: Show) -> None:
    page = show("scalings", "&rate=8", **STILL)
    panels = {name: page.get_by_test_id(f"scaling-{name}") for name in ("none", "unit", "center", "standardize")}
    for panel in panels.values():
        expect(panel.locator("canvas")).to_have_count(2)
    expect(panels["none"]).to_contain_text("diverged")
    steps = {}
    for name in ("unit", "center", "standardize"):
        expect(panels[name]).to_contain_text("★ global minimum after")
        found = re.search(r"after (\d+) steps", panels[name].inner_text())
        assert found
        steps[name] = int(found[1])
    assert steps["standardize"] < min(steps["unit"], steps["center"])
    assert len(figures(page, "scalings", "descent under each")) > 50


def test_one_learning_rate_is_set_for_all_scalings(show: Show) -> None:
    page = show("scalings", **STILL)
    none = page.get_by_test_id("scaling-none")
    expect(none).to_contain_text("diverged")
    page.get_by_label("Learning rate, the same for all").fill("-4")
    expect(none).to_contain_text("still on its way")
    assert fragment(page)["rate"] == "0.0001"


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_is_accessible_and_fits(show: Show, view: str) -> None:
    page = show(view, **STILL)
    for folded in section(page, view).locator("details").all():
        folded.locator("summary").click()
    for theme, (width, height) in zip(THEMES, [(1440, 900), (360, 740), (720, 450)], strict=True):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.emulate_media(**theme)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
