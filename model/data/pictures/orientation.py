"""Images that lie on their side in a file, rows for columns, as EMNIST's do; they are noticed and turned.

Source: G. Cohen, S. Afshar, J. Tapson, A. van Schaik, "EMNIST: an extension of MNIST to handwritten letters", 2017.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.data.folder import SAMPLE_FOLDER
from model.data.mnist import load_mnist
from model.data.pictures.picture import BadPicture, LabelledPicture, PictureSet
from model.preprocess import preprocess_image

_SAMPLE = 500
"""Images that are looked at."""

_LEAST = 20
"""Images, of fewer than which nothing is concluded."""

_MARGIN = 0.02
"""By how much they have to be more like digits once they are turned: MNIST's are by 0.15, its zeros alone by 0.04."""


def upright(found: Sequence[LabelledPicture | BadPicture]) -> PictureSet:
    """The images of one file as they are, or turned if they lie on their side."""
    pixels = [one.pixels for one in found if isinstance(one, LabelledPicture) and one.pixels is not None]
    if not lie_on_their_side(pixels):
        return PictureSet(list(found))
    turned = [
        one if isinstance(one, BadPicture) or one.pixels is None else replace(one, pixels=one.pixels.T)
        for one in found
    ]
    return PictureSet(turned, is_turned=True)


def lie_on_their_side(images: Sequence[NDArray[np.uint8]]) -> bool:
    """Whether images (28, 28) of digits have rows for columns.

    Each is held against the mean of each digit of MNIST, as it is and turned: the more like one of them, by the
    cosine of the angle between them, is how it lies. No labels are needed.
    """
    chosen = np.linspace(0, len(images) - 1, min(_SAMPLE, len(images))).astype(int)
    seen = [ink.pixels for ink in (preprocess_image(images[index]) for index in chosen) if not ink.is_blank]
    if len(seen) < _LEAST:
        return False
    stacked = np.stack(seen)
    means = _mean_digits()
    likeness, turned = ((_directions(one) @ means.T).max(axis=1) for one in (stacked, stacked.transpose(0, 2, 1)))
    return bool((turned - likeness).mean() > _MARGIN)


def _mean_digits() -> NDArray[np.float32]:
    """The mean of each digit in the sample of MNIST, (10, 784), each of length 1."""
    train = load_mnist(SAMPLE_FOLDER).train
    return _directions(np.stack([train.images[train.labels == digit].mean(axis=0) for digit in range(10)]))


def _directions(images: NDArray[np.generic]) -> NDArray[np.float32]:
    flat = images.reshape(len(images), -1).astype(np.float32)
    directions: NDArray[np.float32] = flat / np.linalg.norm(flat, axis=1, keepdims=True)
    return directions
