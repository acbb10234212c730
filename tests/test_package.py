"""The package as its user installs it: `pip install .` into an empty environment, and served from any folder."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.drawings import SEVEN
from tests.running_service import RunningService

ROOT = Path(__file__).parents[1]
WHEELHOUSE = Path(sys.prefix) / "wheelhouse"
"""The pinned dependencies, downloaded by `make test`, so that this needs no network."""

SOURCES = (
    "app",
    "cli",
    "digits_client",
    "model",
    "static",
    "templates",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new virtual environment with the package installed from a copy of the sources, which is then gone."""
    folder = tmp_path_factory.mktemp("package")
    sources = folder / "sources"
    sources.mkdir()
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, sources / name)
    environment = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    subprocess.run(
        [
            *(environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-index", "--find-links", WHEELHOUSE, sources),
        ],
        check=True,
        cwd=folder,
    )
    shutil.rmtree(sources)
    return environment


def test_the_installed_command_serves_the_page_and_reads_from_any_folder(environment: Path, tmp_path: Path) -> None:
    with RunningService(tmp_path / "log", command=[environment / "bin" / "digits"], folder=tmp_path) as running:
        page = httpx.get(running.url)
        assert page.status_code == 200
        for path in ("/static/js/main.js", "/static/favicon.svg", "/docs"):
            assert httpx.get(f"{running.url}{path}").status_code == 200, path
        assert "Its worst mistakes" in httpx.get(f"{running.url}/model").text
        reply = httpx.post(f"{running.url}/predict", json={"strokes": SEVEN}).json()
        assert (reply["digit"], reply["verdict"]) == (7, "digit")


def test_the_installed_package_brings_the_recipes_and_needs_no_source_tree(environment: Path, tmp_path: Path) -> None:
    program = "import app; from model.training import load_recipe; print(load_recipe('small').name, app.__file__)"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    run = subprocess.run(
        [environment / "bin" / "python", "-c", program],
        cwd=tmp_path,
        env=clean,
        capture_output=True,
        text=True,
        check=True,
    )
    name, place = run.stdout.split()
    assert name == "small"
    assert Path(place).is_relative_to(environment)


def test_the_package_carries_no_tests_and_of_all_data_the_sample(environment: Path) -> None:
    installed = next((environment / "lib").glob("python*")) / "site-packages"
    names = {path.name for path in installed.iterdir()}
    assert {"app", "cli", "digits_client", "model"} <= names
    assert (installed / "digits_client" / "py.typed").is_file()
    assert not {"tests", "bench", "scripts", "docs", "static", "templates"} & names
    sample = installed / "model" / "data" / "sample"
    assert {path.parent for path in (installed / "model").rglob("*.gz")} == {sample}
    assert (sample / "README.md").is_file(), "its licence"
    command = [str(environment / "bin" / "digits"), "data", "status", "--dir", "sample"]
    run = subprocess.run(command, cwd=environment, capture_output=True, text=True, check=True)
    assert run.stdout.count("present") == 4
