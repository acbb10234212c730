"""The committed weights do what the model card and the README say of them, on drawings by people they never saw."""

import os
import re
from pathlib import Path

import pytest

from app.weights.card import card_beside, load_card
from model.artifact import Artifact, load_artifact, packaged_weights
from model.data.drawings import find_drawings, load_drawings
from model.errors import DataError
from model.evaluation.drawings import DrawnEvaluation, evaluate_drawings

pytestmark = pytest.mark.mnist

ROOT = Path(__file__).parents[1]
CARD = (ROOT / "docs" / "model-card.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return load_artifact(packaged_weights())


def evaluated(artifact: Artifact, name: str, folder: Path) -> DrawnEvaluation:
    """What the weights make of a file of drawings beside the MNIST files."""
    try:
        path = find_drawings(name, folder)
    except DataError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    return evaluate_drawings(artifact, load_drawings([path], pytest.fail))


def test_the_model_card_and_the_readme_are_of_these_weights(artifact: Artifact) -> None:
    assert artifact.sha256 in CARD
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("| measured on") : readme.index("\n\n", readme.index("| measured on"))]
    figures = re.findall(r"(\d+\.\d+ %)", table)
    assert len(figures) >= 6
    for figure in figures:
        assert f"| {figure} |" in CARD, figure


def test_the_figures_of_the_model_page_are_of_these_weights_and_those_of_the_model_card(artifact: Artifact) -> None:
    page = load_card(packaged_weights(), artifact.sha256)
    assert page is not None, "the card is of other weights: make card"
    assert card_beside(packaged_weights()).stat().st_size < 150_000
    rows = re.findall(
        r"^### (.*?)\n.*?\| read right \| (.*?) \|\n\| calibration error \| (.*?) \|$", CARD, re.MULTILINE | re.DOTALL
    )
    shown = [
        (figures.name, f"{100 * figures.accuracy:.2f} %", f"{100 * figures.calibration_error:.2f} %")
        for figures in page.digits
    ]
    assert len(shown) == 2
    assert shown == rows
    refused = {group.kind: f"{100 * group.refused:.2f} %" for group in page.verdicts}
    assert f"| digits not accepted (`uncertain` or `not_a_digit`) | {refused['digits']} |" in CARD
    assert f"| clear non-digits refused | {refused['clear non-digits']} |" in CARD
    for sweep in page.sweeps:
        shares = " | ".join(f"{100 * step.accuracy:.1f}" for step in sweep.steps)
        assert f"| {sweep.name} | {' | '.join(step.condition for step in sweep.steps)} |" in CARD
        assert f"| read right, % | {shares} |" in CARD


def test_drawn_digits_are_read_and_sureness_is_honest(artifact: Artifact, mnist_folder: Path) -> None:
    found = evaluated(artifact, "digits-dev.jsonl.gz", mnist_folder)
    assert found.digits
    assert found.digits.accuracy >= 0.987
    assert found.digits.calibration_error <= 0.01
    refused = found.refused("digits") or 0
    assert refused <= 0.015
    assert f"| {100 * found.digits.accuracy:.2f} % |" in CARD
    assert f"| {100 * refused:.2f} % |" in CARD


def test_what_is_clearly_no_digit_is_refused(artifact: Artifact, mnist_folder: Path) -> None:
    refused = evaluated(artifact, "not-digits-dev.jsonl.gz", mnist_folder).refused("clear non-digits")
    assert refused is not None
    assert refused >= 0.92
    assert f"| {100 * refused:.2f} % |" in CARD
