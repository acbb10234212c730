"""The lab's modules without a DOM, each on its own: events, knobs as text, charts' figures, records of runs."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.test_modules import in_a_worker

pytestmark = pytest.mark.browser

LIMITS = {"runs": 3, "layers": 2}
KNOBS: list[dict[str, Any]] = [
    {"key": "hidden", "label": "Hidden layers", "kind": "units", "low": 1, "high": 256, "default": [64]},
    {"key": "activation", "label": "Activation", "kind": "choice", "choices": ["relu", "tanh"], "default": "relu"},
    {"key": "learning_rate", "label": "Learning rate", "kind": "number", "low": 0.001, "high": 100, "default": None},
    {"key": "epochs", "label": "Epochs", "kind": "whole", "low": 1, "high": None, "default": 10},
    {"key": "batch_size", "label": "Batch size", "kind": "batch", "low": 1, "high": 60000, "default": 32},
    {"key": "batch_norm", "label": "Normalise", "kind": "switch", "default": False},
]
USUAL = {"hidden": [64], "activation": "relu", "learning_rate": None, "epochs": 10}
USUAL |= {"batch_size": 32, "batch_norm": False}


@pytest.fixture
def worker_page(open_page: OpenPage) -> Page:
    """A page that may start a worker from a string, which the real policy forbids."""
    return open_page(bypass_csp=True)


def test_events_are_read_wherever_their_text_is_cut(worker_page: Page) -> None:
    text = (
        ': ping\r\n\r\nevent: begun\ndata: {"id": 1,\ndata: "of": 2}\n\n'
        'event: frame\r\ndata:{"step": "\\u00e9 \\n"}\r\n\r\ndata: 7\r\rid: 3\n\nevent: late\ndata: 1'
    )
    read = in_a_worker(
        worker_page,
        "lab/events.js",
        f"""({{ EventParser }}) => {{
            const text = {json.dumps(text)};
            return Array.from({{ length: text.length + 1 }}, (_, cut) => {{
                const parser = new EventParser();
                return JSON.stringify([...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))]);
            }});
        }}""",
    )

    events = [
        {"event": "begun", "data": {"id": 1, "of": 2}},
        {"event": "frame", "data": {"step": "é \n"}},
        {"event": "message", "data": 7},
    ]
    assert [json.loads(one) for one in set(read)] == [events]


def runs_of(page: Page, fragment: str) -> dict[str, Any]:
    found: dict[str, Any] = in_a_worker(
        page,
        "lab/state.js",
        f"""({{ readRuns, writeRuns, asJob }}) => {{
            const knobs = {json.dumps(KNOBS)};
            const {{ runs, complaints }} = readRuns(new URLSearchParams({fragment!r}), knobs, {json.dumps(LIMITS)});
            const written = Object.entries(writeRuns(runs, knobs)).filter(([, value]) => value !== null);
            const jobs = runs.map(run => asJob(run, knobs));
            return {{ runs, complaints, jobs, written: written.map(one => one.join("=")).join("&") }};
        }}""",
    )
    return found


def test_a_fragment_without_knobs_is_one_run_with_their_defaults(worker_page: Page) -> None:
    assert runs_of(worker_page, "view=train&seed=3") == {
        "runs": [USUAL],
        "complaints": [],
        "written": "",
        "jobs": [{}],
    }


def test_knobs_of_three_runs_go_into_the_fragment_and_come_back(worker_page: Page) -> None:
    fragment = "hidden=64,32&learning_rate=0.1&batch_norm=true&b.batch_size=full&c.hidden=none&c.learning_rate=usual"
    found = runs_of(worker_page, fragment)

    first = {**USUAL, "hidden": [64, 32], "learning_rate": 0.1, "batch_norm": True}
    assert found["complaints"] == []
    assert found["runs"] == [
        first,
        {**first, "batch_size": "full"},
        {**first, "hidden": [], "learning_rate": None},
    ]
    assert found["jobs"][2] == {"hidden": [], "batch_norm": True}
    assert runs_of(worker_page, found["written"])["runs"] == found["runs"]


def test_a_second_run_that_differs_in_nothing_is_there_as_well(worker_page: Page) -> None:
    found = runs_of(worker_page, "epochs=3&b.epochs=3")

    assert found["runs"] == [{**USUAL, "epochs": 3}] * 2
    assert len(runs_of(worker_page, found["written"])["runs"]) == 2


@pytest.mark.parametrize(
    ("fragment", "complaint"),
    [
        ("hidden=64,0", "Hidden layers must be up to 2 whole numbers from 1 to 256, such as 64,32; “64,0” is not."),
        ("hidden=1,2,3", "Hidden layers must be up to 2 whole numbers from 1 to 256, such as 64,32; “1,2,3” is not."),
        ("activation=Relu", "Activation must be relu, tanh; “Relu” is not."),
        ("learning_rate=1e3", "Learning rate must be a number from 0.001 to 100; “1e3” is not."),
        ("learning_rate=a", "Learning rate must be a number from 0.001 to 100; “a” is not."),
        ("epochs=1.5", "Epochs must be a whole number of at least 1; “1.5” is not."),
        ("b.batch_size=all", "Batch size must be a whole number from 1 to 60000, or full; “all” is not."),
        ("batch_norm=yes", "Normalise must be true or false; “yes” is not."),
        ("epochs=", "Epochs must be a whole number of at least 1; “” is not."),
    ],
)
def test_what_is_no_value_is_said_and_left_as_it_was(worker_page: Page, fragment: str, complaint: str) -> None:
    found = runs_of(worker_page, fragment)

    assert found["complaints"] == [complaint]
    assert all(run == USUAL for run in found["runs"])


def test_ticks_are_round_and_thinned_lines_keep_their_peaks(worker_page: Page) -> None:
    made = in_a_worker(
        worker_page,
        "lab/charts/scale.js",
        """({ ticks, logTicks, thinned, quantile, figure }) => {
            const peaks = new Map([[501, 99], [777, -99], [30, null]]);
            const line = Array.from({ length: 1000 }, (_, i) => [i, peaks.has(i) ? peaks.get(i) : i % 3]);
            const kept = thinned(line, 10);
            return {
                ticks: [ticks(0, 1310), ticks(0.2, 0.9, 4), ticks(3, 3)],
                logs: [logTicks(0.1, 3), logTicks(0.001, 20)],
                count: kept.length,
                peaks: [99, -99, null].map(peak => kept.filter(([, y]) => y === peak).length),
                order: kept.every(([x], i) => i === 0 || x > kept[i - 1][0]),
                short: thinned(line.slice(0, 5), 10).length,
                middle: quantile([5, 1, 4, 2, 3], 0.5),
                figures: [0, 0.000012, -0.51234, 1310, 123456, null, Infinity].map(figure),
            };
        }""",
    )

    assert made == {
        "ticks": [[0, 500, 1000], [0.2, 0.4, 0.6, 0.8], [3]],
        "logs": [[0.1, 0.2, 0.5, 1, 2], [0.001, 0.01, 0.1, 1, 10]],
        "count": 19,
        "peaks": [1, 1, 1],
        "order": True,
        "short": 5,
        "middle": 3,
        "figures": ["0", "1.2e−5", "−0.512", "1310", "1.2e5", "–", "–"],
    }


def measures(step: int, seconds: float, accuracy: float) -> dict[str, Any]:
    measured = {"loss": 1.0, "accuracy": accuracy}
    return {"step": step, "seconds": seconds, "training": measured, "validation": measured}


def test_a_record_lays_losses_over_steps_epochs_and_seconds(worker_page: Page) -> None:
    first = {**measures(2, 1.0, 0.5), "losses": [[1, 2.0], [2, 1.5]]}
    second = {**measures(4, 3.0, 0.95), "losses": [[3, None], [4, 1.0]]}
    made = in_a_worker(
        worker_page,
        "lab/train/record.js",
        f"""({{ Record }}) => {{
            const record = new Record({{ batches: 4 }});
            const before = record.secondsUntil(0.9);
            record.add({json.dumps(first)});
            record.add({json.dumps(second)});
            record.end({{ losses: [[5, 9]], why: "diverged" }});
            const losses = ["steps", "epochs", "seconds"].map(by => record.losses(by));
            const accuracies = record.measured("validation", "accuracy", "seconds");
            return [...losses, accuracies, before, record.secondsUntil(0.9), record.ended.why];
        }}""",
    )

    assert made == [
        [[1, 2], [2, 1.5], [3, None], [4, 1], [5, 9]],
        [[0.25, 2], [0.5, 1.5], [0.75, None], [1, 1], [1.25, 9]],
        [[0.5, 2], [1, 1.5], [2, None], [3, 1], [3, 9]],
        [[1, 0.5], [3, 0.95]],
        None,
        3,
        "diverged",
    ]


def test_who_comes_late_has_the_whole_course(worker_page: Page) -> None:
    course = {"losses": [[1, 4], [2, 3], [3, 2]], "measures": [measures(1, 1.0, 0.1), measures(3, 2.0, 0.2)]}
    made = in_a_worker(
        worker_page,
        "lab/train/record.js",
        f"""({{ Record }}) => {{
            const record = new Record({{ batches: 1 }});
            record.catchUp({json.dumps(course)});
            return [record.losses("seconds"), record.measured("training", "accuracy", "steps")];
        }}""",
    )

    assert made == [[[1, 4], [1.5, 3], [2, 2]], [[1, 0.1], [3, 0.2]]]


def test_of_very_many_losses_the_peaks_stay(worker_page: Page) -> None:
    kept = in_a_worker(
        worker_page,
        "lab/train/record.js",
        f"""({{ Record }}) => {{
            const record = new Record({{ batches: 1 }});
            const losses = Array.from({{ length: 30000 }}, (_, i) => [i, i === 12345 ? 77 : 1]);
            record.add({{ ...{json.dumps(measures(30000, 1.0, 0.5))}, losses }});
            const left = record.losses("steps");
            return [left.length < 13000, left.filter(([, loss]) => loss === 77)];
        }}""",
    )

    assert kept == [True, [[12345, 77]]]


def test_words_say_how_a_run_goes_and_what_is_wrong_with_its_units(worker_page: Page) -> None:
    said = in_a_worker(
        worker_page,
        "lab/train/words.js",
        """({ judgement, unitWords, waitingWords, refusalWords, plain, percent }) => {
            const record = (accuracy, more = {}) => ({
                info: { output: "softmax", loss: "cross-entropy", learning_rate: 0.1 },
                frame: { step: 40, learning_rate: 20, validation: { loss: 1, accuracy } },
                moments: [], ended: null, secondsUntil: () => 1.5, ...more,
            });
            return {
                good: judgement(record(0.92)),
                begun: judgement(record(0.5)),
                luck: judgement(record(0.1, { ended: { why: "epochs", advice: [], validation_accuracy: 0.1 } })),
                diverged: judgement(record(0.1, { ended: { why: "diverged", detail: "the loss is nan" } })),
                units: [[64, 3, 0], [8, 0, 5], [8, 0, 0]].map(
                    ([units, dead, saturated]) => unitWords({ units, dead, saturated })),
                waiting: [waitingWords({ ahead: 1, why: "others" }), waitingWords({ ahead: 3, why: "others" })],
                full: refusalWords({ message: "too many wait", status: 503 }),
                plain: plain("a lower learning.learning_rate than 5"),
                percent: [percent(0.9051), percent(null)],
            };
        }""",
    )

    assert said == {
        "good": {"words": "It passed 90\u2009% after 1.5 s of computing.", "isBad": False},
        "begun": {"words": "It learns: the loss falls, and more digits are read.", "isBad": False},
        "luck": {
            "words": "It took 40 steps only, and hardly left the start: give it more epochs, or smaller batches.",
            "isBad": True,
        },
        "diverged": {
            "words": "The loss is nan. A step this long overshoots the valley, and the next one from higher up still "
            "further.",
            "isBad": True,
        },
        "units": [
            "3 of 64 dead: 0 for every image, so no gradient passes.",
            "5 of 8 saturated: at the flat end, where the gradient is next to 0.",
            "None is dead, none saturated.",
        ],
        "waiting": [
            "One training of somebody else is before yours. It begins by itself.",
            "3 trainings of others are before yours. It begins by itself.",
        ],
        "full": "The lab is full just now. Too many wait. Try again in a minute.",
        "plain": "a lower learning rate than 5",
        "percent": ["90.5\u2009%", "–"],
    }
