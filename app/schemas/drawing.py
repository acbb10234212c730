"""What goes into the API, as the live documentation shows it."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from pydantic import JsonValue

SEVEN: JsonValue = [[[20, 20], [80, 20], [45, 100]]]

Include = Literal["input", "trace", "activations", "saliency", "occlusion", "inside", "without_stroke", "number"]

MAX_NUMBERS = 4
"""Of a point: x, y, the time and the pressure."""

MAX_STROKES_LEFT_OUT = 20
"""Each of them is another drawing to read."""

MAX_ITEMS = 256
"""Drawings in one request: enough that the way there and back no longer counts."""


class PointObject(msgspec.Struct):
    """A point as an object, with whatever else a pen told of it."""

    x: float
    y: float


class StrokeObject(msgspec.Struct):
    """A stroke as an object, with whatever else was kept of it."""

    points: "list[Numbers | PointObject]"


Numbers = Annotated[
    list[float],
    Meta(
        description="x and y, and after them the time and the pressure if they were kept.",
        extra_json_schema={"minItems": 2, "maxItems": MAX_NUMBERS},
    ),
]
Stroke = list[Numbers | PointObject] | StrokeObject
Strokes = Annotated[
    list[Stroke],
    Meta(
        description="Pen strokes from pen-down to pen-up, each a list of points [x, y] in any unit, y down. A point "
        "may also have the time and the pressure, which are passed over, or be an object with x and y.",
        examples=[SEVEN],
    ),
]
GreyRows = Annotated[
    list[list[Annotated[float, Meta(ge=0, le=255)]]],
    Meta(description="Rows of grey values 0 to 255, all of the same length; ink may be light or dark."),
]


class PredictRequest(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One drawing, in exactly one of three forms."""

    image: (
        Annotated[
            str,
            Meta(
                description="A PNG, JPEG or WebP in base64, or as a `data:` URL; dark ink on light or light on dark."
            ),
        ]
        | None
    ) = None
    strokes: Strokes | None = None
    pixels: GreyRows | None = None


class BatchRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Many drawings, each as `/predict` takes one."""

    items: Annotated[
        list[PredictRequest],
        Meta(min_length=1, max_length=MAX_ITEMS, examples=[[{"strokes": SEVEN}, {"pixels": [[0, 255, 0]] * 3}]]),
    ]
