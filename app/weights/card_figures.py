"""The figures on a model card, each kind of them with its ranges."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from model.nn import CLASSES
from model.reading import Verdict

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
