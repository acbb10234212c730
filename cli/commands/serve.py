"""`digits serve`: the page and the API, on one address."""

import os
import signal
import socket
import sys
from functools import partial
from multiprocessing import active_children
from pathlib import Path
from shutil import rmtree
from types import FrameType
from typing import Annotated, Any

import uvicorn
from cyclopts import Parameter
from cyclopts.validators import Number
from uvicorn.supervisors import Multiprocess

from app.lab import LAB_FOLDER
from app.runtime import SECONDS_TO_END, bury_orphans, end_in_time, temporary_folder
from app.settings import Settings, load_settings
from app.weights import LAST_KNOWN_GOOD, keep
from cli.inputs.listening import HostOption, PortOption, listening_address
from cli.inputs.options import WeightsOption, find_weights
from model.artifact import load_artifact
from model.errors import ConfigError


def serve(
    *,
    weights: WeightsOption = None,
    host: HostOption = None,
    port: PortOption = None,
    root_path: Annotated[
        str | None,
        Parameter(help="The path at which a proxy has the service.", show_default=lambda _: "$DIGITS_ROOT_PATH"),
    ] = None,
    access_log: Annotated[bool, Parameter(help="Log a line for each request.")] = False,
    trusted_proxies: Annotated[
        str | None,
        Parameter(
            help="Addresses and networks of proxies, separated by commas, that are believed about who asks.",
            show_default=lambda _: "$DIGITS_TRUSTED_PROXIES, else none",
        ),
    ] = None,
    workers: Annotated[
        int,
        Parameter(help="Processes that answer, each with one thread for matrix products.", validator=Number(gte=1)),
    ] = 1,
    lab: Annotated[
        bool | None,
        Parameter(help="Have a lab at /lab in which networks are trained.", show_default=lambda _: "$DIGITS_LAB"),
    ] = None,
) -> None:
    """Serve the page and the API."""
    host, port = listening_address(host, port)
    _require_known(host)
    # The service, and each of several workers, has its settings from the environment.
    os.environ["DIGITS_WEIGHTS"] = str(find_weights(weights))
    given = {"DIGITS_ROOT_PATH": root_path, "DIGITS_TRUSTED_PROXIES": trusted_proxies, "DIGITS_LAB": lab}
    for name, value in given.items():
        if value is not None:
            os.environ[name] = str(value)
    settings = load_settings()
    config = uvicorn.Config(
        "app.factory:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        http="app.middleware.http_protocol:BoundedProtocol",
        ws="none",
        access_log=False,
        log_config=_log_config(settings.log_format, requests=access_log),
        proxy_headers=False,  # what proxies say is the app's affair
        server_header=False,
        timeout_keep_alive=settings.keep_alive_seconds,
        # The last second is for what has to be cancelled, and for ending in order after that.
        timeout_graceful_shutdown=int(SECONDS_TO_END) - 1,
        # Of several workers each new one has to answer and be ready in this time, which a busy machine makes longer.
        timeout_worker_healthcheck=15,
    )
    # The server hands a signal on once it has shut down; being told to stop is no failure.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: sys.exit(0))
    if workers > 1:
        _serve_with_workers(config, settings)
    else:
        _Server(config).run()


def _serve_with_workers(config: uvicorn.Config, settings: Settings) -> None:
    """Processes that share the port. One that dies is replaced; SIGHUP replaces one after the other.

    Each counts for itself, in files that whichever is asked for the metrics adds up. Beside them lies a copy of the
    weights last found good, with which a process starts that finds others.
    """
    # A prediction is tiny: more threads in its matrix products would only get in each other's way.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with temporary_folder() as shared:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared
        os.environ[LAB_FOLDER] = str(Path(shared, "lab"))
        os.environ[LAST_KNOWN_GOOD] = str(_keep_good(settings.weights, Path(shared, "weights.npz")))
        listening = config.bind_socket()
        _print_address(listening)
        supervisor = _Supervisor(config, [listening])
        end_in_time(when_told=supervisor.end_workers, at_last=partial(rmtree, shared, ignore_errors=True))
        supervisor.run()


def _require_known(host: str) -> None:
    """Refuse a host's name that nobody knows: the server would not say which."""
    try:
        socket.getaddrinfo(host, None)
    except (OSError, UnicodeError) as error:
        raise ConfigError(f"the host {host!r} has no address here: {error}") from error


def _keep_good(weights: Path, copy: Path) -> Path:
    """Keep a copy of the weights to begin with. Those that cannot be served are told of once, not by each process."""
    artifact = load_artifact(weights)
    artifact.decision_rule()
    keep(weights, artifact.sha256, copy)
    return copy


def _log_config(form: str, *, requests: bool) -> dict[str, Any]:
    """Ours and the server's log in one form on stderr; the server's routine is nobody's news."""
    formatter = (
        "app.middleware.request_log.JsonFormatter" if form == "json" else "app.middleware.request_log.TextFormatter"
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "filters": {"news": {"()": "app.runtime.startup.NewsOnly"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["news"]}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            "digits": {"level": "INFO"},
            "digits.requests": {"level": "INFO" if requests else "WARNING"},
        },
    }


def _print_address(listening: socket.socket) -> None:
    host, port = listening.getsockname()[:2]
    address = f"[{host}]" if ":" in host else host
    print(f"digits is at http://{address}:{port}  (Ctrl-C stops it)")


class _Supervisor(Multiprocess):
    """A supervisor that hears at once that it is to end or that a worker has died, and gathers SIGHUPs into one."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        if sys.platform != "win32":
            signal.signal(signal.SIGHUP, self._ask_for_new_workers)

    def _ask_for_new_workers(self, number: int, _frame: FrameType | None) -> None:
        # One is taken from the queue when its turn comes: those that come before then ask for the same.
        if number not in self.signal_queue:
            self.signal_queue.append(number)

    def end_workers(self) -> None:
        """Tell all workers to end, also those that replace others just now; call it from any thread."""
        self.should_exit.set()
        for worker in active_children():
            worker.terminate()

    def keep_subprocess_alive(self) -> None:
        """Replace the workers that have died."""
        for process in self.processes:
            # The worker has its own by now. While this one is open a dead worker's silence looks like a busy one's,
            # which is waited for.
            process.child_conn.close()
        super().keep_subprocess_alive()
        bury_orphans()


class _Server(uvicorn.Server):
    """A server that says where it can be reached, once it can be."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            _print_address(self.servers[0].sockets[0])
