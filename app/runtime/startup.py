"""What a process sets up when it starts: its folders, its open files, and what is said if it fails."""

import logging
import os
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from model.errors import ConfigError, DigitsError

_APP = Path(__file__).parents[1]

SHARED_MEMORY = "/dev/shm"  # noqa: S108 - a folder in it has a name that cannot be guessed
"""Where containers with a read-only root can write nevertheless."""


def folder(name: str) -> Path:
    """The folder `static` or `templates`: the wheel carries them inside `app`, the sources beside it."""
    installed = _APP / name
    return installed if installed.is_dir() else _APP.parent / name


def temporary_folder() -> TemporaryDirectory[str]:
    """A folder that goes with the process: among the temporary files, or in shared memory if those cannot be written.

    Raises:
        ConfigError: neither can be.
    """
    for folder in (None, SHARED_MEMORY):
        with suppress(OSError):
            return TemporaryDirectory(prefix="digits-", dir=folder)
    raise ConfigError(
        "several workers and the lab need a folder they can write to: /tmp, /dev/shm, or the one that TMPDIR names"
    )


def keep_files_private() -> None:
    """Let no process that this one starts inherit what is open here.

    The socket that several workers listen on is inherited: whoever outlived them would hold the port.
    """
    with suppress(OSError):  # not everywhere are they listed
        for open_file in Path("/proc/self/fd").iterdir():
            with suppress(OSError):  # the list's own is closed by now
                if int(open_file.name) > 2:
                    os.set_inheritable(int(open_file.name), False)


class PlainStartupErrors:
    """ASGI middleware that shortens the lifespan's failure message from a traceback to the error itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; only a failed start is reworded."""

        async def send_plainly(message: Message) -> None:
            error = sys.exception()
            if message["type"] == "lifespan.startup.failed" and isinstance(error, DigitsError):
                message = {**message, "message": str(error)}
            await send(message)

        await self._app(scope, receive, send_plainly if scope["type"] == "lifespan" else send)


class NewsOnly(logging.Filter):
    """Keeps back the echo that follows each failed start's own message."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record says something new."""
        return "startup failed" not in record.getMessage()
