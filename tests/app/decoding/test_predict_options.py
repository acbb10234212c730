"""What may be asked for in the address of `/predict`, and that the document says so."""

import pytest
from starlette.requests import Request

from app.decoding.predict_options import PredictOptions, parse_options
from app.errors import ServiceError
from app.factory import create_app


def asked(query: str) -> PredictOptions:
    return parse_options(Request({"type": "http", "query_string": query.encode(), "headers": []}))


@pytest.mark.parametrize(
    ("query", "include", "digit"),
    [
        ("", set(), None),
        ("include=", set(), None),
        ("include=input", {"input"}, None),
        ("include=input,trace", {"input", "trace"}, None),
        ("include=input&include=trace,%20inside,", {"input", "trace", "inside"}, None),
        ("digit=0", set(), 0),
        ("digit=9&include=saliency", {"saliency"}, 9),
        ("colour=red", set(), None),
    ],
)
def test_what_is_asked_for(query: str, include: set[str], digit: int | None) -> None:
    assert asked(query) == PredictOptions(frozenset(include), digit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("include=magic", "include: 'magic' is not known; choose from input, trace, "),
        ("include=" + "m" * 1000, f"include: '{'m' * 40}' is not known"),
        ("digit=10", "digit: '10' is not one of 0 to 9"),
        ("digit=-1", "digit: '-1' is not one of 0 to 9"),
        ("digit=", "digit: '' is not one of 0 to 9"),
        ("digit=%EF%BC%97", "digit: '７' is not one of 0 to 9"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(query: str, message: str) -> None:
    with pytest.raises(ServiceError) as refusal:
        asked(query)
    assert str(refusal.value).startswith(message)


def test_both_are_documented() -> None:
    operation = create_app().openapi()["paths"]["/v1/predict"]["post"]
    documented = {one["name"]: one for one in operation["parameters"]}
    assert set(documented) == {"include", "digit"}
    assert documented["digit"]["schema"] == {"type": "integer", "minimum": 0, "maximum": 9}
    assert "without_stroke" in documented["include"]["description"]
