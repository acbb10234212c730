"""Scripts and styles on their way to a browser: compressed once, when one first asks, and not for each."""

import gzip
from functools import lru_cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class CompressedStaticFiles(StaticFiles):
    """Static files, sent compressed to whoever takes that and where it helps."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or that it has not changed.

        Raises:
            HTTPException: there is no such file.
        """
        response = await super().get_response(path, scope)
        asked = Headers(scope=scope)
        if not isinstance(response, FileResponse) or "gzip" not in asked.get("accept-encoding", ""):
            return response
        content = await run_in_threadpool(_compressed, Path(response.path), response.headers["etag"])
        if content is None or "range" in asked:
            return response
        headers = {name: value for name, value in response.headers.items() if name not in _OF_ANOTHER_FORM}
        headers |= {"content-encoding": "gzip", "vary": "Accept-Encoding"}
        return Response(content, response.status_code, headers)


_OF_ANOTHER_FORM = {"content-length", "accept-ranges"}


@lru_cache(maxsize=256)
def _compressed(path: Path, _version: str) -> bytes | None:
    """The file's bytes compressed, None if that saves nothing. A new version of it is compressed anew."""
    content = path.read_bytes()
    smaller = gzip.compress(content, mtime=0)
    return smaller if len(smaller) < len(content) else None
