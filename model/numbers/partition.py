"""The best way to divide a row of pieces among digits: dynamic programming over where each digit begins."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.numbers.candidates import Candidate


def best_partition(tried: Sequence[Candidate], scores: NDArray[np.float64], splits: NDArray[np.float64]) -> list[int]:
    """The candidates that together hold each piece once and whose scores add up to the most.

    A semi-Markov chain's likeliest segmentation (Sarawagi & Cohen 2004, "Semi-Markov conditional random fields").

    Args:
        tried: the candidates, in the order of their first pieces; among them each piece alone.
        scores: (candidates,) of each.
        splits: (pieces - 1,) what is added where two neighbouring pieces belong to different digits.

    Returns:
        Indices of candidates from left to right; none if there are no pieces.
    """
    pieces = max((one.end for one in tried), default=0)
    best = np.full(pieces + 1, -np.inf)
    best[0] = 0.0
    last = np.zeros(pieces + 1, np.int64)
    for index, one in enumerate(tried):
        score = best[one.first] + scores[index] + (splits[one.first - 1] if one.first else 0.0)
        if score > best[one.end]:
            best[one.end], last[one.end] = score, index
    chosen: list[int] = []
    end = pieces
    while end:
        chosen.append(int(last[end]))
        end = tried[chosen[-1]].first
    return chosen[::-1]
