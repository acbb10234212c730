"""Independent sources of randomness by number, the same however often they are asked for."""

import numpy as np


def fold_in(seed: np.random.SeedSequence, *numbers: int) -> np.random.SeedSequence:
    """The source for one purpose. `SeedSequence.spawn` would count its calls and give others the next time."""
    return np.random.SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, *numbers))
