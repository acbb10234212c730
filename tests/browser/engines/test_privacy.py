"""Firefox where it resists fingerprinting, as Tor Browser does: what a page reads back of a canvas is noise."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.browser.engines.engine import Engine
from tests.browser.engines.firefox import Firefox
from tests.drawings import DRAWINGS, canvas, encoded
from tests.running_service import RunningService

pytestmark = pytest.mark.browser

THREE = canvas(DRAWINGS["3"][0])
LARGE = canvas(DRAWINGS["3"][0], scale=12, right=1200, down=700, pen=110, size=(4200, 4100))
"""More pixels than the service takes, in few bytes."""


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Firefox(tmp_path_factory.mktemp("private"), {"privacy.resistFingerprinting": True})
    yield engine
    engine.close()


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("JPEG", {}), ("WEBP", {"lossless": True})])
def test_a_picture_that_the_service_reads_is_sent_as_it_is(
    private: Engine, service: RunningService, tmp_path: Path, kind: str, options: dict[str, bool]
) -> None:
    file = tmp_path / f"three.{kind.lower()}"
    file.write_bytes(encoded(THREE, kind, **options))
    private.open(service.url)
    private.choose("upload", file)

    private.expect("#answer", "3")


def test_a_photo_of_nearly_as_many_bytes_as_the_service_takes_is_sent_as_it_is(
    private: Engine, service: RunningService, tmp_path: Path
) -> None:
    paper = np.random.default_rng(1).integers(190, 255, (2300, 2250))
    ink = canvas(DRAWINGS["3"][0], scale=12, right=300, down=300, pen=110, size=(2250, 2300)) < 128
    file = tmp_path / "photo.png"
    file.write_bytes(encoded(np.where(ink, 20, paper).astype(np.uint8), "PNG"))
    assert 0.85 < file.stat().st_size / 2**22 <= 1
    private.open(service.url)
    private.choose("upload", file)

    private.expect("#answer", "3")


@pytest.mark.parametrize(("name", "picture"), [("three.gif", THREE), ("three.png", LARGE)])
def test_a_picture_that_would_have_to_be_made_smaller_is_not_sent_as_noise(
    private: Engine, service: RunningService, tmp_path: Path, name: str, picture: NDArray[np.uint8]
) -> None:
    file = tmp_path / name
    file.write_bytes(encoded(picture, name[-3:].upper()))
    private.open(service.url)
    private.choose("upload", file)

    private.expect("#verdict", "can’t read this")
    assert "Choose a PNG or JPEG" in private.text("#detail")


def test_the_camera_is_not_asked_for_where_its_picture_would_be_noise(
    private: Engine, service: RunningService
) -> None:
    private.open(service.url)
    private.click("#live")

    private.wait_for("() => document.querySelector('.camera')?.dataset.state === 'failed'")
    assert "Take a photo and choose it with Picture." in private.text(".camera-words")
