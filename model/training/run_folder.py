"""The folder of a training run: what it was told, how it went, where to go on, and what came out.

config.json      the settings, frozen, where the data came from, and on which machines it ran
log.jsonl        a line for every point of the loss curve and every epoch
checkpoint.npz   all there is to go on from
start.npz        of fine-tuning, the weights it started from
weights.npz      the best weights, once training has ended
result.json      the figures, likewise
report.html      the same to look at
previous/        the files of the run that was in the folder before; previous-1/, previous-2/, ... of those before it
"""

import json
import os
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from model.errors import ConfigError, DataError
from model.files import atomic_write
from model.old_settings import in_tables
from model.optim import available_cores
from model.settings import with_settings
from model.training.config import TrainingConfig
from model.training.progress import Epoch, History

if sys.platform != "win32":
    import fcntl

Machine = Mapping[str, str | int]
"""What a run was computed on and with, by what that is called: on another its last bits may come out differently."""


class RunFolder:
    """The files of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config = path / "config.json"
        self.log = path / "log.jsonl"
        self.checkpoint = path / "checkpoint.npz"
        self.start = path / "start.npz"
        self.weights = path / "weights.npz"
        self.result = path / "result.json"
        self.report = path / "report.html"
        self.reconstructions = path / "reconstructions.png"
        self._leaving = path / ".leaving"

    @property
    def holds_a_run(self) -> bool:
        """Whether a run was ever started here."""
        return self.config.exists()

    @property
    def holds_results(self) -> bool:
        """Whether a run here has something to lose: weights, or an epoch in its log."""
        return self.weights.exists() or (self.log.exists() and b'"kind": "epoch"' in self.log.read_bytes())

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other run out of the folder for as long as the block takes, or the process lives.

        Windows and some network drives know no such lock: there two runs may still meet.

        Raises:
            ConfigError: another run is at work here.
        """
        if sys.platform == "win32":
            yield
            return
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            with suppress(OSError):
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    raise ConfigError(
                        f"--out {self.path}: another run is at work here; wait for it, or name another folder"
                    ) from error
            yield
        finally:
            os.close(descriptor)

    def require_room(self, size: int) -> None:
        """Find out before the first epoch, not after the last, that files of this size in bytes cannot be written.

        Raises:
            ConfigError: the folder cannot be made or written to, or the disk has no room.
        """
        probe = self.path / f".probe-{os.getpid()}"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with probe.open("wb") as file:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(file.fileno(), 0, size)
        except OSError as error:
            raise ConfigError(f"--out {self.path}: cannot be written to: {error.strerror}, {size:,} bytes") from error
        finally:
            with suppress(OSError):
                probe.unlink(missing_ok=True)

    def begin(self, config: TrainingConfig, data: Path) -> bool:
        """Start a run here; returns whether one that left results had to move to `previous/`."""
        moved = self.holds_results or self._leaving.exists()
        if moved:
            self._move_aside()
        for file in self._files():
            file.unlink(missing_ok=True)
        self.write_config(config, data)
        self.log.write_bytes(b"")
        return moved

    def write_config(self, config: TrainingConfig, data: Path, machines: Iterable[Machine] = ()) -> None:
        """Write down the settings of the run here, the folder of its data, and the machines that it ran on so far."""
        machines = [*machines, this_machine()]
        content = {"settings": config.as_settings(), "data": str(data.absolute())}
        self._write_json(self.config, {**content, "machines": [dict(each) for each in machines]})

    def _move_aside(self) -> None:
        """Put the run's files into `previous/`, what is there into `previous-N/`; a kill halfway splits no run."""
        self._leaving.mkdir(exist_ok=True)
        for file in self._files():
            if file.exists():
                file.replace(self._leaving / file.name)
        previous = self.path / "previous"
        if previous.exists():
            number = next(number for number in count(1) if not (self.path / f"previous-{number}").exists())
            previous.rename(self.path / f"previous-{number}")
        self._leaving.rename(previous)

    def read_config(self) -> tuple[TrainingConfig, Path]:
        """The settings of the run here, and the folder of its data.

        Raises:
            DataError: there is no run here, or its config is damaged.
        """
        return read_run_config(self.config)

    def read_machines(self) -> list[Machine]:
        """The machines that the run here was computed on, one after the other; none if they were not noted yet.

        Raises:
            DataError: there is no run here, or its config is damaged.
        """
        machines = _read_json(self.config).get("machines")
        return [each for each in machines if isinstance(each, dict)] if isinstance(machines, list) else []

    def rewrite_log(self, history: History) -> None:
        """Bring the log back to the whole epochs known at a checkpoint: what came after will come again."""
        lines: list[dict[str, Any]] = []
        for epoch in history.epochs:
            lines += _epoch_lines(epoch, history)
        with atomic_write(self.log) as file:
            file.writelines(json.dumps(line).encode() + b"\n" for line in lines)

    def append_epoch(self, history: History) -> None:
        """Log the last epoch, with the points of the loss curve within it."""
        with self.log.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in _epoch_lines(history.epochs[-1], history))

    def append_rest(self, history: History) -> None:
        """Log the points of the loss curve since the last whole epoch, for a run that ends within one."""
        with self.log.open("a", encoding="utf-8") as file:
            file.writelines(
                json.dumps(_loss_line(*point)) + "\n" for point in history.losses if point[0] > len(history.epochs)
            )

    def read_log(self) -> History:
        """The history that the log tells of. A last line that was cut off, as a kill may leave it, is passed over.

        Raises:
            DataError: it is missing or damaged.
        """
        history = History()
        try:
            *lines, _ = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        except OSError as error:
            raise DataError(f"{self.log}: cannot be read: {error.strerror}") from error
        for number, line in enumerate(lines, start=1):
            try:
                _take_in(json.loads(line), history)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise DataError(f"{self.log}: line {number} is no line of a training log: {error}") from error
        return history

    def write_result(self, result: Mapping[str, Any]) -> None:
        """Write the figures."""
        self._write_json(self.result, result)

    def read_result(self) -> dict[str, Any]:
        """The figures.

        Raises:
            DataError: training has not ended, or the file is damaged.
        """
        return _read_json(self.result)

    def _files(self) -> list[Path]:
        return [
            self.config,
            self.log,
            self.checkpoint,
            self.start,
            self.weights,
            self.result,
            self.report,
            self.reconstructions,
        ]

    def _write_json(self, path: Path, content: Mapping[str, Any]) -> None:
        with atomic_write(path) as file:
            file.write(json.dumps(content, indent=1).encode() + b"\n")


