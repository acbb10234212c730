"""The API: a drawing, many drawings or a number in, what they are out; and the network's own weights."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, FastAPI, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.decoding import (
    PARAMETERS,
    PROBLEMS,
    REQUEST_BODY,
    ImageFile,
    PenStrokes,
    PredictOptions,
    Submission,
    Submitted,
    parse_options,
    pieces_of_file,
    pieces_or_file,
    prepare_submitted,
    preprocess_file,
    preprocessed_or_file,
    read_json_body,
    read_submission,
    without_each_stroke,
)
from app.errors import Refusal
from app.inference import (
    QUICK_BYTES,
    batch_reply,
    is_quick,
    number_reply,
    predict_reply,
    prepare_batch,
    read_reply,
    weights_of_unit,
)
from app.routes.dependencies import AppService, PlainRoute, Service, service_of
from app.schemas import (
    MAX_STROKES_LEFT_OUT,
    VERSION_PREFIX,
    BatchProblem,
    BatchReply,
    BatchRequest,
    Include,
    NumberReply,
    PredictReply,
    ReadReply,
    WeightsOfUnit,
    json_body,
    problems,
)
from model.classifier import Classifier
from model.errors import InkError
from model.numbers import may_be_several
from model.preprocess import Preprocessed
from model.reading import Prediction

router = APIRouter()

_CHEAP: frozenset[Include] = frozenset({"input", "trace", "number"})
"""Parts of a reply that cost next to nothing, or are made by themselves."""


async def predict(request: Request) -> Response:
    """Read a drawing sent as JSON (an image, strokes or pixels) or as the raw bytes of an image.

    The optional parts of the reply come only when asked for with `include`.
    """
    service = await service_of(request)
    classifier = service.classifier
    options = parse_options(request)
    submission = await read_submission(request, service.settings)

    is_plain = not options.include - _CHEAP
    drawing = submission.parsed(service.settings) if is_plain and len(submission.body) <= QUICK_BYTES else None
    if drawing and is_quick(drawing):
        ink, reading = await service.micro_batcher.read(classifier, prepare_submitted(drawing, service.settings))
        reply = predict_reply(classifier, ink, reading, options)
    else:
        drawing, reading, reply = await _read_beside(service, classifier, submission, drawing, options)
    service.metrics.count_reading(reply.verdict, reply.confidence)
    if "number" in options.include:
        reply.number = await _number_in(service, classifier, drawing, reading, with_input="input" in options.include)
    return Response(reply.model_dump_json(exclude_unset=True), media_type="application/json")


async def _read_beside(
    service: Service,
    classifier: Classifier,
    submission: Submission,
    parsed: Submitted | None,
    options: PredictOptions,
) -> tuple[Submitted, Prediction, PredictReply]:
    """What may take a while, such as decoding a large image, or explaining, beside the loop."""

    def prepare() -> tuple[Submitted, Preprocessed | ImageFile, list[Preprocessed]]:
        drawing = parsed or submission.parsed(service.settings)
        rest = without_each_stroke(drawing, MAX_STROKES_LEFT_OUT) if "without_stroke" in options.include else []
        return drawing, preprocessed_or_file(drawing, service.settings), rest

    drawing, ready, rest = await service.workers.in_thread(prepare)
    ink = await preprocess_file(ready, service.settings, service.workers)
    ink, reading = await service.micro_batcher.read(classifier, ink)
    if not options.include - _CHEAP:
        return drawing, reading, predict_reply(classifier, ink, reading, options)

    def explain() -> PredictReply:
        return predict_reply(classifier, ink, reading, options, without_stroke=rest)

    return drawing, reading, await service.workers.in_thread(explain)


async def _number_in(
    service: Service, classifier: Classifier, drawing: Submitted, reading: Prediction, *, with_input: bool
) -> NumberReply | None:
    """The number that ink is, if it may be one; none if it is more than is read at once."""
    strokes = drawing.split() if isinstance(drawing, PenStrokes) else None
    if not may_be_several(reading, strokes):
        return None
    try:
        ready = await service.workers.in_thread(pieces_or_file, drawing)
        pieces = await pieces_of_file(ready, service.settings, service.workers)
        return await service.workers.in_thread(lambda: number_reply(classifier, pieces, with_input=with_input))
    except InkError:
        return None


def add_predict(app: FastAPI) -> None:
    """Add the address that is asked most to the app itself, which finds its own routes sooner than a router's."""
    for prefix in ("", VERSION_PREFIX):
        app.router.add_api_route(
            f"{prefix}/predict",
            predict,
            methods=["POST"],
            tags=["predict"],
            summary="Read one drawing",
            response_model=PredictReply,
            responses=PROBLEMS,
            openapi_extra={"parameters": PARAMETERS, "requestBody": REQUEST_BODY},
            include_in_schema=prefix == VERSION_PREFIX,
            route_class_override=PlainRoute,
        )


@router.post(
    "/predict/batch",
    tags=["predict"],
    summary="Read many drawings",
    response_model=BatchReply,
    responses=PROBLEMS,
    openapi_extra={"requestBody": json_body(BatchRequest)},
)
async def predict_batch(request: Request, service: AppService) -> Response:
    """Read up to 256 drawings, each sent as for `/predict`; one that cannot be read does not keep the others."""
    body = await read_json_body(request, service.settings)

    inks = await prepare_batch(body, service.settings, service.workers)

    def answer() -> bytes:
        reply = batch_reply(service.classifier, inks)
        for result in reply.results:
            if not isinstance(result, BatchProblem):
                service.metrics.count_reading(result.verdict, result.confidence)
        return reply.model_dump_json().encode()

    return Response(await service.workers.in_thread(answer), media_type="application/json")


@router.post(
    "/read",
    tags=["predict"],
    summary="Read a number",
    response_model=ReadReply,
    responses=PROBLEMS,
    openapi_extra={"requestBody": REQUEST_BODY},
)
async def read(
    request: Request,
    service: AppService,
    include: Annotated[
        Literal["input"] | None, Query(description="`input`: the picture that the network saw of each digit.")
    ] = None,
) -> Response:
    """Read digits drawn side by side, sent as for `/predict`, from left to right."""
    submission = await read_submission(request, service.settings)
    # It takes a while; beside the loop it does not hold up the other callers.
    ready = await service.workers.in_thread(lambda: pieces_or_file(submission.parsed(service.settings)))
    pieces = await pieces_of_file(ready, service.settings, service.workers)

    def answer() -> bytes:
        reply = read_reply(service.classifier, pieces, with_input=include == "input")
        for digit in reply.digits:
            service.metrics.count_reading(digit.verdict, digit.confidence)
        return reply.model_dump_json(exclude_unset=True).encode()

    return Response(await service.workers.in_thread(answer), media_type="application/json")


@router.get(
    "/model/layers/{layer}/units/{unit}",
    tags=["model"],
    summary="The weights of one unit",
    responses=problems(Refusal.NOT_FOUND, Refusal.INVALID_REQUEST),
)
async def unit(
    service: AppService,
    layer: Annotated[int, Path(ge=0, description="0 for the first hidden layer; the output is the last.")],
    unit: Annotated[int, Path(ge=0, description="Its index in the layer.")],
) -> WeightsOfUnit:
    """What a unit multiplies each of its inputs with, and what it adds."""
    weights = weights_of_unit(service.classifier, layer, unit)
    if weights is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return weights
