"""The clients and the real service: what goes in, what comes out, and what is refused."""

import asyncio
import dataclasses
import json
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from digits_client import (
    AsyncDigitsClient,
    DigitsClient,
    Model,
    NumberReading,
    Reading,
    RefusedError,
    Retries,
    UnavailableError,
)
from tests.client.conftest import Ask
from tests.drawings import DRAWINGS, SEVEN, canvas, encoded, moved
from tests.running_service import RunningService
from tests.troubled_server import TroubledServer, reads


@pytest.mark.parametrize(
    "ink",
    [
        {"strokes": SEVEN},
        {"strokes": tuple(tuple(map(tuple, stroke)) for stroke in SEVEN)},
        {"strokes": [np.array(stroke, np.float32) for stroke in SEVEN]},
        {"image": encoded(canvas(SEVEN))},
        {"image": encoded(canvas(SEVEN), "JPEG")},
        {"image": encoded(canvas(SEVEN), "WEBP")},
        {"pixels": canvas(SEVEN)},
        {"pixels": canvas(SEVEN).tolist()},
    ],
    ids=["lists", "tuples", "arrays", "png", "jpeg", "webp", "array of pixels", "rows of pixels"],
)
def test_a_seven_is_read_from_every_form(ask: Ask, service: RunningService, ink: dict[str, Any]) -> None:
    reading = ask("predict", service.url, ink=ink)
    assert isinstance(reading, Reading)
    assert (reading.digit, reading.verdict) == (7, "digit")
    assert reading.probabilities[7] == reading.confidence > 0.9
    assert sum(reading.probabilities) == pytest.approx(1)


def test_an_image_file_is_read_by_its_path(ask: Ask, service: RunningService, tmp_path: Path) -> None:
    path = tmp_path / "whatever"
    path.write_bytes(encoded(canvas(SEVEN)))
    for form in (path, str(path)):
        assert ask("predict", service.url, ink={"image": form}).digit == 7
    with pytest.raises(FileNotFoundError):
        ask("predict", service.url, ink={"image": tmp_path / "nowhere.png"})


def test_a_reading_holds_all_that_the_reply_does_and_does_not_change(ask: Ask, service: RunningService) -> None:
    reading = ask("predict", service.url, ink={"strokes": DRAWINGS["1"][0]})
    reply = httpx.post(f"{service.url}/predict", json={"strokes": DRAWINGS["1"][0]}).json()
    told = dataclasses.asdict(reading)
    assert told == {
        **reply,
        "probabilities": tuple(reply["probabilities"]),
        "alternatives": tuple(reply["alternatives"]),
        "hint": None,
    }
    with pytest.raises(dataclasses.FrozenInstanceError):
        reading.digit = 3


@pytest.mark.parametrize(
    ("point", "sent"),
    [
        ((20, 20.5, 0.016), [20, 20.5, 0.016]),
        ({"x": 20, "y": 20.5}, {"x": 20, "y": 20.5}),
        ({"x": np.float32(20), "y": 20.5, "t": 3}, {"x": 20.0, "y": 20.5, "t": 3}),
        (np.array([20, 20.5, 16.0]), [20.0, 20.5, 16.0]),
    ],
)
def test_points_of_other_programs_go_out_as_they_are(ask: Ask, point: Any, sent: object) -> None:
    with TroubledServer([reads]) as server:
        ask("predict", server.url, ink={"strokes": [[point, point]]})
    assert json.loads(server.asked[0].body) == {"strokes": [[sent, sent]]}


def test_bytes_of_no_image_that_is_known_go_out_as_unknown(ask: Ask) -> None:
    with TroubledServer([reads]) as server:
        ask("predict", server.url, ink={"image": b"GIF89a"})
    assert server.asked[0].headers["content-type"] == "application/octet-stream"


def test_a_blank_drawing_has_no_digit(ask: Ask, service: RunningService) -> None:
    reading = ask("predict", service.url, ink={"strokes": []})
    assert (reading.digit, reading.verdict, reading.alternatives) == (None, "blank", ())


