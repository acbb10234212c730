"""A client of the digits service, for programs: `DigitsClient`, and `AsyncDigitsClient` for asyncio.

docs/clients.md shows it at work. It knows the service by its replies alone and needs nothing else of this project.
"""

from digits_client.client import AsyncDigitsClient, DigitsClient
from digits_client.errors import AddressError, DigitsClientError, RefusedError, ReplyError, UnavailableError
from digits_client.ink import Drawing, Pixels, Strokes
from digits_client.many import Outcome
from digits_client.readings import (
    Alternative,
    DigitOfNumber,
    Hint,
    Model,
    NumberReading,
    Reading,
    SignOfNumber,
    Verdict,
)
from digits_client.retries import Retries

__all__ = [
    "AddressError",
    "Alternative",
    "AsyncDigitsClient",
    "DigitOfNumber",
    "DigitsClient",
    "DigitsClientError",
    "Drawing",
    "Hint",
    "Model",
    "NumberReading",
    "Outcome",
    "Pixels",
    "Reading",
    "RefusedError",
    "ReplyError",
    "Retries",
    "SignOfNumber",
    "Strokes",
    "UnavailableError",
    "Verdict",
]
