"""The house: CONTRIBUTING pictures the contracts, rooms are entered by their faces, and tests mirror them."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FACED = ("model", "app")
"""The packages whose rooms others enter by their faces; each command of `cli` loads only what it needs."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS = PROJECT["tool"]["importlinter"]["contracts"]
LAYERS = {
    contract["containers"][0]: [sorted(layer.split(" | ")) for layer in contract["layers"]]
    for contract in CONTRACTS
    if contract["type"] == "layers" and "containers" in contract
}


def rooms(package: str) -> set[str]:
    """The folders of a package that have a face."""
    return {face.parent.name for face in (ROOT / package).glob("*/__init__.py")}


def pictured(package: str) -> list[list[str]]:
    """The rooms in the Mermaid picture, floor by floor from the top."""
    picture = re.search(r"```mermaid\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL)
    assert picture
    inside = re.search(rf"subgraph {package}\n(.*?)\n *end\n", picture[1], re.DOTALL)
    assert inside
    floors = [line.removeprefix("-->").split(" & ") for line in map(str.strip, inside[1].splitlines())]
    return [sorted(re.findall(r"\[(.*?)\]", " ".join(floor))) for floor in floors]


@pytest.mark.parametrize("package", LAYERS)
def test_the_picture_shows_the_floors_of_the_contract(package: str) -> None:
    assert pictured(package) == LAYERS[package]


@pytest.mark.parametrize("package", LAYERS)
def test_every_room_is_in_the_contract(package: str) -> None:
    assert rooms(package) <= {room for floor in LAYERS[package] for room in floor}


def test_rooms_are_entered_by_their_faces() -> None:
    entered = []
    for path in [file for folder in (*FACED, "cli", "bench", "scripts") for file in (ROOT / folder).rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            parts = (node.module or "").split(".") if isinstance(node, ast.ImportFrom) else []
            is_inside = len(parts) > 2 and parts[0] in FACED and parts[1] in rooms(parts[0])
            if is_inside and not path.is_relative_to(ROOT / parts[0] / parts[1]):
                entered.append(f"{path.relative_to(ROOT)}: {'.'.join(parts)}")
    assert entered == []


@pytest.mark.parametrize("package", FACED)
def test_tests_have_the_same_rooms(package: str) -> None:
    assert rooms(f"tests/{package}") <= {room for floor in LAYERS[package] for room in floor}


@pytest.mark.parametrize(
    ("folders", "extras"),
    [(("app", "cli", "digits_client", "model"), ("train",)), (("tests", "scripts", "bench/soak"), ("train", "dev"))],
)
def test_what_is_imported_is_declared(folders: tuple[str, ...], extras: tuple[str, ...]) -> None:
    optional = PROJECT["project"]["optional-dependencies"]
    declared = {name(one) for one in [*PROJECT["project"]["dependencies"], *(d for e in extras for d in optional[e])]}
    brought_by, ours = packages_distributions(), {"app", "bench", "cli", "digits_client", "model", "scripts", "tests"}
    foreign = {
        package
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        for package in imported(path)
        if package not in ours and package not in sys.stdlib_module_names
    }
    assert {one for one in foreign if declared.isdisjoint(map(name, brought_by.get(one, [one])))} == set()


def imported(path: Path) -> set[str]:
    """The packages that a file imports."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return {
        name.split(".")[0] for name in [*plain, *(n.module or "" for n in nodes if isinstance(n, ast.ImportFrom))]
    }


def name(requirement: str) -> str:
    """Of a distribution, as it is compared (PEP 503)."""
    found = re.match(r"[\w.-]+", requirement)
    return re.sub("[-_.]+", "-", found[0]).lower() if found else ""
