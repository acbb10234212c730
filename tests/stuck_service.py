"""The `digits` command, whose service gets stuck when it is asked to: `python -m tests.stuck_service serve`.

It has three seconds to end instead of ten. A worker imports this module again, and so has all of this, too.
"""

import subprocess
import sys
import time

from anyio import sleep_forever, to_thread
from fastapi import FastAPI

import app.runtime.ending
from app import factory
from app.settings import Settings
from cli.launch import main

LONG = 600.0

SECONDS_TO_END = 3.0

app.runtime.SECONDS_TO_END = app.runtime.ending.SECONDS_TO_END = SECONDS_TO_END

_create_app = factory.create_app


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service, with an address for each way to be stuck."""
    app = _create_app(settings)

    @app.get("/stuck/thread")
    async def in_a_thread() -> None:
        await to_thread.run_sync(time.sleep, LONG)

    @app.get("/stuck/loop")
    async def on_the_event_loop() -> None:
        time.sleep(LONG)

    @app.get("/stuck/child")
    async def in_a_child_process() -> None:
        command = [sys.executable, "-c", f"import time; time.sleep({LONG})"]
        await to_thread.run_sync(lambda: subprocess.run(command, check=False))

    @app.get("/stuck/child-left")
    async def a_child_process_is_left() -> None:
        subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({LONG})"])

    @app.get("/stuck/waiting")
    async def for_ever_until_cancelled() -> None:
        await sleep_forever()

    return app


factory.create_app = create_app

if __name__ == "__main__":
    sys.exit(main())
