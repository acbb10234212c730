"""The service without a server: requests go straight to the app, on an event loop of this process."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from app.factory import create_app
from app.settings import Settings


class InProcess(httpx.BaseTransport):
    """Takes requests of a client that knows nothing of asyncio to an app."""

    def __init__(self, app: FastAPI, portal: BlockingPortal, caller: tuple[str, int]) -> None:
        self._inner = httpx.ASGITransport(app, client=caller)
        self._portal = portal

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._portal.call(self._handle, request)

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        body = b"".join([part async for part in response.stream])
        return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(body))


@contextmanager
def application(
    settings: Settings | None = None, *, caller: tuple[str, int] = ("127.0.0.1", 123)
) -> Iterator[httpx.Client]:
    """A client of the app, at some address, which is started and in the end stopped as a server would."""
    app = create_app(settings)
    with start_blocking_portal() as portal:
        with (
            portal.wrap_async_context_manager(app.router.lifespan_context(app)),
            httpx.Client(transport=InProcess(app, portal, caller), base_url="http://digits") as client,
        ):
            yield client
        portal.call(_end_processes)


async def _end_processes() -> None:
    """End the processes that decode, which a server's event loop does when it ends, but this one does too late."""
    for task in asyncio.all_tasks():
        if task.get_name() == "AnyIO process pool shutdown task":
            task.cancel()
            await asyncio.wait([task])
