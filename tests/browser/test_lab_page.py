"""The lab's page: its views, its knobs, its lessons, what it weighs, and that all can use it."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenLab, OpenPage, Witness
from tests.browser.test_accessibility import SIZES, THEMES, complaints
from tests.running_service import RunningService

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SMALL = "hidden=16&limit=1200&epochs=4"
MOST_BYTES = 250_000


def trained(page: Page) -> None:
    page.locator(".pace").select_option("full speed")
    page.get_by_test_id("train-button").click()
    expect(page.get_by_test_id("train-status")).to_contain_text("Training has ended.")


def test_the_other_pages_lead_to_the_lab_only_where_there_is_one(
    open_page: OpenPage, open_lab: OpenLab, lab: RunningService, service: RunningService
) -> None:
    open_lab()
    for path in ("/", "/model", "/docs"):
        expect(open_page(f"{lab.url}{path}").locator(".masthead a[href$='/lab']")).to_have_text("Lab")
        expect(open_page(f"{service.url}{path}").locator(".masthead a[href$='/lab']")).to_have_count(0)


def test_a_training_goes_on_while_another_view_is_seen_until_that_asks_for_a_job(open_lab: OpenLab) -> None:
    page = open_lab("hidden=16&limit=1200&epochs=100")
    page.locator(".pace").select_option("20 steps a second")
    page.get_by_test_id("train-button").click()
    status = page.get_by_test_id("train-status")
    expect(status).to_have_text("Training.")
    page.get_by_role("link", name="Softmax").click()
    expect(page.get_by_test_id("softmax")).to_be_visible()
    page.get_by_role("link", name="Train", exact=True).click()
    expect(status).to_have_text("Training.")
    expect(page.get_by_label("Hidden layers")).to_have_value("16")

    page.get_by_role("link", name="Race").click()
    expect(page.get_by_test_id("race")).to_be_visible()
    expect(page.get_by_test_id("train-button")).to_have_text("Train again")
    page.get_by_role("link", name="Train", exact=True).click()
    expect(status).to_contain_text("Another view of the lab is at work now")


def test_a_link_sets_the_knobs_and_the_knobs_set_the_link(open_lab: OpenLab) -> None:
    page = open_lab("view=train&hidden=32,16&optimizer=sgd&seed=9")
    hidden, optimizer = page.get_by_label("Hidden layers"), page.get_by_label("Optimizer")
    expect(hidden).to_have_value("32,16")
    expect(optimizer).to_have_value("sgd")
    expect(page.get_by_label("Seed")).to_have_value("9")
    hidden.fill("24")
    hidden.press("Enter")
    optimizer.select_option("adam")

    assert page.url.endswith("#view=train&hidden=24&seed=9")
    page.evaluate("location.hash = '#view=train&epochs=3'")
    expect(page.get_by_label("Epochs")).to_have_value("3")
    expect(hidden).to_have_value("64")


def test_the_usual_learning_rate_is_that_of_the_optimizer(open_lab: OpenLab) -> None:
    page = open_lab()
    rate = page.get_by_label("Learning rate α")
    expect(rate).to_have_attribute("placeholder", "0.001 (usual)")
    page.get_by_label("Optimizer").select_option("sgd")

    expect(rate).to_have_attribute("placeholder", "0.1 (usual)")


def test_a_value_out_of_range_is_told_at_the_field_and_not_trained(open_lab: OpenLab) -> None:
    page = open_lab()
    epochs = page.get_by_label("Epochs")
    epochs.fill("1000")
    epochs.press("Enter")
    words = "Epochs must be a whole number from 1 to 100; “1000” is not."
    expect(epochs).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#knob-epochs-error")).to_have_text(words)
    page.get_by_test_id("train-button").click()

    expect(page.get_by_test_id("train-status")).to_have_text(words)
    expect(epochs).to_be_focused()
    epochs.fill("2")
    epochs.press("Enter")
    expect(epochs).to_have_attribute("aria-invalid", "false")


def test_a_link_with_a_wrong_value_is_told_and_the_rest_of_it_holds(open_lab: OpenLab) -> None:
    page = open_lab("epochs=none&hidden=32")

    expect(page.get_by_test_id("train-status")).to_contain_text("“none” is not.")
    expect(page.get_by_label("Hidden layers")).to_have_value("32")
    expect(page.get_by_label("Epochs")).to_have_value("10")


def test_a_run_is_added_beside_and_taken_away(open_lab: OpenLab) -> None:
    page = open_lab()
    page.get_by_test_id("add-run").click()
    expect(page.get_by_label("Optimizer")).to_be_focused()
    page.get_by_label("Optimizer").select_option("sgd")
    assert page.url.endswith("#b.optimizer=sgd")
    page.get_by_test_id("add-run").click()
    expect(page.get_by_test_id("add-run")).to_have_count(0)
    page.get_by_role("button", name="Remove C").click()
    expect(page.locator(".run-tab")).to_have_count(2)

    epochs = page.get_by_label("Epochs")
    epochs.fill("2")
    epochs.press("Enter")
    assert "epochs=2" in page.url
    assert "b.epochs" not in page.url  # it follows the first


def test_each_knob_says_what_it_is_and_shows_its_formula_on_demand(open_lab: OpenLab) -> None:
    page = open_lab()
    page.get_by_test_id("more-knobs").locator("summary").first.click()
    for knob in page.locator(".knob").all():
        expect(knob.locator(".quiet")).not_to_be_empty()
    rate = page.locator(".knob", has=page.get_by_label("Learning rate α"))
    formula = rate.locator(".formula p")
    expect(formula).to_be_hidden()
    rate.locator("summary").click()
    expect(formula).to_contain_text("θ ← θ − α ∇L")


def test_all_of_the_page_weighs_less_than_a_photo(open_lab: OpenLab) -> None:
    page = open_lab()
    addresses: list[str] = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    loaded = {address.partition("/static/")[2].partition("/")[2] for address in addresses if "/static/" in address}
    ours = [path for kind in ("js", "css") for path in (ROOT / "static" / kind / "lab").rglob(f"*.{kind}")]
    shared = [ROOT / "static" / path for path in loaded]
    weight = sum(len(gzip.compress(path.read_bytes())) for path in {*ours, *shared})

    assert {"js/lab/main.js", "js/lab/train.js", "css/lab/train.css"} <= loaded
    assert weight < MOST_BYTES


def test_all_can_use_it_before_and_after_at_any_size(open_lab: OpenLab) -> None:
    page = open_lab(f"{SMALL}&b.optimizer=sgd", reduced_motion="reduce", **THEMES["light"])
    assert complaints(page, "light") == {}
    trained(page)
    expect(page.get_by_test_id("accuracy")).to_have_text([re.compile("%"), re.compile("%")])
    for summary in page.locator(".curves .figures summary, .layers-list + .figures summary").all():
        summary.click()
    page.get_by_test_id("more-knobs").locator("summary").first.click()
    for (width, height), theme in zip(SIZES, THEMES, strict=True):
        page.set_viewport_size({"width": width, "height": height})
        assert complaints(page, theme) == {}, f"{width} x {height}"


def test_nothing_is_wider_than_the_screen(open_lab: OpenLab) -> None:
    page = open_lab(f"{SMALL}&b.batch_size=32&c.batch_size=full")
    trained(page)
    for width in (1440, 1000, 600, 375, 320):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_with_reduced_motion_the_pictures_change_once_a_second_at_most(open_lab: OpenLab) -> None:
    page = open_lab("hidden=16&limit=1200&epochs=100", reduced_motion="reduce")
    page.get_by_test_id("train-button").click()
    expect(page.get_by_test_id("accuracy")).to_have_text(re.compile("%"))
    apart: list[float] = page.evaluate(
        """() => new Promise(resolve => {
            const times = [];
            new MutationObserver(() => {
                times.push(performance.now());
                if (times.length === 3) resolve(times.slice(1).map((time, i) => time - times[i]));
            }).observe(document.querySelector(".accuracy"), { childList: true });
        })"""
    )

    assert min(apart) > 900


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """The lab of a service that asks for a key."""
    settings = {"DIGITS_API_KEYS": "sesame"}
    with RunningService(
        tmp_path_factory.mktemp("guarded") / "log",
        settings={**settings, "DIGITS_LAB_NICENESS": "0"},
        options=["--lab"],
    ) as running:
        yield running


def test_where_a_key_is_wanted_it_is_asked_for_and_used(
    open_page: OpenPage, guarded: RunningService, witness: Witness
) -> None:
    witness.also(guarded.url)
    witness.tolerate("status of 401")
    page = open_page(f"{guarded.url}/lab#{SMALL}")
    page.get_by_test_id("train-button").click()
    expect(page.get_by_test_id("train-status")).to_contain_text("This service asks for a key.")
    page.get_by_label("This service asks for a key").fill("sesame")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("key")).to_be_hidden()
    trained(page)

    with page.expect_download() as download:
        page.get_by_role("link", name="Save the weights").click()
    assert download.value.path().stat().st_size > 10_000


def test_a_server_that_does_not_answer_is_missed_and_asked_again(
    open_page: OpenPage, lab: RunningService, witness: Witness
) -> None:
    witness.also(lab.url)
    witness.tolerate("Failed to load resource")
    page = open_page(f"{lab.url}/static/favicon.svg")
    page.route("**/lab/about", lambda route: route.abort())
    page.goto(f"{lab.url}/lab")
    expect(page.get_by_role("alert")).to_contain_text("The server doesn’t answer.")
    page.unroute("**/lab/about")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_test_id("train-button")).to_be_enabled()
