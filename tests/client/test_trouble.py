"""The clients and a service in trouble: when they ask again, how long they wait, and when they give up."""

import pickle
import random
import time
from typing import Any

import pytest

from digits_client import AddressError, DigitsClientError, RefusedError, ReplyError, Retries, UnavailableError
from tests.client.conftest import Ask
from tests.drawings import SEVEN
from tests.running_service import free_port
from tests.troubled_server import READING, Act, TroubledServer, answers, busy_until, hangs_up, is_busy, reads, takes

pytestmark = pytest.mark.xdist_group("measures")

AT_ONCE = Retries(first_wait=0, longest_wait=0)

INK = {"strokes": SEVEN}


@pytest.mark.parametrize("trouble", [is_busy(503), is_busy(429), hangs_up], ids=["503", "429", "hangs up"])
def test_trouble_that_passes_is_outlived(ask: Ask, trouble: Act) -> None:
    with TroubledServer([trouble, trouble, reads]) as server:
        assert ask("predict", server.url, ink=INK, retries=AT_ONCE).digit == 7
    assert len(server.asked) == 3
    assert len({one.body for one in server.asked}) == 1


@pytest.mark.parametrize(
    ("trouble", "status", "detail"),
    [(is_busy(503), 503, "too much to do"), (is_busy(429), 429, "too much to do"), (hangs_up, None, "disconnected")],
)
def test_trouble_that_stays_is_an_error_after_so_many_attempts(
    ask: Ask, trouble: Act, status: int | None, detail: str
) -> None:
    with TroubledServer([trouble]) as server, pytest.raises(UnavailableError) as caught:
        ask("predict", server.url, ink=INK, retries=Retries(attempts=3, first_wait=0, longest_wait=0))
    assert len(server.asked) == 3
    assert (caught.value.status, caught.value.attempts) == (status, 3)
    assert detail in caught.value.detail
    assert "asked 3 times" in str(caught.value)


def test_nobody_listening_is_an_error_after_so_many_attempts(ask: Ask) -> None:
    with pytest.raises(UnavailableError, match="asked 4 times") as caught:
        ask("ready", f"http://127.0.0.1:{free_port()}", retries=AT_ONCE)
    assert caught.value.status is None


@pytest.mark.parametrize("status", [400, 401, 404, 408, 413, 415, 422])
def test_a_refusal_is_never_asked_again(ask: Ask, status: int) -> None:
    refusal = answers(status, {"status": status, "detail": "no", "code": "some_code"}, {"Retry-After": "0"})
    with TroubledServer([refusal, reads]) as server, pytest.raises(RefusedError) as caught:
        ask("predict", server.url, ink=INK, retries=AT_ONCE)
    assert len(server.asked) == 1
    assert (caught.value.status, caught.value.code, caught.value.detail) == (status, "some_code", "no")


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_broken_service_is_unavailable_and_not_asked_again(ask: Ask, status: int) -> None:
    with TroubledServer([answers(status, "<html>"), reads]) as server, pytest.raises(UnavailableError) as caught:
        ask("predict", server.url, ink=INK, retries=AT_ONCE)
    assert (len(server.asked), caught.value.status) == (1, status)


def test_retry_after_is_waited_for(ask: Ask) -> None:
    with TroubledServer([is_busy(503, "1"), reads]) as server:
        assert ask("predict", server.url, ink=INK, retries=AT_ONCE).digit == 7
    assert 1 <= server.waits[0] < 1.9


def test_a_retry_after_that_is_a_date_is_waited_for_by_the_servers_own_clock(ask: Ask) -> None:
    with TroubledServer(
        [busy_until("Wed, 21 Oct 2015 07:28:01 GMT", now="Wed, 21 Oct 2015 07:28:00 GMT"), reads]
    ) as server:
        assert ask("predict", server.url, ink=INK, retries=AT_ONCE).digit == 7
    assert 1 <= server.waits[0] < 1.9


def test_a_date_that_is_past_is_not_waited_for(ask: Ask) -> None:
    with TroubledServer(
        [busy_until("Wed, 21 Oct 2015 07:28:00 GMT", now="Wed, 21 Oct 2015 07:29:00 GMT"), reads]
    ) as server:
        assert ask("predict", server.url, ink=INK, retries=AT_ONCE).digit == 7
    assert server.waits[0] < 0.9


def test_a_retry_after_beyond_the_time_allowed_is_not_waited_for(ask: Ask) -> None:
    begun = time.monotonic()
    with TroubledServer([is_busy(429, "3600"), reads]) as server, pytest.raises(UnavailableError) as caught:
        ask("predict", server.url, ink=INK, retries=Retries(seconds=5))
    assert (len(server.asked), caught.value.status) == (1, 429)
    assert time.monotonic() - begun < 4


