"""A reading as the reply the API promises."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from typing import Any

from app.classifier import Classifier
from app.explanation import inside_reply, without_stroke_reply
from app.schemas import (
    Alternative,
    DigitReply,
    DrawingReading,
    Include,
    ModelInfo,
    PredictReply,
    ReadReply,
    TraceReply,
)
from model.artifact import Artifact
from model.numbers import DigitOfNumber, PiecedInk, text_of
from model.preprocess import Preprocessed
from model.verdict import Reading

_MOST_ALTERNATIVES = 3
_LEAST_PROBABILITY = 0.001


def predict_reply(
    classifier: Classifier,
    ink: Preprocessed,
    include: AbstractSet[Include],
    *,
    digit: int | None = None,
    without_stroke: Sequence[Preprocessed] = (),
) -> PredictReply:
    """Read the ink and say what was found, with the optional parts that were asked for.

    Args:
        classifier: what reads.
        ink: the drawing.
        include: the optional parts.
        digit: the one that is explained; the likeliest if not given.
        without_stroke: the drawing without each of its strokes, where that is asked for.
    """
    reading = classifier.read(ink)
    explained = reading.likeliest if digit is None else digit
    reply = PredictReply(**_said(reading), model=model_info(classifier.artifact))
    if "input" in include:
        reply.input = ink.pixels.tolist()
    if "trace" in include:
        reply.trace = TraceReply(**asdict(ink.trace))
    if "activations" in include:
        reply.activations = [output.tolist() for output in classifier.layer_outputs(ink)]
    if "saliency" in include:
        reply.saliency = classifier.saliency(ink, explained).tolist()
    if "occlusion" in include:
        reply.occlusion = classifier.occlusion(ink, explained).tolist()
    if "inside" in include:
        reply.inside = inside_reply(classifier, ink, explained)
    if "without_stroke" in include:
        reply.without_stroke = without_stroke_reply(classifier, without_stroke)
    return reply


def drawing_reading(reading: Reading) -> DrawingReading:
    """One of many readings, as `/predict` gives it."""
    return DrawingReading(**_said(reading))


def read_reply(classifier: Classifier, ink: PiecedInk) -> ReadReply:
    """Read the ink as a number and say what was found."""
    digits = classifier.read_number(ink)
    return ReadReply(
        text=text_of(digits),
        digits=[_digit(one) for one in digits],
        model=model_info(classifier.artifact),
    )


def model_info(artifact: Artifact) -> ModelInfo:
    """Which weights these are."""
    return ModelInfo(name=artifact.name, version=artifact.version, sha256=artifact.sha256)


def _said(reading: Reading) -> dict[str, Any]:
    """The fields of a `DrawingReading`."""
    return {
        "digit": reading.digit,
        "probabilities": reading.probabilities.tolist(),
        "confidence": reading.confidence,
        "verdict": reading.verdict,
        "alternatives": _alternatives(reading),
    }


def _digit(one: DigitOfNumber) -> DigitReply:
    reading, box = one.reading, one.box
    return DigitReply(
        digit=reading.digit,
        confidence=reading.confidence,
        verdict=reading.verdict,
        probabilities=reading.probabilities.tolist(),
        box=(box.left, box.top, box.right, box.bottom),
    )


def _alternatives(reading: Reading) -> list[Alternative]:
    """The other digits it may be, likeliest first; none where no digit was read."""
    if reading.digit is None:
        return []
    order = reading.probabilities.argsort()[::-1].tolist()
    others = [(digit, float(reading.probabilities[digit])) for digit in order if digit != reading.digit]
    return [
        Alternative(digit=digit, probability=probability)
        for digit, probability in others[:_MOST_ALTERNATIVES]
        if probability >= _LEAST_PROBABILITY
    ]
