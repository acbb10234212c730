"""The weights at work: preprocessed ink in, a reading out."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model.activations import Floats
from model.artifact import Artifact, load_artifact
from model.network import scale_pixels
from model.preprocess import FRAME_SIZE, Preprocessed
from model.verdict import Reading, blank_reading, read_logits


@dataclass(frozen=True, slots=True)
class Classifier:
    """Loaded and self-checked weights. It holds no state of a request, so any number of threads may share it."""

    artifact: Artifact

    @classmethod
    def load(cls, path: Path) -> "Classifier":
        """The classifier for a weights file.

        Raises:
            ArtifactError: the file is missing, damaged, foreign or fails its self-check.
        """
        return cls(load_artifact(path))

    def read(self, ink: Preprocessed) -> Reading:
        """Probabilities and verdict for one drawing."""
        if ink.is_blank:
            return blank_reading()
        return read_logits(self.layer_outputs(ink)[-1], self.artifact.calibration, self.artifact.thresholds)

    def layer_outputs(self, ink: Preprocessed) -> list[Floats]:
        """What each layer puts out for this drawing, (units,) each; the last are the logits."""
        outputs = self.artifact.network.layer_outputs(scale_pixels(ink.pixels[None]))
        return [output[0] for output in outputs]

    def saliency(self, ink: Preprocessed, digit: int) -> Floats:
        """How much each pixel's ink speaks for `digit`: (28, 28), ink times gradient, in logits.

        Simonyan et al. 2013; times the input as in Shrikumar et al. 2016. Paper speaks neither way.
        """
        inputs = scale_pixels(ink.pixels[None])
        gradient = self.artifact.network.input_gradient(inputs, digit)
        saliency: Floats = np.multiply(inputs, gradient).reshape(FRAME_SIZE, FRAME_SIZE)
        return saliency
