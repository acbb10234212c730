"""The main road through the lab, in the engines of Firefox and Safari."""

import pytest

from tests.browser.engines.engine import Engine
from tests.drawings import DRAWINGS
from tests.running_service import RunningService

pytestmark = pytest.mark.browser

IS_READY = "() => document.querySelector('[data-do=main]')?.disabled === false"
IS_SEEN = "() => /%/.test(document.querySelector('.accuracy')?.textContent ?? '')"
HAS_ENDED = "() => document.querySelector('.status').textContent.startsWith('Training has ended.')"


def test_a_network_is_trained_paused_stepped_and_drawn_on(engine: Engine, lab: RunningService) -> None:
    engine.open(f"{lab.url}/lab")
    engine.wait_for(IS_READY)
    engine.click('[data-do="main"]')
    engine.wait_for(IS_SEEN)
    engine.click('[data-do="main"]')
    engine.expect(".status", "Paused. One batch at a time, or go on.")
    engine.wait_for("() => document.querySelector('.lines .line.strong').getAttribute('d').length > 5")
    engine.click('[data-do="step"]')
    engine.run("() => { document.querySelector('.pace').value = 'full'; }")
    engine.run("() => { document.querySelector('.pace').dispatchEvent(new Event('change')); }")
    engine.click('[data-do="main"]')
    engine.wait_for(HAS_ENDED)
    assert "It reads 9" in engine.text(".ending p")

    engine.draw(DRAWINGS["1"][0])
    engine.expect(".answer-digit", "1")


def test_a_rate_that_is_too_high_breaks_it(engine: Engine, lab: RunningService) -> None:
    engine.open(f"{lab.url}/lab#optimizer=sgd&learning_rate=20&b.learning_rate=0.1")
    engine.wait_for(IS_READY)
    assert engine.run("() => document.querySelector('#knob-learning_rate').value") == "20"
    engine.run("() => { document.querySelector('.pace').value = 'full'; }")
    engine.click('[data-do="main"]')
    engine.wait_for(HAS_ENDED)

    bad = "() => [...document.querySelectorAll('.score')].map(score => score.hasAttribute('data-bad'))"
    assert engine.run(bad) == [True, False]
