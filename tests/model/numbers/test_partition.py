"""The best partition is the best of all partitions."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.numbers.candidates import Candidate
from model.numbers.partition import best_partition


def runs(pieces: int, longest: int) -> list[Candidate]:
    return [
        Candidate(first, end) for first in range(pieces) for end in range(first + 1, min(first + longest, pieces) + 1)
    ]


@given(st.integers(1, 7), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_no_other_partition_scores_more(pieces: int, longest: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    tried = runs(pieces, longest)
    scores, splits = rng.normal(size=len(tried)), rng.normal(size=pieces - 1)
    index_of = {(one.first, one.end): index for index, one in enumerate(tried)}

    def score(chosen: list[int]) -> float:
        return float(sum(scores[i] + (splits[tried[i].first - 1] if tried[i].first else 0) for i in chosen))

    best = -np.inf
    for count in range(pieces):
        for inner in itertools.combinations(range(1, pieces), count):
            ends = list(itertools.pairwise([0, *inner, pieces]))
            if all(run in index_of for run in ends):
                best = max(best, score([index_of[run] for run in ends]))
    chosen = best_partition(tried, scores, splits)
    assert [tried[index].first for index in chosen] == [0, *(tried[index].end for index in chosen[:-1])]
    assert tried[chosen[-1]].end == pieces
    assert np.isclose(score(chosen), best)


def test_of_no_pieces_there_is_none() -> None:
    assert best_partition([], np.zeros(0), np.zeros(0)) == []
