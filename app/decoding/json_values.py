"""JSON whose form is not known beforehand, as Python's values."""

import json
from typing import Any

from app.decoding.json_body import refuse_many_parts, unique_pairs, without_mark
from app.errors import Refusal, ServiceError

_MAX_PARTS = 2**18
"""Lists and objects in a body: rows of 1024 in each of 256 images."""


def parse_json(body: bytes) -> Any:
    """The value that a body is.

    Raises:
        RepeatedKeyError: a key is there twice.
        ServiceError: the body is not JSON, or has more parts than anyone needs.
    """
    body = without_mark(body)
    refuse_many_parts(body, _MAX_PARTS, Refusal.INVALID_INFERENCE)
    try:
        found = json.loads(str(body, "utf-8"), object_pairs_hook=unique_pairs, parse_constant=_no_number)
        if b"\\u" in body:
            # Half a character can be escaped, which is in no text that could be sent back.
            json.dumps(found, ensure_ascii=False).encode("utf-8")
    except RecursionError as error:
        raise ServiceError(Refusal.INVALID_JSON, "the body is not JSON: nested too deeply") from error
    except ValueError as error:
        raise ServiceError(Refusal.INVALID_JSON, f"the body is not JSON: {error}") from error
    return found


def _no_number(name: str) -> float:
    """JSON has no NaN and no Infinity, which `json.loads` would let pass (RFC 8259, section 6)."""
    raise ValueError(f"{name} is no number")
