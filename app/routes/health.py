"""Whether the service is alive, whether it can read digits, and its metrics for Prometheus."""

from fastapi import APIRouter
from starlette.responses import Response

from app.inference import model_info
from app.routes.dependencies import AppService
from app.runtime import MEDIA_TYPE
from app.schemas import Health, Readiness

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Alive")
async def alive() -> Health:
    """The process answers."""
    return Health(status="alive")


@router.get("/readyz", summary="Ready")
async def ready(service: AppService) -> Readiness:
    """The weights are loaded and have passed their self-check; the service does not start otherwise."""
    return Readiness(status="ready", model=model_info(service.classifier.artifact))


@router.get("/metrics", summary="Metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(service: AppService) -> Response:
    """Requests, times, verdicts and confidence, as Prometheus reads them."""
    return Response(service.metrics.page(), media_type=MEDIA_TYPE)
