"""`/model`: the figures of the weights that are served, or that there are none."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.settings import Settings
from app.weights.card import ModelCard, card_beside
from model.artifact import Artifact, load_artifact, packaged_weights, save_artifact
from tests.in_process import application


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return load_artifact(packaged_weights())


@pytest.fixture(scope="module")
def page(client: httpx.Client) -> str:
    """The page of the committed weights, its spaces as they are read."""
    return read(client.get("/model"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory, artifact: Artifact) -> Iterator[tuple[str, Path]]:
    """The page of weights that nobody measured, beside which lies the card of others, and their folder."""
    folder = tmp_path_factory.mktemp("stranger")
    save_artifact(
        folder / "my own.npz",
        replace(
            artifact, name="<mine>", data={"mine.jsonl": "ab" * 32}, metrics={"best_epoch": 3, "test_accuracy": 0.5}
        ),
    )
    (folder / "my own.card.json").write_bytes(card_beside(packaged_weights()).read_bytes())
    with application(Settings(weights=folder / "my own.npz")) as client:
        yield read(client.get("/model")), folder


def read(response: httpx.Response) -> str:
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    return response.text.replace("&nbsp;", " ")


def test_it_shows_the_figures_of_the_committed_card(page: str, artifact: Artifact) -> None:
    card = ModelCard.model_validate_json(card_beside(packaged_weights()).read_bytes())
    assert artifact.sha256 in page
    assert len(card.digits) == 2
    for figures in card.digits:
        assert f"{100 * figures.accuracy:.2f} %" in page
        assert f"Calibration error {100 * figures.calibration_error:.2f} %." in page
        assert f"{figures.right:,} of {figures.images:,} read right" in page
    for kind in card.pictures:
        assert kind.name in page
    for group in card.verdicts:
        assert f"{100 * group.refused:.2f} % not accepted" in page
    for sweep in card.sweeps:
        assert f">{sweep.name}</caption>" in page


def test_it_shows_each_cell_of_the_confusion_matrices_and_each_mistake(page: str) -> None:
    card = json.loads(card_beside(packaged_weights()).read_text(encoding="utf-8"))
    tables = re.findall(r'<table class="confusion">.*?</table>', page, re.DOTALL)
    shown = [[int(count) for count in re.findall(r"<td[^>]*>(\d+)</td>", table)] for table in tables]
    counted = [[count for row in figures["confusion"] for count in row] for figures in card["digits"]]
    assert sorted(shown) == sorted(counted)
    mistakes = [mistake for figures in card["digits"] for mistake in figures["mistakes"]]
    assert len(mistakes) > 10
    for mistake in mistakes:
        assert f'src="data:image/png;base64,{mistake["picture"]}"' in page
    first = card["digits"][1]["mistakes"][0]
    assert f'a <b>{first["label"]}</b>, read as <b class="read">{first["digit"]}</b>' in page


def test_it_says_what_the_weights_learned_from_and_under_which_licences(page: str, artifact: Artifact) -> None:
    for name, sum_ in artifact.data.items():
        assert f"{name}, SHA-256 {sum_}" in page
    for words in ("CC BY-SA 3.0", "CC BY 4.0", "UNIPEN train_r01_v07", "UCI Pen-Based", "make card", "make weights"):
        assert words in page
    assert "is not known here" not in page
    made = " ".join(page[page.index("Beside these, made for the training:") :].partition("</p>")[0].split())
    data = artifact.config["data"]
    assert f"{data['styled_digits']:,} digits in rarer styles, {data['scribbles']:,} scribbles" in made
    assert made.endswith(".")


def test_weights_that_nobody_measured_are_said_to_be_so(stranger: tuple[str, Path], page: str) -> None:
    unmeasured, folder = stranger
    title = "These weights have not been measured"
    assert title in unmeasured
    assert title not in page
    assert "digits evaluate --weights &#39;my own.npz&#39;" in unmeasured
    assert "--page &#39;my own.card.json&#39;" in unmeasured
    assert str(folder) not in unmeasured
    for part in ('class="confusion"', 'id="mistakes"', 'id="sweeps"', "measured by a command"):
        assert part in page
        assert part not in unmeasured


def test_of_unmeasured_weights_it_shows_what_the_file_itself_says(stranger: tuple[str, Path]) -> None:
    unmeasured, folder = stranger
    assert load_artifact(folder / "my own.npz").sha256 in unmeasured
    assert "&lt;mine&gt;" in unmeasured
    assert "<mine>" not in unmeasured
    assert "<dt>test accuracy</dt><dd>50.00 %</dd>" in unmeasured
    assert "the weights of epoch 3 of" in unmeasured
    assert f"mine.jsonl, SHA-256 {'ab' * 32}" in unmeasured
    assert "under what licence, is not known here" in unmeasured


def test_every_place_it_leads_to_is_there(page: str, stranger: tuple[str, Path]) -> None:
    for text in (page, stranger[0]):
        for anchor in re.findall(r'href="#([^"]+)"', text):
            assert f'id="{anchor}"' in text, anchor
        for names in re.findall(r'aria-labelledby="([^"]+)"', text):
            for name in names.split():
                assert f'id="{name}"' in text, name
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids))
