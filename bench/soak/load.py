"""Callers who never stop asking, and look closely at what they are told."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx

from bench.soak.bad_input import BadRequest
from bench.soak.inks import Question
from bench.soak.tally import Tally

_PATIENCE = 30.0
"""Seconds after which an answer has failed to come."""

_CLIENT = httpx.Client(timeout=_PATIENCE, limits=httpx.Limits(max_keepalive_connections=0))

_LAST_ON_ITS_CONNECTION = 0.01
"""Share of requests after which a caller connects anew: else all would gather at the worker that is never killed."""


async def ask_for_ever(
    client: httpx.AsyncClient, questions: Sequence[Question], tally: Tally, rng: random.Random
) -> None:
    """Ask one question after the other."""
    while True:
        question = rng.choice(questions)
        started = time.monotonic()
        connection = "close" if rng.random() < _LAST_ON_ITS_CONNECTION else "keep-alive"
        headers = {**question.headers, "Connection": connection}
        reply = await _sent(client, question.kind, question.path, headers, question.body, tally)
        if reply is None:
            await asyncio.sleep(0.05)
        elif reply.status_code == httpx.codes.OK:
            said = _object(reply)
            if weights := question.weights_of(said):
                tally.right(question.kind, weights, time.monotonic() - started)
            else:
                tally.violated(question.kind, f"a wrong answer: {reply.text[:300]}")
        else:
            await _judge_refusal(question.kind, reply, tally)


async def ask_badly_for_ever(
    client: httpx.AsyncClient, requests: Sequence[BadRequest], tally: Tally, rng: random.Random
) -> None:
    """Send what must be refused, or costs much."""
    while True:
        bad = rng.choice(requests)
        kind = "costly input" if bad.status == httpx.codes.OK else "bad input"
        reply = await _sent(client, kind, bad.path, bad.headers, bad.body, tally)
        if reply is not None:
            if reply.status_code != bad.status:
                await _judge_refusal(kind, reply, tally, what=bad.name)
            elif bad.status == httpx.codes.OK:
                tally.refused(kind, "answered")
            else:
                _require_problem(kind, reply, tally)
                tally.refused(kind, "refused")
        await asyncio.sleep(0.02)


async def look_for_ever(url: str, tally: Tally) -> None:
    """Look after the service as operators do, who are never turned away, nor kept waiting."""
    # In a thread, so that the time it takes is the service's and not that of all the callers here.
    while True:
        for path in ("/healthz", "/readyz", "/metrics", "/"):
            await asyncio.to_thread(_look, url, path, tally)
        await asyncio.sleep(0.25)


def _look(url: str, path: str, tally: Tally) -> None:
    started = time.monotonic()
    try:
        reply = _CLIENT.get(url + path)
    except httpx.TransportError as error:
        tally.broken("looking", error, started)
        return
    seconds = time.monotonic() - started
    if reply.status_code != httpx.codes.OK:
        tally.violated("looking", f"{path} answers {reply.status_code}")
    tally.looked(seconds)


async def _sent(
    client: httpx.AsyncClient,
    kind: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes | tuple[bytes, ...],
    tally: Tally,
) -> httpx.Response | None:
    """The reply, or None if the connection broke off."""
    content = body if isinstance(body, bytes) else _piece_by_piece(body)
    started = time.monotonic()
    try:
        return await client.post(path, content=content, headers=headers, timeout=_PATIENCE)
    except httpx.TransportError as error:
        tally.broken(kind, error, started)
        return None


async def _piece_by_piece(body: tuple[bytes, ...]) -> AsyncIterator[bytes]:
    """Without saying beforehand how long it is."""
    for piece in body:
        yield piece


async def _judge_refusal(kind: str, reply: httpx.Response, tally: Tally, what: str = "") -> None:
    """Being turned away because of too much work is in order; anything else is not."""
    if reply.status_code == httpx.codes.SERVICE_UNAVAILABLE and "retry-after" in reply.headers:
        _require_problem(kind, reply, tally)
        tally.refused(kind, "turned away")
        await asyncio.sleep(0.1)
    else:
        tally.violated(kind, f"{what} {reply.status_code}: {reply.text[:300]}".strip())


def _require_problem(kind: str, reply: httpx.Response, tally: Tally) -> None:
    if reply.url.path.startswith("/v2/"):
        if not _object(reply).get("error"):
            tally.violated(kind, f"{reply.status_code} without what is wrong: {reply.text[:300]}")
        return
    problem = _object(reply) if reply.headers.get("content-type") == "application/problem+json" else {}
    if problem.get("status") != reply.status_code or not problem.get("detail") or not problem.get("code"):
        tally.violated(kind, f"{reply.status_code} without a problem document: {reply.text[:300]}")


def _object(reply: httpx.Response) -> dict[str, Any]:
    """The JSON object that was sent; an empty one if it is none."""
    try:
        said = reply.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
