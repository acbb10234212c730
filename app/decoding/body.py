"""The body of a request, read without ever holding more of it than allowed."""

import asyncio

from starlette.requests import Request

from app.errors import Refusal, ServiceError


async def read_body(request: Request, max_bytes: int, seconds: float) -> bytes:
    """The whole body.

    Args:
        request: whose body was not read yet.
        max_bytes: that are allowed.
        seconds: in which it must arrive.

    Raises:
        ServiceError: it takes longer to arrive, or is or says that it is larger.
    """
    # A number of a few digits: `app.middleware.RequestHead` has refused anything else.
    if int(request.headers.get("content-length", "0")) > max_bytes:
        raise _too_large(max_bytes)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > max_bytes:
                    raise _too_large(max_bytes)
    except TimeoutError as error:
        detail = f"the body took longer than the {seconds:g} seconds allowed"
        raise ServiceError(Refusal.BODY_TOO_SLOW, detail) from error
    return bytes(body)


def media_type_of(request: Request) -> str:
    """The kind of body a request says it has, without parameters such as a charset; empty if it does not say."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _too_large(max_bytes: int) -> ServiceError:
    return ServiceError(Refusal.BODY_TOO_LARGE, f"the body is larger than the {max_bytes:,} bytes allowed")
