"""What is seen of a network while it learns: how good it is, what its layers do, and where it errs."""

from base64 import b64encode
from dataclasses import asdict
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.data import LabelledImages
from model.evaluation import hidden_units, measure
from model.lab.telling import as_figures
from model.nn import OUTPUTS, Floats, Network, Normalization, Parameters
from model.preprocess import preprocess_strokes

MEASURED = 500
"""Images of training and of validation each, over which loss and accuracy are taken."""

_LOOKED_AT = 200
"""Images whose activations make the histograms."""

_BINS = 24
_PICTURES = 16
"""Units of the first layer whose weights are shown."""

_MISTAKES = 10

_LARGEST = 1e30
"""Of weights that are shown: training that diverges has others."""


class Onlooker:
    """Looks at networks by the same images each time.

    Args:
        training: preprocessed images that are learned from.
        validation: preprocessed images that are not.
        loss: by name, what is minimised.
    """

    def __init__(self, training: LabelledImages, validation: LabelledImages, loss: str) -> None:
        self._loss = loss
        self._training = training.take(slice(MEASURED))
        self._validation = validation.take(slice(MEASURED))

    @np.errstate(over="ignore", invalid="ignore")  # shows in what is seen
    def look(self, network: Network, scaling: Normalization, gradient: Parameters, watched: int) -> dict[str, Any]:
        """All there is to see, as JSON.

        Args:
            network: as it is now.
            scaling: from grey levels to its inputs.
            gradient: of the last batch, by the parameters.
            watched: number of the validation image whose logits are shown.
        """
        validation = self._validation
        logits = network.logits(scaling.apply(validation.images), at_once=True)
        outputs = OUTPUTS[network.architecture.output].forward(logits)
        return {
            "training": self._measured(network, scaling, self._training),
            "validation": self._measured(network, scaling, validation),
            "weights": _first_weights(network),
            "layers": _layers(network, scaling, gradient, validation.images[:_LOOKED_AT]),
            **_mistakes(validation, outputs),
            "watched": self.watch(network, scaling, watched),
        }

    @np.errstate(over="ignore", invalid="ignore")
    def watch(self, network: Network, scaling: Normalization, number: int) -> dict[str, Any]:
        """One validation image by its number, and what the network makes of it, as JSON."""
        number %= len(self._validation)
        image = self._validation.images[number]
        logits = network.logits(scaling.apply(image[np.newaxis]))
        return {
            "number": number,
            "image": _as_base64(image),
            "label": int(self._validation.labels[number]),
            "logits": as_figures(logits[0]),
            "probabilities": as_figures(OUTPUTS[network.architecture.output].forward(logits)[0]),
        }

    def _measured(self, network: Network, scaling: Normalization, examples: LabelledImages) -> dict[str, Any]:
        result = measure(network, scaling, "classifier", self._loss, examples)
        return {"loss": as_figures(result.loss), "accuracy": result.accuracy}


def read_drawing(network: Network, scaling: Normalization, strokes: Any) -> dict[str, Any]:
    """What a network makes of a drawing, as JSON.

    Raises:
        InkError: these are no strokes.
    """
    image = preprocess_strokes(strokes).pixels
    logits = network.logits(scaling.apply(image[np.newaxis]))
    outputs = OUTPUTS[network.architecture.output].forward(logits)[0]
    return {
        "digit": int(outputs.argmax()),
        "logits": as_figures(logits[0]),
        "probabilities": as_figures(outputs),
        "input": image.tolist(),
    }


def _first_weights(network: Network) -> dict[str, Any]:
    """Of the first layer, a picture a unit or a channel's patch, in 255 steps from -scale to scale."""
    weight = network.parameters["0.weight"]
    pictures = weight.reshape(-1, weight.shape[-1]).T[:_PICTURES]
    pictures = np.nan_to_num(pictures, nan=0, posinf=_LARGEST, neginf=-_LARGEST).clip(-_LARGEST, _LARGEST)
    scale = float(np.abs(pictures).max()) or 1.0
    levels = np.rint(pictures * (127 / scale)).astype(np.int8)
    side = isqrt(pictures.shape[1])
    return {"count": len(levels), "side": side, "scale": as_figures(scale), "pictures": _as_base64(levels)}


def _layers(
    network: Network, scaling: Normalization, gradient: Parameters, images: NDArray[np.uint8]
) -> list[dict[str, Any]]:
    """A histogram of what each layer puts out, the silent units among its own, and how long its gradient is."""
    signals = network.activations(scaling.apply(images), at_once=True)
    units = [asdict(layer) for layer in hidden_units(network, scaling, images)]
    units.append({"units": signals[-1].shape[1], "dead": None, "saturated": None})
    return [
        {**each, **_histogram(signal), "gradient": as_figures(np.linalg.norm(gradient[f"{number}.weight"]))}
        for number, (each, signal) in enumerate(zip(units, signals, strict=True))
    ]


def _histogram(values: Floats) -> dict[str, Any]:
    low, high = float(values.min()), float(values.max())
    if not np.isfinite([low, high]).all():
        return {"low": None, "high": None, "histogram": [0.0] * _BINS}
    counts, _ = np.histogram(values, _BINS, (low, high))
    return {"low": as_figures(low), "high": as_figures(high), "histogram": as_figures(counts / counts.sum())}


def _mistakes(examples: LabelledImages, outputs: Floats) -> dict[str, Any]:
    """The digits that are read wrong, the surest first."""
    digits, surest = outputs.argmax(axis=1), outputs.max(axis=1)
    wrong = np.flatnonzero(digits != examples.labels)
    worst = wrong[np.argsort(-surest[wrong], kind="stable")][:_MISTAKES]
    shown = [
        {
            "image": _as_base64(examples.images[each]),
            "label": int(examples.labels[each]),
            "digit": int(digits[each]),
            "probability": as_figures(float(surest[each])),
        }
        for each in worst
    ]
    return {"mistakes": shown, "wrong": len(wrong)}


def _as_base64(levels: NDArray[Any]) -> str:
    return b64encode(levels.tobytes()).decode()
