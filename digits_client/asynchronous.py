"""The client for programs that run on an event loop: asyncio, or trio."""

import random
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import anyio
import httpx
from anyio import to_thread

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


class AsyncDigitsClient:
    """Asks a digits service without holding up the event loop. Use it in an `async with` block, or close it.

    It takes, gives and raises what `DigitsClient` does; any number of tasks may ask at the same time.

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
        self._http = httpx.AsyncClient()

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
            for outcome in request.outcomes(await self._answers(request)):
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
        return await self._ask(ready_operation())

    async def _answers(self, request: ManyRequest) -> list[Outcome]:
        operation = request.operation
        try:
            return await self._ask(operation) if operation else []
        except DigitsClientError as error:
            return [error] * len(request.bodies)

    async def _ask(self, operation: Operation[_Value]) -> _Value:
        attempts = Attempts(self._retries, self._rng, time.monotonic())
        while True:
            outcome = await self._attempt(operation, attempts.timeout(self._timeout, time.monotonic()))
            wait = attempts.wait_after(outcome, time.monotonic())
            if wait is None:
                return operation.answer(outcome, attempts.made)
            await anyio.sleep(wait)

    async def _attempt(self, operation: Operation[_Value], timeout: float) -> httpx.Response | httpx.RequestError:
        try:
            return await self._http.send(operation.request(self._headers, self._base, timeout))
        except httpx.RequestError as error:
            return error
