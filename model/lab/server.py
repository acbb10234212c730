"""The lab as a process of its own: one job, which whoever started it follows over a socket, and may have a say in.

A connection brings one line of JSON: `{"job": ...}` begins the job and follows its events, a line each: the
kind of event, and what is to be said of it in JSON;
`{"do": "follow"}` follows it as well; `{"do": "weights", "run": 0}` gets the bytes of a weights file; any other `do`
is a command to the training, with JSON in reply. A reply begins with + or, before words that say why there is none,
with -. When the one that began the job leaves, it ends.
"""

import json
import select
import socket
import threading
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingUnixStreamServer
from typing import Any

from model.artifact import write_artifact
from model.errors import ConfigError, DigitsError
from model.lab.jobs import job_of, training
from model.lab.live import LiveTraining
from model.lab.stage import Stage, as_line

MAX_LINE = 2**20
"""Bytes of what is asked."""

_LOOK_SECONDS = 0.5
"""How often it is looked whether somebody who follows is still there."""


class Session:
    """One job, from its beginning to its end.

    Args:
        name: by which it is known.

    Attributes:
        name: likewise.
        stage: where it is told of.
        is_over: set when it has ended.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.stage = Stage()
        self.is_over = threading.Event()
        self._training: LiveTraining | None = None

    def show(self, training: LiveTraining) -> None:
        """Have this training be the one that is told of."""
        self._training = training
        training.tell_begun(self.name)

    def so_far(self) -> list[bytes]:
        """How it went, in events for who comes late."""
        courses = self._training.so_far() if self._training else []
        return [as_line("course", course) for course in courses]

    def begin(self, asked: Mapping[str, Any]) -> None:
        """Do a job, and tell of it."""
        threading.Thread(target=self._do, args=(asked,), daemon=True).start()

    def end(self) -> None:
        """Give it up, if it has not ended."""
        self.stage.end()
        self.is_over.set()

    def command(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a command asks of the training.

        Raises:
            DigitsError: it is not understood, or there is no training.
        """
        return self._under_way().command(asked)

    def weights(self, asked: Mapping[str, Any]) -> bytes:
        """The weights file that a run has come to.

        Raises:
            DigitsError: there is none.
        """
        file = BytesIO()
        write_artifact(file, self._under_way().weights(asked.get("run")))
        return file.getvalue()

    def _under_way(self) -> LiveTraining:
        if self._training is None:
            raise ConfigError("no training is under way here")
        return self._training

    def _do(self, asked: Mapping[str, Any]) -> None:
        """Do a job; of what nobody foresaw the process's errors tell, and what is told just ends."""
        try:
            if asked["job"] == "train":
                self._train(asked)
            else:
                self.stage.tell("result", job_of(asked)(asked, self._tell))
        except DigitsError as error:
            self.stage.tell("failed", {"detail": str(error)})
        except MemoryError:
            self.stage.tell("failed", {"detail": "it takes more memory than the lab has: fewer units or images"})
        finally:
            self.stage.end()

    def _train(self, asked: Mapping[str, Any]) -> None:
        """Train, and stay for what else is asked of the networks."""
        self.show(training(asked, self.stage, self._tell))
        for thread in self._under_way().begin():
            thread.join()
        if self._under_way().has_ended:
            self.is_over.wait()

    def _tell(self, what: str, done: int, of: int) -> None:
        self.stage.tell("progress", {"what": what, "done": done, "of": of}, keep=False)


class LabServer(ThreadingUnixStreamServer):
    """Takes connections for a session.

    Args:
        path: of the socket, which is made.
        session: what is asked of it.
    """

    daemon_threads = True

    def __init__(self, path: Path, session: Session) -> None:
        self.session = session
        super().__init__(str(path), _Connection)


class _Connection(StreamRequestHandler):
    server: LabServer

    def handle(self) -> None:
        """Answer what the one line asks."""
        try:
            asked = json.loads(self.rfile.readline(MAX_LINE))
        except ValueError:
            return
        if not isinstance(asked, dict):
            return
        session = self.server.session
        if "job" in asked:
            session.begin(asked)
            self._follow(session, [])
            session.end()
        elif asked.get("do") == "follow":
            self._follow(session, session.so_far())
        elif asked.get("do") == "weights":
            self._reply(lambda: session.weights(asked))
        else:
            self._reply(lambda: json.dumps(session.command(asked)).encode())

    def _follow(self, session: Session, missed: list[bytes]) -> None:
        try:
            for line in session.stage.follow(_LOOK_SECONDS, missed):
                if line:
                    self.connection.sendall(line)
                elif _has_left(self.connection):
                    return
        except OSError:
            return  # has left

    def _reply(self, answer: Callable[[], bytes]) -> None:
        try:
            self.wfile.write(b"+" + answer())
        except DigitsError as error:
            self.wfile.write(b"-" + str(error).encode())


def _has_left(connection: socket.socket) -> bool:
    readable, _, _ = select.select([connection], [], [], 0)
    return bool(readable) and not connection.recv(1, socket.MSG_PEEK)
