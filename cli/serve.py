"""`digits serve`: the page and the API, on one address."""

import os
import signal
import socket
import sys
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from app.settings import Settings, load_settings
from model.artifact import load_artifact


def serve(
    *,
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on; 0 for any free one.", min=0, max=65535)] = 8000,
    access_log: Annotated[bool, typer.Option(help="Log a line for each request.")] = False,
    trusted_proxies: Annotated[
        str, typer.Option(help="Addresses of proxies, separated by commas, that are believed about who asks.")
    ] = "127.0.0.1",
    workers: Annotated[
        int, typer.Option(help="Processes that answer, each with one thread for matrix products.", min=1)
    ] = 1,
) -> None:
    """Serve the page and the API with the committed weights, or those of DIGITS_WEIGHTS."""
    settings = load_settings()
    config = uvicorn.Config(
        "app.factory:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_config=_log_config(settings.log_format, requests=access_log),
        forwarded_allow_ips=trusted_proxies,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    if workers > 1:
        _serve_with_workers(config, settings)
        return
    # The server hands a signal on once it has shut down; being told to stop is no failure.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: sys.exit(0))
    _Server(config).run()


def _serve_with_workers(config: uvicorn.Config, settings: Settings) -> None:
    """Processes that share the port. One that dies is replaced; SIGHUP replaces one after the other.

    Each counts for itself, in files that whichever is asked for the metrics adds up.
    """
    # Weights that cannot be served are told of once, not by each process.
    load_artifact(settings.weights).judgement()
    # A prediction is tiny: more threads in its matrix products would only get in each other's way.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with TemporaryDirectory(prefix="digits-metrics-") as counters:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = counters
        listening = config.bind_socket()
        _tell_address(listening)
        Multiprocess(config, [listening]).run()


def _log_config(form: str, *, requests: bool) -> dict[str, Any]:
    """Ours and the server's log in one form on stderr; the server's routine is nobody's news."""
    formatter = "app.request_log.JsonFormatter" if form == "json" else "app.request_log.TextFormatter"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "filters": {"news": {"()": "app.startup.NewsOnly"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["news"]}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            "digits": {"level": "INFO"},
            "digits.requests": {"level": "INFO" if requests else "WARNING"},
        },
    }


def _tell_address(listening: socket.socket) -> None:
    host, port = listening.getsockname()[:2]
    address = f"[{host}]" if ":" in host else host
    typer.echo(f"digits is at http://{address}:{port}  (Ctrl-C stops it)")


class _Server(uvicorn.Server):
    """A server that says where it can be reached, once it can be."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            _tell_address(self.servers[0].sockets[0])
