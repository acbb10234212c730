"""Both clients through one face, so that each test holds for both, and on either event loop."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import anyio
import pytest

from digits_client import AsyncDigitsClient, DigitsClient, Drawing, Outcome

Ask = Callable[..., Any]
AskMany = Callable[..., list[Outcome]]


def _ask_synchronously(method: str, address: str, *, ink: dict[str, Any] | None = None, **options: Any) -> Any:
    with DigitsClient(address, **options) as client:
        return getattr(client, method)(**(ink or {}))


def _ask_asynchronously(
    backend: str, method: str, address: str, *, ink: dict[str, Any] | None = None, **options: Any
) -> Any:
    async def ask() -> Any:
        async with AsyncDigitsClient(address, **options) as client:
            return await getattr(client, method)(**(ink or {}))

    return anyio.run(ask, backend=backend)


@pytest.fixture(
    params=[_ask_synchronously, partial(_ask_asynchronously, "asyncio"), partial(_ask_asynchronously, "trio")],
    ids=["sync", "asyncio", "trio"],
)
def ask(request: pytest.FixtureRequest) -> Ask:
    """Calls a method of a client at an address: ask("predict", url, ink={...}, retries=...)."""
    way: Ask = request.param
    return way


def _ask_many_synchronously(address: str, drawings: Iterable[Drawing], **options: Any) -> list[Outcome]:
    with DigitsClient(address, **options) as client:
        return list(client.predict_many(drawings))


def _ask_many_asynchronously(address: str, drawings: Iterable[Drawing], **options: Any) -> list[Outcome]:
    async def ask() -> list[Outcome]:
        async with AsyncDigitsClient(address, **options) as client:
            return [outcome async for outcome in client.predict_many(drawings)]

    return asyncio.run(ask())


@pytest.fixture(params=[_ask_many_synchronously, _ask_many_asynchronously], ids=["sync", "async"])
def ask_many(request: pytest.FixtureRequest) -> AskMany:
    """The outcomes of many drawings at an address: ask_many(url, drawings, retries=...)."""
    way: AskMany = request.param
    return way
