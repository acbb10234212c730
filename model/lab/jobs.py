"""What the lab can be asked to do."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from model.data import SAMPLE_FOLDER, data_folder, find_file, image_files, load_mnist
from model.errors import ConfigError
from model.lab.fields import MAX_SEED, Fields
from model.lab.knobs import KNOBS, MAX_LAYERS, MAX_UNITS, RECIPE, lab_config
from model.lab.lessons import load_lessons
from model.lab.live import MAX_SECONDS, LiveTraining
from model.lab.stage import Stage
from model.lab.surfaces import MAX_STEPS, describe_surfaces, landscape_job, race_job, scalings_job
from model.lab.telling import Tell
from model.optim import OPTIMIZERS
from model.training import TrainingConfig, TrainingData, load_recipe, prepare, read_training_files

MAX_RUNS = 3
"""Side by side."""

Job = Callable[[Mapping[str, Any], Tell], dict[str, Any]]
"""Gives a result, in one go.

Raises:
    DigitsError: what is asked makes no sense.
"""


def about(asked: Mapping[str, Any], _tell: Tell) -> dict[str, Any]:
    """What there is in the lab."""
    del asked
    default = load_recipe(RECIPE)
    return {
        "knobs": [knob.as_json(default) for knob in KNOBS],
        "limits": {
            "runs": MAX_RUNS,
            "layers": MAX_LAYERS,
            "units": MAX_UNITS,
            "seconds": MAX_SECONDS,
            "race_steps": MAX_STEPS,
        },
        "data": [{"name": name, "images": images} for name, images in _sources().items()],
        "surfaces": describe_surfaces(),
        "optimizers": list(OPTIMIZERS),
        "lessons": [asdict(lesson) for lesson in load_lessons()],
    }


JOBS: Mapping[str, Job] = MappingProxyType(
    {"about": about, "race": race_job, "landscape": landscape_job, "scalings": scalings_job}
)
"""Those that give one result, by name; beside them there is `train`."""


def job_of(asked: Mapping[str, Any]) -> Job:
    """What `job` names.

    Raises:
        ConfigError: there is no such job.
    """
    name = asked.get("job")
    job = JOBS.get(name) if isinstance(name, str) else None
    if job is None:
        raise ConfigError(f"job must be one of train, {', '.join(JOBS)}, not {name!r}")
    return job


def training(asked: Mapping[str, Any], stage: Stage, tell: Tell) -> LiveTraining:
    """The runs that job `train` asks for, ready to begin.

    Args:
        asked: with `runs`, values of knobs for each; `data`, `seed` and `paused`.
        stage: where they are told of.
        tell: told of what it takes.

    Raises:
        DigitsError: what is asked makes no sense, or the data is not there.
    """
    fields = Fields(asked, ("runs", "data", "seed", "paused"))
    runs, source = asked.get("runs"), fields.choice("data", "sample", _sources())
    seed = fields.whole("seed", 1, 0, MAX_SEED)
    if not isinstance(runs, list) or not 1 <= len(runs) <= MAX_RUNS or not all(isinstance(one, dict) for one in runs):
        raise ConfigError(f"runs must be a list of 1 to {MAX_RUNS} objects with values of knobs")
    configs = [lab_config(values, seed) for values in runs]
    tell("reading the digits", 0, 1)
    data = _prepared(configs, source)
    tell("reading the digits", 1, 1)
    return LiveTraining(configs, data, source, stage, is_paused=bool(asked.get("paused")))


def _prepared(configs: list[TrainingConfig], source: str) -> list[TrainingData]:
    """What each learns from: the same, where they take as many images."""
    folder = SAMPLE_FOLDER if source == "sample" else data_folder()
    by_limit = {one.data.limit: one for one in configs}
    prepared = {limit: prepare(one, read_training_files(one, folder)) for limit, one in by_limit.items()}
    return [prepared[one.data.limit] for one in configs]


def _sources() -> dict[str, int]:
    """Where digits can be had from, with how many there are: the sample, and all of MNIST if its files are there."""
    folder = data_folder()
    sources = {"sample": len(load_mnist(SAMPLE_FOLDER).train)}
    if folder != SAMPLE_FOLDER and find_file(folder, image_files(folder).train_images):
        sources["all"] = 60_000
    return sources
