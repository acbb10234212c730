"""Which Chromium the tests drive, and how it is started."""

import os
import shutil
import sys
from pathlib import Path

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
"""The first is the same engine without the program around it, and takes a fifth less of the machine."""


def executable() -> str | None:
    """The browser that `make test` found or installed, or one of the system's, or None for Playwright's own."""
    note = Path(sys.prefix) / "chromium"
    if note.is_file():
        return note.read_text().splitlines()[0].strip() or None
    named = os.environ.get("DIGITS_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)
