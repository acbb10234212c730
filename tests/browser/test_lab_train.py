"""Training is watched: the real trainer, told of as it goes, and what one can do meanwhile."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from model.artifact import load_artifact
from tests.browser.conftest import OpenLab, Witness
from tests.browser.hand import draw
from tests.drawings import DRAWINGS
from tests.running_service import RunningService, web

pytestmark = pytest.mark.browser

SMALL = "hidden=16&limit=1200&epochs=4"
LONG = "hidden=16&limit=1200&epochs=100"
A_SHARE = re.compile(r"^\d+\.\d\s%$")


def press(page: Page) -> None:
    page.get_by_test_id("train-button").click()


def status(page: Page) -> Locator:
    return page.get_by_test_id("train-status")


def button(page: Page, name: str) -> Locator:
    return page.get_by_test_id("train").get_by_role("button", name=name, exact=True)


def steps(page: Page) -> int:
    """How far the first run is."""
    found = re.search(r"step (\d+) of", page.locator(".score .quiet").first.inner_text())
    assert found
    return int(found[1])


def trained(page: Page) -> None:
    """Press, and wait for the end."""
    page.locator(".pace").select_option("full speed")
    press(page)
    expect(status(page)).to_contain_text("Training has ended.")


def test_who_presses_sees_it_pass_90_percent(open_lab: OpenLab) -> None:
    page = open_lab()
    expect(page.get_by_test_id("attempt")).to_be_hidden()
    trained(page)

    expect(page.get_by_test_id("judgement")).to_contain_text(
        re.compile(r"^It passed 90\s% after .* s of computing\.$")
    )
    accuracy = page.get_by_test_id("accuracy").inner_text()
    assert A_SHARE.match(accuracy)
    assert float(accuracy.split()[0].removesuffix("%")) > 85
    ending = page.get_by_test_id("ending")
    expect(ending).to_have_text(
        re.compile(r"^All epochs are done\. It reads 9\d\.\d\s% of the digits that were held out\.$")
    )


def test_what_is_inside_is_shown(open_lab: OpenLab) -> None:
    page = open_lab("limit=1200&epochs=4&hidden=16,8&activation=tanh")
    trained(page)

    card = page.get_by_test_id("run-a")
    assert card.locator(".weights").evaluate(
        """canvas => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const counts = { red: 0, blue: 0 };
            for (let i = 0; i < data.length; i += 4) {
                if (data[i + 3] < 128) continue;
                counts[data[i] > data[i + 2] ? "red" : "blue"] += 1;
            }
            return counts.red > 100 && counts.blue > 100;
        }"""
    )
    expect(card.locator(".histogram")).to_have_count(3)
    assert card.locator(".histogram").first.locator("rect").count() == 24
    expect(card.locator(".layer h5")).to_have_text(
        ["Hidden layer 1: 16 units", "Hidden layer 2: 8 units", "Output layer: 10 logits"]
    )
    expect(card.get_by_role("list", name="Length of the gradient").locator("li")).to_have_count(3)
    expect(card.locator(".errors li")).to_have_count(10)
    shares = card.get_by_role("list", name="Softmax").locator(".bar-words").all_inner_texts()
    assert sum(float(share.removesuffix("%")) for share in shares) == pytest.approx(100, abs=0.6)


def test_the_very_first_batch_can_be_taken_alone(open_lab: OpenLab) -> None:
    page = open_lab()
    for step in (1, 2):
        button(page, "One batch").click()
        expect(page.locator(".score .quiet")).to_contain_text(f"step {step} of")
    expect(page.get_by_test_id("train-status")).to_contain_text("Paused")


def test_a_training_is_paused_taken_a_batch_further_and_goes_on(open_lab: OpenLab) -> None:
    page = open_lab(LONG)
    press(page)
    expect(page.get_by_test_id("accuracy")).to_have_text(A_SHARE)
    press(page)
    expect(status(page)).to_contain_text("Paused.")
    button(page, "One batch").click()
    expect(page.locator(".score .quiet")).to_have_text(re.compile("step"))
    page.wait_for_timeout(500)
    before = steps(page)
    button(page, "One batch").click()
    expect(page.locator(".score .quiet")).to_contain_text(f"step {before + 1} of")

    press(page)
    expect(status(page)).to_have_text("Training.")
    expect(page.locator(".score .quiet")).not_to_contain_text(f"step {before + 1} of")
    button(page, "Stop").click()
    expect(page.get_by_test_id("ending")).to_contain_text("Stopped after the epoch that was under way.")


def test_the_learning_rate_is_changed_meanwhile(open_lab: OpenLab) -> None:
    page = open_lab(f"{LONG}&optimizer=sgd&learning_rate=0.1")
    press(page)
    rate = page.get_by_label("Learning rate now")
    expect(rate).to_have_value("0.1")
    page.get_by_role("button", name="Three times the learning rate").click()
    expect(rate).to_have_value("0.3")
    rate.fill("500")
    rate.press("Enter")

    expect(page.get_by_test_id("judgement")).to_contain_text(
        "try a lower learning rate than 500. A step this long overshoots"
    )
    expect(page.get_by_test_id("score-a")).to_have_attribute("data-bad", "")


def test_unless_another_pace_is_chosen_a_training_takes_some_seconds_however_many_steps_it_has(
    open_lab: OpenLab,
) -> None:
    page = open_lab(f"{SMALL}&batch_size=20")
    told = []
    page.on("request", lambda request: told.append(request.post_data or ""))
    for choice, pace in {"some seconds in all": 25.0, "20 steps a second": 20, "full speed": None}.items():
        page.locator(".pace").select_option(choice)
        press(page)
        expect(page.get_by_test_id("accuracy")).to_have_text(A_SHARE)
        paces = [json.loads(one)["steps_per_second"] for one in told if "steps_per_second" in one]
        assert paces == ([] if pace is None else [pace])
        told.clear()
        button(page, "Reset").click()


def test_a_learning_rate_that_is_too_high_breaks_it_and_the_page_says_why(open_lab: OpenLab) -> None:
    page = open_lab()
    page.get_by_role("button", name="Break it").click()
    expect(page.get_by_label("Learning rate α")).to_have_value("20")
    press(page)

    expect(page.get_by_test_id("judgement")).to_contain_text("try a lower learning rate than 20")
    expect(status(page)).to_have_text("Training was broken off. Lower the learning rate, and train again.")
    page.get_by_label("Learning rate α").fill("0.1")
    trained(page)
    expect(page.get_by_test_id("score-a")).not_to_have_attribute("data-bad", "")


def test_runs_stand_side_by_side_from_the_same_seed_and_what_differs_is_marked(open_lab: OpenLab) -> None:
    page = open_lab(f"{SMALL}&seed=7&b.optimizer=sgd&c.batch_size=full")
    expect(page.locator(".run-tab")).to_have_text(["A", "BOptimizer sgd", "CBatch size full"])
    page.locator(".run-tab").nth(1).click()
    expect(page.locator(".knob[data-differs] label")).to_have_text(["Optimizer"])
    expect(page.locator(".knob[data-differs] .knob-differs")).to_have_text("A has adam")
    trained(page)

    expect(page.get_by_test_id("accuracy")).to_have_count(3)
    expect(page.locator(".card h3")).to_have_text(
        [
            re.compile("784 – 16 – 10$"),
            re.compile("784 – 16 – 10; Optimizer sgd$"),
            re.compile("784 – 16 – 10; Batch size full$"),
        ]
    )
    page.locator(".curves .figures summary").first.click()
    starts = page.locator(".curves table").first.locator("tbody tr").all_inner_texts()
    assert {row.split("\t")[0] for row in starts} == {"A", "B", "C"}


@pytest.mark.parametrize(
    ("name", "fragment"),
    [
        ("GD, mini-batch", "batch_size=full&epochs=20&limit=2000&b.batch_size=32&c.batch_size=1"),
        ("Three optimizers", "#optimizer=sgd&b.optimizer=momentum&c.optimizer=adam"),
        ("With and without", "b.scaling=standardize"),
    ],
)
def test_ready_choices_set_the_knobs_and_say_what_to_watch(open_lab: OpenLab, name: str, fragment: str) -> None:
    page = open_lab()
    page.get_by_role("button", name=name).click()

    assert fragment in page.url
    expect(page.locator(".watch")).not_to_be_empty()


def test_reset_ends_it_and_the_next_need_not_wait_for_it(open_lab: OpenLab) -> None:
    page = open_lab(LONG)
    press(page)
    expect(page.get_by_test_id("accuracy")).to_have_text(A_SHARE)
    button(page, "Reset").click()
    expect(page.get_by_test_id("run-a")).to_have_count(0)
    expect(page.get_by_test_id("train-button")).to_have_text("Train")

    press(page)
    expect(page.get_by_test_id("accuracy")).to_have_text(A_SHARE)


def test_what_was_trained_reads_a_drawing(open_lab: OpenLab) -> None:
    page = open_lab()
    trained(page)
    page.get_by_test_id("pad").scroll_into_view_if_needed()
    draw(page, DRAWINGS["1"][0])

    answer = page.get_by_test_id("answer")
    expect(answer).to_contain_text("It reads 1")
    assert page.locator(".seen-input").evaluate("canvas => canvas.width") == 28
    page.get_by_test_id("attempt").get_by_role("button", name="Clear").click()
    expect(answer).to_have_count(0)


def test_what_was_trained_is_saved_with_the_command_that_repeats_it(open_lab: OpenLab) -> None:
    page = open_lab(SMALL)
    trained(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Save the weights").click()

    assert download.value.suggested_filename == "lab.npz"
    assert load_artifact(download.value.path()).network.architecture.sizes == (784, 16, 10)
    command = page.locator(".ending .command").inner_text()
    assert command == "digits train --recipe lab --data sample --hidden 16 --limit 1200 --epochs 4"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button(page, "Copy the command").click()
    expect(button(page, "Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == command


def test_another_digit_is_watched(open_lab: OpenLab) -> None:
    page = open_lab(LONG)
    press(page)
    words = page.locator(".watched-head .quiet")
    expect(words).to_contain_text("Number 0 is")
    button(page, "Watch the next digit").click()
    expect(words).to_contain_text("Number 1 is")
    button(page, "Stop").click()
    expect(status(page)).to_contain_text("Training has ended.")
    button(page, "Watch the digit before").click()
    expect(words).to_contain_text("Number 0 is")


def test_what_makes_no_sense_together_is_refused_in_words(open_lab: OpenLab, witness: Witness) -> None:
    witness.tolerate("status of 422")
    page = open_lab("output=linear")
    press(page)

    expect(status(page)).to_contain_text("oss cross-entropy needs probabilities: output softmax, not linear")
    expect(page.get_by_test_id("train-button")).to_have_text("Train")


def test_who_has_a_training_under_way_waits_for_its_end(open_lab: OpenLab, witness: Witness) -> None:
    first = open_lab(LONG)
    press(first)
    expect(first.get_by_test_id("accuracy")).to_have_text(A_SHARE)
    second = open_lab(SMALL)
    press(second)
    expect(status(second)).to_contain_text("Another training of yours is under way")
    expect(second.get_by_test_id("train-button")).to_have_text("Waiting …")
    witness.tolerate("status of 503")
    third, fourth = open_lab(), open_lab()
    for page in (third, fourth):
        press(page)
        expect(status(page)).to_have_text(
            re.compile("^Another training of yours is under way|^The lab is full just now")
        )
    expect(status(fourth)).to_contain_text("Try again in a minute.")
    expect(fourth.get_by_test_id("train-button")).to_have_text("Train")

    button(third, "Reset").click()
    button(first, "Reset").click()
    expect(second.get_by_test_id("accuracy")).to_have_text(A_SHARE)


def test_a_training_that_was_begun_elsewhere_is_followed(open_lab: OpenLab, lab: RunningService) -> None:
    job = {"job": "train", "runs": [{"hidden": [16], "limit": 1200, "epochs": 100}]}
    with web().stream("POST", f"{lab.url}/lab/runs", json=job) as stream:
        lines = stream.iter_lines()  # which close the stream when they are let go
        while '"id"' not in (line := next(lines)):
            pass
        page = open_lab(f"view=train&follow={json.loads(line.removeprefix('data: '))['id']}")

        expect(page.get_by_test_id("accuracy")).to_have_text(A_SHARE)
        press(page)
        expect(status(page)).to_contain_text("Paused.")
    expect(status(page)).to_contain_text("let go of this network")
