"""The reports, as they are looked at: one file each, without a word to anyone, every picture there."""

import contextlib
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Witness
from tests.cli.commands.test_drawn_training import write_drawings
from tests.command_line import run_digits

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, mnist_folder: Path) -> Path:
    """A folder with three short runs, their comparison and a report on the first one's weights."""
    folder = tmp_path_factory.mktemp("runs")

    def digits(*words: str) -> None:
        with contextlib.chdir(folder):
            run = run_digits(*words)
        assert run.returncode == 0, run.stderr

    quick = ("--limit", "1200", "--epochs", "2", "--batch-size", "32", "--hidden", "20", "--data", str(mnist_folder))
    digits("train", *quick, "--out", "adam", "--keep-path")
    digits("train", *quick, "--out", "sgd", "--keep-path", "--optimizer", "sgd", "--name", "<b>sgd</b>")
    digits("train", *quick, "--out", "draws", "--task", "autoencoder")
    digits("compare", "adam", "sgd", "--out", "comparison.html", "--surface", "--grid", "9", "--images", "50")
    digits("race", "himmelblau")
    long = [f"{'long-name' * 12}-{number}" for number in range(10)]
    for name in long:
        shutil.copytree(folder / "sgd", folder / name)
    digits("compare", *long, "--out", "many.html")
    digits("evaluate", "--weights", "adam/weights.npz", "--data", str(mnist_folder), "--report", "evaluation.html")
    write_drawings(folder / "mine.jsonl", "ab")
    digits("evaluate", "--strokes", "mine.jsonl", "--robustness", "--report", "drawn.html")
    (folder / "mine.toml").write_text('[data]\nstrokes = ["mine.jsonl"]\nstyled_digits = 60\n')
    digits("augment", "--recipe", "mine.toml", "--data", str(mnist_folder))
    return folder


@pytest.mark.parametrize(
    ("report", "pictures", "words"),
    [
        ("adam/report.html", 5, ["Learning curves", "The most confident mistakes", "What the first layer looks for"]),
        ("sgd/report.html", 5, ["Training run: <b>sgd</b>"]),
        ("draws/report.html", 3, ["Originals and reconstructions", "test reconstruction error"]),
        ("comparison.html", 7, ["By epochs", "By training time", "optimizer", "Around each end"]),
        ("race.html", 2, ["Where each ends", "global minimum", "Four minima, all as low"]),
        ("many.html", 4, ["By epochs"]),
        ("evaluation.html", 2, ["calibration error", "The most confident mistakes"]),
        ("drawn.html", 3, ["By source and writer", "How far ink may stray", "clear non-digits refused"]),
        ("augmentation.html", 4, ["drawn digits with something added"]),
    ],
)
def test_a_report_shows_its_pictures_and_asks_nobody(
    open_page: OpenPage, witness: Witness, runs: Path, report: str, pictures: int, words: list[str]
) -> None:
    witness.also("file://")
    page = open_page((runs / report).as_uri(), viewport={"width": 1280, "height": 800})
    images = page.locator("img:not(.mistakes img)")
    expect(images).to_have_count(pictures)
    sizes = images.evaluate_all("images => images.map(image => image.complete ? image.naturalWidth : 0)")
    assert min(sizes) > 100
    assert all(images.evaluate_all("images => images.map(image => image.alt.length > 20)"))
    if "The most confident mistakes" in words:
        mistakes = page.locator(".mistakes img")
        assert mistakes.count() > 10
        assert set(mistakes.evaluate_all("images => images.map(image => image.naturalWidth)")) == {28}
    for text in words:
        expect(page.get_by_text(text).first).to_be_visible()
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
