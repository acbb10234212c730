"""A record of the log is one line, whatever callers put into it."""

import json
import logging
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.middleware.request_log import JsonFormatter, TextFormatter

CONTROLS = [*range(32), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
UNSEEN = [*map(chr, CONTROLS), "\xad", "\u200b", "\ud800", "\udfff", "\ufeff", "\U000e0001"]
FORGED = "2026-01-01 00:00:00,000 error it was somebody else"


def record(message: str, fields: dict[str, Any] | None = None, error: Exception | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("digits", logging.ERROR, __file__, 1, "%s", (message,), info)
    made.fields = fields or {}
    return made


def fail(message: str) -> None:
    raise ValueError(message)


def raised(message: str) -> Exception:
    """An exception with a traceback."""
    try:
        fail(message)
    except ValueError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_what_is_not_to_be_seen_is_escaped(formatter: logging.Formatter, unseen: str) -> None:
    line = formatter.format(record(f"a{unseen}{FORGED}", {"path": f"/a{unseen}b", "b": unseen}))
    assert line.isprintable()
    assert line.encode()


def test_text_for_people_stays_as_it_is() -> None:
    line = TextFormatter().format(record("größer als 4 × 5", {"path": "/数字", "status": 200}))
    assert line.endswith("error größer als 4 × 5 path=/数字 status=200")


def test_a_value_does_not_look_like_another_field() -> None:
    line = TextFormatter().format(record("request", {"path": '/a status=200 x="', "status": 404}))
    assert line.endswith(r'path="/a status=200 x=\"" status=404')


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x85", "\u2028"], ids=ascii)
def test_no_line_of_a_traceback_looks_like_a_record(end: str) -> None:
    lines = TextFormatter().format(record("failed", error=raised(f"no{end}{FORGED}"))).split("\n")
    assert len(lines) > 3
    assert all(line.startswith("    ") and line.isprintable() for line in lines[1:])
    one = JsonFormatter().format(record("failed", error=raised(f"no{end}{FORGED}")))
    assert one.isprintable()
    assert FORGED in json.loads(one)["exception"]


def test_any_value_can_be_written_as_json() -> None:
    assert json.loads(JsonFormatter().format(record("x", {"path": Path(), "bytes": b""})))


def test_the_service_writes_one_line_for_each_request(running: Any) -> None:
    service = running("--access-log")
    httpx.get(f"{service.url}/a%0a{FORGED.replace(' ', '%20')}%1b[31m%c2%85%e2%80%a8%ff")
    service.stop()
    lines = service.log.read_text().splitlines()
    assert not any(line.startswith(FORGED[:20]) for line in lines)
    (line,) = (line for line in lines if "it was somebody else" in line)
    assert line.isprintable()
    assert r"/a\n2026" in line
