"""What happens in the service, in numbers that Prometheus collects from `/metrics`."""

import logging
import os
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, Summary
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from model.artifact import Artifact

MEDIA_TYPE = CONTENT_TYPE_LATEST

_log = logging.getLogger("digits.metrics")

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_CONFIDENCES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)


@dataclass(frozen=True, slots=True)
class Inferences:
    """What was read by the Open Inference Protocol since the service started.

    Attributes:
        drawings: how many were read.
        last: when the last request was answered, in seconds since 1970; 0 for never.
        stages: of requests, how many went through each and how many seconds all of them took.
    """

    drawings: int
    last: float
    stages: dict[str, tuple[int, float]]


class Metrics:
    """The service's counters, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "digits_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "digits_request_seconds", "Time to answer.", ["route"], buckets=_SECONDS, registry=self.registry
        )
        self._in_flight = Gauge(
            "digits_requests_in_flight", "Requests under way.", registry=self.registry, multiprocess_mode="livesum"
        )
        self._verdicts = Counter("digits_verdicts", "Drawings read, by verdict.", ["verdict"], registry=self.registry)
        self._confidence = Histogram(
            "digits_confidence", "Highest probability of what was read.", buckets=_CONFIDENCES, registry=self.registry
        )
        self._inferences = Summary(
            "digits_inference_seconds",
            "Time of requests of the Open Inference Protocol, by stage.",
            ["stage"],
            registry=self.registry,
        )
        self._inferred = Counter(
            "digits_inference_drawings", "Drawings read by the Open Inference Protocol.", registry=self.registry
        )
        self._last_inference = Gauge(
            "digits_inference_last_timestamp_seconds",
            "When a request of the Open Inference Protocol was last answered.",
            registry=self.registry,
            multiprocess_mode="max",
        )
        self._model = Gauge(
            "digits_model",
            "1 for the weights in use, by each process that serves.",
            ["name", "sha256"],
            registry=self.registry,
            multiprocess_mode="liveall",
        )
        self._named: tuple[str, str] | None = None
        self._reloads = Counter("digits_reloads", "Weights taken live.", ["outcome"], registry=self.registry)
        self._told: set[str] = set()
        # Looking a counter up by its labels costs as much as all the counting of a request.
        self._request = lru_cache(maxsize=1024)(self._requests.labels)
        self._time = lru_cache(maxsize=1024)(self._seconds.labels)
        self._verdict = lru_cache(maxsize=16)(self._verdicts.labels)

    def under_way(self) -> AbstractContextManager[object]:
        """While a request is."""
        return self._in_flight.track_inprogress()

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self._request(method, route, str(status)).inc()
        self._time(route).observe(seconds)

    def count_reading(self, verdict: str, confidence: float) -> None:
        """A drawing was read."""
        self._verdict(verdict).inc()
        self._confidence.observe(confidence)

    def count_inference(self, drawings: int, stages: Mapping[str, float]) -> None:
        """A request of the Open Inference Protocol was answered, or refused: then none of its drawings was read.

        Args:
            drawings: that were read.
            stages: the seconds of each that it went through.
        """
        for stage, seconds in stages.items():
            self._inferences.labels(stage).observe(seconds)
        if drawings:
            self._inferred.inc(drawings)
            self._last_inference.set_to_current_time()

    def inferences(self) -> Inferences:
        """All of these, of all the processes that serve together. It takes a moment: not for the event loop."""
        found = {
            (sample.name, sample.labels.get("stage", "")): sample.value
            for family in text_string_to_metric_families(self.page().decode())
            for sample in family.samples
            if sample.name.startswith("digits_inference_")
        }
        stages = {
            stage: (int(count), found["digits_inference_seconds_sum", stage])
            for (name, stage), count in found.items()
            if name == "digits_inference_seconds_count"
        }
        drawings = int(found.get(("digits_inference_drawings_total", ""), 0))
        return Inferences(drawings, found.get(("digits_inference_last_timestamp_seconds", ""), 0.0), stages)

    def name_model(self, artifact: Artifact) -> None:
        """These weights read from now on."""
        if self._named:
            self._model.labels(*self._named).set(0)
        self._named = artifact.name, artifact.sha256
        self._model.labels(*self._named).set(1)

    def count_reload(self, outcome: str) -> None:
        """Other weights were found: `taken` or `refused`."""
        self._reloads.labels(outcome).inc()

    def page(self) -> bytes:
        """All of it as Prometheus reads it, of all the processes that serve together."""
        folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
        if not folder:
            return generate_latest(self.registry)
        _forget_the_dead(Path(folder))
        files = sorted(map(str, Path(folder).glob("*.db")))
        # Reading each by itself takes longer; a process that dies while it writes leaves one that cannot be read.
        return _page_of(files) or _page_of([file for file in files if self._is_readable(file)]) or b""

    def _is_readable(self, file: str) -> bool:
        is_readable = _page_of([file]) is not None
        if not is_readable and file not in self._told:
            self._told.add(file)
            _log.warning("%s is damaged, what was counted there is left out", file)
        return is_readable


class _Files(Collector):
    """What several processes have counted, each in files of its own."""

    def __init__(self, files: list[str]) -> None:
        self._files = files

    def collect(self) -> Iterable[Metric]:
        """All of it added up."""
        metrics: Iterable[Metric] = MultiProcessCollector.merge(self._files)  # type: ignore[no-untyped-call]
        return metrics


def _page_of(files: list[str]) -> bytes | None:
    """What is counted in these files; None if one of them is damaged, in whatever way."""
    try:
        together = CollectorRegistry()
        together.register(_Files(files))
        return generate_latest(together)
    except Exception:  # noqa: BLE001
        return None


def _forget_the_dead(folder: Path) -> None:
    """A process that was killed has nothing under way any more."""
    for pid in {path.stem.rpartition("_")[2] for path in folder.glob("gauge_live*.db")}:
        if pid.isdecimal() and not _is_alive(int(pid)):
            mark_process_dead(int(pid), str(folder))  # type: ignore[no-untyped-call]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # it is another's
        return True
    return True
