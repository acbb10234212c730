"""The main road through the page, in the engines of Firefox and Safari."""

from pathlib import Path

import pytest

from tests.browser.engines.engine import Engine
from tests.browser.panels import PANELS
from tests.drawings import DRAWINGS, canvas, encoded, moved
from tests.running_service import RunningService

pytestmark = pytest.mark.browser

CONTROL, ESCAPE = "\ue009", "\ue00c"
ONE = DRAWINGS["1"][0]
SEVEN = DRAWINGS["7"][1]


def test_a_drawing_is_read_and_taken_back_and_brought_back(engine: Engine) -> None:
    engine.draw(SEVEN)
    engine.expect("#answer", "7")
    for _ in SEVEN:
        engine.click("#undo")
    engine.expect("#verdict", "draw something")
    for _ in SEVEN:
        engine.click("#redo")
    engine.expect("#answer", "7")
    engine.press(ESCAPE)
    engine.expect("#verdict", "draw something")
    engine.press(CONTROL, "z")
    engine.expect("#answer", "7")


def test_a_number_is_read(engine: Engine) -> None:
    engine.draw([*moved(ONE, 0.6, 5, 20), *moved(SEVEN, 0.4, 50, 30)])

    engine.expect("#read", "17")


def test_a_picture_is_read_and_the_drawing_before_it_is_a_step_back(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "five.png"
    file.write_bytes(encoded(canvas(DRAWINGS["5"][0])))
    engine.draw(ONE)
    engine.expect("#answer", "1")
    engine.choose("upload", file)
    engine.expect("#answer", "5")
    engine.press(CONTROL, "z")
    engine.expect("#answer", "1")


def test_the_panels_open_and_escape_in_a_menu_keeps_the_drawing(engine: Engine) -> None:
    engine.draw(ONE)
    engine.expect("#answer", "1")
    for name in PANELS[:-1]:
        engine.click(f"#{name} summary")
        engine.wait_for(f"() => document.getElementById('{name}').hasAttribute('data-explained')")

    engine.reload()
    engine.expect("#answer", "1")
    engine.click("#yours summary")
    engine.wait_for("() => document.querySelector('.kept canvas')?.width === 112")
    engine.click(".kept select")
    engine.press(ESCAPE)
    engine.click("h1")
    assert engine.text("#answer") == "1"
    engine.press(ESCAPE)
    engine.expect("#verdict", "draw something")


def test_after_a_reload_the_drawing_is_there(engine: Engine) -> None:
    engine.draw(SEVEN)
    engine.expect("#answer", "7")
    engine.reload()

    engine.expect("#answer", "7")


def test_a_server_that_goes_away_is_missed_and_asked_again_when_it_is_back(engine: Engine, tmp_path: Path) -> None:
    with RunningService(tmp_path / "log") as mortal:
        engine.open(mortal.url)
        mortal.kill()
        engine.draw(SEVEN)
        engine.expect("#verdict", "can’t reach the server")
        mortal.start()
        engine.expect("#answer", "7")
        engine.click("#clear")


@pytest.mark.parametrize("zoom", [1, 1.1, 1.5])
def test_the_ink_is_under_the_pointer_however_the_page_is_zoomed(engine: Engine, zoom: float) -> None:
    engine.run("zoom => { document.documentElement.style.zoom = zoom; }", zoom)
    places = [(240, 300), (270, 400), (300, 500)]
    engine.drag(places)

    engine.expect("#answer", "1")
    assert [engine.is_inked(*place) for place in places] == [True, True, True]


def test_complaints_are_heard(engine: Engine, tolerated: list[str]) -> None:
    tolerated += ["on purpose"]
    engine.run(
        "() => { console.error('said on purpose'); setTimeout(() => { throw new Error('thrown on purpose'); }); }"
    )
    engine.wait_for("() => new Promise(done => setTimeout(() => done(true), 10))")

    said = [one for one in engine.complaints if "on purpose" in one]
    assert [one.rpartition(": ")[2] for one in said] == ["said on purpose", "thrown on purpose"]
