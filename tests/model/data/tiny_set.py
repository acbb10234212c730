"""Four small files in MNIST's layout, and the arrays they are made of."""

import gzip
import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.data.catalogue import DataFile, ImageFiles


@dataclass(frozen=True)
class TinySet:
    """The files by name: what is known of them, what is in them, and their gzipped bytes."""

    files: ImageFiles
    arrays: dict[str, NDArray[np.uint8]]
    packed: dict[str, bytes]

    def write_to(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, raw in self.packed.items():
            (folder / name).write_bytes(raw)
        return folder


def make_tiny_set() -> TinySet:
    rng = np.random.default_rng(7)
    arrays = {
        "train-images-idx3-ubyte": rng.integers(0, 256, (30, 28, 28), dtype=np.uint8),
        "train-labels-idx1-ubyte": rng.integers(0, 10, 30, dtype=np.uint8),
        "t10k-images-idx3-ubyte": rng.integers(0, 256, (12, 28, 28), dtype=np.uint8),
        "t10k-labels-idx1-ubyte": rng.integers(0, 10, 12, dtype=np.uint8),
    }
    contents = {name: idx_bytes(array) for name, array in arrays.items()}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    return TinySet(
        files=ImageFiles(*(DataFile(name, sums[name], array.shape) for name, array in arrays.items())),
        arrays=arrays,
        packed={f"{name}.gz": gzip.compress(content, mtime=0) for name, content in contents.items()},
    )


def idx_bytes(array: NDArray[np.uint8]) -> bytes:
    """Write `array` as an IDX file."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 0x08, array.ndim, *array.shape)
    return header + array.tobytes()
