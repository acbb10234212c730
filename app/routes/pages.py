"""The pages people see."""

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from app.reply import model_info
from app.resources import folder
from app.routes.dependencies import AppClassifier

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=folder("templates"))


@router.head("/")
@router.get("/")
async def draw(request: Request, classifier: AppClassifier) -> Response:
    """The canvas page."""
    return templates.TemplateResponse(request, "index.html", {"model": model_info(classifier.artifact)})


@router.head("/docs")
@router.get("/docs")
async def docs(request: Request) -> Response:
    """The live documentation of the API."""
    return templates.TemplateResponse(request, "docs.html", {"openapi_url": request.app.openapi_url})