@pytest.mark.parametrize(
    "words", ["Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 99 Oct 99999 07:28:00 GMT", "-5", "nan", "inf", "soon"]
)
def test_a_retry_after_that_is_no_number_of_seconds_is_passed_over(ask: Ask, words: str) -> None:
    with TroubledServer([is_busy(503, words), reads]) as server:
        assert ask("predict", server.url, ink=INK, retries=AT_ONCE).digit == 7
    assert server.waits[0] < 0.9


def test_waits_are_those_of_the_generator_passed_in(ask: Ask) -> None:
    retries = Retries(attempts=4, first_wait=0.2, longest_wait=0.3)
    with TroubledServer([is_busy(), is_busy(), is_busy(), reads]) as server:
        ask("predict", server.url, ink=INK, retries=retries, rng=random.Random(5))  # noqa: S311
    rng = random.Random(5)  # noqa: S311
    for waited, longest in zip(server.waits, (0.2, 0.3, 0.3), strict=True):
        planned = rng.uniform(0, longest)
        assert planned <= waited < planned + 0.5


def test_a_slow_service_is_not_waited_for_longer_than_the_timeout(ask: Ask) -> None:
    begun = time.monotonic()
    with TroubledServer([takes(1.5, reads), reads]) as server:
        assert ask("predict", server.url, ink=INK, timeout=0.3, retries=AT_ONCE).digit == 7
        assert time.monotonic() - begun < 1.3
    assert len(server.asked) == 2


def test_all_attempts_together_take_no_longer_than_allowed(ask: Ask) -> None:
    begun = time.monotonic()
    with TroubledServer([takes(2.5, reads)]) as server:
        with pytest.raises(UnavailableError) as caught:
            ask("predict", server.url, ink=INK, timeout=60, retries=Retries(attempts=9, seconds=0.5))
        assert time.monotonic() - begun < 2
    assert caught.value.detail.startswith("ReadTimeout")
    assert len(server.asked) == 1


def test_the_service_may_come_to_say_more(ask: Ask) -> None:
    with TroubledServer([answers(200, {**READING, "mood": "good"})]) as server:
        assert ask("predict", server.url, ink=INK).confidence == 0.9


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (answers(200, "<html>"), "not the reply of a digits service"),
        (answers(200, {**READING, "verdict": "maybe"}), "verdict"),
        (answers(200, {**READING, "model": {}}), "model.name"),
        (answers(200, "{}", {"Content-Encoding": "gzip"}), "not compressed as it says"),
        (answers(302, "", {"Location": "/elsewhere"}), "status 302"),
    ],
)
def test_a_reply_of_something_else_is_an_error_of_its_own(ask: Ask, act: Act, words: str) -> None:
    with TroubledServer([act]) as server, pytest.raises(ReplyError, match=words):
        ask("predict", server.url, ink=INK, retries=AT_ONCE)
    assert len(server.asked) == 1


def test_a_refusal_without_a_problem_document_is_told_by_its_status(ask: Ask) -> None:
    with TroubledServer([answers(403, "<html>")]) as server, pytest.raises(RefusedError) as caught:
        ask("predict", server.url, ink=INK)
    assert (caught.value.status, caught.value.code, caught.value.detail) == (403, "", "Forbidden")


def test_the_address_may_have_a_path_and_requests_say_who_asks(ask: Ask) -> None:
    with TroubledServer([reads]) as server:
        ask("predict", f"{server.url}/below/", ink=INK, api_key="k")
    request = server.asked[0]
    assert request.path == "/below/v1/predict"
    assert request.headers["user-agent"].startswith("digits-client/")
    assert (request.headers["x-api-key"], request.headers["content-type"]) == ("k", "application/json")


@pytest.mark.parametrize("address", ["localhost:8000", "ftp://localhost", "http://", "http://h:port", ""])
def test_what_is_no_address_is_told_at_once(ask: Ask, address: str) -> None:
    with pytest.raises(AddressError):
        ask("ready", address)


@pytest.mark.parametrize("options", [{"attempts": 0}, {"seconds": 0}, {"first_wait": -1}, {"longest_wait": 0.1}])
def test_retries_out_of_range_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="at least 1 attempt"):
        Retries(**options)


@pytest.mark.parametrize("error", [RefusedError(422, "invalid_ink", "no"), UnavailableError(503, "busy", 4)])
def test_errors_are_of_one_tree_and_travel_between_processes(error: DigitsClientError) -> None:
    assert isinstance(error, DigitsClientError)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (str(copy), vars(copy)) == (str(error), vars(error))
