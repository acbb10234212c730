"""What can be asked of the service: where it goes, what it carries, and what its reply will be."""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Generic, TypeVar

import httpx

from digits_client.errors import AddressError, DigitsClientError
from digits_client.ink import JSON, Body, Pixels, Strokes, body_of
from digits_client.readings import NumberReading, Reading
from digits_client.replies import Parser, parse_number, parse_reading, parse_ready, success_of
from digits_client.retries import Attempts

_Value = TypeVar("_Value")

PREDICT = "/v1/predict"
PREDICT_BATCH = "/v1/predict/batch"

_LARGE = 2**16
"""Bytes from which on a body is compressed: below, most of the time goes into asking at all."""

_LEVEL = 1
"""A megabyte of strokes takes 8 ms and becomes 0.38 MB; at level 6 it takes 75 ms and becomes 0.3 MB."""


@dataclass(frozen=True, slots=True)
class Operation(Generic[_Value]):
    """One thing that can be asked of the service.

    Attributes:
        path: below the service's address.
        body: what is sent along; None for a GET.
        parse: makes a value of the reply.
        instead: makes one of the error if there is no reply; None to raise it.
    """

    path: str
    body: Body | None
    parse: Parser[_Value]
    instead: Callable[[DigitsClientError], _Value] | None = None

    @property
    def is_large(self) -> bool:
        """Whether its body is worth compressing: images are compressed already."""
        return self.body is not None and self.body.media_type == JSON and len(self.body.content) >= _LARGE

    def request(
        self, headers: Mapping[str, str], base: httpx.URL, timeout: float, *, compressed: bool = False
    ) -> httpx.Request:
        """It as a request to the service at `base`, whose parts may each take `timeout` seconds.

        The body may be compressed by gzip (RFC 9110, 8.4.1.3).
        """
        url = base.copy_with(path=base.path.rstrip("/") + self.path, query=None, fragment=None)
        extensions = {"timeout": httpx.Timeout(timeout).as_dict()}
        if self.body is None:
            return httpx.Request("GET", url, headers=headers, extensions=extensions)
        carrying = {**headers, "Content-Type": self.body.media_type}
        content = self.body.content
        if compressed:
            content = gzip.compress(content, _LEVEL, mtime=0)
            carrying["Content-Encoding"] = "gzip"
        return httpx.Request("POST", url, headers=carrying, content=content, extensions=extensions)

    def answer(self, attempts: Attempts) -> _Value:
        """The value in the reply to the last attempt.

        Raises:
            DigitsClientError: there is none, and nothing stands for one.
        """
        try:
            return self.parse(success_of(attempts))
        except DigitsClientError as error:
            if self.instead is None:
                raise
            return self.instead(error)


def predict_operation(
    strokes: Strokes | None, image: bytes | Path | str | None, pixels: Pixels | None
) -> Operation[Reading]:
    """Which digit is it? Raises what `body_of` does."""
    return Operation(PREDICT, body_of(strokes=strokes, image=image, pixels=pixels), parse_reading)


def read_operation(
    strokes: Strokes | None, image: bytes | Path | str | None, pixels: Pixels | None
) -> Operation[NumberReading]:
    """Which number is it? Raises what `body_of` does."""
    return Operation("/v1/read", body_of(strokes=strokes, image=image, pixels=pixels), parse_number)


READY = Operation("/readyz", None, parse_ready)
"""Are the weights loaded, and which are they?"""


def service_address(address: str) -> httpx.URL:
    """The address of a service.

    Raises:
        AddressError: it is none.
    """
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise AddressError(f"'{address}' is no address: {error}") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise AddressError(f"the address is '{address}', but must start with http:// or https:// and name a host")
    return url


def headers_for(api_key: str | None) -> dict[str, str]:
    """What every request says of itself."""
    try:
        ours = version("digits")
    except PackageNotFoundError:  # copied into another project
        ours = "unknown"
    return {
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": f"digits-client/{ours}",
        **({"X-API-Key": api_key} if api_key else {}),
    }
