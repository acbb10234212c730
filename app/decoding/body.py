"""Reading a request's body without ever holding more of it than allowed."""

import asyncio

from starlette.requests import Request

from app.errors import BodyTooLargeError, BodyTooSlowError


async def read_body(request: Request, max_bytes: int, seconds: float) -> bytes:
    """The whole body.

    Raises:
        BodyTooSlowError: it takes longer than so many seconds to arrive.
        BodyTooLargeError: its declared length, or what has come so far, is beyond `max_bytes`.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise _too_large(max_bytes)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > max_bytes:
                    raise _too_large(max_bytes)
    except TimeoutError as error:
        raise BodyTooSlowError(f"the body took longer than the {seconds:g} seconds allowed") from error
    return bytes(body)


def _too_large(max_bytes: int) -> BodyTooLargeError:
    return BodyTooLargeError(f"the body is larger than the {max_bytes:,} bytes allowed")
