"""Where the `digits` command starts: before anything is loaded, for some settings count from the first import."""

import gc
import os
import sys


def main() -> int:
    """Run the command line; returns its exit code."""
    # After a matrix product the library's threads would otherwise spin for 2^26 cycles, some 25 milliseconds, on the
    # very cores that the element-wise work of a training step wants. 2^18 is long enough to wait for the next product
    # of a small network, and lets go in time for the optimizer of a large one (bench/train_speed.py). NumPy's library
    # reads this when it is loaded.
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "18")
    if "serve" in sys.argv[1:]:
        # Before fork(2), by which a process that decodes images is started, the library waits for the end of its
        # threads: without end if a product is under way in them. For products this small one thread is enough.
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
    # What is imported stays: looking for garbage in it meanwhile is a fifth of the time to start.
    gc.disable()
    from cli.main import main as run  # noqa: PLC0415 - see above

    gc.freeze()
    gc.enable()
    return run()