def read_run_config(path: Path) -> tuple[TrainingConfig, Path]:
    """The settings of a run and the folder of its data, by its `config.json`.

    Raises:
        DataError: there is none, or it is damaged.
    """
    content = _read_json(path)
    try:
        return with_settings(TrainingConfig(), in_tables(content["settings"])), Path(content["data"])
    except (KeyError, TypeError, ConfigError) as error:
        raise DataError(f"{path}: not the config of a run: {error}") from error


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(f"{path}: there is no such file; is {path.parent} the folder of a run?") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise DataError(f"{path}: not JSON: {error}") from error
    if not isinstance(content, dict):
        raise DataError(f"{path}: not a JSON object")
    return content


def _epoch_lines(epoch: Epoch, history: History) -> list[dict[str, Any]]:
    """The log of one epoch: the points of its loss curve, then itself."""
    points = [_loss_line(*point) for point in history.losses if epoch.number - 1 < point[0] <= epoch.number]
    return [*points, {"kind": "epoch", **asdict(epoch)}]


def _loss_line(epochs: float, loss: float) -> dict[str, Any]:
    return {"kind": "loss", "epochs": epochs, "loss": loss}


def _take_in(line: dict[str, Any], history: History) -> None:
    """Add what a line of the log says."""
    if line.pop("kind") == "loss":
        history.losses.append((line["epochs"], line["loss"]))
    else:
        history.add(Epoch(**line))


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
