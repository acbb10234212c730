"""`GET /metrics`, for Prometheus."""

from fastapi import APIRouter
from starlette.responses import Response

from app.routes.dependencies import AppMetrics
from app.runtime import MEDIA_TYPE

router = APIRouter(tags=["health"])


@router.get("/metrics", summary="Metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(metrics: AppMetrics) -> Response:
    """Requests, times, verdicts and confidence, as Prometheus reads them."""
    return Response(metrics.page(), media_type=MEDIA_TYPE)
