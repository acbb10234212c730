"""The trainer: a batch in pieces is learned from as a whole one."""

from itertools import pairwise

import numpy as np
import pytest

from model.nn.initializers import initialise
from model.training.config import TrainingConfig
from model.training.examples.batches import MicroBatch
from model.training.trainer import Trainer

CONFIG = TrainingConfig().changed(channels=(2,), kernel_size=(5,), stride=(4,), hidden=(6,), optimizer="sgd")


@pytest.mark.parametrize("cuts", [(0, 40), (0, 33, 40), (0, 10, 20, 40)])
def test_a_batch_in_pieces_moves_the_parameters_as_a_whole_one_does(cuts: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    inputs, targets = rng.random((40, 784), np.float32), np.eye(10, dtype=np.float32)[rng.integers(0, 10, 40)]

    def moved(*cuts: int) -> np.ndarray:
        network = initialise(CONFIG.architecture, rng=np.random.default_rng(1))
        trainer = Trainer(CONFIG, network, planned_steps=10, threads=1)
        for _ in range(2):
            loss = sum(
                trainer.accumulate(
                    MicroBatch(
                        inputs=inputs[start:end],
                        targets=targets[start:end],
                        masks=[],
                        share=(end - start) / 40,
                        end=end,
                        starts_batch=start == 0,
                        ends_batch=end == 40,
                    )
                )
                for start, end in pairwise(cuts)
            )
            assert 0 < loss < 10
            trainer.step(trainer.gradient_norm())
        return network.parameters.flat

    np.testing.assert_allclose(moved(*cuts), moved(0, 40), rtol=1e-4, atol=1e-6)
