"""The flags of `digits train` that are settings of training, made of how these are declared."""

import inspect
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Annotated, Any, TypeVar

from cyclopts import Group, Parameter, Token

from model.old_settings import RENAMED
from model.settings import Setting
from model.training import SETTINGS

_Command = TypeVar("_Command", bound=Callable[..., Any])

_OLD_FLAGS = {new: f"--{old.replace('_', '-')}" for old, new in RENAMED.items()}

_GROUPS = {
    table: Group(table, sort_key=place)
    for place, table in enumerate(dict.fromkeys(each.table for each in SETTINGS if each.table), start=1)
}


def with_setting_flags(command: _Command) -> _Command:
    """Give a command that takes any keyword a flag for each setting. Only those that are given come."""
    signature = inspect.signature(command)
    own = [each for each in signature.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
    flags = [
        inspect.Parameter(
            each.key.replace(".", "__"), inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_annotation(each)
        )
        for each in SETTINGS
    ]
    command.__signature__ = signature.replace(parameters=[*own, *flags])  # type: ignore[attr-defined]
    return command


def given_settings(flags: dict[str, Any]) -> dict[str, Any]:
    """The settings that were given, as `TrainingConfig.changed` takes them."""
    return {name.replace("__", "."): _as_utf8(value) for name, value in flags.items()}


def _as_utf8(value: Any) -> Any:
    """Text as it was typed: where the locale is C, Python takes each byte beyond ASCII for a letter of its own."""
    if not isinstance(value, str) or value.isascii():
        return value
    with suppress(UnicodeError):
        value.encode()
        return value
    with suppress(UnicodeError):
        return os.fsencode(value).decode()
    return value


def _annotation(setting: Setting) -> Any:
    """The flag of a setting, as the command line's library is told of it."""
    takes_counts = setting.kind == tuple[int, ...]
    return Annotated[
        setting.kind | None,
        Parameter(
            name=[flag for flag in (setting.flag, _OLD_FLAGS.get(setting.key)) if flag],
            help=f"{setting.about}: {setting.allowed}" if setting.choices or setting.bounds else setting.about,
            group=_GROUPS.get(setting.table, "Parameters"),
            show_choices=False,
            converter=_counts if takes_counts else None,
            n_tokens=1 if takes_counts else None,
            metavar="N,N" if takes_counts else None,
        ),
    ]


def _counts(_kind: type, tokens: Sequence[Token]) -> tuple[int, ...]:
    """Whole numbers out of `128,64`; none out of an empty word."""
    text = tokens[-1].value
    try:
        return tuple(int(part) for part in text.split(",")) if text.strip() else ()
    except ValueError:
        raise ValueError(f'takes whole numbers such as 128,64, not "{text}"') from None
