"""The files that deploy the service are what Kubernetes and Compose take, by their published schemas."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.manifests import COMPOSE, RESOURCES

VERSIONS = ("1.31", "1.37")
"""Of Kubernetes: the oldest that somebody may still run, and the newest whose schemas there are."""


def is_resource(path: Path, version: str) -> tuple[bool, str]:
    """Whether a file is a resource by the API server's own schemas, no unknown field allowed; and what was said."""
    command = [sys.executable, "-m", "kubernetes_validate", "--strict", "-k", version, str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    # A kind that has no schema is a warning to it, and no failure.
    return run.returncode == 0 and f"against version {version}" in run.stdout, run.stdout + run.stderr


def compose_validated(path: Path) -> subprocess.CompletedProcess[str]:
    """A file against the Compose specification."""
    tool = Path(sys.executable).with_name("check-jsonschema")
    command = [str(tool), "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("path", RESOURCES, ids=lambda path: path.stem)
def test_every_resource_is_one(path: Path, version: str) -> None:
    passed, said = is_resource(path, version)
    assert passed, said


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("readinessProbe:", "readynessProbe:"), ("containerPort: 8000", "containerPort: many"), ("apps/v1", "apps/v9")],
)
def test_a_resource_with_a_mistake_is_refused(tmp_path: Path, right: str, wrong: str) -> None:
    (deployment,) = [path for path in RESOURCES if path.stem == "deployment"]
    text = deployment.read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "wrong.yaml").write_text(text.replace(right, wrong), encoding="utf-8")
    passed, said = is_resource(tmp_path / "wrong.yaml", VERSIONS[-1])
    assert not passed, said


def test_compose_is_by_its_specification() -> None:
    run = compose_validated(COMPOSE)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(("right", "wrong"), [("read_only:", "readonly:"), ("pids: 128", "pids: [128]")])
def test_a_compose_file_with_a_mistake_is_refused(tmp_path: Path, right: str, wrong: str) -> None:
    text = COMPOSE.read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "compose.yaml").write_text(text.replace(right, wrong), encoding="utf-8")
    assert compose_validated(tmp_path / "compose.yaml").returncode != 0
