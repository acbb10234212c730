"""`POST /read`: several digits drawn side by side in, a number out."""

from typing import Annotated, Literal

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.decoding import PROBLEMS, REQUEST_BODY, pieces_submitted, read_submission
from app.inference import read_reply
from app.routes.dependencies import AppClassifier, AppMetrics, AppSettings, AppThreads
from app.schemas import ReadReply

router = APIRouter(tags=["predict"])


@router.post(
    "/read",
    summary="Read a number",
    response_model=ReadReply,
    responses=PROBLEMS,
    openapi_extra={"requestBody": REQUEST_BODY},
)
async def read(
    request: Request,
    settings: AppSettings,
    classifier: AppClassifier,
    metrics: AppMetrics,
    threads: AppThreads,
    include: Annotated[
        Literal["input"] | None, Query(description="`input`: the picture that the network saw of each digit.")
    ] = None,
) -> Response:
    """Read digits drawn side by side, sent as for `/predict`, from left to right."""
    submission = await read_submission(request, settings)

    def answer() -> bytes:
        pieces = pieces_submitted(submission.parsed(), settings)
        reply = read_reply(classifier, pieces, with_input=include == "input")
        for digit in reply.digits:
            metrics.count_reading(digit.verdict, digit.confidence)
        return reply.model_dump_json(exclude_unset=True).encode()

    # It takes a while; in a thread it does not hold up the other callers.
    return Response(await to_thread.run_sync(answer, limiter=threads), media_type="application/json")
