"""A blur between the inputs and the first layer, so that the network goes by shapes and not by how sharp they are.

Ink that was resampled is a little softer than ink that was not. A network that sees both takes that for a sign of
where the ink comes from, and is at a loss when the sign is wrong. Under a blur the two look alike; it is linear,
so that the first layer takes it in once training is over, (x S) W = x (S W), and nothing is added to a prediction.
"""

import numpy as np
from numpy.typing import NDArray

from model.activations import Floats
from model.parameters import Parameters
from model.preprocess import FRAME_SIZE

_FIRST_LAYER = "0.weight"


def smoothed(inputs: Floats, deviation: float) -> Floats:
    """The images (batch, 784) under a Gaussian blur.

    Args:
        inputs: scaled grey levels; beyond the frame they are 0.
        deviation: the Gaussian's standard deviation in pixels, 0 for no blur.
    """
    if not deviation:
        return inputs
    blur = _blur(deviation).astype(inputs.dtype)
    images = (inputs.reshape(-1, FRAME_SIZE) @ blur).reshape(-1, FRAME_SIZE, FRAME_SIZE)
    return (blur @ images).reshape(inputs.shape)


def with_smoothing(parameters: Parameters, deviation: float) -> Parameters:
    """Parameters that do to inputs what the given ones do to smoothed inputs."""
    if not deviation:
        return parameters
    taken_in = parameters.copy()
    weights = taken_in[_FIRST_LAYER]
    # The blur is symmetric: what it does to an image, it does to the weights that lead to a unit.
    weights[...] = smoothed(np.ascontiguousarray(weights.T), deviation).T
    return taken_in


def _blur(deviation: float) -> NDArray[np.float64]:
    """The matrix (28, 28) that blurs along one axis."""
    places = np.arange(FRAME_SIZE)
    kernel = np.exp(-0.5 * ((places[:, None] - places) / deviation) ** 2)
    normalised: NDArray[np.float64] = kernel / kernel[FRAME_SIZE // 2].sum()
    return normalised
