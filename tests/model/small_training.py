"""A training run of moments, on images that a small network can tell apart."""

from typing import Any

import numpy as np

from model.training.callbacks import Callbacks
from model.training.checkpoint import Checkpoint
from model.training.config import TrainingConfig
from model.training.loop import FitResult, train
from tests.model.examples import blobs

CONFIG = TrainingConfig().changed(hidden=(16,), epochs=3, batch_size=32, schedule="constant")
TRAINING, VALIDATION = blobs(700, 0), blobs(200, 1)


def run(
    config: TrainingConfig = CONFIG, seed: int = 0, resume: Checkpoint | None = None, **callbacks: Any
) -> FitResult:
    return train(
        config,
        TRAINING,
        VALIDATION,
        seed=np.random.SeedSequence(seed),
        resume=resume,
        callbacks=Callbacks(**callbacks),
    )


def score_of(trained: FitResult) -> float:
    assert trained.kept_epoch.validation_accuracy is not None
    return trained.kept_epoch.validation_accuracy
