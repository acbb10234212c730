"""What layers share in a step: memory that is used again, and threads that do not show in the result."""

import threading

import numpy as np
import pytest

from model.nn.convolution import Conv2d, ConvolutionShape
from model.nn.dense import Dense
from model.nn.layer import Context, Layer, Workers

RNG = np.random.default_rng(0)
SHAPE = ConvolutionShape(in_size=6, in_channels=4, out_channels=7, kernel_size=3, stride=1)


def floats(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


@pytest.mark.parametrize(
    "layer",
    [
        Dense(floats(700, 600), floats(600), floats(700, 600), floats(600)),
        Conv2d(SHAPE, floats(*SHAPE.kernel), floats(7), floats(*SHAPE.kernel), floats(7)),
    ],
)
def test_the_number_of_threads_does_not_show(layer: Dense | Conv2d) -> None:
    width = SHAPE.inputs if isinstance(layer, Conv2d) else len(layer.weight)
    inputs, results = floats(100, width), []
    for threads in (1, 3):
        outputs, backward = layer.forward(inputs, Context(threads))
        by_inputs = backward(outputs.copy())
        assert layer.weight_gradient is not None
        assert layer.bias_gradient is not None
        results.append([one.tobytes() for one in (outputs, by_inputs, layer.weight_gradient, layer.bias_gradient)])
    assert results[0] == results[1]


def test_a_step_uses_the_memory_of_the_one_before_and_no_array_is_given_twice_within_one() -> None:
    layer: Layer = Dense(floats(5, 4), floats(4), floats(5, 4), floats(4))
    context = Context()
    first, _ = layer.forward(floats(3, 5), context)
    second, _ = layer.forward(floats(3, 5), context)
    assert not np.shares_memory(first, second)
    context.begin()
    again, _ = layer.forward(floats(2, 5), context)
    assert np.shares_memory(first, again)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_item_is_worked_on_once_and_an_error_gets_through(threads: int) -> None:
    workers = Workers(threads)
    done: list[int] = []
    workers.run(done.append, range(50))
    assert sorted(done) == list(range(50))
    with pytest.raises(ZeroDivisionError):
        workers.run(lambda item: 1 / (item - 30), range(50))


def test_what_the_caller_says_of_overflow_holds_on_every_thread() -> None:
    both = threading.Barrier(2, timeout=20)

    def overflow(_: int) -> None:
        both.wait()
        np.full(10, 3e38, np.float32) * np.float32(10)

    with np.errstate(over="ignore"):
        Workers(2).run(overflow, range(2))
