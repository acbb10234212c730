"""The weights as a file: one `.npz` without pickle that says what it is, and proves at load that it works.

Inside: every parameter under its name, `metadata` (UTF-8 JSON), and golden inputs with the logits that the network
gave for them when it was saved. See docs/artifact.md.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from model.errors import ArtifactError
from model.files import atomic_write, read_regular
from model.nn import (
    INPUTS,
    TASK_OUTPUTS,
    Architecture,
    ConvolutionShape,
    Network,
    Normalization,
    Parameters,
    convolutions,
)
from model.npz import StoredArrays
from model.old_settings import in_tables
from model.preprocess import FRAME_SIZE, PREPROCESSING_VERSION, preprocess_strokes
from model.reading import Calibration, Thresholds

FORMAT = "digits-weights"
FORMAT_VERSION = 4
_UNROLLED_VERSION = 3
"""Of files that hold a convolution as a fully connected layer, its kernel at each position; these are read too."""

MAX_FILE_BYTES = 256 * 2**20
"""Bytes. Nothing near it can be meant; a mistaken path to a huge file is refused before it is read."""

_OTHERS = {"metadata", "golden_inputs", "golden_logits", "scaling.offset", "scaling.divisor"}
"""Arrays beside the parameters."""

_MAX_METADATA_BYTES = 2**20

_MAX_QUOTE = 40

_GOLDEN_TOLERANCE = 1e-3
"""In logits: matrix products differ in the last bits from machine to machine, a wrong weight by far more."""

_GOLDEN_STROKES = (
    [[[0, 0], [0, 60]]],
    [[[0, 0], [40, 0], [10, 60]]],
    [[[20, 0], [0, 20], [0, 40], [20, 60], [40, 40], [40, 20], [20, 0]]],
    [[[0, 5], [20, 0], [40, 15], [0, 60], [45, 60]]],
    [[[30, 0], [0, 40], [45, 40]], [[30, 20], [30, 70]]],
)


@dataclass(frozen=True, slots=True)
class Artifact:
    """A network with all that is needed to use it and to know where it comes from.

    Attributes:
        name: such as `small`.
        version: of the project that trained it.
        task: what its outputs stand for, a name in `model.nn.architecture.TASK_OUTPUTS`.
        network: the network, float32.
        scaling: what turns grey levels into its inputs.
        calibration: what turns its logits into probabilities; None for an autoencoder.
        thresholds: what turns them into verdicts; None for an autoencoder.
        seed: of every random choice in its training.
        data: file name to SHA-256 of the (uncompressed) files it was trained on.
        config: every setting of its training in tables, as JSON.
        metrics: name to figure, measured when it was trained.
        sha256: of the file's bytes; empty before it is saved.
    """

    name: str
    version: str
    task: str
    network: Network
    scaling: Normalization
    calibration: Calibration | None
    thresholds: Thresholds | None
    seed: int
    data: Mapping[str, str]
    config: Mapping[str, Any]
    metrics: Mapping[str, float]
    sha256: str = ""

    def decision_rule(self) -> tuple[Calibration, Thresholds]:
        """What turns the logits into readings.

        Raises:
            ArtifactError: these weights read no digits.
        """
        if not self.calibration or not self.thresholds:
            raise ArtifactError(f"weights of the task {self.task} draw digits again, they don't read them")
        return self.calibration, self.thresholds

    @property
    def loss(self) -> str:
        """What its training minimised, a name in `model.optim.LOSSES`."""
        return str(self.config["learning"]["loss"])


def packaged_weights(name: str = "digits") -> Path:
    """The file of weights that come with the package."""
    return Path(__file__).parent / "weights" / f"{name}.npz"


def save_artifact(path: Path, artifact: Artifact) -> None:
    """Write the artifact, whole or not at all. The same artifact gives the same bytes.

    Raises:
        ArtifactError: the file cannot be written.
    """
    try:
        with atomic_write(path) as file:
            write_artifact(file, artifact)
    except OSError as error:
        raise ArtifactError(f"{path}: cannot be written: {error.strerror}") from error


def write_artifact(file: BinaryIO, artifact: Artifact) -> None:
    """Write the artifact's bytes to a file that is open."""
    golden = np.stack([preprocess_strokes(strokes).pixels for strokes in _GOLDEN_STROKES])
    metadata = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "recipe_version": PREPROCESSING_VERSION,
        "name": artifact.name,
        "version": artifact.version,
        "architecture": asdict(artifact.network.architecture),
        "task": artifact.task,
        "calibration": asdict(artifact.calibration) if artifact.calibration else None,
        "thresholds": asdict(artifact.thresholds) if artifact.thresholds else None,
        "seed": artifact.seed,
        "data": dict(artifact.data),
        "config": dict(artifact.config),
        "metrics": dict(artifact.metrics),
    }
    arrays: dict[str, NDArray[Any]] = {
        "metadata": np.frombuffer(json.dumps(metadata, indent=1, sort_keys=True).encode(), np.uint8),
        "golden_inputs": golden,
        "golden_logits": artifact.network.logits(artifact.scaling.apply(golden)),
        "scaling.offset": artifact.scaling.offset,
        "scaling.divisor": artifact.scaling.divisor,
        **artifact.network.parameters.views,
    }
    np.savez_compressed(file, allow_pickle=False, **arrays)


