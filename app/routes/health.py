"""Whether the service is alive, and whether it can read digits."""

from fastapi import APIRouter

from app.inference import model_info
from app.routes.dependencies import AppClassifier
from app.schemas import Health, Readiness

router = APIRouter(tags=["health"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", summary="Alive")
async def alive() -> Health:
    """The process answers."""
    return Health(status="alive")


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", summary="Ready")
async def ready(classifier: AppClassifier) -> Readiness:
    """The weights are loaded and have passed their self-check; the service does not start otherwise."""
    return Readiness(status="ready", model=model_info(classifier.artifact))
