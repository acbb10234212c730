"""A reading as the reply the API promises."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from app.decoding import PredictOptions
from app.inference.explanation import inside_reply, without_stroke_reply
from app.schemas import (
    Alternative,
    DigitReply,
    DrawingReading,
    ModelInfo,
    PredictReply,
    ReadReply,
    TraceReply,
)
from model.artifact import Artifact
from model.classifier import Classifier
from model.numbers import DigitOfNumber, PiecedInk, text_of
from model.preprocess import Preprocessed
from model.reading import Prediction

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
    reply = PredictReply(**_said(reading), model=model_info(classifier.artifact))
    if "input" in include:
        reply.input = ink.pixels.tolist()
    if "trace" in include:
        reply.trace = TraceReply(**asdict(ink.trace))
    if "activations" in include:
        reply.activations = [output.tolist() for output in classifier.activations(ink)]
    if "saliency" in include:
        reply.saliency = classifier.saliency(ink, explained).tolist()
    if "occlusion" in include:
        reply.occlusion = classifier.occlusion(ink, explained).tolist()
    if "inside" in include:
        reply.inside = inside_reply(classifier, ink, explained)
    if "without_stroke" in include:
        reply.without_stroke = without_stroke_reply(classifier, without_stroke)
    return reply


def drawing_reading(reading: Prediction) -> DrawingReading:
    """One of many readings, as `/predict` gives it."""
    return DrawingReading(**_said(reading))


def read_reply(classifier: Classifier, ink: PiecedInk, *, with_input: bool = False) -> ReadReply:
    """Read the ink as a number and say what was found, with the picture of each digit if that is asked for."""
    digits = classifier.read_number(ink)
    return ReadReply(
        text=text_of(digits),
        digits=[_digit(one, with_input=with_input) for one in digits],
        model=model_info(classifier.artifact),
    )


def model_info(artifact: Artifact) -> ModelInfo:
    """Which weights these are."""
    return ModelInfo(name=artifact.name, version=artifact.version, sha256=artifact.sha256)


def _said(reading: Prediction) -> dict[str, Any]:
    """The fields of a `DrawingReading`."""
    digit, probabilities = reading.digit, reading.probabilities.tolist()
    return {
        "digit": digit,
        "probabilities": probabilities,
        "confidence": max(probabilities),
        "verdict": reading.verdict,
        "alternatives": [] if digit is None else _alternatives(digit, probabilities),
    }


def _digit(one: DigitOfNumber, *, with_input: bool) -> DigitReply:
    reading, box = one.reading, one.box
    reply = DigitReply(
        digit=reading.digit,
        confidence=reading.confidence,
        verdict=reading.verdict,
        probabilities=reading.probabilities.tolist(),
        box=(box.left, box.top, box.right, box.bottom),
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
