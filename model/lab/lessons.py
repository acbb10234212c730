"""The lab's lessons, in the order of a first lecture on neural networks: each sets the knobs and asks a question."""

import tomllib
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from model.errors import ConfigError
from model.lab.knobs import KNOBS, lab_config
from model.training import TrainingConfig

_FILE = Path(__file__).with_name("lessons.toml")

_KINDS = {knob.key: knob.kind for knob in KNOBS}

_OTHERS = ("b.", "c.")
"""What stands before a knob of the second and of the third run."""

VIEW_KEYS = {
    "train": ("data",),
    "race": ("surface", "start", "racers", "steps", "noise"),
    "landscape": ("data", "racers", "steps", "around"),
    "softmax": ("logits", "target"),
    "scalings": ("rate",),
}
"""The views of the page, each with the keys of its state that are no settings of training."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A link that sets up the lab, with a question that the picture answers.

    Attributes:
        slug: its name in addresses.
        topics: of the lecture, by number.
        title: in a few words.
        text: what it is about, paragraphs with the formulas.
        state: the fragment of the page's address.
        question: what to find out.
        answer: as it was measured.
        command: what shows the same at the command line.
        picture: what is to be seen then, and in which report.
        notice: what may be missed.
    """

    slug: str
    topics: tuple[int, ...]
    title: str
    text: tuple[str, ...]
    state: str
    question: str
    answer: str
    command: tuple[str, ...]
    picture: str
    notice: str

    @property
    def view(self) -> str:
        """The view that it opens."""
        return dict(parse_qsl(self.state)).get("view", "")


def load_lessons(path: Path = _FILE) -> tuple[Lesson, ...]:
    """Every lesson, in order.

    Raises:
        ConfigError: one lacks a part, or its state sets what the lab does not know; the message names the lesson.
    """
    lessons = tuple(_lesson(table) for table in tomllib.loads(path.read_text(encoding="utf-8"))["lessons"])
    for lesson in lessons:
        try:
            settings_of_runs(lesson)
        except ConfigError as error:
            raise ConfigError(f"lesson '{lesson.slug}': {error}") from error
    return lessons


def settings_of_runs(lesson: Lesson) -> list[TrainingConfig]:
    """The settings of each run that a lesson's state asks for: those of the lab, changed by its knobs.

    Raises:
        ConfigError: there is no such view or knob, or the lab does not take its value.
    """
    if lesson.view not in VIEW_KEYS:
        raise ConfigError(f"view must be one of {', '.join(VIEW_KEYS)}, not '{lesson.view}'")
    known = ("view", *VIEW_KEYS[lesson.view])
    knobs = [(key, value) for key, value in parse_qsl(lesson.state, keep_blank_values=True) if key not in known]
    runs = [{key: value for key, value in knobs if not key.startswith(_OTHERS)}]
    for prefix in _OTHERS:
        own = {key.removeprefix(prefix): value for key, value in knobs if key.startswith(prefix)}
        if own:
            runs.append({**runs[0], **own})
    return [lab_config({key: _value(_KINDS.get(key), text) for key, text in run.items()}, seed=1) for run in runs]


def _lesson(table: dict[str, Any]) -> Lesson:
    """A lesson out of its table in the file, in which lines may break anywhere."""
    slug, names = table.get("slug", ""), {each.name for each in fields(Lesson)}
    if different := names ^ table.keys():
        raise ConfigError(f"lesson '{slug}': missing or unknown: {', '.join(sorted(different))}")
    return Lesson(**{name: _joined(value) for name, value in table.items()})


def _joined(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_joined(one) for one in value)
    return " ".join(value.split()) if isinstance(value, str) else value


def _value(kind: str | None, text: str) -> Any:
    """The value of a knob of some kind; text that means none is left for the lab to refuse."""
    with suppress(ValueError):
        if kind == "units":
            return [int(part) for part in text.split(",") if part]
        if kind in {"whole", "batch"}:
            return int(text)
        if kind == "number":
            return float(text)
    return text
