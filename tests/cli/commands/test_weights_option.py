"""`--weights` of every command that has it: packaged weights by name, any by path, over the environment."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from model.artifact import load_artifact, packaged_weights, save_artifact
from tests.cli.conftest import Digits
from tests.drawings import SEVEN
from tests.running_service import RunningService


def served(service: RunningService) -> str:
    """The SHA-256 of the weights that answer."""
    sha256: str = httpx.get(f"{service.url}/readyz").json()["model"]["sha256"]
    return sha256


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_service_serves_the_weights_named_whatever_the_environment_names(tmp_path: Path, workers: str) -> None:
    save_artifact(tmp_path / "other.npz", replace(load_artifact(packaged_weights()), name="other"))
    other = load_artifact(tmp_path / "other.npz").sha256
    settings = {"DIGITS_WEIGHTS": str(tmp_path / "none.npz")}
    for weights, sha256 in (("digits", load_artifact(packaged_weights()).sha256), (tmp_path / "other.npz", other)):
        options = ("--weights", str(weights), "--workers", workers)
        with RunningService(tmp_path / f"log of {sha256}", settings=settings, options=options) as running:
            assert served(running) == sha256


def test_weights_are_described_by_name_and_by_path(digits: Digits, tmp_path: Path) -> None:
    shutil.copy(packaged_weights(), tmp_path / "mine.npz")
    by_name, by_path, usual = (digits("describe", *words) for words in (["digits"], ["--weights", "mine.npz"], []))
    assert str(packaged_weights()) in by_name.stdout
    assert "mine.npz" in by_path.stdout
    assert by_name.stdout == usual.stdout
    assert "learning.optimizer=adam" in usual.stdout


@pytest.mark.parametrize("command", ["serve", "evaluate", "describe", "predict seven.json"])
def test_weights_that_are_not_there_are_one_line_that_says_which_are(digits: Digits, command: str) -> None:
    run = digits(*command.split(), "--weights", "nope")
    assert run.returncode == 2
    assert run.stderr.startswith("digits: weights 'nope' are neither a file nor one of: digits")
    assert len(run.stderr.splitlines()) == 1


def test_files_are_read_with_the_weights_named(digits: Digits, tmp_path: Path) -> None:
    save_artifact(tmp_path / "other.npz", replace(load_artifact(packaged_weights()), name="other"))
    (tmp_path / "seven.json").write_text(json.dumps(SEVEN))
    for weights, name in (("other.npz", "other"), ("mlp", "mlp")):
        run = digits("predict", "seven.json", "--weights", weights, "--json")
        assert (run.returncode, run.stderr) == (0, "")
        assert json.loads(run.stdout)["model"]["name"] == name
    run = digits("predict", "seven.json", "--weights", "mlp", "--url", "http://127.0.0.1:9")
    assert run.returncode == 2
    assert run.stderr.startswith("digits: --weights: the service at --url reads with its own")
