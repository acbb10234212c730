"""Pages and files in the form that is asked for, or not at all if the asker has it (RFC 9110, 8.8.3.3)."""

import gzip
from email.utils import parsedate

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse

ASK_AGAIN = "no-cache"
"""Cache-Control of what may be kept, and is asked after each time."""


def takes_gzip(asked: Headers) -> bool:
    """Whether gzip is taken: `app.middleware.RequestHead` leaves that of Accept-Encoding, or nothing."""
    return "accept-encoding" in asked


def in_one_form(response: Response, asked: Headers, compressed: bytes | None) -> Response:
    """A page or file as it is asked for.

    Args:
        response: it as it is, with an ETag and perhaps Last-Modified.
        asked: the request's headers.
        compressed: the same by gzip; None if it is not to be sent so. It has an ETag of its own.
    """
    response.headers["vary"] = "Accept-Encoding"
    if compressed is not None and takes_gzip(asked):
        headers = MutableHeaders(response.headers)
        for name in ("content-length", "accept-ranges"):
            del headers[name]
        headers["etag"] = f'{headers["etag"][:-1]}-gzip"'
        headers["content-encoding"] = "gzip"
        response = Response(compressed, response.status_code, headers)
    return NotModifiedResponse(response.headers) if _has(asked, response.headers) else response


def smaller(content: bytes) -> bytes | None:
    """Content compressed as far as it goes; None if that saves nothing."""
    compressed = gzip.compress(content, mtime=0)
    return compressed if len(compressed) < len(content) else None


def _has(asked: Headers, headers: Headers) -> bool:
    """Whether the asker has what would come with these headers (RFC 9110, 13.1.2 and 13.1.3)."""
    if lines := asked.getlist("if-none-match"):
        kept = [tag.strip().removeprefix("W/") for line in lines for tag in line.split(",")]
        return headers["etag"] in kept or kept == ["*"]
    since, modified = parsedate(asked.get("if-modified-since")), parsedate(headers.get("last-modified"))
    return since is not None and modified is not None and since >= modified
