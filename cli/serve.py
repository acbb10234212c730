"""`digits serve`: the page and the API, on one address."""

import logging
import signal
import socket
import sys
from typing import Annotated

import typer
import uvicorn

from app.factory import create_app
from app.settings import load_settings


def serve(
    *,
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on; 0 for any free one.", min=0, max=65535)] = 8000,
    access_log: Annotated[bool, typer.Option(help="Log a line for each request.")] = False,
) -> None:
    """Serve the page and the API with the committed weights, or those of DIGITS_WEIGHTS."""
    settings = load_settings()
    config = uvicorn.Config(
        lambda: create_app(settings),
        factory=True,
        host=host,
        port=port,
        access_log=access_log,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    # The server hands a signal on once it has shut down; being told to stop is no failure.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: sys.exit(0))
    log = logging.getLogger("uvicorn.error")
    log.setLevel(logging.WARNING)
    log.addFilter(_says_something_new)
    _Server(config).run()


class _Server(uvicorn.Server):
    """A server that says where it can be reached, once it can be."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            listening = [one for server in self.servers for one in server.sockets]
            host, port = listening[0].getsockname()[:2]
            address = f"[{host}]" if ":" in host else host
            typer.echo(f"digits is at http://{address}:{port}  (Ctrl-C stops it)")


def _says_something_new(record: logging.LogRecord) -> bool:
    """Whether a log record is more than the echo that follows each failed start's own message."""
    return "startup failed" not in record.getMessage()
