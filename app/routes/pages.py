"""The pages people see."""

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from app.inference import model_info
from app.routes.dependencies import AppCard, AppClassifier, AppSettings
from app.runtime import folder
from app.settings import split_csv
from app.weights import build_model_page

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=folder("templates"))


@router.head("/")
@router.get("/")
async def draw(request: Request, classifier: AppClassifier, settings: AppSettings) -> Response:
    """The canvas page."""
    artifact = classifier.artifact
    activation = artifact.network.architecture.activation
    page = {"model": model_info(artifact), "activation": activation, "keyed": bool(split_csv(settings.api_keys))}
    return templates.TemplateResponse(request, "index.html", page)


@router.head("/model")
@router.get("/model")
def model(request: Request, classifier: AppClassifier, card: AppCard, settings: AppSettings) -> Response:
    """What the network is, how good it is and where it fails."""
    # Not on the event loop: filling in this many figures takes ten milliseconds and more.
    page = build_model_page(classifier.artifact, card, settings.weights)
    return templates.TemplateResponse(request, "model.html", {"page": page})


@router.head("/docs")
@router.get("/docs")
async def docs(request: Request) -> Response:
    """The live documentation of the API."""
    return templates.TemplateResponse(request, "docs.html", {"openapi_url": request.app.openapi_url})
