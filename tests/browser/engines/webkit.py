"""WebKit, as GTK's browsers have it: its small browser by its WebDriver, on a screen that nobody sees."""

import base64
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx

from tests.browser.engines.engine import SECONDS_TO_WAIT, Action, Engine
from tests.running_service import free_port

SECONDS_TO_START = 90.0
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""Under which WebDriver names an element (section 12.1)."""

_LISTEN = """() => {
    const said = (window.complaints = []);
    for (const level of ["error", "warn"]) console[level] = (...words) => said.push(words.join(" "));
    window.addEventListener("error", (event) => said.push(event.message ?? "not loaded: " + event.target.src), true);
    window.addEventListener("unhandledrejection", ({ reason }) => said.push(String(reason)));
    window.addEventListener("securitypolicyviolation", ({ violatedDirective }) => said.push(violatedDirective));
}"""


class WebKit(Engine):
    """A window of MiniBrowser. Its driver tells nothing of the console: a page is listened to once it is loaded."""

    def __init__(self, folder: Path) -> None:
        self._complaints: list[str] = []
        self._log = folder / "webkit.log"
        self._screen, display = _screen(folder)
        port = free_port()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [_executable(), f"--port={port}"],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={
                    **os.environ,
                    "HOME": str(folder),
                    "DISPLAY": display,
                    "GDK_BACKEND": "x11",
                    "NO_AT_BRIDGE": "1",
                },
                start_new_session=True,
            )
        self._web = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=SECONDS_TO_START, trust_env=False)
        self._wait_until_ready()
        session = self._ask("POST", "/session", capabilities={})["sessionId"]
        self._web.base_url = self._web.base_url.join(f"/session/{session}/")
        self._ask("POST", "window/rect", width=1200, height=860)

    @property
    def complaints(self) -> list[str]:
        self._complaints += self.run("() => window.complaints?.splice(0) ?? []")
        return self._complaints

    def open(self, url: str) -> None:
        self._load("url", url=url)

    def reload(self) -> None:
        self._load("refresh")

    def _load(self, how: str, **parameters: str) -> None:
        _ = self.complaints  # of the page that goes
        self._ask("POST", how, **parameters)
        self.run(_LISTEN)

    def run(self, function: str, *arguments: Any) -> Any:
        script = f"return Promise.resolve(({function})(...arguments)).then(value => JSON.stringify(value) ?? 'null')"
        return json.loads(self._ask("POST", "execute/sync", script=script, args=arguments))

    def act(self, kind: str, actions: list[Action]) -> None:
        self._ask("POST", "actions", actions=[{"type": kind, "id": kind, "actions": actions}])

    def choose(self, test_id: str, file: Path) -> None:
        field = self._ask("POST", "element", using="css selector", value=f'[data-testid="{test_id}"]')[_ELEMENT]
        self._ask("POST", f"element/{field}/value", text=str(file))

    def screenshot(self) -> bytes:
        return base64.b64decode(self._ask("GET", "screenshot"))

    def close(self) -> None:
        self._web.close()
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(SECONDS_TO_WAIT)
        self._screen.kill()
        self._screen.wait(SECONDS_TO_WAIT)

    def _ask(self, method: str, path: str, **parameters: Any) -> Any:
        reply = self._web.request(method, path, json=None if method == "GET" else parameters)
        assert reply.is_success, reply.text
        return reply.json()["value"]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                if self._web.get("/status").json()["value"]["ready"]:
                    return
            except httpx.TransportError:
                pass
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"WebKit's driver did not start:\n{self._log.read_text()}")
            time.sleep(0.05)


def _screen(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A screen in memory, and its name, which the server chooses and says."""
    path = shutil.which("Xvfb")
    assert path, "there is no Xvfb; scripts/ensure_programs.sh installs one"
    reading, writing = os.pipe()
    with (folder / "xvfb.log").open("ab") as log:
        screen = subprocess.Popen(
            [path, "-displayfd", str(writing), "-screen", "0", "1280x960x24", "-nolisten", "tcp"],
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=[writing],
        )
    os.close(writing)
    with os.fdopen(reading) as said:
        number = said.readline().strip()
    assert number, f"Xvfb did not start:\n{(folder / 'xvfb.log').read_text()}"
    return screen, f":{number}"


def _executable() -> str:
    path = os.environ.get("DIGITS_WEBKIT_DRIVER") or shutil.which("WebKitWebDriver")
    assert path, "there is no WebKitWebDriver; scripts/ensure_programs.sh installs one"
    return path
