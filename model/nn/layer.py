"""What a layer is to training: a function of a batch, and the way that the gradient takes back through it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

Floats = NDArray[np.floating]

Mask = NDArray[np.bool_]
"""Which units of a layer dropout leaves, (batch, units)."""

_Item = TypeVar("_Item")


class Backward(Protocol):
    """What a layer's forward pass leaves behind: the chain rule through it, for the batch it was given."""

    def __call__(self, gradient: Floats, /, *, to_inputs: bool = True) -> Floats:
        """Write the gradient by the layer's parameters, and return that by its inputs, (batch, inputs).

        Args:
            gradient: by its outputs, (batch, units); may be written over.
            to_inputs: if not, nobody wants what is returned, and whoever has to compute it does not.
        """


class Layer(Protocol):
    """A function of a batch with its gradient, as closures (thinc; PyTorch's `autograd` does the same unseen)."""

    def forward(self, inputs: Floats, context: "Context", /) -> tuple[Floats, Backward]:
        """The outputs (batch, units) for inputs (batch, inputs), and the way back.

        Layers with weights leave their inputs as they are until they are back; those that work element by element
        write over theirs, which nobody else looks at any more.
        """


class Workers:
    """Threads that share out a list of work. NumPy lets others go on while it computes.

    Args:
        threads: at most so many at once, the caller's included; they end with the object.
    """

    def __init__(self, threads: int = 1) -> None:
        self._others = threads - 1
        self._pool = ThreadPoolExecutor(self._others, thread_name_prefix="workers") if self._others else None

    def run(self, work: Callable[[_Item], object], items: Sequence[_Item]) -> None:
        """Do `work` on every item, in no certain order."""
        if len(items) == 1:
            work(items[0])
            return
        # One iterator for all: a thread that is held up leaves its items to the others.
        rest = iter(items)
        helpers = min(self._others, len(items) - 1)
        pending = []
        if self._pool:
            # In the caller's context, for what it says of overflow (`np.errstate`) is part of it.
            pending = [self._pool.submit(copy_context().run, _take, work, rest) for _ in range(helpers)]
        _take(work, rest)
        for helper in pending:
            if not helper.cancel():
                helper.result()


def _take(work: Callable[[_Item], object], items: Iterator[_Item]) -> None:
    for item in items:
        work(item)


class Context:
    """What the layers share in a step of training: memory, threads, and which units are dropped.

    The memory is the same in each step, for taking it anew from the system takes longer than filling it.

    Args:
        threads: for products. The result does not depend on them: what they share out is cut by its size alone.
    """

    def __init__(self, threads: int = 1) -> None:
        self._workers = Workers(threads)
        self._arrays: list[Floats] = []
        self._used = 0
        self._masks: Iterator[Mask] = iter(())

    def begin(self, masks: Iterable[Mask] = ()) -> None:
        """Begin a step: what `empty` gave before is free again.

        Args:
            masks: of each layer that drops some of its units.
        """
        self._used = 0
        self._masks = iter(masks)

    def empty(self, shape: tuple[int, ...], dtype: DTypeLike) -> Floats:
        """An array of this step, to be written over."""
        place, self._used = self._used, self._used + 1
        if place == len(self._arrays):
            self._arrays.append(np.empty(shape, dtype))
        array = self._arrays[place]
        if array.shape == shape and array.dtype == dtype:
            return array
        if array.shape[1:] != shape[1:] or len(array) < shape[0] or array.dtype != dtype:
            array = self._arrays[place] = np.empty(shape, dtype)
        return array[: shape[0]]

    def next_mask(self) -> Mask:
        """Which units of the next layer that drops some are left."""
        return next(self._masks)

    def each(self, work: Callable[[slice], object], length: int, size: int) -> None:
        """Do `work` on each slice of so many of `length`, on several threads."""
        self._workers.run(work, [slice(start, min(start + size, length)) for start in range(0, length, size)])
