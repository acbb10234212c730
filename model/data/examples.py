"""What the files hold, sent down the one way that ink takes: preprocessed images with their labels."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from model.data.drawings import Drawing
from model.data.mnist import LabelledImages
from model.data.pictures import LabelledPicture
from model.image_file import preprocess_image_file
from model.preprocess import FRAME_SIZE, Preprocessed, preprocess_image, preprocess_strokes

MAX_PIXELS = 2**26
"""Of one picture: as many as the largest that the service reads by default."""

_BETWEEN_CALLS = 1_000
"""Images after which progress is told again."""


def preprocess_examples(
    examples: LabelledImages, on_progress: Callable[[int], None] = lambda _: None
) -> LabelledImages:
    """Send every image down the one way that drawn ink takes.

    Args:
        examples: raw images.
        on_progress: called now and then with how many are done.
    """
    pixels = np.empty((len(examples), FRAME_SIZE, FRAME_SIZE), np.uint8)
    for index, image in enumerate(examples.images):
        pixels[index] = preprocess_image(image).pixels
        if index % _BETWEEN_CALLS == 0:
            on_progress(index)
    on_progress(len(examples))
    return LabelledImages(pixels, examples.labels)


def drawn_images(drawings: Sequence[Drawing]) -> NDArray[np.uint8]:
    """The drawings (count, 28, 28) as the service would preprocess them."""
    if not drawings:
        return np.empty((0, FRAME_SIZE, FRAME_SIZE), np.uint8)
    return np.stack([preprocess_strokes(one.strokes).pixels for one in drawings])


def labelled_images(digits: Sequence[Drawing]) -> LabelledImages:
    """Drawn digits as images with their labels."""
    return LabelledImages(drawn_images(digits), np.array([int(one.label) for one in digits], np.uint8))


def preprocess_labelled(picture: LabelledPicture) -> Preprocessed:
    """The picture as the service would preprocess it.

    Raises:
        InkError: its file cannot be read or is no image.
    """
    if picture.pixels is not None:
        return preprocess_image(picture.pixels)
    return preprocess_image_file(picture.content(), MAX_PIXELS)
