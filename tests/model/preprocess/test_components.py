"""Connected components: what touches by a side or a corner is one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from model.preprocess.components import label_components


def flooded(mask: np.ndarray) -> np.ndarray:
    """The same, pixel by pixel."""
    labels = np.full(mask.shape, -1)
    count = 0
    for start in map(tuple, np.argwhere(mask).tolist()):
        if labels[start] >= 0:
            continue
        waiting = [start]
        labels[start] = count
        while waiting:
            row, column = waiting.pop()
            for down in (-1, 0, 1):
                for right in (-1, 0, 1):
                    place = (row + down, column + right)
                    inside = 0 <= place[0] < mask.shape[0] and 0 <= place[1] < mask.shape[1]
                    if inside and mask[place] and labels[place] < 0:
                        labels[place] = count
                        waiting.append(place)
        count += 1
    return labels


@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.booleans()))
def test_they_are_those_of_a_flood_fill(mask: np.ndarray) -> None:
    labels, count = label_components(mask)
    expected = flooded(mask)
    assert count == expected.max() + 1
    assert ((labels >= 0) == mask).all()
    pairs = set(zip(labels[mask].tolist(), expected[mask].tolist(), strict=True))
    assert len(pairs) == count, "each component has one name"


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (["....", "...."], 0),
        (["#..#", "#..#"], 2),
        ([".##.", "#..#"], 1),
        (["#.#", ".#.", "#.#"], 1),
        (["#####", "#....", "#.###", "#.#.#", "#...#", "#####"], 1),
    ],
)
def test_corners_connect_and_gaps_part(rows: list[str], count: int) -> None:
    assert label_components(np.array([[cell == "#" for cell in row] for row in rows]))[1] == count


def test_a_long_spiral_is_one() -> None:
    side = 101
    mask = np.zeros((side, side), bool)
    row, column, down, right = 0, 0, 0, 1
    length, steps = side - 1, 0
    mask[0, 0] = True
    while length > 0:
        for _ in range(length):
            row, column = row + down, column + right
            mask[row, column] = True
        down, right = right, -down
        steps += 1
        if steps >= 3 and steps % 2:
            length -= 2
    assert label_components(mask)[1] == 1
    mask[0, side // 2] = False
    assert label_components(mask)[1] == 2
