"""One request for one file: into its partial file, from where it broke off if the server can do that."""

from collections.abc import Callable
from http.client import HTTPResponse

from model.data.partial import NOTHING, Partial, ResumePoint
from model.data.request import TransferError, chunks, get

Report = Callable[[int, int | None], None]


def transfer(url: str, partial: Partial, *, limit: int, timeout: float, report: Report) -> bool:
    """Ask for `url` once and add what comes to `partial`.

    What came stays in `partial` when the connection breaks, and is discarded when it is of no use.

    Args:
        url: an http or https address.
        partial: where the bytes go.
        limit: how many bytes the file may have.
        timeout: seconds without a byte after which the server counts as stalled.
        report: called with the bytes there so far and their total, if the server tells.

    Returns:
        Whether the file is known to have come to its end: a server need not tell the length.

    Raises:
        TransferError: no connection, a refusal, a broken or stalled connection, too many bytes.
        DataError: the partial file cannot be written.
    """
    try:
        return _transfer(url, partial, limit=limit, timeout=timeout, report=report)
    except TransferError as error:
        if error.spoilt:
            partial.discard()
        raise


def _transfer(url: str, partial: Partial, *, limit: int, timeout: float, report: Report) -> bool:
    point = partial.resume_point(url)
    with get(url, _headers(point), timeout=timeout) as response:
        if response.status == 206:
            _check_continues(url, response, point)
            done = point.start
        else:
            # The server ignores ranges, or the file has changed: all of it comes, from the start.
            partial.restart(url, _validator(response))
            done = 0
        total = None if response.length is None else done + response.length
        _check_size(url, total or 0, limit)
        report(done, total)
        with partial.append() as file:
            for chunk in chunks(url, response, timeout=timeout):
                done += len(chunk)
                _check_size(url, done, limit)
                file.write(chunk)
                report(done, total)
    if total is not None and done < total:
        message = f"{url}: the connection broke after {done:,} of {total:,} bytes"
        raise TransferError(message, passing=True)
    return total is not None


def _headers(point: ResumePoint) -> dict[str, str]:
    headers = {"User-Agent": "digits", "Accept-Encoding": "identity"}
    if point != NOTHING:
        headers |= {"Range": f"bytes={point.start}-", "If-Range": point.validator}
    return headers


def _check_continues(url: str, response: HTTPResponse, point: ResumePoint) -> None:
    """Make sure that the part sent is the part asked for, of the same file: some servers ignore If-Range."""
    asked_for = response.headers.get("Content-Range", "").startswith(f"bytes {point.start}-")
    same_file = _validator(response) in ("", point.validator)
    if point == NOTHING or not asked_for or not same_file:
        message = f"{url}: sent another part of the file than asked for"
        raise TransferError(message, passing=True, spoilt=True)


def _check_size(url: str, size: int, limit: int) -> None:
    if size > limit:
        message = f"{url}: has more than {limit:,} bytes, the most that the file can take"
        raise TransferError(message, passing=False, spoilt=True)


def _validator(response: HTTPResponse) -> str:
    """Give the strong ETag or else the date, for If-Range; a weak ETag does not promise the same bytes."""
    tag = response.headers.get("ETag", "")
    return tag if tag.startswith('"') else response.headers.get("Last-Modified", "")