def load_artifact(path: Path) -> Artifact:
    """Read an artifact and check it: format, recipe, shapes, finite numbers, and the golden logits.

    Raises:
        ArtifactError: the file is missing, truncated, foreign, made for another preprocessing recipe, or its
            network does not compute what it computed when it was saved.
    """
    content = _read(path)
    try:
        artifact = _from_arrays(StoredArrays(content, MAX_FILE_BYTES), hashlib.sha256(content).hexdigest())
    except ArtifactError as error:
        raise ArtifactError(f"{path}: {error}") from error
    except (Exception, MemoryError) as error:
        # Any byte may be wrong, and each kind of damage raises its own.
        reason = str(error) or type(error).__name__
        raise ArtifactError(f"{path}: not a whole digits weights file ({reason})") from error
    return artifact


def _read(path: Path) -> bytes:
    try:
        if (size := path.stat().st_size) > MAX_FILE_BYTES:
            raise ArtifactError(f"{path}: {size:,} bytes, but weights take at most {MAX_FILE_BYTES:,}")
        return read_regular(path, MAX_FILE_BYTES)
    except FileNotFoundError as error:
        raise ArtifactError(f"{path}: there is no such file; `digits train` makes weights") from error
    except OSError as error:
        raise ArtifactError(f"{path}: cannot be read: {error.strerror}") from error


def _from_arrays(arrays: StoredArrays, sha256: str) -> Artifact:
    if "metadata" not in arrays.names:
        raise ArtifactError("not a whole digits weights file (no metadata)")
    (length,), _ = arrays.describe("metadata") or ((0,), None)
    if length > _MAX_METADATA_BYTES:
        raise ArtifactError(f"its metadata take {length:,} bytes, at most {_MAX_METADATA_BYTES:,} are read")
    metadata = json.loads(_read_like(arrays, "metadata", np.uint8, (length,)).tobytes())
    if not isinstance(metadata, dict):
        raise ArtifactError("its metadata is not a JSON object")
    _require_version(metadata, "format", FORMAT)
    _require_version(metadata, "format_version", _UNROLLED_VERSION, FORMAT_VERSION)
    _require_version(metadata, "recipe_version", PREPROCESSING_VERSION)
    _require_types(metadata)
    task = metadata["task"]
    if task not in TASK_OUTPUTS:
        raise ArtifactError(f"its task is {task!r}, expected one of: {', '.join(TASK_OUTPUTS)}")
    config, stored = in_tables(metadata["config"]), metadata["architecture"]
    is_unrolled = metadata["format_version"] == _UNROLLED_VERSION
    architecture = Architecture(
        tuple(stored["sizes"]),
        stored["activation"],
        stored["output"],
        _convolutions(config) if is_unrolled else tuple(ConvolutionShape(**one) for one in stored["convolutions"]),
    )
    if foreign := arrays.names - _OTHERS - architecture.parameter_shapes().keys():
        raise ArtifactError(f"array '{min(foreign)[:_MAX_QUOTE]}' is none of these weights")
    network = _network(architecture, TASK_OUTPUTS[task], arrays, is_unrolled=is_unrolled)
    scaling = _scaling(arrays)
    _check_golden(network, scaling, arrays)
    reads_digits = task == "classifier"
    artifact = Artifact(
        name=metadata["name"],
        version=metadata["version"],
        task=task,
        network=network,
        scaling=scaling,
        calibration=Calibration(**metadata["calibration"]) if reads_digits else None,
        thresholds=Thresholds(**metadata["thresholds"]) if reads_digits else None,
        seed=metadata["seed"],
        data=metadata["data"],
        config=config,
        metrics=metadata["metrics"],
        sha256=sha256,
    )
    if artifact.calibration and artifact.thresholds:
        _check_ranges(artifact.calibration, artifact.thresholds)
    return artifact


def _check_ranges(calibration: Calibration, thresholds: Thresholds) -> None:
    numbers = [calibration.temperature, calibration.reject_offset or 0.0, thresholds.confidence, thresholds.energy]
    if not np.isfinite(numbers).all() or calibration.temperature <= 0 or not 0 <= thresholds.confidence <= 1:
        raise ArtifactError("its calibration or thresholds are out of range")


