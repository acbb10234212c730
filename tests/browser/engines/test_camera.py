"""The camera of a computer in Firefox, which has one of its own making for tests."""

from collections.abc import Iterator

import pytest

from tests.browser.engines.engine import Engine
from tests.browser.engines.firefox import Firefox
from tests.running_service import RunningService

pytestmark = pytest.mark.browser


@pytest.fixture
def with_camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    preferences = {"media.navigator.streams.fake": True, "media.navigator.permission.disabled": True}
    engine = Firefox(tmp_path_factory.mktemp("camera"), preferences)
    yield engine
    engine.close()


def test_a_still_of_the_live_picture_is_put_on_the_pad_and_the_light_goes_out(
    with_camera: Engine, service: RunningService
) -> None:
    with_camera.open(service.url)
    with_camera.click("#live")
    with_camera.wait_for("() => document.querySelector('.camera')?.dataset.state === 'live'")
    with_camera.run("() => { [window.track] = document.querySelector('video').srcObject.getVideoTracks(); }")
    with_camera.click(".camera .button")

    with_camera.wait_for("() => !document.querySelector('.camera').open && window.track.readyState === 'ended'")
    # Its camera shows nothing but a colour: that is on the pad.
    with_camera.wait_for("() => !document.getElementById('paper').hasAttribute('data-empty')")
    assert with_camera.complaints == []
