"""The pages people see."""

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.templating import Jinja2Templates

from app.inference import model_info
from app.routes.dependencies import AppService
from app.routes.forms import ASK_AGAIN, in_one_form, smaller, takes_gzip
from app.runtime import folder
from app.settings import split_csv
from app.weights import build_model_page

router = APIRouter(include_in_schema=False)

_INDENTATION = re.compile(rb"\n\s+")
"""A tenth of a page, and for those who read the template."""


def _addresses(request: Request) -> dict[str, Any]:
    root: str = request.scope.get("root_path", "")
    state = request.app.state
    return {"root": root, "static": f"{root}/static/{state.static_hash}", "lab": state.settings.lab}


templates = Jinja2Templates(
    directory=folder("templates"),
    # What every address begins with, and those of scripts and styles, which `app.factory` mounts; is there a lab?
    context_processors=[_addresses],
)


@router.get("/")
async def draw(request: Request, service: AppService) -> Response:
    """The canvas page."""
    artifact = service.classifier.artifact
    content = {
        "model": model_info(artifact),
        "activation": artifact.network.architecture.activation,
        "keyed": bool(split_csv(service.settings.api_keys)),
    }
    return page(request, "index.html", content)


@router.get("/model")
def model(request: Request, service: AppService) -> Response:
    """What the network is, how good it is and where it fails."""
    # Not on the event loop: filling in this many figures takes ten milliseconds and more.
    content = build_model_page(service.classifier.artifact, service.card, service.settings.weights)
    return page(request, "model.html", {"page": content})


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The live documentation of the API."""
    return page(request, "docs.html", {"openapi_url": request.app.openapi_url})


@router.get("/favicon.ico")
async def favicon(request: Request) -> Response:
    """The icon, for browsers that show something of ours that names none, such as a reply in JSON."""
    return RedirectResponse(f"{_addresses(request)['static']}/favicon.svg")


def page(request: Request, template: str, context: Mapping[str, Any]) -> Response:
    """A page that browsers may keep, and ask after each time."""
    filled = templates.TemplateResponse(request, template, dict(context))
    response = HTMLResponse(_INDENTATION.sub(b"\n", bytes(filled.body)))
    content = bytes(response.body)
    response.headers["cache-control"] = ASK_AGAIN
    response.headers["etag"] = f'"{sha256(content).hexdigest()[:32]}"'
    return in_one_form(response, request.headers, _compressed(content) if takes_gzip(request.headers) else None)


@lru_cache(maxsize=8)
def _compressed(page: bytes) -> bytes | None:
    """A page compressed once, for all who ask: it is another with other weights."""
    return smaller(page)
