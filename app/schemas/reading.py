"""What comes out of the API, as the live documentation shows it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from app.errors import Problem
from app.schemas.drawing import MAX_ITEMS, MAX_STROKES_LEFT_OUT
from model.numbers import MAX_DIGITS, SignCharacter
from model.preprocess import PREVIEW_SIZE, BackgroundKind, StepName
from model.reading import Verdict

HintCode = Literal[
    "several_digits", "too_faint", "nothing_stands_out", "frame_or_rules_removed", "part_of_a_larger_picture"
]

_BATCH_EXAMPLE: JsonValue = {
    "results": [
        {
            "digit": 7,
            "probabilities": [0.0001, 0.0002, 0.0003, 0.0004, 0.0001, 0.0001, 0.0001, 0.997, 0.0002, 0.0015],
            "confidence": 0.997,
            "verdict": "digit",
            "alternatives": [{"digit": 9, "probability": 0.0015}],
        },
        {
            "problem": {
                "type": "about:blank",
                "title": "Unprocessable Content",
                "status": 422,
                "detail": "items[1]: strokes[0][3]: a point is [x, y], two numbers",
                "code": "invalid_request",
            }
        },
    ],
    "model": {"name": "release", "version": "0.1.0", "sha256": "75574ab4" * 8},
}


class Alternative(BaseModel):
    """Another digit that the ink may be."""

    digit: int = Field(ge=0, le=9)
    probability: float = Field(ge=0, le=1)


class ModelInfo(BaseModel):
    """Which weights made the reply."""

    name: str = Field(examples=["small"])
    version: str = Field(examples=["0.1.0"])
    sha256: str = Field(description="Of the weights file.", examples=["75574ab4" * 8])


class StepReply(BaseModel):
    """A step on the way to the ink of a picture."""

    name: StepName = Field(
        description="`colour`, the distance from the paper's colour was taken for the grey level; `paper`, how "
        "light the paper is was taken for each pixel by itself; `sheet`, the ink on a sheet of paper was taken; "
        "`frame`, that within a frame; `edge`, bars and whatever else lies along the edge were taken away; `rules`, "
        "rules and stains; `pieces`, what lies too far beside the digit; `several`, nothing was, since there may be "
        "several digits; `too_faint`, something stands out, but by too little."
    )
    pixels: list[list[int]] = Field(
        description=f"What stood out then, 0 paper to 255 ink: at most {PREVIEW_SIZE} rows of as many."
    )


class TraceReply(BaseModel):
    """What was done to the ink on its way to the network."""

    source: Literal["image", "strokes"]
    ink: Literal["dark", "light"] | None = Field(description="Polarity of raster ink, told from the border.")
    background: BackgroundKind | None = Field(
        description="What was subtracted from raster ink: one level, a fitted surface, or that around each pixel."
    )
    box: tuple[float, float, float, float] | None = Field(
        description="Left, top, right and bottom of the ink, in the units sent."
    )
    scale: float | None = Field(description="Pixels of the 28x28 picture for one unit sent.")
    shift: tuple[int, int] | None = Field(description="Whole pixels down and right, to centre the ink's mass.")
    steps: list[StepReply] = Field(description="What else it took to find the ink in a picture, in order.")


class ReadingReply(BaseModel):
    """What is read, in short."""

    digit: int | None = Field(description="Null where the verdict is `blank` or `not_a_digit`.")
    confidence: float = Field(ge=0, le=1)
    verdict: Verdict


class UnitReply(BaseModel):
    """A hidden unit at work."""

    unit: int = Field(description="Its index in the layer.")
    activation: float = Field(description="What it puts out.")
    contribution: float = Field(
        description="How much it speaks for the digit: its activation times the gradient of the logit by it."
    )


class LayerReply(BaseModel):
    """A hidden layer at work."""

    units: int = Field(description="How many there are.")
    active: int = Field(description="How many put out anything above 0.")
    shown: list[UnitReply] = Field(description="Those that contribute most, for or against, by index.")


class ConnectionReply(BaseModel):
    """A weight at work."""

    start: int = Field(description="Index of the pixel, row by row, or of the unit in the layer before.")
    end: int = Field(description="Index of the unit, or the digit.")
    contribution: float = Field(description="What it adds to the sum at its end: the value at its start times it.")


class OutputReply(BaseModel):
    """From the logits to the probabilities, step by step."""

    logits: list[float] = Field(description="What the last layer puts out for the digits 0 to 9.")
    temperature: float = Field(description="What they are divided by: the network's own sureness, corrected.")
    exponentials: list[float] = Field(description="e to the power of that, less the highest of them: 1 at most.")
    softmax: list[float] = Field(description="The exponentials divided by their sum.")
    no_digit: float = Field(ge=0, le=1, description="How likely it is that the ink is no digit at all.")


class InsideReply(BaseModel):
    """The network at work on one drawing, as far as a picture can show it."""

    digit: int = Field(ge=0, le=9, description="The digit that the contributions are about.")
    inputs: list[float] = Field(description="What the first layer gets: the 784 grey levels of `input`, scaled.")
    layers: list[LayerReply] = Field(description="The hidden layers.")
    connections: list[list[ConnectionReply]] = Field(
        description="Between each two layers, input and output included, the strongest that end at a unit shown."
    )
    output: OutputReply


class Hint(BaseModel):
    """Why there is no digit, or a doubtful one, as far as the ink tells."""

    code: HintCode = Field(description="For programs.", examples=["several_digits"])
    text: str = Field(description="For people: what may be done.", examples=["several digits: ask /read"])


class DrawingReading(BaseModel):
    """What the network says of a drawing."""

    digit: int | None = Field(
        description="The likeliest digit; null where the verdict is `blank` or `not_a_digit`.", examples=[7]
    )
    probabilities: list[float] = Field(
        min_length=10,
        max_length=10,
        description="Of the digits 0 to 9: calibrated softmax, summing to 1.",
        examples=[[0.0001, 0.0002, 0.0003, 0.0004, 0.0001, 0.0001, 0.0001, 0.997, 0.0002, 0.0015]],
    )
    confidence: float = Field(ge=0, le=1, description="The highest probability.", examples=[0.997])
    verdict: Verdict = Field(
        description="`digit`: read. `uncertain`: read, but below the confidence threshold. "
        "`not_a_digit`: ink that resembles no digit. `blank`: no ink.",
        examples=["digit"],
    )
    alternatives: list[Alternative] = Field(
        description="The next likeliest digits, at most three, each with at least 0.1 %.",
        examples=[[{"digit": 9, "probability": 0.0015}]],
    )
    hint: Hint | None = Field(
        default=None,
        description="Where the verdict is not `digit`: why that may be, if that can be told.",
    )


class DigitReply(BaseModel):
    """One digit of a number."""

    digit: int | None = Field(description="Null where the verdict is `not_a_digit`.", examples=[4])
    confidence: float = Field(ge=0, le=1, description="The highest probability.", examples=[0.997])
    verdict: Verdict = Field(description="As of a drawing of its own.")
    probabilities: list[float] = Field(
        min_length=10,
        max_length=10,
        description="Of the digits 0 to 9: calibrated softmax, summing to 1.",
        examples=[[0.0002, 0.0003, 0.0004, 0.0003, 0.997, 0.0002, 0.0003, 0.0003, 0.0003, 0.0007]],
    )
    box: tuple[float, float, float, float] = Field(
        description="Left, top, right and bottom of its ink, in the units sent.", examples=[[10, 20, 60, 100]]
    )
    line: int = Field(ge=0, description="The row it is in, from the top.", examples=[0])
    place: int = Field(ge=0, description="Of its character in `text`.", examples=[0])
    input: list[list[int]] | None = Field(
        default=None, description="`?include=input`: the 28x28 picture the network saw of it, 0 paper to 255 ink."
    )


class SignReply(BaseModel):
    """A sign beside the digits of a number."""

    sign: SignCharacter = Field(description="`?` for a small mark that is none of the others.", examples=["-"])
    box: tuple[float, float, float, float] = Field(
        description="Left, top, right and bottom of its ink, in the units sent.", examples=[[2, 55, 8, 60]]
    )
    line: int = Field(ge=0, description="The row it is in, from the top.", examples=[0])
    place: int = Field(ge=0, description="Of its character in `text`.", examples=[0])


class NumberReply(BaseModel):
    """A number, digit by digit."""

    text: str = Field(
        description="Digits and signs from left to right, with a line break between two rows, and `?` for what is "
        "neither; empty if there is no ink.",
        examples=["-407"],
    )
    spaced_text: str = Field(
        description="The same with a space wherever as much room is left as a digit takes.", examples=["-407"]
    )
    digits: list[DigitReply] = Field(
        max_length=MAX_DIGITS,
        description=f"Row by row from left to right; ink of more than {MAX_DIGITS} digits is refused.",
    )
    signs: list[SignReply] = Field(description="In the same order: minus, plus, equals, point, comma, colon, slash.")


class PredictReply(DrawingReading):
    """What the network says of the drawing, and what was asked for beside."""

    model: ModelInfo
    input: list[list[int]] | None = Field(
        default=None, description="`?include=input`: the 28x28 picture the network saw, 0 paper to 255 ink."
    )
    trace: TraceReply | None = Field(
        default=None, description="`?include=trace`: what was done to the ink on its way there."
    )
    activations: list[list[float]] | None = Field(
        default=None,
        description="`?include=activations`: what each layer puts out, the last one being the ten logits.",
    )
    saliency: list[list[float]] | None = Field(
        default=None,
        description="`?include=saliency`: 28x28, how much each inked pixel speaks for (above 0) or against the "
        "likeliest digit, or the one asked for with `?digit=`: its ink times the gradient of that digit's logit.",
    )
    occlusion: list[list[float]] | None = Field(
        default=None,
        description="`?include=occlusion`: 28x28, by how much the log-odds of the same digit would fall without the "
        "ink around each inked pixel: what speaks for it is above 0.",
    )
    inside: InsideReply | None = Field(
        default=None,
        description="`?include=inside`: how the network came to the likeliest digit, or the one asked for with "
        "`?digit=`.",
    )
    without_stroke: list[ReadingReply] | None = Field(
        default=None,
        description="`?include=without_stroke`, for strokes: what would be read without each of them, the first "
        f"{MAX_STROKES_LEFT_OUT} at most.",
    )
    number: NumberReply | None = Field(
        default=None,
        description="`?include=number`: what `/read` would answer, where the ink is several digits side by side, "
        "or one with a sign; null where it is one digit, mostly something else, or more than is read at once. With "
        "`input` each digit has its picture.",
    )


class BatchProblem(BaseModel):
    """An item that could not be read."""

    problem: Problem = Field(description="What `/predict` would have answered; `detail` names the item.")


class BatchReply(BaseModel):
    """What the network says of each drawing, in the order given."""

    model_config = ConfigDict(json_schema_extra={"examples": [_BATCH_EXAMPLE]})

    results: list[DrawingReading | BatchProblem] = Field(min_length=1, max_length=MAX_ITEMS)
    model: ModelInfo


class ReadReply(NumberReply):
    """A number, and which weights read it."""

    model: ModelInfo
    hint: Hint | None = Field(
        default=None, description="Of a picture in which not all could be read: why that may be, if that can be told."
    )


class WeightsOfUnit(BaseModel):
    """A unit's own parameters: it puts out the activation of bias + sum of weights times what comes in."""

    bias: float = Field(examples=[0.0312])
    weights: list[float] = Field(
        description="One for each pixel, row by row, or for each unit of the layer before.",
        examples=[[0.0127, -0.0041, 0.0006]],
    )


class Health(BaseModel):
    """The state of the service."""

    status: Literal["alive", "ready"]


class Readiness(Health):
    """The service with its weights loaded and self-checked."""

    model: ModelInfo
