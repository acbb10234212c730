"""The lessons: every topic of the lecture has one, page and command line show the same, and the answers are true."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest

from cli.main import cli
from model.data import SAMPLE_FOLDER
from model.errors import ConfigError
from model.lab import Lesson, load_lessons, settings_of_runs
from model.lab.lessons import VIEW_KEYS
from model.lab.surfaces import scalings_job
from model.nn import OUTPUTS, softmax
from model.optim import OPTIMIZERS, SURFACES, Course, contestant, race
from model.training import DivergedError, TrainingConfig, fit, load_recipe, prepare, read_training_files

SOURCE = Path(__file__).parents[3] / "model" / "lab" / "lessons.toml"
LESSONS = {lesson.slug: lesson for lesson in load_lessons()}

each_lesson = pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)


def parsed(command: str) -> tuple[str, dict[str, Any]]:
    """The subcommand of a command line, which has to know all its words, and what is given to it."""
    program, *words = shlex.split(command)
    assert program == "digits"
    _, bound, ignored = cli.parse_args(words, print_error=False, exit_on_error=False)[:3]
    assert not ignored
    return words[0], dict(bound.arguments)


def trained_by(lesson: Lesson) -> list[TrainingConfig]:
    """The settings of each run that a lesson's commands train, which of all readers of digits."""
    commands = [given for name, given in map(parsed, lesson.command) if name == "train"]
    assert {(str(given.pop("data")), given.pop("recipe")) for given in commands} <= {("sample", "lab")}
    assert len({given.pop("out") for given in commands}) == len(commands), "one run would overwrite another"
    readers = [given for given in commands if given.get("task") != "autoencoder"]
    return [load_recipe("lab").changed(**given) for given in readers]


def state_of(lesson: Lesson) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(lesson.state).items()}


def with_path(config: TrainingConfig, optimizer: str) -> TrainingConfig:
    return config.changed(optimizer=optimizer, keep_path=True)


def test_every_topic_has_a_lesson_and_they_stand_in_the_lectures_order() -> None:
    topics = [lesson.topics for lesson in LESSONS.values()]
    assert {one for some in topics for one in some} == set(range(1, 13))
    assert sorted(topics, key=max) == topics
    assert len(LESSONS) == len(load_lessons())


@each_lesson
def test_a_lesson_fits_in_the_lab(lesson: Lesson) -> None:
    assert len(settings_of_runs(lesson)) <= 3
    assert all(part for part in (lesson.title, *lesson.text, lesson.answer, *lesson.command, lesson.picture))
    assert lesson.question.endswith("?")
    assert re.fullmatch(r"[a-z-]+", lesson.slug)


@each_lesson
def test_the_command_line_knows_every_word_of_a_lessons_commands(lesson: Lesson) -> None:
    assert {parsed(command)[0] for command in lesson.command} & {"train", "race"}


@pytest.mark.parametrize("slug", [one.slug for one in LESSONS.values() if one.view == "train"])
def test_the_commands_train_what_the_page_trains(slug: str) -> None:
    assert trained_by(LESSONS[slug]) == settings_of_runs(LESSONS[slug])


