"""What the routes share: the settings, the classifier and the model card of the app they belong to."""

from dataclasses import dataclass
from typing import Annotated, cast

from anyio import CapacityLimiter
from fastapi import Depends, Request

from app.inference import MicroBatcher
from app.runtime import Metrics
from app.settings import Settings
from app.weights import ModelCard
from model.classifier import Classifier


@dataclass(frozen=True, slots=True)
class Service:
    """What it takes to answer a drawing.

    Attributes:
        settings: the limits.
        classifier: what reads; a request keeps the one it began with.
        metrics: where readings are counted.
        threads: in which slow work is done.
        micro_batcher: where quick work is.
    """

    settings: Settings
    classifier: Classifier
    metrics: Metrics
    threads: CapacityLimiter
    micro_batcher: MicroBatcher


def service_of(request: Request) -> Service:
    """The service that a request came to.

    Called by hand where every tenth of a millisecond counts, which is what FastAPI takes to resolve dependencies.
    """
    state = request.app.state
    return Service(state.settings, state.classifier, state.metrics, state.threads, state.micro_batcher)


# Not plain functions: FastAPI would run each in a thread of its own, for every request.
async def _settings(request: Request) -> Settings:
    return service_of(request).settings


async def _classifier(request: Request) -> Classifier:
    return service_of(request).classifier


async def _card(request: Request) -> ModelCard | None:
    return cast("ModelCard | None", request.app.state.card)


async def _metrics(request: Request) -> Metrics:
    return service_of(request).metrics


async def _threads(request: Request) -> CapacityLimiter:
    return service_of(request).threads


AppMetrics = Annotated[Metrics, Depends(_metrics)]
AppThreads = Annotated[CapacityLimiter, Depends(_threads)]
AppSettings = Annotated[Settings, Depends(_settings)]
AppClassifier = Annotated[Classifier, Depends(_classifier)]
AppCard = Annotated[ModelCard | None, Depends(_card)]
