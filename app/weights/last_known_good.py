"""The weights last found good, kept aside: a worker can start with them while a bad file lies in their place."""

import hashlib
import logging
import os
from pathlib import Path

from model.artifact import MAX_FILE_BYTES
from model.files import atomic_write

LAST_KNOWN_GOOD = "DIGITS_LAST_KNOWN_GOOD"
"""Names the copy to the workers. The process that watches over them sets it; it is nothing for an operator to set."""

_log = logging.getLogger("digits.weights")


def last_known_good() -> Path | None:
    """Where the copy is kept, if this process is one of several."""
    name = os.environ.get(LAST_KNOWN_GOOD)
    return Path(name) if name else None


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
        with weights.open("rb") as file:
            content = file.read(MAX_FILE_BYTES)
        if hashlib.sha256(content).hexdigest() == sha256:
            with atomic_write(copy) as file:
                file.write(content)
    except OSError as error:
        _log.warning("%s: the weights in use cannot be kept for workers to come: %s", copy, error.strerror)


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
