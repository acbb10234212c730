"""Firefox, by WebDriver BiDi, which it speaks itself."""

import base64
import itertools
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from tests.browser.engines.engine import SECONDS_TO_WAIT, Action, Engine

SECONDS_TO_START = 90.0
_QUIET: dict[str, bool | int | str] = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


class Firefox(Engine):
    """A Firefox without a screen, in a profile of its own."""

    def __init__(self, folder: Path, preferences: Mapping[str, bool | int | str] | None = None) -> None:
        self._complaints: list[str] = []
        lines = [
            f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in (_QUIET | dict(preferences or {})).items()
        ]
        (folder / "user.js").write_text("".join(lines), encoding="utf-8")
        self._log = folder / "firefox.log"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [_executable(), "--headless", "--no-remote", "--profile", folder, "--remote-debugging-port", "0"],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "HOME": str(folder), "MOZ_CRASHREPORTER_DISABLE": "1"},
                start_new_session=True,
            )
        self._numbers = itertools.count(1)
        self._connection = connect(self._address(folder), max_size=None, proxy=None, open_timeout=SECONDS_TO_WAIT)
        self._socket = self._connection.__enter__()
        self._ask("session.new", capabilities={})
        self._ask("session.subscribe", events=["log.entryAdded"])
        self._context = self._ask("browsingContext.getTree")["contexts"][0]["context"]
        self._ask("browsingContext.setViewport", context=self._context, viewport={"width": 1200, "height": 800})

    @property
    def complaints(self) -> list[str]:
        self._ask("session.status")  # what was said until now has been heard then
        return self._complaints

    def open(self, url: str) -> None:
        self._ask("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def reload(self) -> None:
        self._ask("browsingContext.reload", context=self._context, wait="complete")

    def run(self, function: str, *arguments: Any) -> Any:
        reply = self._ask(
            "script.callFunction",
            functionDeclaration=f"async given => JSON.stringify(await ({function})(...JSON.parse(given))) ?? 'null'",
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
            target={"context": self._context},
            awaitPromise=True,
        )
        assert reply["type"] == "success", reply
        return json.loads(reply["result"]["value"])

    def act(self, kind: str, actions: list[Action]) -> None:
        self._ask(
            "input.performActions", context=self._context, actions=[{"type": kind, "id": kind, "actions": actions}]
        )

    def choose(self, test_id: str, file: Path) -> None:
        locator = {"type": "css", "value": f'[data-testid="{test_id}"]'}
        [field] = self._ask("browsingContext.locateNodes", context=self._context, locator=locator)["nodes"]
        element = {"sharedId": field["sharedId"]}
        self._ask("input.setFiles", context=self._context, element=element, files=[str(file)])

    def screenshot(self) -> bytes:
        return base64.b64decode(self._ask("browsingContext.captureScreenshot", context=self._context)["data"])

    def close(self) -> None:
        self._connection.__exit__(None, None, None)
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(SECONDS_TO_WAIT)

    def _ask(self, method: str, **parameters: Any) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=SECONDS_TO_START))
            if message.get("method") == "log.entryAdded":
                self._note(message["params"])
            if message.get("id") == number:
                assert message["type"] == "success", message
                return message["result"]

    def _note(self, entry: dict[str, Any]) -> None:
        if entry["level"] in ("error", "warn"):
            self._complaints.append(str(entry["text"]))

    def _address(self, folder: Path) -> str:
        """Where it listens, which it writes into its profile."""
        deadline = time.monotonic() + SECONDS_TO_START
        note = folder / "WebDriverBiDiServer.json"
        while not note.is_file() or not note.read_text():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Firefox did not start:\n{self._log.read_text()}")
            time.sleep(0.05)
        return f"ws://127.0.0.1:{json.loads(note.read_text())['ws_port']}/session"


def _executable() -> str:
    path = os.environ.get("DIGITS_FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
    assert path, "there is no Firefox; scripts/ensure_programs.sh installs one"
    return path
