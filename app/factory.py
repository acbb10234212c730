"""The application, put together: settings in, an ASGI app out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from app.card import load_card
from app.classifier import Classifier
from app.errors import add_error_handlers
from app.resources import folder
from app.routes import health, model, pages, predict, read
from app.security import SecurityHeaders
from app.settings import Settings, load_settings
from app.startup import PlainStartupErrors


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service.

    The weights are loaded and self-checked when the server starts the app's lifespan, not here.

    Args:
        settings: from the environment if not given.

    Raises:
        ArtifactError: (at start) the weights are missing, damaged, foreign or fail their self-check.
    """
    settings = settings or load_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.classifier = Classifier.load(settings.weights)
        app.state.card = load_card(settings.weights, app.state.classifier.artifact.sha256)
        yield

    app = FastAPI(
        title="digits",
        summary="Send ink, get the digit: probabilities and an honest verdict.",
        version=version("digits"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(PlainStartupErrors),
            Middleware(SecurityHeaders),
            # For scripts and styles on the way to a phone; usual replies are too short to gain from it.
            Middleware(GZipMiddleware, minimum_size=4096),
        ],
    )
    app.state.settings = settings
    add_error_handlers(app)
    for routes in (predict, read, model, health, pages):
        app.include_router(routes.router)
    app.mount("/static", StaticFiles(directory=folder("static")), name="static")
    return app
