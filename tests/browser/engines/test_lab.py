"""The main road through the lab, a race and softmax, in the engines of Firefox and Safari."""

import pytest

from tests.browser.engines.engine import Engine
from tests.drawings import DRAWINGS
from tests.running_service import RunningService

pytestmark = pytest.mark.browser

IS_READY = "() => document.querySelector('[data-do=main]')?.disabled === false"
IS_SEEN = "() => /%/.test(document.querySelector('.accuracy')?.textContent ?? '')"
HAS_ENDED = "() => document.querySelector('.status').textContent.startsWith('Training has ended.')"

PICTURE = "() => document.querySelector('#race .terrain').toDataURL()"

COLOURS = """() => {
    const canvas = document.querySelector("#race .contours");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let i = 0; i < data.length; i += 4) seen.add(data.slice(i, i + 4).join());
    return seen.size;
}"""


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
    engine.wait_for("() => /It reads 9/.test(document.querySelector('.ending p')?.textContent ?? '')")

    engine.draw(DRAWINGS["1"][0])
    engine.expect(".answer-digit", "1")


def test_a_race_is_run_drawn_turned_and_begun_elsewhere(engine: Engine, lab: RunningService) -> None:
    engine.open(f"{lab.url}/lab#view=race&surface=saddle&steps=100")
    engine.wait_for("() => document.querySelectorAll('#race .ends tbody tr').length === 6")
    engine.wait_for("() => Number(document.querySelector('#race .playback input').value) > 3")
    engine.click("#race .playback button")
    engine.expect("#race .playback button", "Play")
    assert engine.run(COLOURS) > 18
    before = engine.run(PICTURE)
    engine.run("() => document.querySelector('#race .terrain').focus()")
    engine.press("\ue012")
    engine.wait_for(f"() => document.querySelector('#race .terrain').toDataURL() !== {before!r}")

    engine.click("#race .contours")
    engine.wait_for("() => location.hash.includes('start=')")
    engine.expect("#race .surface-status", "")


def test_softmax_follows_its_sliders(engine: Engine, lab: RunningService) -> None:
    engine.open(f"{lab.url}/lab#view=softmax&logits=0,0,0,0,0,0,0,0,0,0")
    engine.wait_for("() => document.querySelectorAll('#softmax .losses tbody tr').length === 11")
    engine.run(
        """() => {
            const slider = document.querySelector('#softmax [aria-label="Logit of 2"]');
            slider.value = "5";
            slider.dispatchEvent(new Event("input"));
        }"""
    )
    engine.expect('[data-testid="sum-softmax"]', "1.000")
    engine.expect('[data-testid="sum-sigmoid"]', "5.493")
