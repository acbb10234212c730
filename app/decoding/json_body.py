"""JSON as all readers take it: in UTF-8 (RFC 8259), with numbers that are numbers, and no key twice in an object."""

import codecs
import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from app.errors import Refusal, RepeatedKeyError, ServiceError

_MAX_LISTS = 2**16
"""In the JSON of a drawing: three times as many as it may have points."""

_MAX_VALUES = 2**20
"""In the JSON of a drawing: the grey values of an image of 1024 by 1024."""

_MAX_KEYS = 64
"""Of an object."""

_MAX_KEY = 40
"""Characters of a key that a reply quotes."""

_PIECE = 2**16
"""Bytes that are decoded at once."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""RFC 8259, section 8.1: none is to be sent, and one that was may be ignored."""

_WORDS = {
    "float": "a number",
    "int": "a whole number",
    "str": "text",
    "bool": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}
"""The parser's names of types in JSON, for people."""

_TYPE = re.compile(r"`([a-z |]+)`")

_Value = TypeVar("_Value")


class Key:
    """A key of an object, equal to no other: of two that are alike none is lost."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


Pairs = dict[Key, msgspec.Raw]
"""An object with all its pairs, the values not looked into yet."""


class Keys:
    """What makes keys for a decoder, and refuses an object that has more than anyone needs."""

    def __init__(self, most: int) -> None:
        self._left = self._most = most

    def __call__(self, _type: type, name: str) -> Key:
        """The next key.

        Raises:
            ServiceError: it is one too many.
        """
        self._left -= 1
        if self._left < 0:
            raise ServiceError(Refusal.INVALID_REQUEST, f"more than {self._most:,} keys in the body")
        return Key(name)


def without_mark(body: bytes) -> bytes:
    """JSON without the byte order mark that some programs put before it."""
    return body.removeprefix(_BYTE_ORDER_MARK)


def fields_of(body: bytes | msgspec.Raw) -> dict[str, msgspec.Raw]:
    """The values of an object by their keys, not looked into yet.

    Raises:
        RepeatedKeyError: a key is there twice.
        ServiceError: the body is not JSON, or no object.
    """
    if isinstance(body, bytes):
        body = without_mark(body)
        _require_utf8(body)
        if not body.strip():
            raise _not_json("it is empty")
    return unique(decode(msgspec.json.Decoder(Pairs, dec_hook=Keys(_MAX_KEYS)), body))


def unique(pairs: Pairs) -> dict[str, msgspec.Raw]:
    """An object's values by their keys.

    Raises:
        RepeatedKeyError: a key is there twice.
    """
    fields = {key.name: value for key, value in pairs.items()}
    if len(fields) < len(pairs):
        _refuse_repeated([key.name for key in pairs])
    return fields


def decode(decoder: "msgspec.json.Decoder[_Value]", text: bytes | msgspec.Raw, place: str = "") -> _Value:
    """What a JSON text holds.

    Args:
        decoder: of the type that it must have.
        text: the JSON.
        place: where in the body it is, for errors.

    Raises:
        RepeatedKeyError: a key is there twice in one of its objects, and it has not that type.
        ServiceError: it is not JSON, or has not that type.
    """
    try:
        return decoder.decode(text)
    except msgspec.ValidationError as error:
        refuse_repeated_keys(bytes(text))
        raise ServiceError(Refusal.INVALID_REQUEST, _described(str(error), place)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _not_json(str(error).removeprefix("JSON is malformed: ")) from error
    except RecursionError as error:
        raise _not_json("nested too deeply") from error


def refuse_many_parts(body: bytes, lists: int = _MAX_LISTS, refusal: Refusal = Refusal.INVALID_REQUEST) -> None:
    """Refuse JSON of more lists, objects, strings and numbers than anyone needs, before it is taken apart.

    Each takes many times the room of its two characters, and while they are made nobody else is served.

    Raises:
        ServiceError: there are more than so many lists and objects, twice as many strings, or a million values.
    """
    refuse_many_lists(body, lists, refusal)
    if body.count(b",") > _MAX_VALUES:
        raise ServiceError(refusal, f"more than {_MAX_VALUES:,} values in the body")


def refuse_many_lists(body: bytes, lists: int, refusal: Refusal = Refusal.INVALID_REQUEST) -> None:
    """The same but for numbers."""
    if body.count(b"[") + body.count(b"{") > lists or body.count(b'"') > 4 * lists:
        raise ServiceError(refusal, f"more than {lists:,} lists and objects, or twice as many strings, in the body")


def refuse_repeated_keys(body: bytes) -> None:
    """Look at each pair of each object of a JSON text.

    Raises:
        RepeatedKeyError: a key is there twice.
    """
    if body.count(b'"') < 4:  # two keys have as many, and a body of a million lists has none
        return
    try:
        json.loads(body, object_pairs_hook=unique_pairs)
    except (RecursionError, ValueError):
        return  # not JSON by this parser's measure, so it was refused by the other


def unique_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object's pairs as a dict; for `json.loads`, which would let the last of two win.

    Raises:
        RepeatedKeyError: a key is there twice.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        _refuse_repeated([key for key, _ in pairs])
    return found


def refuse_unknown(fields: Mapping[str, object], known: tuple[str, ...]) -> None:
    """Refuse an object with other keys than these.

    Raises:
        ServiceError: there is one.
    """
    for name in fields:
        if name not in known:
            raise ServiceError(Refusal.INVALID_REQUEST, f"{_quoted(name)}: there is no such field")


def _require_utf8(body: bytes) -> None:
    """Refuse what is not in UTF-8, also where nobody looks at it."""
    if body.isascii():
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:  # piece by piece: as text a rare character makes all of it take four times the room
        for start in range(0, len(body), _PIECE):
            decoder.decode(body[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _not_json(f"not in UTF-8: {error.reason}") from error


def _refuse_repeated(keys: list[str]) -> None:
    key, _ = Counter(keys).most_common(1)[0]
    raise RepeatedKeyError(f"the key '{_quoted(key)}' is there more than once")


def _quoted(key: str) -> str:
    """The beginning of a key. Half of a surrogate pair can be escaped in JSON, and no reply could quote it."""
    return key[:_MAX_KEY].encode("utf-8", "replace").decode()


def _described(message: str, place: str) -> str:
    """The parser's ``Expected `float`, got `str` - at `$[0]` `` as `pixels[0]: must be a number, not text`."""
    wrong, _, path = message.replace("Expected ", "must be ").replace(", got ", ", not ").partition(" - at `$")
    wrong = _TYPE.sub(lambda found: " or ".join(_WORDS.get(name, name) for name in found[1].split(" | ")), wrong)
    where = (place + path.rstrip("`")).removeprefix(".")
    return f"{where}: {wrong}" if where else wrong


def _not_json(why: str) -> ServiceError:
    return ServiceError(Refusal.INVALID_JSON, f"the body is not JSON: {why[:1].lower()}{why[1:]}")
