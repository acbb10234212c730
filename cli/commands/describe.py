"""`digits describe`: what a weights file is, and where it comes from."""

from pathlib import Path
from typing import Annotated

import typer

from app.settings import load_settings
from cli.inputs.options import WEIGHTS_DEFAULT
from model.artifact import Artifact, load_artifact


def describe_weights(
    weights: Annotated[Path | None, typer.Argument(help="The weights file.", show_default=WEIGHTS_DEFAULT)] = None,
) -> None:
    """Check a weights file and print what it says of itself."""
    path = weights or load_settings().weights
    artifact = load_artifact(path)
    architecture = artifact.network.architecture
    parameters = artifact.network.parameters
    layers = " - ".join(map(str, architecture.sizes))
    rows = {
        "file": path,
        "sha256": artifact.sha256,
        "name": f"{artifact.name}, made by version {artifact.version}",
        "task": artifact.task,
        "network": f"{layers}, {architecture.activation}, {architecture.output} output",
        "parameters": f"{len(parameters):,}, {parameters.nonzero:,} of them not 0",
        "scaling": artifact.config.get("scaling", "unknown"),
        **_judgement(artifact),
        **{name.replace("_", " "): f"{value:g}" for name, value in artifact.metrics.items()},
        "trained on": ", ".join(artifact.data),
        "settings": ", ".join(f"{name}={value}" for name, value in artifact.config.items()),
    }
    for name, value in rows.items():
        typer.echo(f"{name:<24} {value}")


def _judgement(artifact: Artifact) -> dict[str, str]:
    """What turns a classifier's logits into verdicts."""
    if not artifact.calibration or not artifact.thresholds:
        return {}
    return {
        "temperature": f"{artifact.calibration.temperature:.3f}",
        "uncertain": f"below a probability of {artifact.thresholds.confidence:.2f}",
        "not a digit": f"below an energy of {artifact.thresholds.energy:.2f}",
    }
