"""Pictures as they come back from a JPEG file, for `digits evaluate --robustness`."""

import io

import numpy as np
from numpy.typing import NDArray

from app.settings import Settings
from model.image_file import preprocess_image_file


def read_through_jpeg(canvas: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    """What the network sees (28, 28) of a grey canvas (height, width) sent as a JPEG of a quality, 1 to 100."""
    # Only here, since writing pictures belongs to an optional extra.
    from matplotlib.image import imsave  # noqa: PLC0415

    file = io.BytesIO()
    imsave(file, np.stack([canvas] * 3, axis=2), format="jpg", pil_kwargs={"quality": quality})
    return preprocess_image_file(file.getvalue(), Settings().max_image_pixels).pixels
