"""The pages people see, and their scripts and styles."""

import gzip
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import Scope

from app.inference import model_info
from app.routes.dependencies import AppService
from app.runtime import folder
from app.settings import split_csv
from app.weights import build_model_page

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=folder("templates"))


@router.head("/")
@router.get("/")
async def draw(request: Request, service: AppService) -> Response:
    """The canvas page."""
    artifact = service.classifier.artifact
    page = {
        "model": model_info(artifact),
        "activation": artifact.network.architecture.activation,
        "keyed": bool(split_csv(service.settings.api_keys)),
    }
    return templates.TemplateResponse(request, "index.html", page)


@router.head("/model")
@router.get("/model")
def model(request: Request, service: AppService) -> Response:
    """What the network is, how good it is and where it fails."""
    # Not on the event loop: filling in this many figures takes ten milliseconds and more.
    page = build_model_page(service.classifier.artifact, service.card, service.settings.weights)
    return templates.TemplateResponse(request, "model.html", {"page": page})


@router.head("/docs")
@router.get("/docs")
async def docs(request: Request) -> Response:
    """The live documentation of the API."""
    return templates.TemplateResponse(request, "docs.html", {"openapi_url": request.app.openapi_url})


class CompressedStaticFiles(StaticFiles):
    """Static files, sent compressed to whoever takes that and where it helps: once compressed, and not for each."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or that it has not changed.

        Raises:
            HTTPException: there is no such file.
        """
        response = await super().get_response(path, scope)
        response.headers["vary"] = "Accept-Encoding"
        asked = Headers(scope=scope)
        if not isinstance(response, FileResponse) or "gzip" not in asked.get("accept-encoding", ""):
            return response
        content = await run_in_threadpool(_compressed, Path(response.path), response.headers["etag"])
        if content is None or "range" in asked:
            return response
        headers = {name: value for name, value in response.headers.items() if name not in _OF_ANOTHER_FORM}
        return Response(content, response.status_code, {**headers, "content-encoding": "gzip"})


_OF_ANOTHER_FORM = {"content-length", "accept-ranges"}


@lru_cache(maxsize=256)
def _compressed(path: Path, _version: str) -> bytes | None:
    """The file's bytes compressed, None if that saves nothing. A new version of it is compressed anew."""
    content = path.read_bytes()
    smaller = gzip.compress(content, mtime=0)
    return smaller if len(smaller) < len(content) else None
