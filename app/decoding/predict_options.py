"""What a caller of `/predict` may ask for in the address: optional parts of the reply, and the digit to explain."""

from dataclasses import dataclass
from typing import Any, get_args

from starlette.requests import Request

from app.errors import Refusal, ServiceError
from app.schemas import Include

_INCLUDES: tuple[Include, ...] = get_args(Include)
_DIGITS = {str(digit): digit for digit in range(10)}
_MAX_QUOTE = 40

PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "include",
        "in": "query",
        "required": False,
        "description": f"Optional parts of the reply, separated by commas: {', '.join(_INCLUDES)}.",
        "schema": {"type": "array", "items": {"type": "string"}},
    },
    {
        "name": "digit",
        "in": "query",
        "required": False,
        "description": "The digit that `saliency`, `occlusion` and `inside` explain; the likeliest by default.",
        "schema": {"type": "integer", "minimum": 0, "maximum": 9},
    },
]
"""The same for the OpenAPI document."""


@dataclass(frozen=True, slots=True)
class PredictOptions:
    """What is asked for beside the reading.

    Attributes:
        include: optional parts of the reply.
        digit: the one to explain; None for the likeliest.
    """

    include: frozenset[Include] = frozenset()
    digit: int | None = None


_NONE = PredictOptions()


def parse_options(request: Request) -> PredictOptions:
    """The options in a request's address.

    Raises:
        ServiceError: there is no such part, or no such digit.
    """
    # Most ask for nothing, and are not to pay for those who do.
    if not request.scope["query_string"]:
        return _NONE
    query = request.query_params
    return PredictOptions(_parts(query.getlist("include")), _digit(query.get("digit")))


def _parts(include: list[str]) -> frozenset[Include]:
    """The optional parts out of `input,trace`, or of several such."""
    asked = {part.strip() for parts in include for part in parts.split(",")} - {""}
    if unknown := asked - set(_INCLUDES):
        detail = f"include: '{min(unknown)[:_MAX_QUOTE]}' is not known; choose from {', '.join(_INCLUDES)}"
        raise ServiceError(Refusal.INVALID_REQUEST, detail)
    return frozenset(part for part in _INCLUDES if part in asked)


def _digit(text: str | None) -> int | None:
    if text is None:
        return None
    if text not in _DIGITS:
        raise ServiceError(Refusal.INVALID_REQUEST, f"digit: '{text[:_MAX_QUOTE]}' is not one of 0 to 9")
    return _DIGITS[text]
