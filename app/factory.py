"""The application, put together: settings in, an ASGI app out."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from anyio import create_task_group
from fastapi import FastAPI
from limits import parse
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from app.decoding import start_decoding
from app.errors import add_error_handlers
from app.inference import MicroBatcher
from app.lab import LabGivesWay, Laboratory
from app.middleware import (
    REQUEST_ID_HEADER,
    ApiKeys,
    Bounds,
    CompressedReplies,
    ConcurrencyLimit,
    ConnectionTurns,
    InflatedBodies,
    RateLimit,
    RequestHead,
    RequestLog,
    RootPath,
    SecurityHeaders,
    TrustedProxies,
)
from app.routes import api, health, lab, open_inference, pages, static_files, tensorflow_serving
from app.runtime import Metrics, PlainStartupErrors, Workers, end_in_time, folder, keep_files_private
from app.schemas import (
    VERSION_PREFIX,
    BatchRequest,
    DocumentedApp,
    InferenceRequest,
    PredictionRequest,
    PredictRequest,
)
from app.settings import Settings, load_settings, split_csv
from app.weights import WeightsReloader
from model.numbers import rehearse
from model.resources import tune_malloc


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service.

    The weights are loaded and self-checked when the server starts the app's lifespan, not here.

    Args:
        settings: from the environment if not given.

    Raises:
        ArtifactError: (at start) the weights are missing, damaged, foreign or fail their self-check.
    """
    settings = settings or load_settings()

    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Bounds]]:
        tune_malloc()
        laboratory = Laboratory(settings.lab_runs, settings.lab_niceness) if settings.lab else None
        app.state.laboratory = laboratory
        end_in_time(when_told=laboratory.end if laboratory else lambda: None)
        keep_files_private()
        app.state.workers = Workers(settings.threads, rehearse)
        app.state.micro_batcher = MicroBatcher()
        weights = WeightsReloader(app, settings.weights, metrics)
        async with create_task_group() as tasks:
            tasks.start_soon(weights.watch, settings.watch_seconds)
            tasks.start_soon(start_decoding, app.state.workers)
            gc.freeze()  # what exists by now stays: a full collection takes 1 ms instead of 10
            yield {"bounds": Bounds(settings.header_seconds, settings.reply_seconds, settings.max_connections)}
            tasks.cancel_scope.cancel()
        if laboratory:
            await laboratory.close()

    app = DocumentedApp(
        bodies=[PredictRequest, BatchRequest, InferenceRequest, PredictionRequest],
        keyed=bool(split_csv(settings.api_keys)),
        title="digits",
        summary="Send ink, get the digit: probabilities and an honest verdict.",
        description=f"Each address below `{VERSION_PREFIX}` but those of models is also there without it.",
        version=version("digits"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # an address to go to would be made of what the caller says of this host
        middleware=_middleware(settings, metrics),
    )
    app.state.metrics = metrics
    app.state.settings = settings
    add_error_handlers(app)
    # In the order of how often they are asked for: an address is compared with one route after the other.
    api.add_predict(app)
    app.include_router(api.router, include_in_schema=False)  # the same as with the version, which is documented
    app.include_router(api.router, prefix=VERSION_PREFIX)
    for routes in (open_inference, tensorflow_serving, health, pages):
        app.include_router(routes.router)
    if settings.lab:
        app.include_router(lab.router)
    files = static_files.HashedStaticFiles(folder("static"))
    app.state.static_hash = files.hash
    app.mount("/static", files, name="static")
    return app


def _middleware(settings: Settings, metrics: Metrics) -> list[Middleware]:
    """What every request passes through, the outermost first; what is not set is not there."""
    layers = [
        Middleware(PlainStartupErrors),
        Middleware(ConnectionTurns),
        Middleware(SecurityHeaders, settings.frame_ancestors),
        Middleware(RequestLog, metrics),
        Middleware(RequestHead),
    ]
    if settings.lab:
        layers.insert(1, Middleware(LabGivesWay))
    proxies = split_csv(settings.trusted_proxies)
    if proxies:
        layers.insert(1, Middleware(TrustedProxies, proxies))
    if proxies or settings.root_path:
        layers.append(Middleware(RootPath, settings.root_path))
    if origins := split_csv(settings.cors_origins):
        layers.append(
            Middleware(
                CORSMiddleware,
                allow_origins=origins,
                allow_methods=["GET", "POST"],
                allow_headers=["*"],
                expose_headers=[REQUEST_ID_HEADER, "Retry-After"],
            )
        )
    if settings.rate_limit:  # who tries one key after the other is counted, too
        layers.append(Middleware(RateLimit, parse(settings.rate_limit), settings.rate_storage))
    if keys := split_csv(settings.api_keys):
        layers.append(Middleware(ApiKeys, keys))
    layers.append(Middleware(InflatedBodies))  # what they take is counted once they are inflated
    layers.append(Middleware(ConcurrencyLimit, settings.max_in_flight, settings.max_bytes_in_flight))
    layers.append(Middleware(CompressedReplies))
    return layers
