"""`make check` asks for advisories: what is vulnerable fails it, and a service that is not there does not."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.running_service import free_port
from tests.troubled_server import Act, TroubledServer, answers, takes

ROOT = Path(__file__).parents[1]

Audit = Callable[[str], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    """Runs the audit with a service at an address, which is asked as OSV is."""

    def run(url: str) -> "subprocess.CompletedProcess[str]":
        asked = {"PIP_AUDIT_VULNERABILITY_SERVICE": "osv", "PIP_AUDIT_OSV_URL": url, "NO_PROXY": "127.0.0.1"}
        command = [sys.executable, "-m", "scripts.audit"]
        environment = {**os.environ, **asked, "XDG_CACHE_HOME": str(tmp_path)}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    return run


def advisory_for(package: str) -> dict[str, Any]:
    """In the form of https://ossf.github.io/osv-schema/."""
    events = [{"introduced": "0"}, {"fixed": "999"}]
    affected = [
        {"package": {"name": package, "ecosystem": "PyPI"}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    ]
    return {
        "vulns": [{"id": "PYSEC-2026-1", "summary": "bad", "published": "2026-01-01T00:00:00Z", "affected": affected}]
    }


def test_pins_without_advisories_pass(audit: Audit) -> None:
    with TroubledServer([answers(200, {})]) as service:
        run = audit(service.url)
    assert (run.returncode, run.stderr) == (0, "")
    assert re.fullmatch(r"Advisories: \d+ pinned versions looked up, 0 vulnerable\n", run.stdout)
    assert {"numpy", "hatchling", "ruff"} <= {json.loads(one.body)["package"]["name"] for one in service.asked}


def test_a_vulnerable_pin_fails_and_is_named(audit: Audit) -> None:
    fine = answers(200, {})

    def jinja2_is_bad(handler: BaseHTTPRequestHandler) -> None:
        package = json.loads(service.asked[-1].body)["package"]["name"]
        (answers(200, advisory_for(package)) if package == "jinja2" else fine)(handler)

    with TroubledServer([jinja2_is_bad]) as service:
        run = audit(service.url)
    assert run.returncode == 1
    assert re.search(r"^  jinja2 [\d.]+: PYSEC-2026-1, mended in 999$", run.stdout, re.MULTILINE)
    assert "1 vulnerable" in run.stdout


@pytest.mark.parametrize("act", [answers(500, "<html>"), answers(403, "no"), answers(200, "<html>")])
def test_a_service_that_is_broken_is_told_of_in_one_line_and_fails_nothing(audit: Audit, act: Act) -> None:
    with TroubledServer([act]) as service:
        run = audit(service.url)
    assert (run.returncode, run.stdout.count("\n")) == (0, 1)
    assert run.stdout.startswith("Advisories: not asked for, ")


def test_a_service_that_is_not_there_is_told_of_in_one_line_and_fails_nothing(audit: Audit) -> None:
    run = audit(f"http://127.0.0.1:{free_port()}")
    assert (run.returncode, run.stdout.count("\n")) == (0, 1)
    assert run.stdout.startswith("Advisories: not asked for, ")


@pytest.mark.xdist_group("measures")
def test_a_slow_service_is_not_waited_for(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDIT_SECONDS", "3")
    begun = time.monotonic()
    with TroubledServer([takes(2, answers(200, {}))]) as service:
        run = audit(service.url)
    assert time.monotonic() - begun < 10
    assert (run.returncode, run.stdout) == (
        0,
        "Advisories: not asked for, the service takes longer than 3 seconds\n",
    )


def test_the_lock_file_that_is_looked_up_has_the_pins_of_all() -> None:
    pins = {
        path.stem: set(re.findall(r"^\S+==\S+", path.read_text(), re.MULTILINE))
        for path in ROOT.glob("requirements/*.txt")
    }
    assert set().union(*pins.values()) == pins["dev"]
