"""One HTTP GET by the standard library alone, with every way it can fail told in one line."""

import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from urllib.error import HTTPError, URLError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    UnknownHandler,
)

from model.errors import DownloadError

_CHUNK = 1 << 16
_RANGE_NOT_SATISFIABLE = 416
_PASSING = {408, _RANGE_NOT_SATISFIABLE, 425, 429, 500, 502, 503, 504}


class TransferError(DownloadError):
    """One request that did not bring the file.

    Attributes:
        passing: whether the same request may well succeed later.
        spoilt: whether the bytes got so far are of no use for that.
        wait: how many seconds the server asked to wait first, if it did.
    """

    def __init__(self, message: str, *, passing: bool, spoilt: bool = False, wait: float | None = None) -> None:
        super().__init__(message)
        self.passing = passing
        self.spoilt = spoilt
        self.wait = wait


def get(url: str, headers: Mapping[str, str], *, timeout: float) -> HTTPResponse:
    """Ask for `url` and give the answer, its status 200 or 206 and its body yet to be read.

    Args:
        url: an http or https address.
        headers: sent with the request, and again after a redirection.
        timeout: seconds without a byte after which the server counts as stalled.

    Raises:
        TransferError: no connection, or another status.
    """
    try:
        response: HTTPResponse = _opener(headers).open(url, timeout=timeout)
    except HTTPError as error:
        with error:
            raise _refusal(url, error) from None
    except (OSError, HTTPException, ValueError) as error:  # a ValueError is an address that makes no sense
        raise TransferError(f"{url}: {_reason(error, timeout)}", passing=True) from error
    if response.status in (200, 206):
        return response
    response.close()
    raise TransferError(f"{url}: HTTP {response.status} {response.reason}, expected 200", passing=False)


def chunks(url: str, response: HTTPResponse, *, timeout: float) -> Iterator[bytes]:
    """Read the body piece by piece, each as soon as it comes, so that a break loses none.

    Raises:
        TransferError: the connection broke or stalled.
    """
    while True:
        try:
            chunk = response.read1(_CHUNK)
        except (OSError, HTTPException) as error:
            raise TransferError(f"{url}: {_reason(error, timeout)}", passing=True) from error
        if not chunk:
            return
        yield chunk


def _opener(headers: Mapping[str, str]) -> OpenerDirector:
    """Make an opener for http and https alone: the default one would also read local files and FTP."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPRedirectHandler(),
        HTTPDefaultErrorHandler(),
        HTTPErrorProcessor(),
        UnknownHandler(),
    ):
        opener.add_handler(handler)
    opener.addheaders = list(headers.items())
    return opener


def _refusal(url: str, error: HTTPError) -> TransferError:
    return TransferError(
        f"{url}: HTTP {error.code} {error.reason}",
        passing=error.code in _PASSING,
        spoilt=error.code == _RANGE_NOT_SATISFIABLE,
        wait=_retry_after(error.headers),
    )


def _retry_after(headers: Message) -> float | None:
    """Read the Retry-After header, a number of seconds or a date (RFC 9110, 10.2.3)."""
    value = str(headers.get("Retry-After", "")).strip()
    if value.isdecimal():
        return float(value)
    try:
        date = parsedate_to_datetime(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (date - datetime.now(UTC)).total_seconds())


def _reason(error: Exception, timeout: float) -> str:
    """Say in a few words why there was no answer, or none to the end."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, TimeoutError):
        return f"timeout, nothing came for {timeout:g} s"
    if isinstance(cause, ConnectionRefusedError):
        return "connection refused"
    if isinstance(cause, socket.gaierror):
        return f"the host is not known: {cause.strerror}"
    if isinstance(cause, (ConnectionError, HTTPException)):
        return f"the connection broke: {cause}"
    return str(cause)
