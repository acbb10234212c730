"""The Open Inference Protocol, by which model servers are asked alike: below `/v2`."""

from importlib.metadata import version
from time import perf_counter
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from app.decoding import read_json_body
from app.errors import Refusal, ServiceError
from app.inference import infer, model_statistics
from app.routes.dependencies import AppService
from app.schemas import (
    BINARY_REPLY,
    BINARY_TYPE,
    CONFIG,
    EXTENSIONS,
    HEADER_LENGTH,
    INFERENCE_BODY,
    METADATA,
    MODEL_NAME,
    MODEL_VERSION,
    IndexedModel,
    InferenceReply,
    ModelConfig,
    ModelMetadata,
    ModelNames,
    ModelReady,
    ServerLive,
    ServerMetadata,
    ServerReady,
    Statistics,
    inference_problems,
)


async def known_model(
    name: Annotated[str, Path(description="The name of the model.", json_schema_extra={"enum": [MODEL_NAME]})],
) -> None:
    """Refuse the name of another model.

    Raises:
        ServiceError: it is not the one that there is.
    """
    if name != MODEL_NAME:
        raise ServiceError(Refusal.NOT_FOUND, f"there is one model, '{MODEL_NAME}'")


async def known_version(
    version: Annotated[str, Path(description="Of the model.", json_schema_extra={"enum": [MODEL_VERSION]})],
) -> None:
    """Refuse another version of the model.

    Raises:
        ServiceError: it is not the one that there is.
    """
    if version != MODEL_VERSION:
        raise ServiceError(Refusal.NOT_FOUND, f"of the model '{MODEL_NAME}' there is one version, '{MODEL_VERSION}'")


router = APIRouter(prefix="/v2", tags=["Open Inference Protocol"])
model = APIRouter(dependencies=[Depends(known_model)], responses=inference_problems(Refusal.NOT_FOUND))
"""What is asked of a model, with a version in the address and without."""


@router.get("", summary="The service")
async def server() -> ServerMetadata:
    """Its name, its version, and what it speaks of the protocol's extensions."""
    return ServerMetadata(name="digits", version=version("digits"), extensions=EXTENSIONS)


@router.get("/health/live", summary="Alive")
async def live() -> ServerLive:
    """The process answers."""
    return ServerLive(live=True)


@router.get("/health/ready", summary="Ready")
async def ready(_service: AppService) -> ServerReady:
    """The weights are loaded and self-checked."""
    return ServerReady(live=True, ready=True)


@router.get("/models", summary="The models")
async def models() -> ModelNames:
    """Their names: there is one."""
    return ModelNames(models=[MODEL_NAME])


@router.post("/repository/index", summary="The models and their state")
async def index(_service: AppService) -> list[IndexedModel]:
    """The one that there is. A body is not looked at: it is always ready."""
    return [IndexedModel(name=MODEL_NAME, version=MODEL_VERSION, state="READY", reason="")]


@router.get("/models/stats", summary="Statistics of all models")
@model.get("/stats", summary="Statistics")
async def stats(service: AppService) -> Statistics:
    """What was read by this protocol since the service started, and how long it took."""
    return Statistics(model_stats=[await service.workers.in_thread(model_statistics, service.metrics)])


@model.get("", summary="The model")
async def metadata() -> ModelMetadata:
    """The tensors that go in and come out."""
    return METADATA


@model.get("/config", summary="The model in Triton's words")
async def config() -> ModelConfig:
    """As much of Triton's model configuration as has a meaning here."""
    return CONFIG


@model.get("/ready", summary="The model is ready")
async def model_ready(_service: AppService) -> ModelReady:
    """Its weights are loaded and self-checked."""
    return ModelReady(name=MODEL_NAME, ready=True)


@model.post(
    "/infer",
    summary="Read drawings",
    response_model=InferenceReply,
    responses=inference_problems(
        Refusal.INVALID_JSON,
        Refusal.NOT_FOUND,
        Refusal.BODY_TOO_SLOW,
        Refusal.BODY_TOO_LARGE,
        Refusal.UNSUPPORTED_MEDIA_TYPE,
    )
    | BINARY_REPLY,
    openapi_extra=INFERENCE_BODY,
)
async def read_drawings(request: Request, service: AppService) -> Response:
    """Read up to 256 drawings sent as a tensor of grey values, which are treated as the pixels of `/predict` are."""
    body = await read_json_body(request, service.settings)
    reply, header_length = await service.workers.in_thread(
        infer,
        body,
        request.headers.get(HEADER_LENGTH),
        perf_counter(),
        service.classifier,
        service.settings,
        service.metrics,
    )
    if header_length is None:
        return Response(reply, media_type="application/json")
    return Response(reply, headers={HEADER_LENGTH: str(header_length)}, media_type=BINARY_TYPE)


router.include_router(model, prefix="/models/{name}")
router.include_router(model, prefix="/models/{name}/versions/{version}", dependencies=[Depends(known_version)])
