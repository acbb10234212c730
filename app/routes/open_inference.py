"""The Open Inference Protocol, by which model servers are asked alike: below `/v2`."""

from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from app.decoding import read_json_body
from app.errors import Refusal, ServiceError
from app.inference import inference_reply, parse_inference
from app.routes.dependencies import AppService
from app.schemas import (
    METADATA,
    MODEL_NAME,
    InferenceReply,
    InferenceRequest,
    ModelMetadata,
    ModelReady,
    ServerLive,
    ServerMetadata,
    ServerReady,
    inference_problems,
    json_body,
)

router = APIRouter(prefix="/v2", tags=["Open Inference Protocol"])


async def _known(
    name: Annotated[str, Path(description="The name of the model.", json_schema_extra={"enum": [MODEL_NAME]})],
) -> None:
    if name != MODEL_NAME:
        raise ServiceError(Refusal.NOT_FOUND, f"there is one model, '{MODEL_NAME}'")


@router.get("", summary="The service")
async def server() -> ServerMetadata:
    """Its name and version."""
    return ServerMetadata(name="digits", version=version("digits"), extensions=[])


@router.get("/health/live", summary="Alive")
async def live() -> ServerLive:
    """The process answers."""
    return ServerLive(live=True)


@router.get("/health/ready", summary="Ready")
async def ready(_service: AppService) -> ServerReady:
    """The weights are loaded and self-checked."""
    return ServerReady(live=True, ready=True)


@router.get(
    "/models/{name}",
    summary="The model",
    responses=inference_problems(Refusal.NOT_FOUND),
    dependencies=[Depends(_known)],
)
async def metadata() -> ModelMetadata:
    """The tensors that go in and come out."""
    return METADATA


@router.get(
    "/models/{name}/ready",
    summary="The model is ready",
    responses=inference_problems(Refusal.NOT_FOUND),
    dependencies=[Depends(_known)],
)
async def model_ready(_service: AppService) -> ModelReady:
    """Its weights are loaded and self-checked."""
    return ModelReady(name=MODEL_NAME, ready=True)


@router.post(
    "/models/{name}/infer",
    summary="Read drawings",
    response_model=InferenceReply,
    responses=inference_problems(
        Refusal.INVALID_JSON,
        Refusal.NOT_FOUND,
        Refusal.BODY_TOO_SLOW,
        Refusal.BODY_TOO_LARGE,
        Refusal.UNSUPPORTED_MEDIA_TYPE,
    ),
    openapi_extra={"requestBody": json_body(InferenceRequest)},
    dependencies=[Depends(_known)],
)
async def infer(request: Request, service: AppService) -> Response:
    """Read up to 256 drawings sent as a tensor of grey values, which are treated as the pixels of `/predict` are."""
    body = await read_json_body(request, service.settings)

    def answer() -> bytes:
        reply, readings = inference_reply(service.classifier, parse_inference(body), service.settings)
        for reading in readings:
            service.metrics.count_reading(reading.verdict, reading.confidence)
        return reply.model_dump_json(exclude_none=True).encode()

    return Response(await service.workers.in_thread(answer), media_type="application/json")
