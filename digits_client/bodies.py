"""Replies as they come over the wire, from whoever it may be: no more is read of one than a reply may be long."""

import zlib
from dataclasses import dataclass

import httpx

from digits_client.errors import ReplyError

MAX_BYTES = 16 * 2**20
"""In a reply, before and after decompression. The longest that the service gives, for 256 drawings, has a tenth of a
megabyte; JSON of this length made into values takes some hundred megabytes at worst."""

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply whose body has not been looked at.

    Attributes:
        status: of HTTP.
        reason: its name as the server has it, possibly empty.
        headers: of HTTP.
        raw: the body as it came; if it is longer than `MAX_BYTES`, then not all of it.
    """

    status: int
    reason: str
    headers: httpx.Headers
    raw: bytes

    def content(self) -> bytes:
        """The body, decompressed if it came as gzip or deflate (RFC 9110, 8.4.1); in any other coding as it came.

        Raises:
            ReplyError: it is longer than `MAX_BYTES`, or not compressed as it says.
        """
        content = self.raw
        if self.headers.get("Content-Encoding", "").strip().lower() in {"gzip", "x-gzip", "deflate"}:
            content = _decompressed(content)
        if len(content) > MAX_BYTES:
            raise ReplyError(f"a reply of more than {MAX_BYTES // 2**20} MB")
        return content


def _decompressed(raw: bytes) -> bytes:
    """So much of it at most that it is known to be too long."""
    decompressor = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        content = decompressor.decompress(raw, MAX_BYTES + 1)
    except zlib.error as error:
        raise ReplyError(f"a body that is not compressed as it says: {error}") from error
    if not decompressor.eof and max(len(raw), len(content)) <= MAX_BYTES:
        raise ReplyError("a body that is not compressed as it says: it ends too soon")
    return content


def receive(response: httpx.Response) -> Reply:
    """What is still to come of a reply, read until it ends or is too long.

    Raises:
        httpx.RequestError: the connection breaks, or the time is up.
    """
    raw = bytearray()
    for chunk in response.iter_raw():
        raw += chunk
        if len(raw) > MAX_BYTES:
            break
    return _reply(response, raw)


async def receive_async(response: httpx.Response) -> Reply:
    """The same without holding up the event loop."""
    raw = bytearray()
    async for chunk in response.aiter_raw():
        raw += chunk
        if len(raw) > MAX_BYTES:
            break
    return _reply(response, raw)


def _reply(response: httpx.Response, raw: bytearray) -> Reply:
    return Reply(response.status_code, response.reason_phrase, response.headers, bytes(raw))
