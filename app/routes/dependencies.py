"""What the routes share: the settings, the classifier and the model card of the app they belong to."""

from typing import Annotated, cast

from anyio import CapacityLimiter
from fastapi import Depends, Request

from app.card import ModelCard
from app.classifier import Classifier
from app.metrics import Metrics
from app.settings import Settings


# Not plain functions: FastAPI would run each in a thread of its own, for every request.
async def _settings(request: Request) -> Settings:
    return cast("Settings", request.app.state.settings)


async def _classifier(request: Request) -> Classifier:
    return cast("Classifier", request.app.state.classifier)


async def _card(request: Request) -> ModelCard | None:
    return cast("ModelCard | None", request.app.state.card)


async def _metrics(request: Request) -> Metrics:
    return cast("Metrics", request.app.state.metrics)


async def _threads(request: Request) -> CapacityLimiter:
    return cast("CapacityLimiter", request.app.state.threads)


AppMetrics = Annotated[Metrics, Depends(_metrics)]
AppThreads = Annotated[CapacityLimiter, Depends(_threads)]
AppSettings = Annotated[Settings, Depends(_settings)]
AppClassifier = Annotated[Classifier, Depends(_classifier)]
AppCard = Annotated[ModelCard | None, Depends(_card)]
