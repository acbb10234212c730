"""What the documents say holds: their examples run, their tables are the code's."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.settings import Settings
from model.artifact import load_artifact, packaged_weights
from model.data import load_mnist
from model.lab import load_lessons
from scripts import lessons, settings_table
from tests.command_line import run_digits
from tests.drawings import DRAWINGS, SEVEN, canvas, encoded
from tests.pictures import table_bytes, write_pictures
from tests.running_service import RunningService

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def curls() -> list[tuple[str, str]]:
    """Every curl example, with the name of its document."""
    return [
        (document.name, command)
        for document in DOCUMENTS
        for block in re.findall(r"```sh\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)
        for command in block.splitlines()
        if command.startswith("curl ")
    ]


def sent(command: str, service: RunningService, folder: Path) -> Any:
    """The reply to a command, which must succeed: JSON, or text."""
    words = [word.replace("http://127.0.0.1:8000", service.url) for word in shlex.split(command)]
    options = ["--silent", "--show-error", "--fail-with-body", "--max-time", "30"]
    told = subprocess.run([*words, *options], cwd=folder, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    return json.loads(told.stdout) if told.stdout.startswith(("{", "[")) else told.stdout


def test_there_are_examples() -> None:
    assert {name for name, _ in curls()} >= {"README.md", "api.md"}


@pytest.mark.parametrize("command", [command for _, command in curls()])
def test_every_curl_example_is_answered(command: str, service: RunningService, tmp_path: Path) -> None:
    (tmp_path / "seven.png").write_bytes(encoded(canvas(SEVEN)))
    reply = sent(command, service, tmp_path)
    if "/predict/batch" in command:
        assert [result.get("digit") for result in reply["results"]] == [7, 1, None]
    elif ":predict" in command:
        assert [max(range(10), key=one.__getitem__) for one in reply["predictions"]] == [7]
    elif "/predict" in command:
        assert reply["digit"] == 7
    if "/infer" in command:
        assert {output["name"]: output["data"] for output in reply["outputs"]}["digit"] == [7]
    if "/read" in command:
        assert reply["text"] == "17"


def test_readmes_reply_is_what_comes(service: RunningService) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r'answers \(shortened\) `{"digit":7,.*"confidence":([0-9.]+)\.\.\.', readme)
    assert shown is not None
    reply = httpx.post(f"{service.url}/predict", json={"strokes": [[[20, 20], [80, 20], [45, 100]]]})
    assert f'"confidence":{shown.group(1)}' in reply.text


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r'\]\(([^)#]+)\)|src="([^"]+)"', text):
        address = "".join(target)
        if "://" not in address:
            assert (document.parent / address).exists(), f"{document.name}: {address}"


def test_the_table_of_settings_is_the_codes() -> None:
    rows = re.findall(
        r"^\| `DIGITS_(\w+)` \| (.*?) \| (.*?) \|$", (ROOT / "docs" / "settings.md").read_text("utf-8"), re.MULTILINE
    )
    fields = Settings.model_fields
    assert [name.lower() for name, _, _ in rows] == list(fields)
    for name, default, description in rows:
        field = fields[name.lower()]
        assert description == field.description
        assert default in {str(field.default), str(field.default).lower(), "the packaged weights"}


def test_readmes_accuracy_is_that_of_the_committed_weights() -> None:
    figure = load_artifact(packaged_weights()).metrics["test_accuracy"]
    assert f"{100 * figure:.2f} % right" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_of_trainings_settings_is_the_declarations() -> None:
    document = settings_table.DOCUMENT.read_text(encoding="utf-8")
    assert "| `learning.dropout` | `--dropout` |" in document
    assert document == settings_table.with_table(document), "write it anew with: python -m scripts.settings_table"


def test_the_lessons_are_those_of_the_lab() -> None:
    document = lessons.DOCUMENT.read_text(encoding="utf-8")
    assert "## Softmax against sigmoid" in document
    assert document == lessons.with_lessons(document), "write it anew with: python -m scripts.lessons"
    headings = re.findall(r"^## (.*)$", document, re.MULTILINE)
    links = re.findall(r"\[([^]]*)\]\(#([^)]*)\)", document)
    assert [title for title, _ in links] == headings
    assert all(re.fullmatch(r"[a-z0-9-]+", anchor) for _, anchor in links)


@pytest.mark.parametrize(
    "example", re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "python.md").read_text("utf-8"), re.DOTALL)
)
def test_every_python_example_runs(example: str, tmp_path: Path) -> None:
    (tmp_path / "seven.png").write_bytes(encoded(canvas(SEVEN)))
    command = [sys.executable, "-W", "error", "-c", example]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the documents take for somebody's own data: pictures, tables, and strokes from the page."""
    sample = load_mnist("sample").test
    write_pictures(tmp_path / "own", 4)
    (tmp_path / "train.csv").write_bytes(table_bytes(sample.images[:40], sample.labels[:40]))
    (tmp_path / "test.csv").write_bytes(table_bytes(sample.images[40:50]))
    by = {"source": "digits/page", "writer": "me"}
    drawn = [{"label": label, **by, "strokes": way} for label, ways in DRAWINGS.items() for way in ways] * 2
    (tmp_path / "digits.jsonl").write_text("\n".join(json.dumps(one) for one in drawn))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIGITS_DATA_DIR", "sample")
    return tmp_path


def run_briefly(command: str) -> None:
    """Run a command as it stands there, but for an epoch on few images and few points of the surface."""
    train = ["--epochs=1", "--limit=600", "--styled-digits=0", "--scribbles=0", "--signs=0"]
    brief = {"train": [*train, "--pictured-digits=0", "--pictured-others=0"], "compare": ["--grid=9", "--images=50"]}
    program, *words = shlex.split(command, comments=True)
    run = run_digits(*words, *brief.get(words[0], []))
    assert (program, run.returncode) == ("digits", 0), run.stderr


@pytest.mark.parametrize("section", ["own data", "fine-tuning", "surface", "race"])
def test_the_commands_for_training_run(section: str, own_data: Path) -> None:
    document = (ROOT / "docs" / "training.md").read_text("utf-8")
    shown = re.search(rf"<!-- {section} -->\n```sh\n(.*?)```\n<!-- /{section} -->", document, re.DOTALL)
    assert shown
    for command in filter(None, shown[1].splitlines()):
        run_briefly(command)
    assert section != "own data" or (own_data / "out.csv").read_text().count("\n") == 11


@pytest.mark.parametrize("slug", ["parameters", "minima"])
def test_the_commands_of_a_lesson_run(slug: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    drawing = re.search(r"^echo '(.*)' > seven.json", lessons.DOCUMENT.read_text("utf-8"), re.MULTILINE)
    assert drawing
    (tmp_path / "seven.json").write_text(drawing[1])
    [lesson] = [one for one in load_lessons() if one.slug == slug]
    for command in lesson.command:
        run_briefly(command)
