"""Walking in blocks: every element once, whatever the threads."""

import threading

import numpy as np
import pytest

from model.nn.layer import Floats
from model.optim.blocks import Blocks


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("length", [1, 65_536, 65_537, 1_000_003])
def test_every_element_is_visited_once(length: int, threads: int) -> None:
    visits = np.zeros(length)

    def visit(block: slice, scratch: Floats) -> None:
        scratch[:] = 1
        visits[block] += scratch

    blocks = Blocks(length, threads=threads)
    for _ in range(3):
        blocks.apply(visit)
    np.testing.assert_array_equal(visits, 3)


def test_long_buffers_are_shared_by_threads_and_short_ones_are_not() -> None:
    def threads_on(length: int) -> int:
        seen: set[int] = set()
        both = threading.Barrier(2, timeout=20)

        def note(_block: slice, _scratch: Floats) -> None:
            if length > 100_000 and len(seen) < 2:
                seen.add(threading.get_ident())
                both.wait()
            seen.add(threading.get_ident())

        Blocks(length, threads=2).apply(note)
        return len(seen)

    assert threads_on(65_536 * 8) == 2
    assert threads_on(65_536) == 1


def test_an_error_on_another_thread_comes_out() -> None:
    main = threading.get_ident()

    def fail_elsewhere(_block: slice, _scratch: Floats) -> None:
        if threading.get_ident() != main:
            raise ValueError("elsewhere")
        elsewhere.wait(0.01)

    elsewhere = threading.Event()
    with pytest.raises(ValueError, match="elsewhere"):
        Blocks(65_536 * 40, threads=2).apply(fail_elsewhere)
