"""The files that deploy the service, as data."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "compose.yaml"
KUBERNETES = ROOT / "deploy" / "kubernetes"
KUSTOMIZATION = KUBERNETES / "kustomization.yaml"
RESOURCES = sorted(set(KUBERNETES.glob("*.yaml")) - {KUSTOMIZATION})


def loaded(path: Path) -> dict[str, Any]:
    """The one document in a YAML file."""
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


def resource(kind: str) -> dict[str, Any]:
    """The one Kubernetes resource of a kind."""
    (found,) = [document for document in map(loaded, RESOURCES) if document["kind"] == kind]
    return found


def compose_service() -> dict[str, Any]:
    """The service of compose.yaml."""
    service: dict[str, Any] = loaded(COMPOSE)["services"]["digits"]
    return service


def pod() -> dict[str, Any]:
    """The pod that the Deployment makes."""
    spec: dict[str, Any] = resource("Deployment")["spec"]["template"]["spec"]
    return spec


def container() -> dict[str, Any]:
    """The one container of that pod."""
    (only,) = pod()["containers"]
    found: dict[str, Any] = only
    return found
