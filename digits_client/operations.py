"""What can be asked of the service: where it goes, what it carries, and what its reply will be."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Generic, TypeVar

import httpx

from digits_client.errors import AddressError
from digits_client.ink import Body, Pixels, Strokes, body_of
from digits_client.readings import Model, NumberReading, Reading
from digits_client.replies import Parser, error_of, parse_number, parse_reading, parse_ready

_Value = TypeVar("_Value")

_API = "/v1"
"""The version of the API that the client speaks."""


@dataclass(frozen=True, slots=True)
class Operation(Generic[_Value]):
    """One thing that can be asked of the service.

    Attributes:
        path: below the service's address.
        body: what is sent along; None for a GET.
        parse: makes a value of the reply.
    """

    path: str
    body: Body | None
    parse: Parser[_Value]

    def request(self, headers: Mapping[str, str], base: httpx.URL, timeout: float) -> httpx.Request:
        """It as a request to the service at `base`, whose parts may each take `timeout` seconds."""
        url = base.copy_with(path=base.path.rstrip("/") + self.path, query=None, fragment=None)
        extensions = {"timeout": httpx.Timeout(timeout).as_dict()}
        if self.body is None:
            return httpx.Request("GET", url, headers=headers, extensions=extensions)
        carrying = {**headers, "Content-Type": self.body.media_type}
        return httpx.Request("POST", url, headers=carrying, content=self.body.content, extensions=extensions)

    def answer(self, outcome: httpx.Response | httpx.RequestError, attempts: int) -> _Value:
        """The value in the reply to the last of so many attempts.

        Raises:
            DigitsClientError: there is none.
        """
        if isinstance(outcome, httpx.RequestError):
            raise error_of(outcome, attempts) from outcome
        if not outcome.is_success:
            raise error_of(outcome, attempts)
        return self.parse(outcome.content)


def predict_operation(
    strokes: Strokes | None, image: bytes | Path | str | None, pixels: Pixels | None
) -> Operation[Reading]:
    """Which digit is it? Raises what `body_of` does."""
    return predict_operation_of(body_of(strokes=strokes, image=image, pixels=pixels), parse_reading)


def predict_operation_of(body: Body, parse: Parser[_Value]) -> Operation[_Value]:
    """Which digit is it, in a body made before?"""
    return Operation(f"{_API}/predict", body, parse)


def batch_operation_of(body: Body, parse: Parser[_Value]) -> Operation[_Value]:
    """Which digit is each of these?"""
    return Operation(f"{_API}/predict/batch", body, parse)


def read_operation(
    strokes: Strokes | None, image: bytes | Path | str | None, pixels: Pixels | None
) -> Operation[NumberReading]:
    """Which number is it? Raises what `body_of` does."""
    return Operation(f"{_API}/read", body_of(strokes=strokes, image=image, pixels=pixels), parse_number)


def ready_operation() -> Operation[Model]:
    """Are the weights loaded, and which are they?"""
    return Operation("/readyz", None, parse_ready)


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
        "User-Agent": f"digits-client/{ours}",
        **({"X-API-Key": api_key} if api_key else {}),
    }
