"""What a run was computed on and with: on another machine its last bits may come out differently."""

import os
import platform
from collections.abc import Mapping
from importlib.metadata import version

import numpy as np

from model.optim import available_cores

Machine = Mapping[str, str | int]
"""Each of its properties by what it is called."""


def this_machine() -> Machine:
    """The machine that this is, as far as results depend on it."""
    build = np.show_config(mode="dicts")
    blas = build["Build Dependencies"]["blas"]
    cores = available_cores()
    threads = os.environ.get("OPENBLAS_NUM_THREADS") or os.environ.get("OMP_NUM_THREADS")
    return {
        "cores": cores,
        "blas": f"{blas['name']} {blas['version']}",
        "blas threads": threads or f"{cores}",
        "processor": " ".join([platform.machine(), *build["SIMD Extensions"].get("found", [])]),
        "system": platform.system(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "digits": version("digits"),
    }


def differences(before: Machine, now: Machine) -> str:
    """In what two machines differ, in words; empty if in nothing."""
    different = [name for name, value in now.items() if name in before and before[name] != value]
    return ", ".join(f"{name} {now[name]} instead of {before[name]}" for name in different)
