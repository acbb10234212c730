"""The predictor on its own: when it asks, and which replies it tells."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_the_predictor_asks_once_at_a_time_and_then_about_the_newest_ink(page: Page) -> None:
    log = page.evaluate(
        """async () => {
            const { Predictor } = await import("/static/js/predictor.js");
            const log = [];
            let answer;
            const predictor = new Predictor(
                ink => { log.push(`asked ${ink}`); return new Promise(resolve => (answer = resolve)); },
                { reply: reply => log.push(`told ${reply}`), soFar: reply => log.push(`so far ${reply}`) },
            );
            ["a", "b", "c", "d"].forEach(ink => predictor.ask(ink));
            answer("A");
            while (log.length < 3) await new Promise(resolve => setTimeout(resolve, 5));
            answer("D");
            await new Promise(resolve => setTimeout(resolve, 100));
            return log;
        }"""
    )

    assert log == ["asked a", "so far A", "asked d", "told D"]


def test_the_predictor_tells_a_late_reply_only_if_no_newer_ink_waits(page: Page) -> None:
    log = page.evaluate(
        """async () => {
            const { Predictor } = await import("/static/js/predictor.js");
            const log = [];
            const late = new Promise(resolve => setTimeout(resolve, 300));
            const predictor = new Predictor(
                ink => (log.push(`asked ${ink}`), late.then(() => ink)),
                { reply: ink => log.push(`told ${ink}`), soFar: ink => log.push(`so far ${ink}`) },
            );
            predictor.ask("older");
            predictor.ask("newest");
            await late;
            await new Promise(resolve => setTimeout(resolve, 100));
            return log;
        }"""
    )

    assert log == ["asked older", "asked newest", "told newest"]


def test_the_predictor_gives_up_a_question_about_less_once_the_pen_is_up(page: Page) -> None:
    log = page.evaluate(
        """async () => {
            const { Predictor } = await import("/static/js/predictor.js");
            const log = [];
            const predictor = new Predictor(
                (ink, signal) => {
                    log.push(`asked ${ink}`);
                    signal.addEventListener("abort", () => log.push(`gave up ${ink}`));
                    return new Promise(() => {});
                },
                {},
            );
            predictor.ask("a dot", 1000);
            predictor.ask("more");
            predictor.ask("all");
            predictor.urge();
            predictor.urge();
            return log;
        }"""
    )

    assert log == ["asked more", "gave up more", "asked all"]


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
