"""The weights at work: preprocessed ink in, a reading out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model.artifact import Artifact, load_artifact
from model.errors import ArtifactError
from model.nn import Floats
from model.numbers import Number, PiecedInk, read_number
from model.preprocess import FRAME_SIZE, Preprocessed
from model.reading import Calibration, Prediction, Thresholds, blank_prediction, occlusion_map, predict_logits

_AT_ONCE = 32
"""Drawings in one pass through the network: what it works out for them stays in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """Loaded and self-checked weights. It holds no state of a request, so any number of threads may share it."""

    artifact: Artifact
    calibration: Calibration
    thresholds: Thresholds

    @classmethod
    def load(cls, path: Path) -> "Classifier":
        """The classifier for a weights file.

        Raises:
            ArtifactError: the file is missing, damaged, foreign, fails its self-check or reads no digits.
        """
        artifact = load_artifact(path)
        try:
            return cls(artifact, *artifact.decision_rule())
        except ArtifactError as error:
            raise ArtifactError(f"{path}: {error}") from error

    def predict(self, ink: Preprocessed) -> Prediction:
        """Probabilities and verdict for one drawing."""
        return self.predict_batch([ink])[0]

    def predict_batch(self, drawings: Sequence[Preprocessed]) -> list[Prediction]:
        """Probabilities and verdict for each of several drawings, from one pass through the network."""
        inked = [ink for ink in drawings if not ink.is_blank]
        readings = iter(predict_logits(self._logits(inked), self.calibration, self.thresholds) if inked else ())
        return [blank_prediction() if ink.is_blank else next(readings) for ink in drawings]

    def read_number(self, ink: PiecedInk) -> Number:
        """The digits of a number, each with probabilities and verdict, and the signs; none if there is no ink.

        Raises:
            InkError: there are more digits than are read at once.
        """
        return read_number(ink, self._logits, self.calibration, self.thresholds)

    def activations(self, ink: Preprocessed) -> list[Floats]:
        """What each layer puts out for this drawing, (units,) each; the last are the logits."""
        outputs = self.artifact.network.activations(self.artifact.scaling.apply(ink.pixels[None]))
        return [output[0] for output in outputs]

    def occlusion(self, ink: Preprocessed, digit: int) -> Floats:
        """By how much the log-odds of `digit` fall without the ink around each pixel, (28, 28)."""
        network, scaling = self.artifact.network, self.artifact.scaling
        knows_none = self.calibration.reject_offset is not None
        return occlusion_map(network, scaling, ink.pixels, digit, knows_none=knows_none)

    def saliency(self, ink: Preprocessed, digit: int) -> Floats:
        """How much each pixel's ink speaks for `digit`: (28, 28), ink times gradient, in logits.

        Simonyan et al. 2013; times the input as in Shrikumar et al. 2016. Paper speaks neither way.
        """
        scaling = self.artifact.scaling
        gradient = self.artifact.network.input_gradient(scaling.apply(ink.pixels[None]), digit)
        # The gradient by a grey level is that by the input over the divisor.
        saliency: Floats = (ink.pixels.reshape(1, -1) * gradient / scaling.divisor).reshape(FRAME_SIZE, FRAME_SIZE)
        return saliency

    def _logits(self, drawings: Sequence[Preprocessed]) -> Floats:
        """The logits (drawings, 10) of several drawings, a few at a time."""
        pixels = np.stack([ink.pixels for ink in drawings])
        network, scaling = self.artifact.network, self.artifact.scaling
        parts = [pixels[start : start + _AT_ONCE] for start in range(0, len(pixels), _AT_ONCE)]
        return np.concatenate([network.logits(scaling.apply(part)) for part in parts])
