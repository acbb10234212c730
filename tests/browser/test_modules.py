"""The modules without a DOM, each on its own: strokes, predictor, words."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

IN_A_WORKER = """
([module, work]) => new Promise((resolve, reject) => {
    const source = `
        import * as subject from "${location.origin}/static/js/${module}";
        postMessage((${work})(subject));
    `;
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const worker = new Worker(url, { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
})
"""


@pytest.fixture
def worker_page(open_page: OpenPage) -> Page:
    """A page that may start a worker from a string, which the real policy forbids."""
    return open_page(bypass_csp=True)


def in_a_worker(page: Page, module: str, work: str) -> Any:
    """What a function of the module's exports returns, in a worker, where there is no DOM."""
    return page.evaluate(IN_A_WORKER, [module, work])


def test_strokes_are_data_that_need_no_dom(worker_page: Page) -> None:
    steps = in_a_worker(
        worker_page,
        "strokes.js",
        """({ Drawing }) => {
            const drawing = new Drawing();
            const steps = [];
            const note = () => steps.push([drawing.isEmpty, drawing.isOpen, drawing.toJSON()]);
            note();
            drawing.begin(10, 10); drawing.extend(20.04, 20.06); note();
            drawing.finish(); drawing.extend(90, 90); note();
            drawing.begin(30, 30); note();
            drawing.undo(); drawing.extend(90, 90); note();
            drawing.begin(1, 1); drawing.clear(); note();
            drawing.undo(); note();
            return steps;
        }""",
    )

    first = [[10, 10], [20, 20.1]]
    assert steps == [
        [True, False, []],
        [False, True, [first]],
        [False, False, [first]],
        [False, True, [first, [[30, 30]]]],
        [False, False, [first]],
        [True, False, []],
        [True, False, []],
    ]


def test_strokes_end_at_the_edge_and_skip_points_that_say_nothing_new(worker_page: Page) -> None:
    strokes = in_a_worker(
        worker_page,
        "strokes.js",
        """({ Drawing }) => {
            const drawing = new Drawing();
            drawing.begin(-5, 300);
            drawing.extend(0.2, 279.9);
            drawing.extend(140, 140);
            drawing.extend(140.3, 140.3);
            return drawing.toJSON();
        }""",
    )

    assert strokes == [[[0, 280], [140, 140]]]


def test_words_say_how_sure_the_answer_is(worker_page: Page) -> None:
    said = in_a_worker(
        worker_page,
        "words.js",
        """({ verdictWords, detailWords, percent }) => {
            const reading = (verdict, digit, confidence, ...alternatives) => ({
                verdict, digit, confidence,
                alternatives: alternatives.map(([digit, probability]) => ({ digit, probability })),
            });
            const readings = [
                reading("digit", 7, 0.99995), reading("digit", 8, 0.97, [1, 0.02]),
                reading("uncertain", 7, 0.6, [1, 0.3], [2, 0.05]), reading("uncertain", 4, 0.5, [9, 0.3], [7, 0.15]),
                reading("uncertain", 5, 0.5), reading("not_a_digit", null, 0.2), reading("blank", null, 0),
            ];
            return [...readings.map(r => [verdictWords(r), detailWords(r)]), [0, 0.9999, 1].map(percent)];
        }""",
    )

    assert said == [
        ["that’s a 7", "more than 99.9\u2009% sure"],
        ["that’s an 8", "97.0\u2009% sure"],
        ["probably 7, maybe 1", "60.0\u2009% sure"],
        ["probably 4, maybe 9 or 7", "50.0\u2009% sure"],
        ["probably 5", "50.0\u2009% sure"],
        ["not a digit", "It looks like none of the ten."],
        ["draw something", "The answer appears while you draw."],
        ["0.0\u2009%", "99.9\u2009%", "100.0\u2009%"],
    ]


def test_the_predictor_asks_once_at_a_time_and_then_about_the_newest_ink(page: Page) -> None:
    log = page.evaluate(
        """async () => {
            const { Predictor } = await import("/static/js/predictor.js");
            const log = [];
            let answer;
            const predictor = new Predictor(
                ink => { log.push(`asked ${ink}`); return new Promise(resolve => (answer = resolve)); },
                { reply: reply => log.push(`told ${reply}`) },
            );
            ["a", "b", "c", "d"].forEach(ink => predictor.ask(ink));
            answer("A");
            while (log.length < 3) await new Promise(resolve => setTimeout(resolve, 5));
            answer("D");
            await new Promise(resolve => setTimeout(resolve, 100));
            return log;
        }"""
    )

    assert log == ["asked a", "told A", "asked d", "told D"]


def test_the_predictor_drops_a_reply_about_forgotten_ink_even_where_it_comes(page: Page) -> None:
    log = page.evaluate(
        """async () => {
            const { Predictor } = await import("/static/js/predictor.js");
            const log = [];
            const answers = [];
            const predictor = new Predictor(
                (ink, signal) => {
                    signal.addEventListener("abort", () => log.push(`gave up ${ink}`));
                    return new Promise(resolve => answers.push(resolve));
                },
                { reply: reply => log.push(`told ${reply}`) },
            );
            predictor.ask("old");
            predictor.forget();
            predictor.ask("new");
            answers[0]("OLD");
            answers[1]("NEW");
            await new Promise(resolve => setTimeout(resolve, 100));
            return log;
        }"""
    )

    assert log == ["gave up old", "told NEW"]


def test_the_predictor_keeps_asking_a_server_that_is_away_and_waits_longer_each_time(page: Page) -> None:
    waits = page.evaluate(
        """async () => {
            const { Predictor } = await import("/static/js/predictor.js");
            const { Unavailable } = await import("/static/js/api.js");
            const times = [];
            return new Promise(resolve => {
                const predictor = new Predictor(
                    async ink => {
                        times.push(performance.now());
                        if (times.length < 4) throw new Unavailable("away");
                        return ink;
                    },
                    {
                        unavailable: () => predictor.ask("newest"),
                        reply: ink => resolve([ink, ...times.slice(1).map((time, i) => time - times[i])]),
                    },
                );
                predictor.ask("first");
            });
        }"""
    )

    assert waits[0] == "newest"
    assert waits[1:] == pytest.approx([400, 800, 1600], rel=0.3)
