"""Which ink an answer rests on: what would become of it without the ink around each pixel."""

import numpy as np
from numpy.typing import NDArray

from model.nn import Floats, Network, Normalization, log_sum_exp
from model.preprocess import FRAME_SIZE

ERASER = 1.5
"""Standard deviation of the eraser in pixels: about as wide as the pen, so that it takes a piece of a stroke away."""


def occlusion_map(
    network: Network, scaling: Normalization, pixels: NDArray[np.uint8], digit: int, *, knows_none: bool = False
) -> Floats:
    """By how much the log-odds of a digit fall when the ink around a pixel is erased.

    Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks", section 4.2, with a soft eraser
    in place of a grey square. The log-odds are those of this digit against all the others, and against none of
    them if the network was trained to tell (`model.optim.losses.RejectCrossEntropy`): that has a logit of 0.

    Args:
        network: ends in one logit a digit.
        scaling: from grey levels to its inputs.
        pixels: uint8 (28, 28), one drawing.
        digit: the one the ink may speak for.
        knows_none: whether the network was trained with what is no digit.

    Returns:
        (28, 28): above 0 where ink speaks for the digit, below 0 where it speaks against it, 0 on paper.
    """
    result = np.zeros((FRAME_SIZE, FRAME_SIZE), np.float32)
    inked = np.argwhere(pixels)
    if not len(inked):
        return result
    rows, columns = np.mgrid[:FRAME_SIZE, :FRAME_SIZE]
    squared = (rows - inked[:, 0, None, None]) ** 2 + (columns - inked[:, 1, None, None]) ** 2
    erased = (pixels * (1 - np.exp(-squared / (2 * ERASER**2)))).astype(np.float32)
    # All in one product: by the last digits, which differ from one alone, paper would seem to speak.
    logits = network.logits(scaling.apply(np.concatenate([pixels[None], erased])), at_once=True)
    log_odds = _log_odds(logits, digit, knows_none=knows_none)
    result[inked[:, 0], inked[:, 1]] = log_odds[0] - log_odds[1:]
    return result


def _log_odds(logits: Floats, digit: int, *, knows_none: bool) -> Floats:
    """Of one digit, (batch,), against the others of (batch, 10), and against none."""
    others = log_sum_exp(np.delete(logits, digit, axis=1))
    log_odds: Floats = logits[:, digit] - (np.logaddexp(0, others) if knows_none else others)
    return log_odds
