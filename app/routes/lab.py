"""The lab: its page, and the jobs that the page has done."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from starlette.responses import Response

from app.decoding import JSON_TYPE, media_type_of, parse_json, read_body
from app.errors import Refusal, ServiceError
from app.lab import Event, Laboratory
from app.middleware import client_network
from app.routes.dependencies import AppService
from app.routes.pages import page

router = APIRouter(prefix="/lab", include_in_schema=False)

_MAX_BODY = 2**18
"""Bytes of what the page asks: settings, or a drawing."""


def _laboratory(request: Request) -> Laboratory:
    laboratory: Laboratory = request.app.state.laboratory
    return laboratory


TheLaboratory = Annotated[Laboratory, Depends(_laboratory)]

RunName = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


@router.get("")
async def lab(request: Request, service: AppService) -> Response:
    """The page."""
    return page(request, "lab.html", {"keyed": bool(service.settings.api_keys)})


@router.get("/about")
async def about(laboratory: TheLaboratory) -> Response:
    """What there is in the lab."""
    return Response(await laboratory.about(), media_type="application/json")


@router.post("/runs")
async def begin(request: Request, service: AppService, laboratory: TheLaboratory) -> Response:
    """Do a job, and tell of it until its caller leaves."""
    job = await _asked(request, service.settings.body_seconds)
    client = client_network((request.scope.get("client") or ("unknown",))[0])
    return await _stream(laboratory.run(json.dumps(job).encode(), client))


@router.get("/runs/{name}")
async def follow(name: RunName, laboratory: TheLaboratory) -> Response:
    """Tell of a job that somebody else has begun."""
    return await _stream(laboratory.follow(name))


@router.post("/runs/{name}")
async def command(request: Request, name: RunName, service: AppService, laboratory: TheLaboratory) -> Response:
    """Have a say in a job under way."""
    asked = await _asked(request, service.settings.body_seconds)
    return Response(await laboratory.ask(name, asked), media_type="application/json")


@router.get("/runs/{name}/weights/{run}")
async def weights(name: RunName, run: int, laboratory: TheLaboratory) -> Response:
    """The weights file of one of the runs."""
    content = await laboratory.ask(name, {"do": "weights", "run": run})
    headers = {"Content-Disposition": 'attachment; filename="lab.npz"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


async def _asked(request: Request, seconds: float) -> dict[str, Any]:
    # Without this another site's page could have a browser send it, unasked.
    if media_type_of(request) != JSON_TYPE:
        raise ServiceError(Refusal.UNSUPPORTED_MEDIA_TYPE, f"Content-Type must be {JSON_TYPE}")
    asked = parse_json(await read_body(request, _MAX_BODY, seconds))
    if not isinstance(asked, dict):
        raise ServiceError(Refusal.INVALID_REQUEST, "the body must be an object")
    return asked


async def _stream(events: AsyncGenerator[Event]) -> Response:
    """The events as they come, once the first has; a failure that comes first is a refusal."""
    first = await anext(events)
    if first.kind == "failed":
        await events.aclose()
        raise ServiceError(Refusal.INVALID_REQUEST, json.loads(first.data)["detail"])
    return EventSourceResponse(_written(first, events), HTTPStatus.OK, {"X-Accel-Buffering": "no"})


async def _written(first: Event, events: AsyncGenerator[Event]) -> AsyncGenerator[bytes]:
    async with aclosing(events):
        yield _as_bytes(first)
        async for event in events:
            yield _as_bytes(event)


def _as_bytes(event: Event) -> bytes:
    return format_sse_event(data_str=event.data, event=event.kind) if event.kind else KEEPALIVE_COMMENT
