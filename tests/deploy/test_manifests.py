"""The files that deploy the service say the same as the service, as its image, and as each other."""

import json
import re
import tomllib
from typing import Any

import httpx
import pytest

from app.settings import Settings
from tests.deploy.manifests import KUSTOMIZATION, RESOURCES, ROOT, compose_service, container, loaded, pod, resource
from tests.in_process import application
from tests.running_service import RunningService

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
OURS = {"app.kubernetes.io/name": "digits"}


def environments() -> dict[str, dict[str, str]]:
    """What each deployment sets, without what comes from outside."""
    composed = {name: value for name, value in compose_service()["environment"].items() if "$" not in value}
    return {"compose": composed, "kubernetes": {one["name"]: one["value"] for one in container()["env"]}}


class TestKubernetes:
    def test_kustomization_lists_every_resource_and_the_version_there_is(self) -> None:
        kustomization = loaded(KUSTOMIZATION)
        assert sorted(kustomization["resources"]) == [path.name for path in RESOURCES]
        version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
        assert kustomization["images"] == [{"name": container()["image"], "newTag": version}]

    @pytest.mark.parametrize("probe", ["startupProbe", "livenessProbe", "readinessProbe"])
    def test_the_probes_ask_for_what_the_service_answers(self, probe: str, service: RunningService) -> None:
        asked = container()[probe]["httpGet"]
        assert httpx.get(service.url + asked["path"]).status_code == 200
        assert asked["path"] == ("/healthz" if probe == "livenessProbe" else "/readyz")
        assert asked["port"] == container()["ports"][0]["name"]

    def test_every_selector_finds_the_pods(self) -> None:
        labels = resource("Deployment")["spec"]["template"]["metadata"]["labels"]
        selectors: list[dict[str, Any]] = [
            resource("Deployment")["spec"]["selector"]["matchLabels"],
            resource("Service")["spec"]["selector"],
            resource("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
            resource("NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
            pod()["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"],
        ]
        assert selectors == [OURS] * 5
        assert labels.items() >= OURS.items()

    def test_the_port_is_the_images(self) -> None:
        (port,) = container()["ports"]
        assert f"EXPOSE {port['containerPort']}\n" in DOCKERFILE
        assert resource("Service")["spec"]["ports"][0]["targetPort"] == port["name"]
        assert resource("NetworkPolicy")["spec"]["ingress"][0]["ports"][0]["port"] == port["name"]

    def test_the_pods_have_no_privileges(self) -> None:
        whole, own = pod()["securityContext"], container()["securityContext"]
        assert (whole["runAsNonRoot"], whole["seccompProfile"]["type"]) == (True, "RuntimeDefault")
        assert f"USER {whole['runAsUser']}:{whole['runAsGroup']}\n" in DOCKERFILE
        assert (own["readOnlyRootFilesystem"], own["allowPrivilegeEscalation"]) == (True, False)
        assert own["capabilities"] == {"drop": ["ALL"]}
        assert pod()["automountServiceAccountToken"] is False
        assert resource("NetworkPolicy")["spec"]["egress"] == []

    def test_what_is_bounded_has_room(self) -> None:
        resources = container()["resources"]
        assert {"cpu", "memory"} <= resources["requests"].keys() & resources["limits"].keys()
        # The time to stop is more than that before the signal and the server's own ten seconds together.
        before = container()["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert pod()["terminationGracePeriodSeconds"] > before + 10

    def test_the_autoscaler_scales_the_deployment_which_sets_no_number_itself(self) -> None:
        scaler, deployment = resource("HorizontalPodAutoscaler")["spec"], resource("Deployment")
        target = {name: scaler["scaleTargetRef"][name] for name in ("apiVersion", "kind")}
        assert target == {name: deployment[name] for name in ("apiVersion", "kind")}
        assert scaler["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
        assert "replicas" not in deployment["spec"]
        # With a single pod, the budget could not be kept while a node is emptied.
        assert scaler["minReplicas"] > resource("PodDisruptionBudget")["spec"]["maxUnavailable"] >= 1


class TestCompose:
    def test_it_builds_the_image_and_shows_its_port_to_this_machine_alone(self) -> None:
        service = compose_service()
        assert (ROOT / service["build"] / "Dockerfile").is_file()
        (port,) = service["ports"]
        address, _, inside = port.rsplit(":", 2)
        assert address == "127.0.0.1"
        assert f"EXPOSE {inside}\n" in DOCKERFILE

    def test_it_has_no_privileges(self) -> None:
        service = compose_service()
        assert f"USER {service['user']}\n" in DOCKERFILE
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert not {"privileged", "cap_add", "volumes", "network_mode", "pid"} & service.keys()
        assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}

    def test_its_health_check_is_the_images(self) -> None:
        check = compose_service()["healthcheck"]
        words = re.search(r"HEALTHCHECK .*\n\s+CMD (\[.*\])", DOCKERFILE)
        assert words is not None
        assert check["test"] == ["CMD", *json.loads(words.group(1))]
        for option, name in (("interval", "interval"), ("timeout", "timeout"), ("start-period", "start_period")):
            assert f"--{option}={check[name]} " in DOCKERFILE
        assert compose_service()["restart"] == "unless-stopped"


@pytest.mark.parametrize("where", ["compose", "kubernetes"])
def test_the_settings_are_ones_the_service_has_and_takes(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = environments()[where]
    assert {name.removeprefix("DIGITS_").lower() for name in environment} <= Settings.model_fields.keys()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.max_in_flight == int(environment["DIGITS_MAX_IN_FLIGHT"])
    assert environments()["compose"] == environments()["kubernetes"]


def test_a_service_with_these_settings_is_ready_as_with_none_of_the_optional_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {"DIGITS_API_KEYS": "", "DIGITS_RATE_LIMIT": "", **environments()["compose"]}.items():
        monkeypatch.setenv(name, value)
    with application() as client:
        reply = client.post("/predict", json={"strokes": [[[20, 20], [80, 20], [45, 100]]]})
    assert (reply.status_code, reply.json()["digit"]) == (200, 7)
