"""A worker does not outlive the process that watches over it: it would hold the port, and nobody could stop it."""

import asyncio
import os
import signal

_SECONDS = 1.0
"""Between two looks."""


async def end_with_parent() -> None:
    """Stop this process as on SIGTERM once the one that started it is gone."""
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
