"""The network's own numbers, for those who want to look inside."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException

from app.inference import weights_of_unit
from app.routes.dependencies import AppClassifier
from app.schemas import WeightsOfUnit, problems

router = APIRouter(tags=["model"])


@router.get(
    "/model/layers/{layer}/units/{unit}",
    summary="The weights of one unit",
    responses=problems(404, 422),
)
async def unit(
    classifier: AppClassifier,
    layer: Annotated[int, Path(ge=0, description="0 for the first hidden layer; the output is the last.")],
    unit: Annotated[int, Path(ge=0, description="Its index in the layer.")],
) -> WeightsOfUnit:
    """What a unit multiplies each of its inputs with, and what it adds."""
    weights = weights_of_unit(classifier, layer, unit)
    if weights is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return weights
