"""`digits` run in this process: much sooner there than a process of its own, and the same in all but that."""

import subprocess
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

from cli.main import main


def run_digits(*words: object) -> subprocess.CompletedProcess[str]:
    """What `digits WORDS...` gives back and prints."""
    out, err = StringIO(), StringIO()
    command = [str(word) for word in words]
    with redirect_stdout(out), redirect_stderr(err):
        code = main(command)
    return subprocess.CompletedProcess(command, code, out.getvalue(), err.getvalue())
