"""A worker does not outlive the process that watches over it: it would hold the port, and nobody could stop it."""

import asyncio
import os
import signal
from multiprocessing.process import BaseProcess

_SECONDS = 1.0
"""Between two looks."""


async def end_with(parent: BaseProcess) -> None:
    """Stop this process as on SIGTERM once `parent`, which started it, is gone, were it before this began."""
    while parent.is_alive():
        await asyncio.sleep(_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