def test_a_number_is_read_digit_by_digit(ask: Ask, service: RunningService) -> None:
    strokes = [*DRAWINGS["4"][0], *moved(SEVEN, right=140)]
    number = ask("read", service.url, ink={"strokes": strokes})
    assert isinstance(number, NumberReading)
    assert number.text == "47"
    assert [one.digit for one in number.digits] == [4, 7]
    assert number.digits[0].box[2] < number.digits[1].box[0]


def test_ready_tells_which_weights_are_served(ask: Ask, service: RunningService) -> None:
    model = ask("ready", service.url)
    assert isinstance(model, Model)
    assert dataclasses.asdict(model) == httpx.get(f"{service.url}/readyz").json()["model"]


@pytest.mark.parametrize(
    ("ink", "status", "code", "detail"),
    [
        ({"strokes": [[[1, 2], [3]]]}, 422, "invalid_request", "strokes[0][1]: a point is [x, y]"),
        ({"pixels": [[1, 2], [3]]}, 422, "invalid_ink", "pixels[1]: 1 values"),
        ({"image": b"hello"}, 415, "unsupported_media_type", "must be one of"),
        ({"image": encoded(canvas(SEVEN))[:200]}, 422, "invalid_ink", "damaged"),
    ],
)
def test_what_the_service_refuses_is_an_error_that_says_why(
    ask: Ask, service: RunningService, ink: dict[str, Any], status: int, code: str, detail: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        ask("predict", service.url, ink=ink)
    assert (caught.value.status, caught.value.code) == (status, code)
    assert detail in caught.value.detail
    assert detail in str(caught.value)


@pytest.mark.parametrize(
    ("ink", "kind", "words"),
    [
        ({}, TypeError, "exactly one of strokes, image or pixels; found none"),
        ({"strokes": [], "image": b""}, TypeError, "found strokes and image"),
        ({"strokes": [[[float("nan"), 0]]]}, ValueError, "not JSON compliant"),
        ({"strokes": [[[object(), 0]]]}, TypeError, "not JSON serializable"),
    ],
)
def test_ink_that_makes_no_sense_is_told_before_anything_is_sent(
    ask: Ask, ink: dict[str, Any], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        ask("predict", "http://127.0.0.1:9", ink=ink)


def test_the_key_is_sent_where_the_service_asks_for_one(ask: Ask, tmp_path: Path) -> None:
    with RunningService(tmp_path / "log", settings={"DIGITS_API_KEYS": "open sesame"}) as guarded:
        assert ask("predict", guarded.url, ink={"strokes": SEVEN}, api_key="open sesame").digit == 7
        for wrong in (None, "sesame"):
            with pytest.raises(RefusedError) as caught:
                ask("predict", guarded.url, ink={"strokes": SEVEN}, api_key=wrong)
            assert (caught.value.status, caught.value.code) == (401, "unauthorized")


def test_many_tasks_may_share_a_client(service: RunningService) -> None:
    async def read_all() -> list[int | None]:
        async with AsyncDigitsClient(service.url) as client:
            asked = [client.predict(strokes=DRAWINGS[digit][0]) for digit in "0123456789"]
            return [reading.digit for reading in await asyncio.gather(*asked)]

    assert asyncio.run(read_all()) == list(range(10))


def test_a_client_may_be_used_again_and_again(service: RunningService) -> None:
    with DigitsClient(f"{service.url}/") as client:
        assert [client.predict(strokes=DRAWINGS[digit][0]).digit for digit in "0123456789"] == list(range(10))


def test_a_client_that_asks_too_often_waits_as_long_as_the_service_says(ask: Ask, tmp_path: Path) -> None:
    with RunningService(tmp_path / "log", settings={"DIGITS_RATE_LIMIT": "1/3second"}) as limited:
        begun = time.monotonic()
        ask("predict", limited.url, ink={"strokes": SEVEN})
        with pytest.raises(UnavailableError, match="429, asked once"):
            ask("predict", limited.url, ink={"strokes": SEVEN}, retries=Retries(attempts=1))
        # With the waits of its own alone it would give up before.
        assert ask("predict", limited.url, ink={"strokes": SEVEN}).digit == 7
        assert time.monotonic() - begun > 2.9
