"""What the routes share: the settings and the classifier of the app they belong to."""

from typing import Annotated, cast

from fastapi import Depends, Request

from app.classifier import Classifier
from app.settings import Settings


def _settings(request: Request) -> Settings:
    return cast("Settings", request.app.state.settings)


def _classifier(request: Request) -> Classifier:
    return cast("Classifier", request.app.state.classifier)


AppSettings = Annotated[Settings, Depends(_settings)]
AppClassifier = Annotated[Classifier, Depends(_classifier)]
