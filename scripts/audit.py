"""Asks an advisory service whether a version pinned in `requirements/` is known to be vulnerable, for `make check`.

It exits with 1 if one is. A service that cannot be reached, or that knows nothing of what is pinned, as the mirror of
an index may, is told of in one line and fails nothing. `PIP_AUDIT_VULNERABILITY_SERVICE=osv` asks another service.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

LOCKS = Path(__file__).parents[1] / "requirements"
FILES = [LOCKS / "build.txt", LOCKS / "dev.txt"]
"""A few pins first: who knows none of them is not asked for a hundred. The second file has all pins of all files."""

SECONDS = float(os.environ.get("AUDIT_SECONDS", "20"))
"""For all of it."""


class NotAuditedError(Exception):
    """There is nobody to ask."""


def main() -> int:
    """Exit code 1 for vulnerable pins, else 0."""
    end = time.monotonic() + SECONDS
    try:
        for file in FILES:
            pins = _audited(file, end - time.monotonic())
    except NotAuditedError as error:
        print(f"Advisories: not asked for, {error}")
        return 0
    vulnerable = [pin for pin in pins if pin["vulns"]]
    print(f"Advisories: {len(pins)} pinned versions looked up, {len(vulnerable)} vulnerable")
    for pin in vulnerable:
        for known in pin["vulns"]:
            mended = ", ".join(known["fix_versions"]) or "no version yet"
            print(f"  {pin['name']} {pin['version']}: {known['id']}, mended in {mended}")
    return 1 if vulnerable else 0


def _audited(file: Path, seconds: float) -> list[dict[str, Any]]:
    """The pins in a lock file that the service knows: `name`, `version`, and `vulns` as pip-audit gives them."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", file, "--require-hashes", "--disable-pip"]
    options = ["--format", "json", "--desc", "off", "--progress-spinner", "off", "--timeout", "5"]
    try:
        run = subprocess.run(  # noqa: S603 - our own words
            [*command, *options], capture_output=True, text=True, timeout=max(seconds, 0), check=False
        )
        found = json.loads(run.stdout)["dependencies"]
    except subprocess.TimeoutExpired as error:
        raise NotAuditedError(f"the service takes longer than {SECONDS:g} seconds") from error
    except ValueError as error:
        raise NotAuditedError((run.stderr.strip().splitlines() or ["pip-audit says nothing"])[-1][:200]) from error
    known = [pin for pin in found if "vulns" in pin]
    if not known:
        raise NotAuditedError(f"the service knows none of the {len(found)} versions in {file.name}")
    return known


if __name__ == "__main__":
    sys.exit(main())
