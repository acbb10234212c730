"""How settings are declared: each is one field of a frozen dataclass, with its default, its range and what it is.

All else is made of that: the checks and their errors, what a recipe file may hold, the flags of the command line with
their help, and the table in the documents.
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from difflib import get_close_matches
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from model.errors import ConfigError

T = TypeVar("T")

_BOUNDS: Mapping[str, tuple[str, Callable[[float, float], bool]]] = MappingProxyType(
    {
        "gt": ("above", operator.gt),
        "ge": ("at least", operator.ge),
        "lt": ("below", operator.lt),
        "le": ("at most", operator.le),
    }
)
"""What the bounds of a setting are called and mean."""

_FEW = 20
"""So many names can be read to find the one that was meant."""

_KINDS: Mapping[Any, str] = MappingProxyType(
    {
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        str: "text",
        tuple[int, ...]: "a list of whole numbers",
        tuple[str, ...]: "a list of texts",
    }
)


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as it is declared.

    Attributes:
        path: the tables it stands in and its name, such as `learning.dropout`.
        kind: its type, such as `float | None`.
        default: of that type.
        about: what it is, in one line.
        unset: what None as the default stands for.
        choices: the names it may be; empty for any.
        bounds: `gt`, `ge`, `lt` or `le` to a number.
    """

    path: str
    kind: Any
    default: Any
    about: str
    unset: str
    choices: tuple[str, ...]
    bounds: Mapping[str, float]

    @property
    def table(self) -> str:
        """The table it stands in, such as `learning`; empty for none."""
        return self.path.rpartition(".")[0]

    @property
    def key(self) -> str:
        """What it is called where there are no tables: its name, or in a table within another its path."""
        return self.path if self.path.count(".") > 1 else self.path.rpartition(".")[2]

    @property
    def flag(self) -> str:
        """What it is called on the command line."""
        return f"--{self.key.replace('_', '-')}"

    @property
    def kinds(self) -> tuple[Any, ...]:
        """The types its values may have."""
        return get_args(self.kind) if get_origin(self.kind) in {Union, UnionType} else (self.kind,)

    @property
    def usual(self) -> str:
        """The default, in words."""
        if self.default is None or self.default == ():
            return self.unset
        return ", ".join(map(str, self.default)) if isinstance(self.default, tuple) else str(self.default)

    @property
    def allowed(self) -> str:
        """What it may be, in words."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        kinds = [_KINDS.get(kind) or " or ".join(get_args(kind)) for kind in self.kinds if kind is not NoneType]
        bounds = " and ".join(f"{_BOUNDS[bound][0]} {limit:g}" for bound, limit in self.bounds.items())
        if bounds:
            several = "each " if isinstance(self.default, tuple) else ""
            kinds[0] = bounds if float in self.kinds else f"{kinds[0]}, {several}{bounds}"
        return ", or ".join(kinds)

    def check(self, value: Any) -> None:
        """Find out whether it may have a value.

        Raises:
            ConfigError: it may not; the message says what it may be.
        """
        values = value if isinstance(value, tuple) else (value,)
        if not any(_is_a(value, kind) for kind in self.kinds) or not all(map(self._is_within, values)):
            raise ConfigError(f"{self.path} must be {self.allowed}, not {as_json(value)!r}")

    def _is_within(self, value: Any) -> bool:
        if isinstance(value, int | float):
            return math.isfinite(value) and all(
                _BOUNDS[bound][1](value, limit) for bound, limit in self.bounds.items()
            )
        return value is None or not self.choices or value in self.choices


def setting(default: T, about: str, *, choices: Iterable[str] = (), unset: str = "none", **bounds: float) -> T:
    """Declare a setting as the field of a frozen dataclass, from which it has its name and type.

    Args:
        default: of the setting.
        about: what it is, in one line.
        choices: the names that it may be.
        unset: what None, or no item, stands for where that is the default.
        bounds: of a number, or of each in a tuple: `gt` above, `ge` at least, `lt` below, `le` at most.
    """
    return field(
        default=default, metadata={"about": about, "unset": unset, "choices": tuple(choices), "bounds": bounds}
    )


def settings_of(tables: type, prefix: str = "") -> tuple[Setting, ...]:
    """Every setting that a dataclass declares, those of the dataclasses within it too.

    Args:
        tables: the dataclass.
        prefix: of the paths: where it stands itself.
    """
    found: list[Setting] = []
    for each in fields(tables):
        if isinstance(each.type, type) and is_dataclass(each.type):
            found += settings_of(each.type, f"{prefix}{each.name}.")
        else:
            found.append(Setting(f"{prefix}{each.name}", each.type, each.default, **each.metadata))
    return tuple(found)


def check(settings: object, prefix: str = "") -> None:
    """Find out whether every setting has a value that it may have.

    Args:
        settings: a dataclass of settings.
        prefix: of their paths: where it stands itself.

    Raises:
        ConfigError: one has not; the message names it by its path, and what is allowed.
    """
    for each in settings_of(type(settings), prefix):
        each.check(operator.attrgetter(each.path.removeprefix(prefix))(settings))


def with_settings(settings: T, changes: Mapping[str, Any], prefix: str = "", paths: Iterable[str] = ()) -> T:
    """`settings`, a dataclass, with what TOML or JSON holds laid over it.

    Args:
        settings: the dataclass.
        changes: setting, or table of settings, to value.
        prefix: of the paths of the settings: where the dataclass stands itself.
        paths: of all settings that may be meant by an unknown one; those of the dataclass if none are given.

    Raises:
        ConfigError: an unknown setting, or a value that it may not have.
    """
    known = {each.name: each.type for each in fields(settings)}  # type: ignore[arg-type]
    paths = tuple(paths) or tuple(each.path for each in settings_of(type(settings), prefix))
    values: dict[str, Any] = {}
    for name, value in changes.items():
        if name not in known:
            raise ConfigError(unknown_setting(name, known, prefix, paths))
        if not is_dataclass(known[name]):
            values[name] = _converted(value, known[name])
        elif isinstance(value, Mapping):
            values[name] = with_settings(getattr(settings, name), value, f"{prefix}{name}.", paths)
        else:
            raise ConfigError(f"{prefix}{name} must be a table of settings, not {value!r}")
    return replace(settings, **values)  # type: ignore[type-var]


def unknown_setting(name: str, known: Iterable[str], prefix: str = "", paths: Iterable[str] = ()) -> str:
    """Say that there is no such setting, which may be meant, and if they are few or none is near which there are.

    Args:
        name: of the setting.
        known: the names that there are in its place.
        prefix: of its path.
        paths: of settings in any place.
    """
    known = tuple(known)
    anywhere = {path.rpartition(".")[2]: path for path in paths} | {one: one for one in known}
    meant = "".join(f"; did you mean '{anywhere[one]}'?" for one in get_close_matches(name, anywhere, 1))
    if meant and len(known) > _FEW:
        return f"unknown setting '{prefix}{name}'{meant}"
    return f"unknown setting '{prefix}{name}'{meant or ';'} known: {', '.join(known)}"


def as_json(settings: Any) -> Any:
    """A dataclass of settings in the types of JSON, as `with_settings` takes it."""
    if is_dataclass(settings):
        return {each.name: as_json(getattr(settings, each.name)) for each in fields(settings)}
    return list(settings) if isinstance(settings, tuple) else settings


def by_path(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Settings in tables, as `as_json` gives them, each by its path."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        flat |= by_path(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {f"{prefix}{name}": value}
    return flat


def _is_a(value: Any, kind: Any) -> bool:
    if kind is NoneType:
        return value is None
    if kind is float:
        return type(value) in {int, float}
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if get_origin(kind) is tuple:
        return isinstance(value, tuple) and all(type(one) is get_args(kind)[0] for one in value)
    if kind is str:
        return isinstance(value, str) and _is_text(value)
    return type(value) is kind


def _is_text(value: str) -> bool:
    """Whether it can be written down: bytes that are no UTF-8 come as halves of letters."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _converted(value: Any, kind: Any) -> Any:
    """What TOML and JSON know no other form of: a list for a tuple, a whole number for a real one."""
    if isinstance(value, list):
        return tuple(value)
    return float(value) if type(value) is int and kind in (float, float | None) else value
