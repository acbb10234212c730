"""The protocol of TensorFlow Serving and KServe's V1, older than the Open Inference Protocol: below `/v1/models`."""

from http import HTTPStatus

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.decoding import read_json_body
from app.errors import Refusal, ServiceError
from app.inference import parse_predictions, prediction_reply, prepare_predictions
from app.routes.dependencies import AppService
from app.routes.open_inference import known_model, known_version
from app.schemas import (
    MODEL_NAME,
    SIGNATURE_METADATA,
    ModelNames,
    ModelStatus,
    PredictionReply,
    PredictionRequest,
    SignatureMetadata,
    inference_problems,
    json_body,
)

router = APIRouter(prefix="/v1/models", tags=["TensorFlow Serving, KServe V1"])
model = APIRouter(dependencies=[Depends(known_model)], responses=inference_problems(Refusal.NOT_FOUND))
"""What is asked of a model, with a version in the address and without."""


@router.get("", summary="The models")
async def models() -> ModelNames:
    """Their names: there is one."""
    return ModelNames(models=[MODEL_NAME])


@model.post(
    ":predict",
    summary="Read drawings",
    response_model=PredictionReply,
    responses=inference_problems(
        Refusal.INVALID_JSON,
        Refusal.NOT_FOUND,
        Refusal.BODY_TOO_SLOW,
        Refusal.BODY_TOO_LARGE,
        Refusal.UNSUPPORTED_MEDIA_TYPE,
        Refusal.INVALID_INK,
    ),
    openapi_extra={"requestBody": json_body(PredictionRequest)},
)
async def predict(request: Request, service: AppService) -> Response:
    """The probabilities of the digits 0 to 9 for each of up to 256 drawings."""
    body = await read_json_body(request, service.settings)
    predictions = await service.workers.in_thread(parse_predictions, body)
    inks = await prepare_predictions(predictions, service.settings, service.workers)

    def answer() -> bytes:
        readings = service.classifier.predict_batch(inks)
        for reading in readings:
            service.metrics.count_reading(reading.verdict, reading.confidence)
        return prediction_reply(predictions, readings).model_dump_json(exclude_none=True).encode()

    return Response(await service.workers.in_thread(answer), media_type="application/json")


@model.get(":predict", include_in_schema=False)
async def refuse_get() -> None:
    """Say that a prediction is posted: without this, `digits:predict` would be a model's name.

    Raises:
        HTTPException: always.
    """
    raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "POST"})


@model.post(":{verb}", include_in_schema=False)
async def refuse(verb: str) -> None:
    """Say what can be asked of the model, if it is something else.

    Raises:
        ServiceError: always.
    """
    raise ServiceError(Refusal.NOT_FOUND, f"of the model there is no ':{verb[:40]}', only ':predict'")


@model.get("", summary="The model is ready")
async def status(_service: AppService) -> ModelStatus:
    """Its weights are loaded and self-checked."""
    return ModelStatus(name=MODEL_NAME, ready=True)


@model.get("/metadata", summary="The model")
async def metadata() -> SignatureMetadata:
    """What goes in and comes out, as TensorFlow Serving describes it."""
    return SIGNATURE_METADATA


# The longer address first: a name may hold anything but a slash.
router.include_router(model, prefix="/{name}/versions/{version}", dependencies=[Depends(known_version)])
router.include_router(model, prefix="/{name}")
