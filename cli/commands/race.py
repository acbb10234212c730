"""`digits race`: optimizers over a textbook surface, as a table and as pictures."""

from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter
from cyclopts.validators import Number

from cli.reports import MATPLOTLIB_MISSING, can_draw
from model.errors import ConfigError
from model.optim import SURFACES, Contestant, Course, Point, Surface, contestant, race

_USUAL = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam")
"""All but adamw, which without weight decay is adam."""

_MAX_STEPS = 100_000


def race_optimizers(
    surface: Annotated[str, Parameter(help=f"What they go over: {', '.join(SURFACES)}.")] = "ravine",
    /,
    *,
    start: Annotated[
        str | None,
        Parameter(
            help="Where they begin, such as -1.2,1.",
            show_default=lambda _: "the surface's usual one",
            allow_leading_hyphen=True,
        ),
    ] = None,
    optimizer: Annotated[
        list[str] | None,
        Parameter(
            help="Who races, with a learning rate if need be, such as adam=0.1; may be repeated.",
            show_default=lambda _: ", ".join(_USUAL),
            negative=(),
        ),
    ] = None,
    learning_rate: Annotated[
        float | None,
        Parameter(help="Of those without their own.", show_default=lambda _: "each one's usual on the surface"),
    ] = None,
    momentum: Annotated[
        float, Parameter(help="Of momentum and nesterov; Adam's beta1.", validator=Number(gte=0, lt=1))
    ] = 0.9,
    beta2: Annotated[
        float | None,
        Parameter(
            help="Of RMSProp and Adam.",
            show_default=lambda _: "the optimizer's usual one",
            validator=Number(gte=0, lt=1),
        ),
    ] = None,
    steps: Annotated[int, Parameter(help="So many each.", validator=Number(gte=1, lte=_MAX_STEPS))] = 300,
    noise: Annotated[
        float,
        Parameter(help="Standard deviation of an error on each slope, as batches have.", validator=Number(gte=0)),
    ] = 0.0,
    seed: Annotated[int, Parameter(help="Of the noise.", validator=Number(gte=0))] = 1,
    out: Annotated[Path, Parameter(help="The report to write.")] = Path("race.html"),
) -> None:
    """Let optimizers race over a loss of two parameters, by the rules that train networks."""
    over = _surface(surface)
    begin = over.start if start is None else _point(start)
    contestants = [_contestant(over, words, learning_rate) for words in optimizer or _USUAL]
    courses = race(
        over,
        begin,
        contestants,
        steps,
        momentum=momentum,
        beta2=beta2,
        noise=noise,
        rng=np.random.default_rng(seed),
    )
    print(f"{surface}: {over.about}; {steps:,} steps from {begin[0]:g}, {begin[1]:g}")
    _print_table(courses)
    if not can_draw():
        print(f"No report: {MATPLOTLIB_MISSING}")
        return
    from cli.reports.race import write_race  # noqa: PLC0415 - belongs to an optional extra

    write_race(out, surface, courses)
    print(f"Report: {out}")


def _print_table(courses: list[Course]) -> None:
    print(f"{'optimizer':<10} {'rate':>8}  {'ends at':<18} {'after':>7} {'loss':>11} {'x':>9} {'y':>9}")
    for one in courses:
        after = "–" if one.arrived is None else f"{one.arrived:,}"
        x, y = one.path[-1]
        print(
            f"{one.contestant.optimizer:<10} {one.contestant.learning_rate:>8g}  {one.ending:<18} {after:>7} "
            f"{one.values[-1]:>11.4g} {x:>9.4f} {y:>9.4f}"
        )


def _surface(name: str) -> Surface:
    if name not in SURFACES:
        raise ConfigError(f"unknown surface '{name}'; known: {', '.join(SURFACES)}")
    return SURFACES[name]


def _point(words: str) -> Point:
    try:
        x, y = (float(word) for word in words.split(","))
    except ValueError as error:
        raise ConfigError(f"--start takes x and y, such as -1.2,1, not '{words}'") from error
    if not np.isfinite([x, y]).all():
        raise ConfigError(f"--start takes finite numbers, not '{words}'")
    return x, y


def _contestant(surface: Surface, words: str, learning_rate: float | None) -> Contestant:
    """The one that is meant by `adam` or `adam=0.1`."""
    name, given, rate = words.partition("=")
    try:
        return contestant(surface, name, float(rate) if given else learning_rate)
    except ValueError as error:
        raise ConfigError(f"--optimizer takes a name and a learning rate, such as adam=0.1, not '{words}'") from error
