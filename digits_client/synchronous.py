"""The client for ordinary programs."""

import random
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx

from digits_client.errors import DigitsClientError
from digits_client.ink import Drawing, Pixels, Strokes
from digits_client.many import ManyRequest, Outcome, requests_for
from digits_client.operations import (
    Operation,
    headers_for,
    predict_operation,
    read_operation,
    ready_operation,
    service_address,
)
from digits_client.readings import Model, NumberReading, Reading
from digits_client.retries import DEFAULT_RETRIES, Attempts, Retries

_Value = TypeVar("_Value")


class DigitsClient:
    """Asks a digits service. It keeps connections open: use it in a `with` block, or close it.

    Every method but `predict_many` raises `RefusedError` for what the service refuses, `UnavailableError` if it does
    not answer in the end, and `ReplyError` if what answers is no digits service. Threads may share a client.

    Args:
        address: of the service, such as `https://digits.example/below`.
        api_key: one of the service's keys, if it asks for them; sent as `X-API-Key`.
        timeout: seconds that a connection, sending and each part of a reply may take; above 0.
        retries: how often a request is tried.
        rng: for the jitter of the waits between attempts; seeded from the system if not given.

    Raises:
        AddressError: the address is none.
    """

    def __init__(
        self,
        address: str = "http://127.0.0.1:8000",
        *,
        api_key: str | None = None,
        timeout: float = 10.0,
        retries: Retries = DEFAULT_RETRIES,
        rng: random.Random | None = None,
    ) -> None:
        self._base = service_address(address)
        self._headers = headers_for(api_key)
        self._timeout = timeout
        self._retries = retries
        self._rng = rng or random.Random()  # noqa: S311 - jitter is no secret
        self._http = httpx.Client()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def predict(
        self,
        *,
        strokes: Strokes | None = None,
        image: bytes | Path | str | None = None,
        pixels: Pixels | None = None,
    ) -> Reading:
        """Read one digit, given in exactly one form.

        Args:
            strokes: of a pen, from pen-down to pen-up, each of points (x, y) in any unit, y down.
            image: the bytes of a PNG, JPEG or WebP, or the path of such a file.
            pixels: rows of grey values 0 to 255; ink may be light or dark.

        Raises:
            TypeError: not exactly one form.
            ValueError: a number is not finite.
            OSError: the file cannot be read.
        """
        return self._ask(predict_operation(strokes, image, pixels))

    def predict_many(self, drawings: Iterable[Drawing]) -> Iterator[Outcome]:
        """Read any number of drawings of one digit each, up to 256 with one request.

        Drawings are taken, and the service is asked, as outcomes are asked for: none before the first.

        Args:
            drawings: each in exactly one form.

        Yields:
            For each drawing, in the order given, a `Reading`, or the error that `predict` would have raised. An error
            of a request, such as a service that does not answer, is that of each drawing in it; those that follow are
            tried nevertheless, for as long as outcomes are asked for.
        """
        for request in requests_for(drawings):
            yield from request.outcomes(self._answers(request))

    def read(
        self,
        *,
        strokes: Strokes | None = None,
        image: bytes | Path | str | None = None,
        pixels: Pixels | None = None,
    ) -> NumberReading:
        """Read several digits side by side as a number; takes and raises what `predict` does."""
        return self._ask(read_operation(strokes, image, pixels))

    def ready(self) -> Model:
        """The weights that the service has loaded; waits for a service that is starting, as `retries` allows."""
        return self._ask(ready_operation())

    def _answers(self, request: ManyRequest) -> list[Outcome]:
        """What became of the drawings that were sent."""
        operation = request.operation
        try:
            return self._ask(operation) if operation else []
        except DigitsClientError as error:
            return [error] * len(request.bodies)

    def _ask(self, operation: Operation[_Value]) -> _Value:
        attempts = Attempts(self._retries, self._rng, time.monotonic())
        while True:
            outcome = self._attempt(operation, attempts.timeout(self._timeout, time.monotonic()))
            wait = attempts.wait_after(outcome, time.monotonic())
            if wait is None:
                return operation.answer(outcome, attempts.made)
            time.sleep(wait)

    def _attempt(self, operation: Operation[_Value], timeout: float) -> httpx.Response | httpx.RequestError:
        try:
            return self._http.send(operation.request(self._headers, self._base, timeout))
        except httpx.RequestError as error:
            return error
