"""One line for each request, under an id that the caller gets too. Never a word of what was drawn."""

import json
import logging
import re
import time
from http import HTTPStatus
from secrets import token_hex
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Refusal, error_response, route_path
from app.middleware.connection_turns import is_refused_below
from app.runtime import Metrics

REQUEST_ID_HEADER = "X-Request-ID"

_ID_HEADER = REQUEST_ID_HEADER.lower().encode()

_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
"""What is taken over from a caller or a proxy; anything else might be made to look like another line of the log."""

log = logging.getLogger("digits.requests")


class RequestLog:
    """ASGI middleware that times each request, counts it, logs it and gives it an id.

    It also answers what nothing foresaw, with 500 and the id under which the log says why.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and tell of its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _given_id(scope) or token_hex(16)
        header = (_ID_HEADER, request_id.encode())
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], header]
            await send(message)

        started = time.perf_counter()
        with self._metrics.under_way():
            try:
                await self._app(scope, receive, send_with_id)
            except Exception:
                log.exception("the request failed", extra={"fields": {"request_id": request_id}})
                if status:  # the reply has begun: the server breaks it off
                    raise
                failure = Refusal.INTERNAL_ERROR
                await error_response(route_path(scope), failure.problem(failure.meaning))(
                    scope, receive, send_with_id
                )
            finally:
                seconds = time.perf_counter() - started
                if status != HTTPStatus.BAD_REQUEST or not is_refused_below(scope):  # that is counted by itself
                    self._metrics.count_request(scope["method"], route_of(scope), status or 500, seconds)
                    if log.isEnabledFor(logging.INFO):
                        log.info("request", extra={"fields": _fields(scope, request_id, status or 500, seconds)})


def _given_id(scope: Scope) -> str:
    """The id that a caller or a proxy gave the request; empty if there is none to be taken over."""
    for name, value in scope["headers"]:
        if name == _ID_HEADER and _ID.fullmatch(value):
            return str(value, "ascii")
    return ""


def route_of(scope: Scope) -> str:
    """The address as it is declared: `/model/layers/{layer}/units/{unit}`, not one for each unit."""
    if route := getattr(scope.get("route"), "path", ""):
        return str(route)
    return "/static" if route_path(scope).startswith("/static/") else "other"


def _fields(scope: Scope, request_id: str, status: int, seconds: float) -> dict[str, Any]:
    return {
        "request_id": request_id,
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "milliseconds": round(1000 * seconds, 2),
        "client": (scope.get("client") or ("unknown",))[0],
    }


class JsonFormatter(logging.Formatter):
    """Each record as one line of JSON, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {"time": self.formatTime(record), "level": record.levelname.lower(), "message": record.getMessage()}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line | getattr(record, "fields", {}), default=str)


class TextFormatter(logging.Formatter):
    """Each record as a line for people, and below it, indented, the lines of a traceback.

    What callers send can be in it: nothing of that looks like a line or a field of its own.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        parts = [self.formatTime(record), record.levelname.lower(), _printable(record.getMessage().rstrip())]
        parts += [f"{name}={_as_field(value)}" for name, value in getattr(record, "fields", {}).items()]
        below = self.formatException(record.exc_info).splitlines() if record.exc_info else []
        return "\n".join([" ".join(parts).rstrip(), *(f"    {_printable(line)}" for line in below)])


def _as_field(value: object) -> str:
    """In quotes if it would not end where it ends."""
    text = str(value)
    return _printable(json.dumps(text, ensure_ascii=False) if any(mark in text for mark in ' "=') else text)


def _printable(text: str) -> str:
    """With escapes in place of what is not to be seen: controls, ends of lines, halves of surrogate pairs."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
