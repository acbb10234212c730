"""Averaging the weights over the last steps: they jump about the bottom of the valley, their mean lies in it."""

import numpy as np

from model.nn import Floats, Parameters
from model.optim.blocks import Blocks


class EMA:
    """An exponential moving average of the parameters (Polyak and Juditsky 1992; Tarvainen and Valpola 2017).

    average += (1 - decay) (theta - average) after each step. In the first steps the decay is lower,
    (1 + t) / (10 + t), so that the random start is forgotten soon.

    Attributes:
        parameters: the average.
    """

    def __init__(self, parameters: Parameters, *, decay: float, threads: int = 1) -> None:
        self._decay = decay
        self._blocks = Blocks(len(parameters), parameters.flat.dtype, threads=threads)
        self.parameters = parameters.copy()

    def update(self, parameters: Parameters, step: int) -> None:
        """Take in the parameters after a step; `step` counts from 1."""
        share = 1 - min(self._decay, (1 + step) / (10 + step))
        average, theta = self.parameters.flat, parameters.flat

        def blend(block: slice, scratch: Floats) -> None:
            np.subtract(theta[block], average[block], out=scratch)
            scratch *= share
            average[block] += scratch

        self._blocks.apply(blend)
