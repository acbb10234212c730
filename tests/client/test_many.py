"""Many drawings at once: as few requests as will do, in order, each drawing with an outcome of its own."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digits_client import DigitsClient, Drawing, Outcome, Reading, RefusedError, ReplyError, Retries, UnavailableError
from tests.client.conftest import Ask, AskMany
from tests.drawings import DRAWINGS, SEVEN, canvas, encoded
from tests.running_service import RunningService
from tests.troubled_server import READING, TroubledServer, answers, is_busy, reads

ONCE = Retries(attempts=1)


def batch(*results: dict[str, Any]) -> dict[str, Any]:
    """The reply of the service to so many drawings."""
    return {"results": results, "model": READING["model"]}


def items(server: TroubledServer) -> list[int]:
    """How many drawings each request carried that the server was sent."""
    bodies = [json.loads(one.content) for one in server.asked]
    return [len(body["items"]) if "items" in body else 1 for body in bodies]


def digits(outcomes: list[Outcome]) -> list[int | None]:
    assert all(isinstance(one, Reading) for one in outcomes), outcomes
    return [one.digit for one in outcomes if isinstance(one, Reading)]


def test_any_number_of_drawings_is_read_in_the_order_given(ask_many: AskMany, service: RunningService) -> None:
    wanted = [index * 7 % 10 for index in range(600)]
    drawings = (Drawing(strokes=DRAWINGS[str(digit)][0]) for digit in wanted)
    assert digits(ask_many(service.url, drawings)) == wanted


def test_every_form_of_ink_may_be_among_them(ask_many: AskMany, service: RunningService, tmp_path: Path) -> None:
    path = tmp_path / "seven.png"
    path.write_bytes(encoded(canvas(SEVEN)))
    forms = [
        Drawing(strokes=[np.array(stroke) for stroke in SEVEN]),
        Drawing(image=encoded(canvas(SEVEN), "JPEG")),
        Drawing(image=path),
        Drawing(image=str(path)),
        Drawing(pixels=canvas(SEVEN)[::4, ::4]),
    ]
    assert digits(ask_many(service.url, forms)) == [7] * len(forms)


def test_a_reading_is_what_predict_gives_of_the_same_drawing(
    ask_many: AskMany, ask: Ask, service: RunningService
) -> None:
    many = ask_many(service.url, [Drawing(strokes=DRAWINGS[digit][0]) for digit in "12"])
    for digit, outcome in zip("12", many, strict=True):
        alone = ask("predict", service.url, ink={"strokes": DRAWINGS[digit][0]})
        assert isinstance(outcome, Reading)
        assert dataclasses.replace(outcome, probabilities=(), confidence=0, alternatives=()) == dataclasses.replace(
            alone, probabilities=(), confidence=0, alternatives=()
        )
        # One row of a matrix product of many is not the same to the last bit.
        assert outcome.probabilities == pytest.approx(alone.probabilities, abs=1e-5)


def test_a_drawing_that_cannot_be_read_keeps_its_place_and_the_others_are_read(
    ask_many: AskMany, service: RunningService, tmp_path: Path
) -> None:
    good = Drawing(strokes=SEVEN)
    outcomes = ask_many(
        service.url,
        [
            good,
            Drawing(strokes=[[[1, 2], [3]]]),
            Drawing(strokes=[[[float("nan"), 0]]]),
            good,
            Drawing(image=tmp_path / "nowhere.png"),
            Drawing(image=encoded(canvas(SEVEN))[:200]),
            Drawing(),
            Drawing(strokes=SEVEN, pixels=[[0]]),
            good,
        ],
    )
    kinds = [
        Reading,
        RefusedError,
        ValueError,
        Reading,
        FileNotFoundError,
        RefusedError,
        TypeError,
        TypeError,
        Reading,
    ]
    assert [type(one) for one in outcomes] == kinds
    refused = [one for one in outcomes if isinstance(one, RefusedError)]
    assert [(one.status, one.code) for one in refused] == [(422, "invalid_request"), (422, "invalid_ink")]
    assert refused[0].detail == "strokes[0][1]: a point is [x, y], two numbers, or [x, y, time], the same for all"


def test_a_request_holds_256_drawings_and_a_megabyte_at_most(ask_many: AskMany) -> None:
    seven, large = Drawing(strokes=SEVEN), Drawing(strokes=[[[0.123456789, 0.123456789]] * 11_000])
    results = [answers(200, batch(*[READING] * count)) for count in (256, 44, 3)]
    with TroubledServer([*results[:2], results[2], results[2], reads]) as server:
        assert len(ask_many(server.url, [seven] * 300)) == 300
        assert len(ask_many(server.url, [large] * 7)) == 7
    assert items(server) == [256, 44, 3, 3, 1]
    assert {one.path for one in server.asked[:-1]} == {"/v1/predict/batch"}
    assert max(len(one.body) for one in server.asked) < 2**20 + 2**12


def test_a_large_picture_goes_as_it_is(ask_many: AskMany) -> None:
    picture = encoded(np.random.default_rng(0).integers(0, 255, (1000, 1000), np.uint8))
    assert len(picture) > 2**19
    two = answers(200, batch(READING, READING))
    with TroubledServer([two, reads, two]) as server:
        ask_many(server.url, [*[Drawing(strokes=SEVEN)] * 2, Drawing(image=picture), *[Drawing(strokes=SEVEN)] * 2])
    assert server.asked[1].body == picture
    assert (server.asked[1].path, server.asked[1].headers["content-type"]) == ("/v1/predict", "image/png")


def test_nothing_is_asked_for_nothing(ask_many: AskMany) -> None:
    with TroubledServer([reads]) as server:
        assert ask_many(server.url, []) == []
        (problem,) = ask_many(server.url, [Drawing()])
    assert (type(problem), server.asked) == (TypeError, [])


def test_what_a_request_fails_of_is_the_outcome_of_its_own_drawings_alone(ask_many: AskMany) -> None:
    acts = [
        is_busy(503),
        answers(200, batch(*[READING] * 256)),
        answers(401, {"detail": "no", "code": "unauthorized"}),
    ]
    with TroubledServer(acts) as server:
        outcomes = ask_many(server.url, [Drawing(strokes=SEVEN)] * 600, retries=ONCE)
    assert [type(outcomes[at]) for at in (0, 255, 256, 511, 512, 599)] == [
        *[UnavailableError] * 2,
        *[Reading] * 2,
        *[RefusedError] * 2,
    ]


def test_a_busy_service_is_asked_again(ask_many: AskMany) -> None:
    with TroubledServer([is_busy(503, "0"), answers(200, batch(READING, READING))]) as server:
        assert digits(ask_many(server.url, [Drawing(strokes=SEVEN)] * 2)) == [7, 7]
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (batch(READING), "1 results for 2 drawings"),
        (batch(READING, {"digit": 7}), "probabilities"),
        (batch(READING, {"problem": "none"}), "not the reply of a digits service"),
        ("<html>", "not the reply of a digits service"),
    ],
)
def test_a_reply_of_something_else_is_an_error_of_each_drawing(ask_many: AskMany, reply: Any, words: str) -> None:
    with TroubledServer([answers(200, reply)]) as server:
        outcomes = ask_many(server.url, [Drawing(strokes=SEVEN)] * 2)
    for one in outcomes:
        assert isinstance(one, ReplyError)
        assert words in str(one)


def test_drawings_are_taken_as_outcomes_are_asked_for(service: RunningService) -> None:
    taken = []

    def endless() -> Iterator[Drawing]:
        while True:
            taken.append(1)
            yield Drawing(strokes=SEVEN)

    with DigitsClient(service.url) as client:
        outcomes = client.predict_many(endless())
        assert not taken
        assert isinstance(next(outcomes), Reading)
    assert len(taken) <= 257
