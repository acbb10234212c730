"""The clients: `DigitsClient` for ordinary programs, and `AsyncDigitsClient` for those on an event loop."""

import random
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import aclosing, closing
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

import anyio
import httpx
from anyio import to_thread

from digits_client.bodies import Reply, receive, receive_async
from digits_client.deadlines import client_with_deadlines, deadline
from digits_client.errors import AddressError
from digits_client.ink import Drawing, Pixels, Strokes
from digits_client.many import Outcome, requests_for
from digits_client.operations import (
    READY,
    Operation,
    headers_for,
    predict_operation,
    read_operation,
    service_address,
)
from digits_client.readings import Model, NumberReading, Reading
from digits_client.retries import DEFAULT_RETRIES, Attempts, Retries

_Http = TypeVar("_Http", httpx.Client, httpx.AsyncClient)
_Value = TypeVar("_Value")


class _BaseClient(Generic[_Http]):
    """What is the same with and without an event loop: whom to ask, and how often."""

    _connect: Callable[[], _Http]

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
        self._compresses = True  # until the service turns out not to read that
        try:
            self._http: _Http = self._connect()
        except (ImportError, ValueError, OSError, httpx.InvalidURL) as error:
            raise AddressError(f"a proxy or certificates named by the environment cannot be used: {error}") from error

    def _attempts(self, operation: Operation[_Value]) -> Attempts:
        compressed = self._compresses and operation.is_large
        return Attempts(self._retries, self._rng, self._timeout, compressed=compressed)

    def _request(self, operation: Operation[_Value], attempts: Attempts, seconds: float) -> httpx.Request:
        return operation.request(self._headers, self._base, seconds, compressed=attempts.compressed)

    def _answer(self, operation: Operation[_Value], attempts: Attempts) -> _Value:
        """What the last attempt gave. To a service that reads a body only as it is, the next goes as it is."""
        outcome = attempts.outcome
        if operation.is_large and not attempts.compressed and isinstance(outcome, Reply):
            self._compresses = self._compresses and outcome.status != HTTPStatus.OK
        return operation.answer(attempts)


class DigitsClient(_BaseClient[httpx.Client]):
    """Asks a digits service. It keeps connections open: use it in a `with` block, or close it.

    Every method but `predict_many` raises `RefusedError` for what the service refuses, `UnavailableError` if it does
    not answer in the end, and `ReplyError` if what answers is no digits service. Threads may share a client.

    Args:
        address: of the service, such as `https://digits.example/below`.
        api_key: one of the service's keys, if it asks for them; sent as `X-API-Key`.
        timeout: seconds that one attempt may take as a whole, from looking for a connection to the last byte of the
            reply; above 0. All attempts and the waits between them take `retries.seconds` at most.
        retries: how often a request is tried.
        rng: for the jitter of the waits between attempts; seeded from the system if not given.

    Raises:
        AddressError: the address is none, or the environment names a proxy that cannot be used.
    """

    _connect = staticmethod(client_with_deadlines)

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
            operation = request.operation
            yield from request.outcomes(self._ask(operation) if operation else [])

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
        return self._ask(READY)

    def _ask(self, operation: Operation[_Value]) -> _Value:
        attempts = self._attempts(operation)
        while attempts.wait is not None:
            time.sleep(attempts.wait)
            try:
                attempts.note(self._exchange(operation, attempts))
            except httpx.RequestError as error:
                attempts.note(error)
        return self._answer(operation, attempts)

    def _exchange(self, operation: Operation[_Value], attempts: Attempts) -> Reply:
        seconds = attempts.begin()
        request = self._request(operation, attempts, seconds)
        with deadline(seconds), closing(self._http.send(request, stream=True)) as response:
            return receive(response)


class AsyncDigitsClient(_BaseClient[httpx.AsyncClient]):
    """Asks a digits service without holding up the event loop, of asyncio or trio.

    It takes, gives and raises what `DigitsClient` does; any number of tasks may ask at the same time. Use it in an
    `async with` block, or close it.
    """

    _connect = httpx.AsyncClient

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def predict(
        self,
        *,
        strokes: Strokes | None = None,
        image: bytes | Path | str | None = None,
        pixels: Pixels | None = None,
    ) -> Reading:
        """Read one digit, given in exactly one form; as `DigitsClient.predict`."""
        # In a thread: the file may be on a slow disk, and a large drawing takes a while to write as JSON.
        return await self._ask(await to_thread.run_sync(predict_operation, strokes, image, pixels))

    async def predict_many(self, drawings: Iterable[Drawing]) -> AsyncIterator[Outcome]:
        """Read any number of drawings; as `DigitsClient.predict_many`. They are taken in a thread beside the loop."""
        requests = requests_for(drawings)
        while request := await to_thread.run_sync(next, requests, None):
            operation = request.operation
            for outcome in request.outcomes(await self._ask(operation) if operation else []):
                yield outcome

    async def read(
        self,
        *,
        strokes: Strokes | None = None,
        image: bytes | Path | str | None = None,
        pixels: Pixels | None = None,
    ) -> NumberReading:
        """Read several digits side by side as a number; as `DigitsClient.read`."""
        return await self._ask(await to_thread.run_sync(read_operation, strokes, image, pixels))

    async def ready(self) -> Model:
        """The weights that the service has loaded; as `DigitsClient.ready`."""
        return await self._ask(READY)

    async def _ask(self, operation: Operation[_Value]) -> _Value:
        attempts = self._attempts(operation)
        while attempts.wait is not None:
            await anyio.sleep(attempts.wait)
            try:
                attempts.note(await self._exchange(operation, attempts))
            except httpx.RequestError as error:
                attempts.note(error)
        return self._answer(operation, attempts)

    async def _exchange(self, operation: Operation[_Value], attempts: Attempts) -> Reply:
        seconds = attempts.begin()
        request = self._request(operation, attempts, seconds)
        try:
            with anyio.fail_after(seconds):
                async with aclosing(await self._http.send(request, stream=True)) as response:
                    return await receive_async(response)
        except TimeoutError as error:
            raise httpx.ReadTimeout("the time is up") from error
