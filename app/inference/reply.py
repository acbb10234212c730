"""A reading, and how the weights came to it, as the reply the API promises."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import numpy as np

from app.decoding import PredictOptions
from app.inference.hint import hint_for, hint_for_number
from app.schemas import (
    Alternative,
    ConnectionReply,
    DigitReply,
    DrawingReading,
    InsideReply,
    LayerReply,
    ModelInfo,
    NumberReply,
    OutputReply,
    PredictReply,
    ReadingReply,
    ReadReply,
    SignReply,
    StepReply,
    TraceReply,
    UnitReply,
    WeightsOfUnit,
)
from model.artifact import Artifact
from model.classifier import Classifier
from model.nn import Floats, softmax
from model.numbers import Box, DigitOfNumber, Number, PiecedInk, Sign
from model.preprocess import Preprocessed, Trace
from model.reading import Calibration, Prediction, look_inside

_MAX_ALTERNATIVES = 3
_MIN_PROBABILITY = 0.001


def predict_reply(
    classifier: Classifier,
    ink: Preprocessed,
    reading: Prediction,
    options: PredictOptions,
    *,
    without_stroke: Sequence[Preprocessed] = (),
) -> PredictReply:
    """What was read, with the optional parts that were asked for.

    Args:
        classifier: what read it.
        ink: the drawing.
        reading: what was read.
        options: the optional parts.
        without_stroke: the drawing without each of its strokes, where that is asked for.
    """
    include = options.include
    explained = reading.likeliest if options.digit is None else options.digit
    reply = PredictReply(**_reading_fields(reading), model=model_info(classifier.artifact))
    if hint := hint_for(reading.verdict, ink):
        reply.hint = hint
    if "input" in include:
        reply.input = ink.pixels.tolist()
    if "trace" in include:
        reply.trace = _trace(ink.trace)
    if "activations" in include:
        reply.activations = [output.tolist() for output in classifier.activations(ink)]
    if "saliency" in include:
        reply.saliency = classifier.saliency(ink, explained).tolist()
    if "occlusion" in include:
        reply.occlusion = classifier.occlusion(ink, explained).tolist()
    if "inside" in include:
        reply.inside = _inside(classifier, ink, explained)
    if "without_stroke" in include:
        reply.without_stroke = [_short(classifier.predict(rest)) for rest in without_stroke]
    return reply


def _trace(trace: Trace) -> TraceReply:
    steps = [StepReply(name=step.name, pixels=step.pixels.tolist()) for step in trace.steps]
    return TraceReply(**{**asdict(trace), "steps": steps})


def drawing_reading(reading: Prediction, ink: Preprocessed) -> DrawingReading:
    """One of many readings, as `/predict` gives it.

    Args:
        reading: what was read.
        ink: the drawing.
    """
    reply = DrawingReading(**_reading_fields(reading))
    if hint := hint_for(reading.verdict, ink):
        reply.hint = hint
    return reply


def read_reply(classifier: Classifier, ink: PiecedInk, *, with_input: bool = False) -> ReadReply:
    """Read the ink as a number and say what was found, with the picture of each digit if that is asked for.

    Raises:
        InkError: there are more digits than are read at once.
    """
    number = classifier.read_number(ink)
    reply = ReadReply(**_number_fields(number, with_input=with_input), model=model_info(classifier.artifact))
    if hint := hint_for_number(number, ink.trace):
        reply.hint = hint
    return reply


def number_reply(classifier: Classifier, ink: PiecedInk, *, with_input: bool) -> NumberReply | None:
    """The same if the ink is a number; None if it is one digit, or mostly something else.

    Raises:
        InkError: as `read_reply` does.
    """
    number = classifier.read_number(ink)
    return NumberReply(**_number_fields(number, with_input=with_input)) if number.is_one else None


def weights_of_unit(classifier: Classifier, layer: int, unit: int) -> WeightsOfUnit | None:
    """The parameters of a unit of a layer, both from 0; None if there is no such unit.

    Rounded to six digits: more say nothing, and take a phone longer to fetch.
    """
    network = classifier.artifact.network
    if layer >= network.architecture.layers or unit >= network.architecture.sizes[layer + 1]:
        return None
    bias = network.parameters[f"{layer}.bias"]  # of a convolution: for each channel, which are a place's units
    weights = network.layers[layer].weights_of([unit])[:, 0]
    return WeightsOfUnit(bias=float(bias[unit % len(bias)]), weights=_rounded(weights))


def model_info(artifact: Artifact) -> ModelInfo:
    """Which weights these are."""
    return _model_info(artifact.name, artifact.version, artifact.sha256)


@lru_cache(maxsize=8)
def _model_info(name: str, version: str, sha256: str) -> ModelInfo:
    return ModelInfo(name=name, version=version, sha256=sha256)


def _reading_fields(reading: Prediction) -> dict[str, Any]:
    """The fields of a `DrawingReading`."""
    digit, probabilities = reading.digit, reading.probabilities.tolist()
    return {
        "digit": digit,
        "probabilities": probabilities,
        "confidence": max(probabilities),
        "verdict": reading.verdict,
        "alternatives": [] if digit is None else _alternatives(digit, probabilities),
    }


def _number_fields(number: Number, *, with_input: bool) -> dict[str, Any]:
    """The fields of a `NumberReply`."""
    return {
        "text": number.text,
        "spaced_text": number.spaced_text,
        "digits": [_digit(one, with_input=with_input) for one in number.digits],
        "signs": [_sign(one) for one in number.signs],
    }


def _sign(one: Sign) -> SignReply:
    return SignReply(sign=one.sign, box=_sides(one.box), line=one.line, place=one.place)


def _sides(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom


def _digit(one: DigitOfNumber, *, with_input: bool) -> DigitReply:
    reading = one.reading
    reply = DigitReply(
        digit=reading.digit,
        confidence=reading.confidence,
        verdict=reading.verdict,
        probabilities=reading.probabilities.tolist(),
        box=_sides(one.box),
        line=one.line,
        place=one.place,
    )
    if with_input:
        reply.input = one.ink.pixels.tolist()
    return reply


def _alternatives(digit: int, probabilities: Sequence[float]) -> list[Alternative]:
    """The other digits it may be, likeliest first."""
    others = [
        (probability, other)
        for other, probability in enumerate(probabilities)
        if other != digit and probability >= _MIN_PROBABILITY
    ]
    return [
        Alternative(digit=other, probability=probability)
        for probability, other in sorted(others, reverse=True)[:_MAX_ALTERNATIVES]
    ]


def _inside(classifier: Classifier, ink: Preprocessed, digit: int) -> InsideReply:
    """The network at work on this ink, with what speaks for and against `digit`."""
    artifact = classifier.artifact
    outputs = classifier.activations(ink)
    inputs = artifact.scaling.apply(ink.pixels[None])[0]
    inside = look_inside(artifact.network, inputs, digit)
    return InsideReply(
        digit=digit,
        inputs=_rounded(inputs),
        layers=[
            LayerReply(
                units=len(output),
                active=int((output > 0).sum()),
                shown=[UnitReply(**asdict(unit)) for unit in units],
            )
            for output, units in zip(outputs[:-1], inside.layers, strict=True)
        ],
        connections=[[ConnectionReply(**asdict(one)) for one in between] for between in inside.connections],
        output=_output(outputs[-1], classifier.calibration),
    )


def _output(logits: Floats, calibration: Calibration) -> OutputReply:
    scaled = logits.astype(np.float64) / calibration.temperature
    return OutputReply(
        logits=logits.tolist(),
        temperature=calibration.temperature,
        exponentials=np.exp(scaled - scaled.max()).tolist(),
        softmax=softmax(scaled).tolist(),
        no_digit=float(calibration.no_digit(logits)),
    )


def _short(reading: Prediction) -> ReadingReply:
    return ReadingReply(digit=reading.digit, confidence=reading.confidence, verdict=reading.verdict)


def _rounded(values: Floats) -> list[float]:
    return [float(f"{value:.6g}") for value in values.tolist()]
