"""Scripts, styles and pictures, which browsers keep for a year: other ones have another address."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.routes.forms import ASK_AGAIN, in_one_form, smaller, takes_gzip

_FOR_GOOD = "public, max-age=31536000, immutable"

_HASH_DIGITS = 8


class HashedStaticFiles(StaticFiles):
    """Static files, once compressed and not for each who asks, and again below a hash of them all.

    Attributes:
        hash: of the names and contents of all files; `js/main.js` is also there as `<hash>/js/main.js`, and what it
            imports from beside it as well.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self.hash = _hash_of(directory)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or that it has not changed.

        Raises:
            HTTPException: there is no such file.
        """
        first, _, rest = path.partition("/")
        is_hashed = first == self.hash
        response = await super().get_response(rest if is_hashed else path, scope)
        response.headers["cache-control"] = _FOR_GOOD if is_hashed else ASK_AGAIN
        asked = Headers(scope=scope)
        compressed = None
        if isinstance(response, FileResponse) and takes_gzip(asked) and "range" not in asked:
            compressed = await run_in_threadpool(_compressed, Path(response.path), response.headers["etag"])
        return in_one_form(response, asked, compressed)

    def is_not_modified(self, response_headers: Headers, request_headers: Headers) -> bool:  # noqa: ARG002
        """That is seen once the form is chosen, on which the version depends."""
        return False


def _hash_of(folder: Path) -> str:
    digest = sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(folder).as_posix()} {len(content)} ".encode() + content)
    return digest.hexdigest()[:_HASH_DIGITS]


@lru_cache(maxsize=256)
def _compressed(path: Path, _version: str) -> bytes | None:
    """The file's bytes compressed, None if that saves nothing. A new version of it is compressed anew."""
    return smaller(path.read_bytes())
