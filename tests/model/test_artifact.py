"""The weights file: what goes in comes out, and whatever is not such a file is refused in one clear line."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.artifact import Artifact, load_artifact, save_artifact
from model.errors import ArtifactError
from model.nn.architecture import Architecture
from model.nn.initializers import initialise
from model.nn.network import Network
from model.nn.normalization import fit_normalization
from model.reading.verdict import Calibration, Thresholds
from model.settings import with_settings
from model.training.config import TrainingConfig

Arrays = dict[str, np.ndarray]


@pytest.fixture
def artifact() -> Artifact:
    return Artifact(
        name="test",
        version="1.2.3",
        task="classifier",
        scaling=fit_normalization(
            "standardize", np.random.default_rng(1).integers(0, 256, (50, 28, 28), dtype=np.uint8)
        ),
        network=initialise(Architecture((784, 16, 10)), rng=np.random.default_rng(0)),
        calibration=Calibration(temperature=1.25, reject_offset=2.5),
        thresholds=Thresholds(confidence=0.8, energy=3.5),
        seed=5,
        data={"some-file": "ab" * 32},
        config={"stopping": {"epochs": 3}},
        metrics={"test_accuracy": 0.5},
    )


@pytest.fixture
def path(artifact: Artifact, tmp_path: Path) -> Path:
    save_artifact(tmp_path / "weights.npz", artifact)
    return tmp_path / "weights.npz"


def rewritten(path: Path, change: Callable[[Arrays], None]) -> Path:
    """The file with its arrays changed."""
    with np.load(path) as archive:
        arrays = dict(archive)
    change(arrays)
    np.savez(path, **arrays)
    return path


def with_metadata(path: Path, **changes: Any) -> Path:
    def change(arrays: Arrays) -> None:
        metadata = json.loads(arrays["metadata"].tobytes()) | changes
        arrays["metadata"] = np.frombuffer(json.dumps(metadata).encode(), np.uint8)

    return rewritten(path, change)


def shape(*sizes: int) -> dict[str, Any]:
    return {"sizes": list(sizes), "activation": "relu", "output": "softmax", "convolutions": []}


ODD = {"in_size": 28, "in_channels": 1, "out_channels": 3, "kernel_size": 5, "stride": 2}


@pytest.fixture
def convolutional(artifact: Artifact) -> Artifact:
    settings = {"channels": [2, 3], "kernel_size": [5, 4], "stride": [4, 2], "hidden": [8]}
    config = with_settings(TrainingConfig(), {"network": settings})
    network = initialise(config.architecture, rng=np.random.default_rng(0))
    network.parameters.flat[:] += np.float32(0.1)
    return replace(artifact, network=network, config={"network": settings})


def test_of_a_convolution_the_file_has_the_kernel_once(convolutional: Artifact, tmp_path: Path) -> None:
    save_artifact(tmp_path / "weights.npz", convolutional)
    with np.load(tmp_path / "weights.npz") as arrays:
        assert arrays["1.weight"].shape == (4, 4, 2, 3)
        assert arrays["1.bias"].shape == (3,)
    loaded = load_artifact(tmp_path / "weights.npz").network
    assert loaded.architecture == convolutional.network.architecture
    np.testing.assert_array_equal(loaded.parameters.flat, convolutional.network.parameters.flat)


def unroll(arrays: Arrays, network: Network) -> None:
    """Make the arrays those of format 3, where a convolution is a fully connected layer."""
    metadata = json.loads(arrays["metadata"].tobytes()) | {"format_version": 3}
    del metadata["architecture"]["convolutions"]
    arrays["metadata"] = np.frombuffer(json.dumps(metadata).encode(), np.uint8)
    for number, convolution in enumerate(network.architecture.convolutions):
        arrays[f"{number}.weight"] = network.layers[number].weights_of(range(convolution.units))
        arrays[f"{number}.bias"] = np.tile(arrays[f"{number}.bias"], convolution.out_size**2)


def test_a_file_that_has_the_kernel_at_each_position_is_read_as_the_same_network(
    convolutional: Artifact, tmp_path: Path
) -> None:
    path, network = tmp_path / "weights.npz", convolutional.network
    save_artifact(path, convolutional)
    rewritten(path, lambda arrays: unroll(arrays, network))
    loaded = load_artifact(path).network
    assert loaded.architecture == network.architecture
    np.testing.assert_array_equal(loaded.parameters.flat, network.parameters.flat)
    # The first position has another kernel than those that gave the logits.
    with pytest.raises(ArtifactError, match="does not give the logits it gave when it was saved"):
        load_artifact(rewritten(path, lambda arrays: arrays["0.weight"].__setitem__((slice(28), slice(2)), 1)))


def test_what_was_saved_is_loaded(artifact: Artifact, path: Path) -> None:
    loaded = load_artifact(path)
    np.testing.assert_array_equal(loaded.network.parameters.flat, artifact.network.parameters.flat)
    np.testing.assert_array_equal(loaded.scaling.offset, artifact.scaling.offset)
    np.testing.assert_array_equal(loaded.scaling.divisor, artifact.scaling.divisor)
    for field in ("name", "version", "task", "calibration", "thresholds", "seed", "data", "config", "metrics"):
        assert getattr(loaded, field) == getattr(artifact, field)
    assert len(loaded.sha256) == 64


def test_the_same_artifact_gives_the_same_bytes(artifact: Artifact, path: Path, tmp_path: Path) -> None:
    save_artifact(tmp_path / "again.npz", artifact)
    assert path.read_bytes() == (tmp_path / "again.npz").read_bytes()


def test_a_missing_file_is_named_and_the_way_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"nope\.npz: there is no such file; `digits train` makes"):
        load_artifact(tmp_path / "nope.npz")


def test_a_folder_is_not_a_weights_file(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="cannot be read"):
        load_artifact(tmp_path)


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(path: Path, share: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ArtifactError, match=r"weights\.npz: not a whole digits weights file"):
        load_artifact(path)


def test_damage_anywhere_is_an_artifact_error_or_harmless(path: Path) -> None:
    content = path.read_bytes()
    rng = np.random.default_rng(1)
    places = [*rng.integers(0, 5_000, 150), *rng.integers(len(content) - 2_000, len(content), 250)]
    for place in places:
        damaged = bytearray(content)
        damaged[place] ^= int(rng.integers(1, 256))
        path.write_bytes(damaged)
        with suppress(ArtifactError):
            load_artifact(path)


def test_a_damaged_byte_of_the_parameters_does_not_get_through(path: Path) -> None:
    content = path.read_bytes()
    for place in np.random.default_rng(0).integers(6_000, len(content) - 2_000, 30):
        damaged = bytearray(content)
        damaged[place] ^= 0x55
        path.write_bytes(damaged)
        with pytest.raises(ArtifactError, match=r"weights\.npz: "):
            load_artifact(path)


@pytest.mark.parametrize(
    "content", [b"<html>not found</html>", b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"\x80\x04K\x01."]
)
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights.npz"
    path.write_bytes(content)
    with pytest.raises(ArtifactError, match=r"weights\.npz: not a whole digits weights file"):
        load_artifact(path)


def test_another_projects_npz_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "weights.npz", W1=np.zeros((784, 10)))
    with pytest.raises(ArtifactError, match="not a whole digits weights file"):
        load_artifact(tmp_path / "weights.npz")


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    np.savez(tmp_path / "weights.npz", metadata=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ArtifactError, match="not a whole digits weights file"):
        load_artifact(tmp_path / "weights.npz")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "other"}, "format is 'other'"),
        ({"format_version": 1}, "format_version is 1, but this version reads 3 and 4"),
        ({"recipe_version": 99}, "recipe_version is 99"),
        ({"architecture": shape(784, 17, 10)}, r"array '0\.weight'"),
        ({"architecture": shape(784, 16, 9)}, "do not lead from 784 pixels to 10 outputs"),
        ({"architecture": shape(784, 16, 10) | {"activation": "step"}}, "unknown activation"),
        ({"architecture": shape(784, 16, 10) | {"output": "step"}}, "unknown output"),
        ({"architecture": 3}, "not a whole"),
        ({"architecture": shape(784, 16, 10) | {"convolutions": [ODD]}}, "don't lead through layers of sizes"),
        ({"architecture": shape(784, 16, 10) | {"convolutions": [ODD | {"stride": -2}]}}, "must be at least 1 each"),
        ({"architecture": shape(784, 16, 10) | {"convolutions": [{"stride": 2}]}}, "not a whole"),
        ({"architecture": shape(784, 10**9, 10**9, 10)}, r"array '0\.weight'"),
        ({"name": 3}, "name is 3, expected a JSON str"),
        ({"metrics": None}, "metrics is None, expected a JSON dict"),
        ({"task": "poetry"}, "its task is 'poetry', expected one of: classifier, autoencoder"),
        ({"task": "autoencoder"}, "do not lead from 784 pixels to 784 outputs"),
        ({"task": ["classifier"]}, "not a whole"),
        ({"thresholds": {"confidence": 7, "energy": 1}}, "out of range"),
        ({"calibration": {"temperature": 0}}, "calibration or thresholds are out of range"),
        ({"calibration": {"temperature": "hot"}}, "not a whole"),
        ({"thresholds": {"confidence": 0.8, "energy": float("nan")}}, "out of range"),
        ({"thresholds": {"confidence": 0.8}}, "not a whole"),
    ],
)
def test_metadata_that_does_not_fit_is_refused(path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ArtifactError, match=message):
        load_artifact(with_metadata(path, **changes))


def test_a_missing_a_misshapen_and_an_infinite_parameter_are_named(path: Path) -> None:
    content = path.read_bytes()

    def refuse(change: Callable[[Arrays], None], message: str) -> None:
        path.write_bytes(content)
        with pytest.raises(ArtifactError, match=message):
            load_artifact(rewritten(path, change))

    refuse(lambda arrays: arrays.__delitem__("1.bias"), r"array '1\.bias' is missing")
    refuse(lambda arrays: arrays.update({"1.bias": np.zeros(9, np.float32)}), r"'1\.bias' is float32 \(9,\)")
    refuse(lambda arrays: arrays.update({"1.bias": np.zeros(10)}), r"'1\.bias' is float64")
    refuse(lambda arrays: arrays.update({"1.bias": np.full(10, np.inf, np.float32)}), "not finite")
    refuse(lambda arrays: arrays.__delitem__("scaling.offset"), r"array 'scaling\.offset' is missing")
    refuse(lambda arrays: arrays.update({"scaling.divisor": np.zeros(784, np.float32)}), "not above 0")


def test_weights_that_do_not_compute_what_they_did_fail_the_self_check(path: Path) -> None:
    def swap_two_units(arrays: Arrays) -> None:
        arrays["0.weight"][:, [0, 1]] = arrays["0.weight"][:, [1, 0]]

    with pytest.raises(ArtifactError, match="does not give the logits it gave when it was saved"):
        load_artifact(rewritten(path, swap_two_units))


def test_an_autoencoder_is_saved_without_calibration_and_thresholds(artifact: Artifact, tmp_path: Path) -> None:
    network = initialise(Architecture((784, 8, 784), output="sigmoid"), rng=np.random.default_rng(0))
    autoencoder = replace(artifact, task="autoencoder", network=network, calibration=None, thresholds=None)
    save_artifact(tmp_path / "autoencoder.npz", autoencoder)
    loaded = load_artifact(tmp_path / "autoencoder.npz")
    assert (loaded.task, loaded.calibration, loaded.thresholds) == ("autoencoder", None, None)
    assert loaded.network.architecture == network.architecture


def test_it_cannot_be_written_over_a_folder(artifact: Artifact, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="cannot be written"):
        save_artifact(tmp_path, artifact)
