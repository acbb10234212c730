"""Large bodies go out compressed, to whoever reads them so."""

import gzip
import json
from typing import Any

import pytest

from digits_client import DigitsClient, RefusedError, Retries
from tests.client.conftest import Ask
from tests.drawings import canvas, encoded
from tests.running_service import RunningService
from tests.troubled_server import Act, TroubledServer, answers, hangs_up, is_busy, reads

LARGE: dict[str, Any] = {"strokes": [[[20.25 + i % 7, 20.5 + i / 100] for i in range(9000)]]}
SMALL: dict[str, Any] = {"strokes": [[[20, 20], [80, 20], [45, 100]]]}
ONCE = Retries(attempts=1)

UNKNOWN_CODING = answers(415, {"status": 415, "detail": "no gzip", "code": "x"}, {"Accept-Encoding": "identity"})
NO_JSON = answers(400, {"status": 400, "detail": "the body is no JSON", "code": "invalid_json"})


def test_a_large_body_goes_out_compressed_with_its_length(ask: Ask) -> None:
    with TroubledServer([reads]) as server:
        ask("predict", server.url, ink=LARGE)
    (asked,) = server.asked
    assert (asked.headers["content-encoding"], asked.headers["content-type"]) == ("gzip", "application/json")
    assert int(asked.headers["content-length"]) == len(asked.body) < len(gzip.decompress(asked.body)) / 2
    assert json.loads(gzip.decompress(asked.body)) == LARGE


@pytest.mark.parametrize("ink", [SMALL, {"image": encoded(canvas([]), "PNG") + bytes(2**17)}], ids=["small", "image"])
def test_small_ones_and_images_go_out_as_they_are(ask: Ask, ink: dict[str, Any]) -> None:
    with TroubledServer([reads]) as server:
        ask("predict", server.url, ink=ink)
    assert "content-encoding" not in server.asked[0].headers


@pytest.mark.parametrize("refusal", [UNKNOWN_CODING, NO_JSON], ids=["415", "400"])
def test_who_cannot_read_that_gets_it_as_it_is(ask: Ask, refusal: Act) -> None:
    with TroubledServer([refusal, reads]) as server:
        assert ask("predict", server.url, ink=LARGE, retries=ONCE).digit == 7
    assert ["content-encoding" in one.headers for one in server.asked] == [True, False]
    assert json.loads(server.asked[1].body) == LARGE


def test_and_the_next_one_at_once() -> None:
    with TroubledServer([UNKNOWN_CODING, reads]) as server, DigitsClient(server.url, retries=ONCE) as client:
        for _ in range(3):
            client.predict(**LARGE)
    assert ["content-encoding" in one.headers for one in server.asked] == [True, False, False, False]


def test_what_is_refused_in_either_form_is_an_error_after_two(ask: Ask) -> None:
    with TroubledServer([NO_JSON]) as server, pytest.raises(RefusedError, match="no JSON"):
        ask("predict", server.url, ink=LARGE)
    assert len(server.asked) == 2


@pytest.mark.parametrize("trouble", [is_busy(), hangs_up], ids=["busy", "hangs up"])
def test_it_is_the_same_body_that_is_sent_again(ask: Ask, trouble: Act) -> None:
    with TroubledServer([trouble, trouble, reads]) as server:
        ask("predict", server.url, ink=LARGE, retries=Retries(first_wait=0, longest_wait=0))
    assert len({one.body for one in server.asked}) == 1
    assert len(server.asked) == 3


def test_the_service_answers(ask: Ask, service: RunningService) -> None:
    assert ask("predict", service.url, ink=LARGE).verdict
