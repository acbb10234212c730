"""Where `digits serve` listens, and `digits health` asks: the command line, our variables, those of platforms."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from cli.inputs.listening import listening_address
from model.errors import ConfigError
from tests.cli.conftest import Digits
from tests.running_service import DIGITS, RunningService, free_port
from tests.troubled_server import TroubledServer, answers, is_busy, writes

VARIABLES = ("DIGITS_HOST", "DIGITS_PORT", "HOST", "PORT")
LINK = "tcp://10.0.0.11:80"


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, ("127.0.0.1", 8000)),
        ({"PORT": "8080", "HOST": "::"}, ("::", 8080)),
        ({"PORT": "8080", "DIGITS_PORT": "9000"}, ("127.0.0.1", 9000)),
        ({"HOST": "::", "DIGITS_HOST": "::1"}, ("::1", 8000)),
        ({"HOST": "localhost"}, ("localhost", 8000)),
        ({"HOST": "my-laptop"}, ("127.0.0.1", 8000)),
        ({"DIGITS_HOST": "my-laptop"}, ("my-laptop", 8000)),
        ({"PORT": "", "DIGITS_PORT": "", "HOST": "", "DIGITS_HOST": ""}, ("127.0.0.1", 8000)),
        ({"DIGITS_PORT": LINK}, ("127.0.0.1", 8000)),
        ({"DIGITS_PORT": LINK, "PORT": "8080"}, ("127.0.0.1", 8080)),
        ({"DIGITS_PORT": "9000", "PORT": "junk"}, ("127.0.0.1", 9000)),
    ],
)
def test_ours_win_over_the_platforms(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], address: tuple[str, int]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert listening_address(None, None) == address
    assert listening_address("::", 0) == ("::", 0), "the command line wins over all"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            (name, value)
            for name in ("PORT", "DIGITS_PORT")
            for value in ("http", "-1", "65536", "80.5", "8000 ", "٨")
        ),
        *(("DIGITS_HOST", value) for value in ("http://a", "a b", "[::1]", "a:80", "a/")),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(digits: Digits, name: str, value: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(name, value)
        with pytest.raises(ConfigError, match=f"^{name} is "):
            listening_address(None, None)
        run = digits("health")
    assert (run.returncode, run.stdout) == (2, "")
    assert f"{name} is {value!r}" in " ".join(run.stderr.split())


def test_the_platforms_port_is_served_and_health_asks_there(tmp_path: Path) -> None:
    environment = {**os.environ, "PORT": str(free_port()), "http_proxy": "http://127.0.0.1:9", "no_proxy": ""}

    def health() -> int:
        return subprocess.run([DIGITS, "health"], env=environment, cwd=tmp_path, check=False, timeout=60).returncode

    assert health() == 1
    with subprocess.Popen([DIGITS, "serve"], env=environment, cwd=tmp_path, stdout=subprocess.PIPE) as serving:
        try:
            assert serving.stdout
            said = serving.stdout.readline().decode()
            assert re.search(r"http://127\.0\.0\.1:(\d+) ", said)
            assert f":{environment['PORT']} " in said
            assert health() == 0
        finally:
            serving.terminate()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_host_that_nobody_knows_is_named(digits: Digits, monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    monkeypatch.setenv("DIGITS_HOST", "nowhere.invalid")
    run = digits("serve", "--workers", workers)
    assert run.returncode == 2
    assert "the host 'nowhere.invalid' has no address here" in run.stderr


def test_health_asks_a_service_that_listens_everywhere(digits: Digits, service: RunningService) -> None:
    run = digits("health", "--host", "0.0.0.0", "--port", service.port)  # noqa: S104 - asked, not bound
    assert (run.returncode, run.stdout, run.stderr) == (0, "ready\n", "")


@pytest.mark.parametrize(
    "act", [is_busy(), answers(404, "none"), answers(302, "x", {"Location": "/"}), writes(b"SSH-2\r\n")]
)
def test_health_is_not_there_where_anything_else_answers(digits: Digits, act: object) -> None:
    with TroubledServer([act]) as troubled:  # type: ignore[list-item]
        assert digits("health", "--port", troubled.url.rpartition(":")[2]).returncode == 1