def _require_types(metadata: Mapping[str, Any]) -> None:
    """The metadata that is only passed on has the types it is passed on as."""
    wanted = {"name": str, "version": str, "seed": int, "data": dict, "config": dict, "metrics": dict}
    for key, kind in wanted.items():
        if type(metadata[key]) is not kind:
            raise ArtifactError(f"{key} is {metadata[key]!r}, expected a JSON {kind.__name__}")


def _require_version(metadata: Mapping[str, Any], key: str, *readable: object) -> None:
    if metadata.get(key) not in readable:
        known = " and ".join(map(repr, readable))
        raise ArtifactError(f"{key} is {metadata.get(key)!r}, but this version reads {known}")


def _network(architecture: Architecture, outputs: int, arrays: StoredArrays, *, is_unrolled: bool) -> Network:
    """The network with the stored parameters, each of the right type and shape, and finite."""
    if (architecture.sizes[0], architecture.sizes[-1]) != (INPUTS, outputs):
        raise ArtifactError(
            f"layers {list(architecture.sizes)} do not lead from {INPUTS} pixels to {outputs} outputs"
        )
    shapes = architecture.parameter_shapes()
    stored = Architecture(architecture.sizes).parameter_shapes() if is_unrolled else shapes
    # All are looked at before any memory is taken: the sizes come from the file.
    for name, shape in stored.items():
        _require_like(arrays, name, np.float32, shape)
    parameters = Parameters(shapes)
    for name, view in parameters.views.items():
        numbers = _numbers(arrays, name, stored[name])
        layer = int(name.split(".")[0])
        if stored[name] != shapes[name]:
            numbers = _rolled_up(numbers, architecture.convolutions[layer])
        view[:] = numbers
    return Network(architecture, parameters)


def _rolled_up(unrolled: NDArray[np.float32], convolution: ConvolutionShape) -> NDArray[np.float32]:
    """The kernel of weights (inputs, units), or the channels' biases of those of units: what the first patch has.

    Whether the others have the same shows in the golden logits.
    """
    first = unrolled[..., : convolution.out_channels]
    if unrolled.ndim == 1:
        return first
    size, kernel_size = convolution.in_size, convolution.kernel_size
    return first.reshape(size, size, convolution.in_channels, -1)[:kernel_size, :kernel_size]


def _convolutions(config: Mapping[str, Any]) -> tuple[ConvolutionShape, ...]:
    """The convolutions by the settings of the training."""
    network = config.get("network", {})
    return convolutions(*(network.get(name, []) for name in ("channels", "kernel_size", "stride")))


def _scaling(arrays: StoredArrays) -> Normalization:
    offset, divisor = (_numbers(arrays, f"scaling.{part}", (INPUTS,)) for part in ("offset", "divisor"))
    if divisor.min() <= 0:
        raise ArtifactError("array 'scaling.divisor' holds numbers that are not above 0")
    return Normalization(offset, divisor)


def _numbers(arrays: StoredArrays, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """A stored array, of the right type and shape, and finite."""
    stored: NDArray[np.float32] = _read_like(arrays, name, np.float32, shape)
    if not np.isfinite(stored).all():
        raise ArtifactError(f"array '{name}' holds numbers that are not finite")
    return stored


def _read_like(arrays: StoredArrays, name: str, dtype: type, shape: tuple[int, ...]) -> NDArray[Any]:
    """A stored array of this type and shape, which is looked at before any memory is taken."""
    _require_like(arrays, name, dtype, shape)
    return arrays.read(name)


def _require_like(arrays: StoredArrays, name: str, dtype: type, shape: tuple[int, ...]) -> None:
    found = arrays.describe(name)
    if found != (shape, np.dtype(dtype)):
        is_there = "missing" if found is None else f"{found[1]} {found[0]}"
        raise ArtifactError(f"array '{name}' is {is_there}, expected {np.dtype(dtype)} {shape}")


def _check_golden(network: Network, scaling: Normalization, arrays: StoredArrays) -> None:
    """Ask the network again what it was asked when it was saved."""
    inputs = _read_like(arrays, "golden_inputs", np.uint8, (len(_GOLDEN_STROKES), FRAME_SIZE, FRAME_SIZE))
    computed = network.logits(scaling.apply(inputs))
    logits = _read_like(arrays, "golden_logits", np.float32, computed.shape)
    if not np.allclose(computed, logits, rtol=0, atol=_GOLDEN_TOLERANCE):
        raise ArtifactError("its network does not give the logits it gave when it was saved")
