"""What the routes need of the app they belong to."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.inference import MicroBatcher
from app.runtime import Metrics, Workers
from app.settings import Settings
from app.weights import ModelCard
from model.classifier import Classifier


@dataclass(frozen=True, slots=True)
class Service:
    """What it takes to answer a request.

    Attributes:
        settings: the limits.
        classifier: what reads; a request keeps the one it began with.
        card: what was measured of its weights, if anything was.
        metrics: where readings are counted.
        workers: what does slow work.
        micro_batcher: what does quick work.
    """

    settings: Settings
    classifier: Classifier
    card: ModelCard | None
    metrics: Metrics
    workers: Workers
    micro_batcher: MicroBatcher


# Not a plain function: FastAPI would run it in a thread, for every request.
async def service_of(request: Request) -> Service:
    """The service that a request came to; the same for all requests until there are new weights."""
    state = request.app.state
    service: Service | None = getattr(state, "service", None)
    if service is None or service.classifier is not state.classifier:
        service = state.service = Service(
            state.settings, state.classifier, state.card, state.metrics, state.workers, state.micro_batcher
        )
    return service


AppService = Annotated[Service, Depends(service_of)]


class PlainRoute(APIRoute):
    """A documented route whose `async def endpoint(request) -> Response` gets the request as it is.

    Resolving and serialising would take a fifth of the time to read a drawing (docs/decisions/0007).
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; its method is looked at as usual if it is another."""
        if self.methods and scope["method"] not in self.methods:
            await super().handle(scope, receive, send)
            return
        response: Response = await self.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)
