"""Images that a small network can tell apart: noise, and a bright row whose place is the label."""

import numpy as np

from model.data.mnist import LabelledImages


def blobs(count: int, seed: int) -> LabelledImages:
    """So many of them."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count).astype(np.uint8)
    images = rng.integers(0, 120, (count, 28, 28)).astype(np.uint8)
    images[np.arange(count), 4 + 2 * labels] = 255
    return LabelledImages(images, labels)
