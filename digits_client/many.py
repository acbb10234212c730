"""Many drawings put into as few requests as will do, each drawing with an outcome of its own."""

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from digits_client.errors import DigitsClientError
from digits_client.ink import JSON, Body, Drawing, body_of
from digits_client.operations import PREDICT, PREDICT_BATCH, Operation
from digits_client.readings import Reading
from digits_client.replies import parse_batch, parse_reading

Outcome = Reading | DigitsClientError | TypeError | ValueError | OSError
"""What is read in one of many drawings, or the error that `predict` would have raised for it."""

MAX_DRAWINGS = 256
"""In one request: what the service takes."""

MAX_BYTES = 2**20
"""In a request with several drawings: what proxies let through as they come (nginx's `client_max_body_size`)."""


@dataclass(frozen=True, slots=True)
class ManyRequest:
    """Some of many drawings, read by one request.

    Attributes:
        bodies: for each drawing what `predict` would send, or why it cannot be sent.
    """

    bodies: list[Body | Outcome]

    @property
    def operation(self) -> Operation[list[Outcome]] | None:
        """What to ask; None if there is nothing to send. One drawing goes as it is, and so may be of any size."""
        ready = [body for body in self.bodies if isinstance(body, Body)]
        if not ready:
            return None
        if len(ready) == 1:
            return Operation(PREDICT, ready[0], lambda reply: [parse_reading(reply)], lambda error: [error])
        content = b'{"items": [' + b", ".join(map(_item, ready)) + b"]}"
        return Operation(
            PREDICT_BATCH,
            Body(content, JSON),
            lambda reply: [*parse_batch(reply, len(ready))],
            lambda error: [error] * len(ready),
        )

    def outcomes(self, answers: list[Outcome]) -> list[Outcome]:
        """What became of each drawing, given what became of those that were sent."""
        rest = iter(answers)
        return [next(rest) if isinstance(body, Body) else body for body in self.bodies]


def requests_for(drawings: Iterable[Drawing]) -> Iterator[ManyRequest]:
    """The requests that read these drawings, each made when it is asked for: any number of drawings may follow."""
    bodies: list[Body | Outcome] = []
    room = MAX_BYTES
    for drawing in drawings:
        body = _body_or_error(drawing)
        needed = _bytes_of_item(body)
        if bodies and (needed > room or len(bodies) == MAX_DRAWINGS):
            yield ManyRequest(bodies)
            bodies, room = [], MAX_BYTES
        bodies.append(body)
        room -= needed
    if bodies:
        yield ManyRequest(bodies)


def _body_or_error(drawing: Drawing) -> Body | TypeError | ValueError | OSError:
    try:
        return body_of(strokes=drawing.strokes, image=drawing.image, pixels=drawing.pixels)
    except (TypeError, ValueError, OSError) as error:
        return error


def _item(body: Body) -> bytes:
    """A drawing as one of several in JSON."""
    if body.media_type == JSON:
        return body.content
    return json.dumps({"image": base64.b64encode(body.content).decode()}).encode()


def _bytes_of_item(body: object) -> int:
    """How long that is; base64 writes three bytes as four."""
    if not isinstance(body, Body):
        return 0
    return len(body.content) if body.media_type == JSON else len(body.content) * 4 // 3
