"""What a network is trained for: to read the digit, or to draw it again (lecture topics 5 and 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.nn import CLASSES, GREY_LEVELS, Floats
from model.optim.regularization import one_hot


class Task(Protocol):
    """What the outputs of a network stand for."""

    @property
    def output_layers(self) -> tuple[str, ...]:
        """Those that make sense, names in `model.nn.outputs.OUTPUTS`."""

    def targets(self, pixels: NDArray[np.generic], labels: NDArray[np.integer], *, smoothing: float = 0.0) -> Floats:
        """What the outputs (batch, outputs) should be for grey levels (batch, 784) with their labels (batch,)."""


@dataclass(frozen=True, slots=True)
class Classification:
    """One output for each digit; the truth is one-hot."""

    output_layers = ("softmax", "sigmoid", "linear")

    def targets(self, pixels: NDArray[np.generic], labels: NDArray[np.integer], *, smoothing: float = 0.0) -> Floats:
        """See `Task`."""
        del pixels
        return one_hot(labels, CLASSES, smoothing=smoothing)


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """One output for each pixel; the truth is the picture itself, 0 paper to 1 ink (Hinton and Salakhutdinov 2006).

    A hidden layer narrower than the picture has to find what the digits have in common.
    """

    output_layers = ("sigmoid", "linear")

    def targets(self, pixels: NDArray[np.generic], labels: NDArray[np.integer], *, smoothing: float = 0.0) -> Floats:
        """See `Task`; labels and smoothing play no part."""
        del labels, smoothing
        ink: Floats = np.divide(pixels, GREY_LEVELS, dtype=np.float32)
        return ink


TASKS: Mapping[str, Task] = MappingProxyType({"classifier": Classification(), "autoencoder": Reconstruction()})
"""Every task by the name it has on the command line and in the artifact."""