def test_the_commands_for_the_surface_take_the_steps_of_the_page() -> None:
    lesson = LESSONS["surface"]
    [base], state = settings_of_runs(lesson), state_of(lesson)
    wanted = [with_path(base, one) for one in state["racers"].split(",")]
    runs = trained_by(lesson)
    epochs = runs[0].stopping.epochs
    assert runs == [one.changed(epochs=epochs) for one in wanted]
    images = 5_000 - runs[0].data.held_out(5_000)
    assert isinstance(runs[0].learning.batch_size, int)
    assert epochs * -(-images // runs[0].learning.batch_size) == int(state["steps"])


@pytest.mark.parametrize("slug", [one.slug for one in LESSONS.values() if one.view == "race"])
def test_the_first_command_races_as_the_page_does(slug: str) -> None:
    state = state_of(LESSONS[slug])
    name, given = parsed(LESSONS[slug].command[0])
    assert (name, given.get("surface", "ravine")) == ("race", state["surface"])
    usual = [one for one in OPTIMIZERS if one != "adamw"]
    assert given.get("optimizer", usual) == state["racers"].split(",")
    assert given.keys() <= {"surface", "optimizer", "out"}


def courses(surface: str, *racers: str, start: tuple[float, float] | None = None) -> dict[str, Course]:
    """How 300 steps go, by optimizer and, where it is given, rate."""
    over = SURFACES[surface]
    names = [one.partition("=") for one in racers or [one for one in OPTIMIZERS if one != "adamw"]]
    contestants = [contestant(over, name, float(rate) if rate else None) for name, _, rate in names]
    run = race(over, start or over.start, contestants, 300, rng=np.random.default_rng(1))
    return {"".join(name): course for name, course in zip(names, run, strict=True)}


def test_the_optimizers_arrive_as_the_lesson_says() -> None:
    lesson, ravine = LESSONS["optimizers"], courses("ravine")
    for name, words in {"nesterov": "Nesterov after", "adam": "Adam after", "momentum": "momentum after"}.items():
        assert f"{words} {ravine[name].arrived}," in lesson.answer.replace(" steps", "")
    assert f"RMSProp after {ravine['rmsprop'].arrived}, Adagrad after {ravine['adagrad'].arrived}" in lesson.answer
    assert max(one.arrived or 300 for one in ravine.values()) == ravine["sgd"].arrived == 197
    limit = courses("ravine", "sgd=0.039", "sgd=0.041")
    assert [one.arrived for one in limit.values()] == [100, None]
    assert limit["sgd=0.041"].ending == "diverged"
    saddle = courses("saddle")
    assert [saddle[one].arrived for one in ("nesterov", "sgd", "adagrad")] == [35, 83, None]


def test_the_minima_are_those_of_the_lesson() -> None:
    racers = ("sgd", "momentum", "adam")
    ends = courses("rastrigin", *racers)
    assert {one.ending for one in ends.values()} == {"local minimum"}
    assert [f"{one.values[-1]:.1f}" for one in ends.values()] == ["31.8", "19.9", "19.9"]
    nearer = courses("rastrigin", *racers, start=(0.3, 0.4))
    assert {one.ending for one in nearer.values()} == {"global minimum"}


def test_the_valleys_are_as_the_lesson_says() -> None:
    lesson = LESSONS["valleys"]
    asked = {"job": "scalings", "learning_rate": float(state_of(lesson)["rate"])}
    views = {view["scaling"]: view for view in scalings_job(asked, lambda *_: None)["views"]}
    ratios = {name: view["curvatures"][1] / view["curvatures"][0] for name, view in views.items()}
    assert [f"{ratios[name]:.2g}" for name in ("standardize", "unit", "center", "none")] == ["1.2", "19", "2.4", "19"]
    assert [views[name]["arrived"] for name in ("standardize", "symmetric", "unit", "center")] == [48, 29, None, None]
    assert [f"{views[name]['losses'][-1]:.2f}" for name in ("unit", "standardize")] == ["1.22", "0.53"]
    assert len(views["unit"]["path"]) == 1 + 60
    assert views["none"]["ending"] == "diverged"


def test_softmax_and_sigmoid_give_what_the_lesson_says() -> None:
    lesson = LESSONS["softmax"]
    logits = np.array([float(one) for one in state_of(lesson)["logits"].split(",")])
    sigmoids, probabilities = OUTPUTS["sigmoid"].forward(logits), softmax(logits[None])[0]
    assert int(logits.argmax()) == int(state_of(lesson)["target"]) == 7
    assert [f"{sigmoids[digit]:.2f}" for digit in (7, 1, 9)] == ["0.98", "0.95", "0.88"]
    assert f"{sigmoids.sum():.1f} in all" in lesson.answer
    assert "Softmax says {:.2f}, {:.2f} and {:.2f}, 1 in all".format(*probabilities[[7, 1, 9]]) in lesson.answer
    three = softmax(np.array([[2.0, 1.0, 0.0]]))[0]
    assert "{:.2f}, {:.2f}, {:.2f}".format(*three) in lesson.text[1]


def test_the_parameters_are_as_many_as_the_lesson_says() -> None:
    random, _ = settings_of_runs(LESSONS["parameters"])
    assert f"{random.architecture.parameters:,}" == LESSONS["parameters"].answer.partition(":")[0]


Accuracy = Callable[[str, int], float]


@pytest.fixture(scope="module")
def accuracy() -> Accuracy:
    """Trains a lesson's run, and tells how many of a hundred validation images it then reads right."""
    data = prepare(load_recipe("lab"), read_training_files(load_recipe("lab"), SAMPLE_FOLDER))

    def trained(slug: str, number: int) -> float:
        config = settings_of_runs(LESSONS[slug])[number]
        score = fit(config, data).run.kept_epoch.validation_accuracy
        assert score is not None
        return 100 * score

    return trained


@pytest.mark.parametrize(
    ("slug", "number", "said"),
    [
        ("parameters", 0, "87 %"),
        ("parameters", 1, "12 % right"),
        ("mini-batch", 0, "61 % of the validation images with the whole set"),
        ("mini-batch", 2, "90 % with batches of 32"),
        ("loss", 2, "80 % of the validation images"),
    ],
)
def test_a_network_ends_as_the_lesson_says(accuracy: Accuracy, slug: str, number: int, said: str) -> None:
    assert said in LESSONS[slug].answer
    # Another library for products may differ in the last bits, and so in a few images.
    assert accuracy(slug, number) == pytest.approx(int(said.split(maxsplit=1)[0]), abs=1.5)


def test_grey_levels_as_they_are_make_training_diverge(accuracy: Accuracy) -> None:
    with pytest.raises(DivergedError, match="after 96 images"):
        accuracy("preprocessing", 0)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "hidden=16",
            "hidden=16&droput=0.5",
            "lesson 'parameters': unknown setting 'droput'; did you mean 'dropout'?",
        ),
        ("hidden=16", "hidden=many", "lesson 'parameters': network.hidden must be a list of whole numbers"),
        ("hidden=16", "hidden=999", "lesson 'parameters': hidden: the lab takes 1 to 256 each, not [999]"),
        ("b.init=zeros", "b.init=ones", "lesson 'parameters': init: must be one of he, glorot, normal, zeros"),
        ("view=train", "view=game", f"lesson 'parameters': view must be one of {', '.join(VIEW_KEYS)}, not 'game'"),
        ("notice =", "notices =", "lesson 'parameters': missing or unknown: notice, notices"),
    ],
)
def test_a_lesson_that_the_lab_cannot_show_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = SOURCE.read_text("utf-8")
    (tmp_path / "lessons.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError, match=re.escape(message)):
        load_lessons(tmp_path / "lessons.toml")
