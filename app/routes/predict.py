"""`POST /predict`: one drawing in, what it is out."""

from typing import Annotated, get_args

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.errors import BadRequestError
from app.ink import preprocess_submitted, without_each_stroke
from app.reply import predict_reply
from app.routes.dependencies import AppClassifier, AppMetrics, AppSettings, AppThreads
from app.schemas import MOST_STROKES_LEFT_OUT, Include, PredictReply
from app.submission import PROBLEMS, REQUEST_BODY, read_submission

router = APIRouter(tags=["predict"])


def _no_parts() -> list[str]:
    """Not `list` itself, whose signature pydantic would take apart for every request."""
    return []


_INCLUDES: tuple[Include, ...] = get_args(Include)


@router.post(
    "/predict",
    summary="Read one drawing",
    response_model=PredictReply,
    responses=PROBLEMS,
    openapi_extra={"requestBody": REQUEST_BODY},
)
async def predict(
    request: Request,
    settings: AppSettings,
    classifier: AppClassifier,
    metrics: AppMetrics,
    threads: AppThreads,
    include: Annotated[
        list[str],
        Query(
            default_factory=_no_parts,
            description=f"Optional parts of the reply, separated by commas: {', '.join(_INCLUDES)}.",
        ),
    ],
    digit: Annotated[
        int | None,
        Query(
            ge=0,
            le=9,
            description="The digit that `saliency`, `occlusion` and `inside` explain; the likeliest by default.",
        ),
    ] = None,
) -> Response:
    """Read a drawing sent as JSON (an image, strokes or pixels) or as the raw bytes of an image.

    The optional parts of the reply come only when asked for with `include`.
    """
    parts = _parts(include)
    submission = await read_submission(request, settings)

    def answer() -> bytes:
        drawing = submission.parsed()
        ink = preprocess_submitted(drawing, settings)
        rest = without_each_stroke(drawing, MOST_STROKES_LEFT_OUT) if "without_stroke" in parts else []
        reply = predict_reply(classifier, ink, parts, digit=digit, without_stroke=rest)
        metrics.count_reading(reply.verdict, reply.confidence)
        return reply.model_dump_json(exclude_unset=True).encode()

    # A thread would cost more than a few strokes take, and waits for the interpreter's lock. Decoding a large image,
    # or explaining, takes a while: in a thread it does not hold up the other callers.
    if submission.is_quick and not parts - {"input", "trace"}:
        return Response(answer(), media_type="application/json")
    return Response(await to_thread.run_sync(answer, limiter=threads), media_type="application/json")


def _parts(include: list[str]) -> frozenset[Include]:
    """The optional parts out of `input,trace`, or of several such."""
    asked = {part.strip() for parts in include for part in parts.split(",")} - {""}
    if unknown := asked - set(_INCLUDES):
        raise BadRequestError(f"include: '{min(unknown)[:40]}' is not known; choose from {', '.join(_INCLUDES)}")
    return frozenset(part for part in _INCLUDES if part in asked)
