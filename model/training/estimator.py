"""A network for notebooks: `fit`, `predict` and `score` on arrays, as scikit-learn's estimators have them."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.artifact import Artifact, load_artifact, save_artifact
from model.classifier import Classifier
from model.data import LabelledImages, Mnist
from model.errors import ConfigError, DataError, TrainingError
from model.nn import CLASSES, GREY_LEVELS, Floats
from model.preprocess import FRAME_SIZE, preprocess_image, preprocess_strokes
from model.reading import Prediction
from model.training.callbacks import Callbacks
from model.training.config import PATHS, TrainingConfig
from model.training.examples import TrainingFiles, prepare
from model.training.fit import fit
from model.training.idle import settings_without_effect
from model.training.progress import Epoch, History

_BATCH = 1_000

_DIVIDED = "; these end at 1: give them as they were before they were divided by 255"


class DigitClassifier:
    """A network that learns digits from arrays, and reads them.

    Args:
        settings: of training, each by its name alone, such as `hidden=(64,)`, `epochs=5` or `seed=3`;
            docs/training.md has them all.

    Attributes:
        history: of the training: its epochs, and its loss as it fell; empty before `fit` and after `load`.

    Raises:
        ConfigError: a setting that is unknown or makes no sense here.

    Warns:
        UserWarning: a setting has no effect beside the others.
    """

    def __init__(self, **settings: Any) -> None:
        self._config = TrainingConfig(name="mine").changed(**settings)
        data = self._config.data
        from_files = (self._config.start_from, data.strokes, data.dev_strokes, data.images)
        if self._config.task != "classifier" or any(from_files):
            raise ConfigError("DigitClassifier learns from arrays of digits; `digits train` does the rest")
        for line in settings_without_effect(self._config, [PATHS[key] for key in settings]):
            warnings.warn(line, stacklevel=2)
        self._artifact: Artifact | None = None
        self.history = History()

    def fit(self, images: ArrayLike, labels: ArrayLike, *, on_epoch: Callable[[Epoch], None] | None = None) -> Self:
        """Learn the digits that `images` show; at most a sixth of them is held out to validate and to calibrate.

        Args:
            images: (N, 28, 28) or (N, 784), grey levels 0 to 255.
            labels: (N,), each 0 to 9.
            on_epoch: called after each epoch.

        Raises:
            DataError: the arrays are not such.
            TrainingError: training diverges.
        """
        examples = LabelledImages(_as_images(images), _as_labels(labels))
        if len(examples) < 2:
            raise DataError("images: at least 2 are needed, one to learn from and one to validate on")
        files = TrainingFiles(Mnist(examples, test=examples.take(slice(0))), [], [], {})
        callbacks = Callbacks(on_epoch=lambda history: on_epoch(history.epochs[-1])) if on_epoch else Callbacks()
        fitted = fit(self._config, prepare(self._config, files), callbacks=callbacks)
        self._artifact, self.history = fitted.artifact, fitted.run.history
        return self

    def predict(self, images: ArrayLike) -> NDArray[np.intp]:
        """The likeliest digit (N,) of each image (N, 28, 28) or (N, 784).

        Raises:
            DataError: the array is none of grey levels.
        """
        digits: NDArray[np.intp] = self.predict_proba(images).argmax(axis=1)
        return digits

    def predict_proba(self, images: ArrayLike) -> Floats:
        """Calibrated probabilities (N, 10) of each image (N, 28, 28) or (N, 784).

        Raises:
            DataError: the array is none of grey levels.
        """
        classifier, pictures = self.classifier, _as_images(images)
        rows = [np.empty((0, CLASSES))]
        for start in range(0, len(pictures), _BATCH):
            inks = [preprocess_image(picture) for picture in pictures[start : start + _BATCH]]
            rows.append(np.stack([one.probabilities for one in classifier.predict_batch(inks)]))
        return np.concatenate(rows)

    def score(self, images: ArrayLike, labels: ArrayLike) -> float:
        """The share 0 to 1 of images that are read right.

        Raises:
            DataError: the arrays are not such as `fit` takes, or empty.
        """
        examples = LabelledImages(_as_images(images), _as_labels(labels))
        if not len(examples):
            raise DataError("images: at least 1 is needed to score by")
        return float((self.predict(examples.images) == examples.labels).mean())

    def read(self, ink: Any) -> Prediction:
        """Read one drawing, with a verdict on whether it is a digit at all.

        Args:
            ink: a picture of any size, dark on light or light on dark: uint8 (height, width), with 3 channels or with
                4, or what NumPy makes such of, as Pillow's images; or the strokes of a pen, [[[x, y], ...], ...].

        Raises:
            InkError: it is neither.
        """
        if isinstance(ink, list | tuple):
            return self.classifier.predict(preprocess_strokes(ink))
        picture = np.asarray(ink)
        if picture.ndim == 3 and picture.shape[2] == 3:
            picture = np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])
        return self.classifier.predict(preprocess_image(picture))

    def save(self, path: Path | str) -> None:
        """Write the weights to a file that `digits serve --weights FILE` serves.

        Raises:
            ArtifactError: the file cannot be written.
        """
        save_artifact(Path(path), self.classifier.artifact)

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """The classifier that a weights file holds.

        Raises:
            ArtifactError: the file is missing, damaged or foreign, or its weights read no digits.
        """
        loaded = cls()
        loaded._artifact = load_artifact(Path(path))
        loaded._artifact.decision_rule()
        return loaded

    @property
    def classifier(self) -> Classifier:
        """The weights at work.

        Raises:
            TrainingError: there are none yet.
        """
        if not self._artifact:
            raise TrainingError("nothing is learned yet: call fit first")
        return Classifier(self._artifact, *self._artifact.decision_rule())


def _as_images(images: ArrayLike) -> NDArray[np.uint8]:
    """Images (N, 28, 28) of grey levels."""
    levels = _as_array(images, "images")
    if not len(levels) or (levels.ndim == 2 and levels.shape[1] == FRAME_SIZE**2):
        levels = levels.reshape(-1, FRAME_SIZE, FRAME_SIZE)
    if levels.shape[1:] != (FRAME_SIZE, FRAME_SIZE):
        raise DataError(f"images have the shape {levels.shape}, expected (N, 28, 28) or (N, 784)")
    pictures = _whole(levels, "images", GREY_LEVELS, "grey levels")
    if pictures.max(initial=0) == 1:
        raise DataError(f"images: expected grey levels, whole numbers from 0 to {GREY_LEVELS}{_DIVIDED}")
    return pictures


def _as_labels(labels: ArrayLike) -> NDArray[np.uint8]:
    return _whole(_as_array(labels, "labels"), "labels", CLASSES - 1, "digits")


def _as_array(values: ArrayLike, name: str) -> NDArray[Any]:
    try:
        array = np.asarray(values)
    except (ValueError, TypeError) as error:
        raise DataError(f"{name}: not an array of numbers: {error}") from error
    if array.ndim == 0:
        raise DataError(f"{name}: not an array of numbers but {values!r}")
    return array


def _whole(values: NDArray[Any], name: str, most: int, what: str) -> NDArray[np.uint8]:
    """Whole numbers from 0 to `most`, of whatever type they came."""
    is_number = values.dtype.kind in "uif"
    if not is_number or values.min(initial=0) < 0 or values.max(initial=0) > most or (values % 1).any():
        divided = is_number and values.min(initial=0) >= 0 and values.max(initial=0) <= 1
        hint = _DIVIDED if divided and most == GREY_LEVELS else ""
        raise DataError(f"{name}: expected {what}, whole numbers from 0 to {most}{hint}")
    return values.astype(np.uint8)
