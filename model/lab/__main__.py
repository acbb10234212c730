"""`python -m model.lab SOCKET NICENESS`: one job of the lab, within bounds."""

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

from model.lab.server import LabServer, Session
from model.resources import limit_process

_MEMORY = 1_000 * 2**20
"""Bytes that the process may take beyond what it takes when it has begun: all of MNIST, three times over."""

_PROCESSOR_SECONDS = 300
"""Training is bounded by itself; this is for all else."""

_NICEST = 19

_SECONDS = 1_800.0
"""After which it ends, whoever still looks on."""


def main(path: Path, niceness: int) -> None:
    """Serve one session, from the first who comes to when that one leaves."""
    _step_back(niceness)
    limit_process(_MEMORY, _PROCESSOR_SECONDS)
    session = Session(path.stem)
    with LabServer(path, session) as server:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        session.is_over.wait(_SECONDS)
    os._exit(0)  # what still computes cannot be interrupted


def _step_back(niceness: int) -> None:
    """Let others have the processor first; at the most, take it only where nobody else wants it, and leave one free.

    Idle work on every core keeps ordinary work from moving to where it would be done at once.
    """
    with suppress(OSError, AttributeError):  # not everywhere
        os.nice(niceness)
        if niceness == _NICEST:
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
            cores = os.sched_getaffinity(0)
            os.sched_setaffinity(0, cores - {min(cores)} or cores)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
