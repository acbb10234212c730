"""`POST /predict`: one drawing in, what it is out."""

from collections.abc import Sequence

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import Response

from app.decoding import (
    PARAMETERS,
    PROBLEMS,
    REQUEST_BODY,
    parse_options,
    prepare_submitted,
    preprocess_submitted,
    read_submission,
    without_each_stroke,
)
from app.inference import QUICK_BYTES, is_quick, predict_reply
from app.routes.dependencies import service_of
from app.routes.plain_route import PlainRoute
from app.schemas import MAX_STROKES_LEFT_OUT, PredictReply
from model.preprocess import Preprocessed
from model.reading import Prediction

router = APIRouter(tags=["predict"], route_class=PlainRoute)


@router.post(
    "/predict",
    summary="Read one drawing",
    response_model=PredictReply,
    responses=PROBLEMS,
    openapi_extra={"parameters": PARAMETERS, "requestBody": REQUEST_BODY},
)
async def predict(request: Request) -> Response:
    """Read a drawing sent as JSON (an image, strokes or pixels) or as the raw bytes of an image.

    The optional parts of the reply come only when asked for with `include`.
    """
    service = service_of(request)
    classifier = service.classifier
    options = parse_options(request)
    submission = await read_submission(request, service.settings)

    def answer(ink: Preprocessed, reading: Prediction, rest: Sequence[Preprocessed] = ()) -> Response:
        reply = predict_reply(classifier, ink, reading, options, without_stroke=rest)
        service.metrics.count_reading(reply.verdict, reply.confidence)
        return Response(reply.model_dump_json(exclude_unset=True), media_type="application/json")

    def answer_slowly() -> Response:
        drawing = submission.parsed()
        ink = preprocess_submitted(drawing, service.settings)
        rest = without_each_stroke(drawing, MAX_STROKES_LEFT_OUT) if "without_stroke" in options.include else []
        return answer(ink, classifier.predict(ink), rest)

    # What takes a while, such as decoding a large image, or explaining, does not hold up the others in a thread.
    if len(submission.body) <= QUICK_BYTES and not options.include - {"input", "trace"}:
        drawing = submission.parsed()
        if is_quick(drawing):
            return answer(*await service.micro_batcher.read(classifier, prepare_submitted(drawing, service.settings)))
    return await to_thread.run_sync(answer_slowly, limiter=service.threads)
