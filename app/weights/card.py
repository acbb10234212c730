"""What was measured of the weights, for the page `/model`; `digits evaluate --page` writes it."""

import logging
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from model.artifact import packaged_weights
from model.files import read_regular
from model.nn import CLASSES
from model.reading import Verdict

MAX_CARD_BYTES = 2**20
"""Bytes that are read. A card takes about a tenth of it; of anything larger the rest is missed, and it is none."""

_log = logging.getLogger(__name__)

Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Digit = Annotated[int, Field(ge=0, lt=CLASSES)]
Name = Annotated[str, Field(max_length=200)]
Row = Annotated[list[Count], Field(min_length=CLASSES, max_length=CLASSES)]
# A PNG begins with eight bytes that always give these ten characters in base64.
Png = Annotated[str, Field(pattern=r"^iVBORw0KGg[A-Za-z0-9+/]+={0,2}$", max_length=8192)]


class Figures(BaseModel):
    """Figures as they were written: nothing converted, nothing beside them."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class ReliabilityBin(Figures):
    """Readings of about the same confidence."""

    confidence: Share = Field(description="Their mean.")
    accuracy: Share = Field(description="The share of them that is right.")
    images: Annotated[int, Field(ge=1)]


class MistakePicture(Figures):
    """A digit that was read wrong."""

    label: Digit = Field(description="The true digit.")
    digit: Digit = Field(description="The one read.")
    confidence: Share = Field(description="Its calibrated probability.")
    picture: Png = Field(description="The 28x28 picture that the network saw, dark ink on white, in base64.")


class Source(Figures):
    """The digits that come from one collection."""

    name: Name
    digits: Annotated[int, Field(ge=1)]
    right: Count


class DigitFigures(Figures):
    """What became of labelled digits."""

    name: Name = Field(description="MNIST test, or the name of a file of drawings.")
    writers: Count | None = Field(description="How many people drew them, where that is known.")
    confusion: Annotated[list[Row], Field(min_length=CLASSES, max_length=CLASSES)] = Field(
        description="True digit by digit read."
    )
    calibration_error: Share
    reliability: list[ReliabilityBin] = Field(description="In order of confidence.")
    sources: list[Source]
    mistakes: list[MistakePicture] = Field(description="Some of them, the most confident first.")

    @model_validator(mode="after")
    def _has_images(self) -> Self:
        if self.images == 0:
            raise ValueError("the confusion matrix counts no image")
        return self

    @property
    def images(self) -> int:
        """How many were read."""
        return sum(map(sum, self.confusion))

    @property
    def right(self) -> int:
        """How many were read right."""
        return sum(row[digit] for digit, row in enumerate(self.confusion))

    @property
    def accuracy(self) -> float:
        """Share 0 to 1 read right."""
        return self.right / self.images


class VerdictCounts(Figures):
    """The verdicts on one kind of drawings."""

    kind: Name = Field(description="Such as `digits`, `clear non-digits`, `others`.")
    digit: Count
    uncertain: Count
    not_a_digit: Count
    blank: Count

    @model_validator(mode="after")
    def _has_drawings(self) -> Self:
        if self.drawings == 0:
            raise ValueError("there is a kind without a drawing")
        return self

    @property
    def drawings(self) -> int:
        """How many there are."""
        return sum(self.of(verdict) for verdict in Verdict)

    @property
    def refused(self) -> float:
        """The share 0 to 1 that was not accepted as a digit."""
        return 1 - self.digit / self.drawings

    def of(self, verdict: Verdict) -> int:
        """How many were given this verdict."""
        count: int = getattr(self, verdict.value)
        return count


class Sign(Figures):
    """A letter or sign that is no digit."""

    label: Name
    drawings: Annotated[int, Field(ge=1)]
    refused: Count


class SweepStep(Figures):
    """One condition under which digits were read again."""

    condition: Name
    accuracy: Share
    refused: Share = Field(description="The share not accepted as a digit.")


class Sweep(Figures):
    """One property of the ink, changed in steps."""

    name: Name
    steps: Annotated[list[SweepStep], Field(min_length=1)]


class PictureKind(Figures):
    """Pictures of one kind that people made, sent as they are."""

    name: Name = Field(description="Such as `digits: photo`, `numbers`, `no digit`.")
    pictures: Annotated[int, Field(ge=1)]
    right: Count = Field(description="Read right; of what is no digit, not accepted as one.")
    doubted: Count = Field(description="Called uncertain, right or wrong.")
    no_digit: Count = Field(description="Taken for no digit or a blank, or not readable at all.")


class ModelCard(Figures):
    """All that was measured of one weights file."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] = Field(description="Of the weights file.")
    digits: Annotated[list[DigitFigures], Field(min_length=1)]
    verdicts: list[VerdictCounts]
    signs: list[Sign] = Field(description="The least refused first.")
    swept_digits: Count = Field(description="How many digits the sweeps read in each step.")
    sweeps: list[Sweep]
    pictures: list[PictureKind] = Field(default=[], description="By kind; empty if none were read.")


def card_beside(weights: Path) -> Path:
    """Where the card of a weights file lies: `digits.card.json` for `digits.npz`."""
    return weights.with_suffix(".card.json")


def load_card(weights: Path, sha256: str) -> ModelCard | None:
    """The card that was measured of these weights, which lies beside them or came with the package.

    A card is not worth a service that does not start: what is wrong with one goes to the log.

    Args:
        weights: the file that is served.
        sha256: of its bytes.
    """
    for path in dict.fromkeys((card_beside(weights), card_beside(packaged_weights()))):
        card = _read_card(path)
        if card and card.sha256 == sha256:
            return card
    return None


def _read_card(path: Path) -> ModelCard | None:
    try:
        return ModelCard.model_validate_json(read_regular(path, MAX_CARD_BYTES))
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.warning("%s: cannot be read: %s", path, error.strerror)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        _log.warning("%s: not a model card: %s: %s", path, place, first["msg"])
    return None
