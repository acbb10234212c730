"""How the weights came to a reading, as the replies show it."""

from collections.abc import Sequence

import numpy as np

from app.schemas import (
    ConnectionReply,
    InsideReply,
    LayerReply,
    OutputReply,
    ReadingReply,
    UnitReply,
    WeightsOfUnit,
)
from model.classifier import Classifier
from model.nn import Floats, softmax
from model.preprocess import Preprocessed
from model.reading import Calibration, Connection, Prediction, Unit, look_inside


def inside_reply(classifier: Classifier, ink: Preprocessed, digit: int) -> InsideReply:
    """The network at work on this ink, with what speaks for and against `digit`."""
    artifact = classifier.artifact
    outputs = classifier.activations(ink)
    inputs = artifact.scaling.apply(ink.pixels[None])[0]
    inside = look_inside(artifact.network, inputs, digit)
    return InsideReply(
        digit=digit,
        inputs=_rounded(inputs),
        layers=[_layer(output, units) for output, units in zip(outputs[:-1], inside.layers, strict=True)],
        connections=[[_connection(one) for one in connections] for connections in inside.connections],
        output=_output(outputs[-1], classifier.calibration),
    )


def without_stroke_reply(classifier: Classifier, rest: Sequence[Preprocessed]) -> list[ReadingReply]:
    """What is read of each of these, which are the drawing without one of its strokes."""
    return [_reading(classifier.predict(ink)) for ink in rest]


def weights_of_unit(classifier: Classifier, layer: int, unit: int) -> WeightsOfUnit | None:
    """The parameters of a unit of a layer, both from 0; None if there is no such unit.

    Rounded to six digits: more say nothing, and take a phone longer to fetch.
    """
    network = classifier.artifact.network
    if layer >= network.architecture.layers or unit >= network.architecture.sizes[layer + 1]:
        return None
    weights, bias = (network.parameters[f"{layer}.{name}"] for name in ("weight", "bias"))
    return WeightsOfUnit(bias=float(bias[unit]), weights=_rounded(weights[:, unit]))


def _layer(output: Floats, units: Sequence[Unit]) -> LayerReply:
    return LayerReply(
        units=len(output),
        active=int((output > 0).sum()),
        shown=[UnitReply(unit=one.unit, activation=one.activation, contribution=one.contribution) for one in units],
    )


def _connection(connection: Connection) -> ConnectionReply:
    return ConnectionReply(start=connection.start, end=connection.end, contribution=connection.contribution)


def _output(logits: Floats, calibration: Calibration) -> OutputReply:
    scaled = logits.astype(np.float64) / calibration.temperature
    return OutputReply(
        logits=logits.tolist(),
        temperature=calibration.temperature,
        exponentials=np.exp(scaled - scaled.max()).tolist(),
        softmax=softmax(scaled).tolist(),
        no_digit=float(calibration.no_digit(logits)),
    )


def _reading(reading: Prediction) -> ReadingReply:
    return ReadingReply(digit=reading.digit, confidence=reading.confidence, verdict=reading.verdict)


def _rounded(values: Floats) -> list[float]:
    return [float(f"{value:.6g}") for value in values.tolist()]
