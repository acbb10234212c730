"""Where the `digits` command starts: before anything is loaded, for some settings count from the first import."""

import gc
import os
import signal
import sys
from io import TextIOWrapper

_INTERRUPTED = 130


def main() -> int:
    """Run the command line; returns its exit code."""
    # While modules are being loaded there is nothing to clean up, and no place that Ctrl-C could be caught at.
    quits_on_ctrl_c = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if quits_on_ctrl_c:
        signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    if "train" in sys.argv[1:]:
        # Training shares its products out to threads of its own (`model.nn.layer.Workers`). The library's would wait
        # for each other, spinning, on cores that something else wants. NumPy's library reads this when it is loaded.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if "serve" in sys.argv[1:]:
        # Before fork(2), by which a process that decodes images is started, the library waits for the end of its
        # threads: without end if a product is under way in them. For products this small one thread is enough.
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
    # What is imported stays: looking for garbage in it meanwhile is a fifth of the time to start.
    gc.disable()
    from cli.main import main as run  # noqa: PLC0415 - see above

    gc.freeze()
    gc.enable()
    for stream in (sys.stdout, sys.stderr):
        # A terminal or a log that cannot show a letter is no reason to fail.
        if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")
    try:
        if quits_on_ctrl_c:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return run()
    except KeyboardInterrupt:
        return _INTERRUPTED
    finally:
        if quits_on_ctrl_c:
            # What is left is the interpreter's own end, which would complain.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
