"""The committed weights, their model card and the README say the same; `tests/figures.py` measures it anew."""

import re
from pathlib import Path

import pytest

from app.weights.card import card_beside, load_card
from model.artifact import Artifact, load_artifact, packaged_weights

ROOT = Path(__file__).parents[1]
CARD = (ROOT / "docs" / "model-card.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return load_artifact(packaged_weights())


def test_the_model_card_and_the_readme_are_of_these_weights(artifact: Artifact) -> None:
    assert artifact.sha256 in CARD
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("| measured on") : readme.index("\n\n", readme.index("| measured on"))]
    rows = re.findall(r"\| (\d+\.\d+ %).*\| (\d+\.\d+ %) \|$", table, re.MULTILINE)
    assert len(rows) == 6
    mlp = load_card(packaged_weights("mlp"), load_artifact(packaged_weights("mlp")).sha256)
    assert mlp is not None, "the card is of other weights: make card"
    shares = [share for digits in mlp.digits for share in (digits.accuracy, digits.calibration_error)]
    measured = {f"{100 * share:.2f} %" for share in (*shares, *(verdicts.refused for verdicts in mlp.verdicts))}
    for served, plain in rows:
        assert f"| {served} |" in CARD, served
        assert plain in measured, plain


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


def test_the_figures_of_the_card_are_at_the_bar(artifact: Artifact) -> None:
    card = load_card(packaged_weights(), artifact.sha256)
    assert card is not None
    mnist, drawn = card.digits
    assert mnist.accuracy == artifact.metrics["test_accuracy"] >= 0.995
    assert drawn.accuracy >= 0.987
    assert drawn.calibration_error <= 0.01
    refused = {group.kind: group.refused for group in card.verdicts}
    assert refused["digits"] <= 0.015
    assert refused["clear non-digits"] >= 0.92
