"""What goes in and out of `POST /predict/batch`."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from app.errors import Problem
from app.schemas.drawing import SEVEN, DrawingReading, ModelInfo, PredictRequest

MAX_ITEMS = 256
"""Drawings in one request: enough that the way there and back no longer counts."""

_EXAMPLE: JsonValue = {
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


class BatchRequest(BaseModel):
    """Many drawings, each as `/predict` takes one."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"items": [{"strokes": SEVEN}, {"pixels": [[0, 255, 0]] * 3}]}]},
    )

    items: Annotated[list[PredictRequest], Field(min_length=1, max_length=MAX_ITEMS)]


class BatchProblem(BaseModel):
    """An item that could not be read."""

    problem: Problem = Field(description="What `/predict` would have answered; `detail` names the item.")


class BatchReply(BaseModel):
    """What the network says of each drawing, in the order given."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    results: list[DrawingReading | BatchProblem] = Field(min_length=1, max_length=MAX_ITEMS)
    model: ModelInfo
