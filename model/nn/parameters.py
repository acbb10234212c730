"""The parameters theta = {W1, b1, ..., WL, bL} (lecture topic 2): one flat buffer, and a named view of each."""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Parameters:
    """All weights and biases of a network in one contiguous buffer.

    One buffer lets an optimizer update, a checkpoint copy and a check for NaN treat theta as the single vector it
    is in the mathematics; the views let a layer see its own part under a name. Gradients are
    `Parameters` of the same layout.

    Attributes:
        flat: floating point (total,), all parameters one after the other.
        views: name to a view into `flat` of that parameter's shape: `0.weight` (inputs, outputs), `0.bias`
            (outputs,), `1.weight`, ...; see `Architecture.parameter_shapes`.
    """

    def __init__(self, shapes: Mapping[str, tuple[int, ...]], dtype: DTypeLike = np.float32) -> None:
        lengths = [int(np.prod(shape)) for shape in shapes.values()]
        self.flat: NDArray[np.floating] = np.zeros(sum(lengths), dtype)
        ends = np.cumsum(lengths).tolist()
        self.views: dict[str, NDArray[np.floating]] = {
            name: self.flat[end - length : end].reshape(shape)
            for (name, shape), length, end in zip(shapes.items(), lengths, ends, strict=True)
        }

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Each parameter's name and shape, in the order of the buffer."""
        return {name: view.shape for name, view in self.views.items()}

    def __getitem__(self, name: str) -> NDArray[np.floating]:
        return self.views[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.views)

    def __len__(self) -> int:
        return self.flat.size

    def zeros_like(self) -> "Parameters":
        """The same layout and dtype, all zero."""
        return Parameters(self.shapes, self.flat.dtype)

    def copy(self) -> "Parameters":
        """An independent copy."""
        duplicate = self.zeros_like()
        duplicate.flat[:] = self.flat
        return duplicate
