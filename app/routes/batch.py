"""`POST /predict/batch`: many drawings in, what each of them is out."""

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import Response

from app.decoding import PROBLEMS, read_json_body
from app.inference import batch_reply
from app.routes.dependencies import service_of
from app.schemas import BatchProblem, BatchReply, BatchRequest, json_body

router = APIRouter(tags=["predict"])


@router.post(
    "/predict/batch",
    summary="Read many drawings",
    response_model=BatchReply,
    responses=PROBLEMS,
    openapi_extra={"requestBody": json_body(BatchRequest)},
)
async def predict_batch(request: Request) -> Response:
    """Read up to 256 drawings, each sent as for `/predict`; one that cannot be read does not keep the others."""
    service = service_of(request)
    body = await read_json_body(request, service.settings)

    def answer() -> bytes:
        reply = batch_reply(service.classifier, body, service.settings)
        for result in reply.results:
            if not isinstance(result, BatchProblem):
                service.metrics.count_reading(result.verdict, result.confidence)
        return reply.model_dump_json().encode()

    return Response(await to_thread.run_sync(answer, limiter=service.threads), media_type="application/json")
