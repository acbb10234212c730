"""The lab's surfaces in Firefox and WebKit: a race is run, drawn, played and turned; softmax follows its sliders."""

from collections.abc import Iterator

import pytest

from tests.browser.engines.engine import Engine
from tests.running_service import RunningService

pytestmark = pytest.mark.browser

_PICTURE = "() => document.querySelector('#race .terrain').toDataURL()"

_COLOURS = """() => {
    const canvas = document.querySelector("#race .contours");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let i = 0; i < data.length; i += 4) seen.add(data.slice(i, i + 4).join());
    return seen.size;
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    log = tmp_path_factory.mktemp("lab") / "log"
    with RunningService(log, options=("--lab",), settings={"DIGITS_LAB_NICENESS": "0"}) as service:
        yield service


def test_a_race_is_run_drawn_and_turned(engine: Engine, lab: RunningService) -> None:
    engine.open(f"{lab.url}/lab#view=race&surface=saddle&steps=100")
    engine.wait_for("() => document.querySelectorAll('#race .ends tbody tr').length === 6")
    engine.wait_for("() => Number(document.querySelector('#race .playback input').value) > 3")
    engine.click("#race .playback button")
    engine.expect("#race .playback button", "Play")
    assert engine.run(_COLOURS) > 18
    before = engine.run(_PICTURE)
    engine.run("() => document.querySelector('#race .terrain').focus()")
    engine.press("\ue012")
    engine.wait_for(f"() => document.querySelector('#race .terrain').toDataURL() !== {before!r}")


def test_a_click_on_the_map_places_the_start(engine: Engine, lab: RunningService) -> None:
    engine.open(f"{lab.url}/lab#view=race&surface=himmelblau&racers=sgd&start=1,1")
    engine.wait_for("() => document.querySelectorAll('#race .ends tbody tr').length === 1")
    engine.click("#race .contours")
    engine.wait_for("() => !location.hash.includes('start=1,1')")
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
