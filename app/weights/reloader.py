"""New weights taken while the service runs: loaded and self-checked beside the old, then swapped, or refused."""

import asyncio
import hashlib
import logging
import os
import signal
from contextlib import suppress
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from app.runtime import Metrics
from app.weights.card import load_card
from model.artifact import MAX_FILE_BYTES
from model.classifier import Classifier
from model.errors import ArtifactError
from model.files import atomic_write, read_regular

LAST_KNOWN_GOOD = "DIGITS_LAST_KNOWN_GOOD"
"""Names a copy of the weights last found good, with which a worker can start while a bad file lies in their place.

The process that watches over the workers sets it; it is nothing for an operator to set.
"""

_log = logging.getLogger("digits.weights")

_UNUSABLE = (ArtifactError, OSError, MemoryError)
"""What loading weights that cannot be served ends in."""

Version = tuple[int, int, int] | None
"""What tells one file under a name from another: its inode, size and time of change; None if there is none."""


class WeightsReloader:
    """The weights of an app, kept up to date with their file.

    A request keeps the classifier that it began with, so nothing is dropped when another takes its place. Where
    several processes serve, one that starts while a bad file lies there takes the weights that were last found good.
    """

    def __init__(self, app: FastAPI, path: Path, metrics: Metrics) -> None:
        self._app = app
        self._path = path
        self._metrics = metrics
        self._asked = asyncio.Event()
        copy = os.environ.get(LAST_KNOWN_GOOD)
        self._last_known_good = Path(copy) if copy else None
        self._version = _version_of(path)
        self._take(self._load_or_fall_back())

    async def watch(self, seconds: float) -> None:
        """Look at the file so often, and whenever SIGHUP comes, without end; 0 for SIGHUP alone."""
        loop = asyncio.get_running_loop()
        # Not on Windows, which has neither the signal (AttributeError) nor the handler (NotImplementedError), and not
        # in a thread other than the main one (RuntimeError, ValueError).
        with suppress(NotImplementedError, RuntimeError, ValueError, AttributeError):
            loop.add_signal_handler(signal.SIGHUP, self._asked.set)
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), seconds or None)
            was_asked = self._asked.is_set()
            self._asked.clear()
            version = _version_of(self._path)
            if was_asked or version != self._version:
                self._version = version
                await self._reload()

    async def _reload(self) -> None:
        try:
            classifier = await run_in_threadpool(self._load)
        except _UNUSABLE as error:
            self._metrics.count_reload("refused")
            _log.error("new weights refused, the old ones stay: %s", error)
            return
        self._take(classifier)
        self._metrics.count_reload("taken")
        _log.info("new weights taken: %s", classifier.artifact.sha256)

    def _load(self) -> Classifier:
        """The weights of the file, and a copy kept of it."""
        classifier = Classifier.load(self._path)
        if self._last_known_good:
            keep(self._path, classifier.artifact.sha256, self._last_known_good)
        return classifier

    def _load_or_fall_back(self) -> Classifier:
        """The weights to begin with."""
        try:
            return self._load()
        except _UNUSABLE as error:
            if not self._last_known_good or not self._last_known_good.exists():
                raise
            classifier = Classifier.load(self._last_known_good)
            self._metrics.count_reload("refused")
            _log.error("weights refused, those last found good serve instead: %s", error)
            return classifier

    def _take(self, classifier: Classifier) -> None:
        self._app.state.card = load_card(self._path, classifier.artifact.sha256)
        self._app.state.classifier = classifier
        self._metrics.name_model(classifier.artifact)


def _version_of(path: Path) -> Version:
    """Which file lies under this name."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def keep(weights: Path, sha256: str, copy: Path) -> None:
    """Make `copy` the file that was found good, unless it is that already, or another lies in its place by now.

    A copy that cannot be written (the disk is full, say) is no reason not to serve.

    Args:
        weights: the file.
        sha256: of the bytes that were found good.
        copy: where it is kept.
    """
    try:
        if _sha256(copy) == sha256:
            return
        content = read_regular(weights, MAX_FILE_BYTES)
        if hashlib.sha256(content).hexdigest() == sha256:
            with atomic_write(copy) as file:
                file.write(content)
    except OSError as error:
        _log.warning("%s: the weights in use cannot be kept for workers to come: %s", copy, error.strerror)


def _sha256(path: Path) -> str | None:
    try:
        return hashlib.sha256(read_regular(path, MAX_FILE_BYTES)).hexdigest()
    except FileNotFoundError:
        return None
