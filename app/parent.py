"""A worker does not outlive the process that watches over it: it would hold the port, and nobody could stop it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_SECONDS = 1.0
"""Between two looks."""


@asynccontextmanager
async def ended_with_parent() -> AsyncIterator[None]:
    """While it lasts, this process stops as on SIGTERM once the one that started it is gone."""
    watching = asyncio.create_task(_watch(os.getppid()))
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _watch(parent: int) -> None:
    while os.getppid() == parent:
        await asyncio.sleep(_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
