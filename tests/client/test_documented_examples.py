"""The Python examples of docs/clients.md, run as they stand there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drawings import SEVEN, canvas, encoded
from tests.running_service import RunningService

DOCUMENT = Path(__file__).parents[2] / "docs" / "clients.md"
EXAMPLES: list[str] = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)


def test_both_clients_are_shown() -> None:
    shown = "".join(EXAMPLES)
    for word in ("DigitsClient(", "AsyncDigitsClient(", "RefusedError", "Retries(", "predict_many("):
        assert word in shown


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_example_runs(example: str, service: RunningService, tmp_path: Path) -> None:
    (tmp_path / "seven.png").write_bytes(encoded(canvas(SEVEN)))
    program = example.replace("http://127.0.0.1:8000", service.url)
    assert program != example
    command = [sys.executable, "-W", "error", "-c", program]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
