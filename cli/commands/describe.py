"""`digits describe`: what a weights file is, and where it comes from."""

from cli.inputs.options import WeightsOption, find_weights
from model.artifact import Artifact, load_artifact
from model.settings import by_path


def describe_weights(weights: WeightsOption = None) -> None:
    """Check a weights file and print what it says of itself."""
    path = find_weights(weights)
    artifact = load_artifact(path)
    settings = by_path(artifact.config)
    architecture = artifact.network.architecture
    layers = " - ".join(map(str, architecture.sizes))
    rows = {
        "file": path,
        "sha256": artifact.sha256,
        "name": f"{artifact.name}, made by version {artifact.version}",
        "task": artifact.task,
        "network": f"{layers}, {architecture.activation}, {architecture.output} output",
        "parameters": f"{len(artifact.network.parameters):,}",
        "scaling": settings.get("network.scaling", "unknown"),
        **_judgement(artifact),
        **{name.replace("_", " "): f"{value:g}" for name, value in artifact.metrics.items()},
        "trained on": ", ".join(artifact.data),
        "settings": ", ".join(f"{name}={value}" for name, value in settings.items()),
    }
    for name, value in rows.items():
        print(f"{name:<24} {value}")


def _judgement(artifact: Artifact) -> dict[str, str]:
    """What turns a classifier's logits into verdicts."""
    if not artifact.calibration or not artifact.thresholds:
        return {}
    return {
        "temperature": f"{artifact.calibration.temperature:.3f}",
        "uncertain": f"below a probability of {artifact.thresholds.confidence:.2f}",
        "not a digit": f"below an energy of {artifact.thresholds.energy:.2f}",
    }
