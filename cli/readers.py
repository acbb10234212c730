"""Who reads ink for `digits predict`: the weights on this machine, or a service elsewhere."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.classifier import Classifier
from app.ink import preprocess_submitted
from app.json_body import parse_model
from app.reply import predict_reply
from app.schemas import PredictRequest
from app.settings import Settings
from cli.submitted_ink import SubmittedInk
from digits_client import (
    AddressError,
    DigitsClient,
    DigitsClientError,
    Reading,
    RefusedError,
    UnavailableError,
)
from digits_client.replies import parse_reading
from model.errors import ConfigError, DataError

Reader = Callable[[SubmittedInk], Reading]
"""Reads one drawing.

Raises:
    DigitsError: it cannot be read.
"""


def reader_here(settings: Settings) -> Reader:
    """Reads with the weights that the settings name.

    Raises:
        ArtifactError: they cannot be used.
    """
    classifier = Classifier.load(settings.weights)

    def read(ink: SubmittedInk) -> Reading:
        if ink.image is None:
            drawing: PredictRequest | bytes = parse_model(PredictRequest, _strokes_as_json(ink))
        else:
            drawing = ink.image
        reply = predict_reply(classifier, preprocess_submitted(drawing, settings), frozenset())
        # Through the client's own form, so that one reading looks like another wherever it was made.
        return parse_reading(reply.model_dump_json(exclude_unset=True).encode())

    return read


@contextmanager
def reader_asking(url: str, api_key: str | None) -> Iterator[Reader]:
    """Reads by asking the service at `url`. Once it does not answer, nothing more is asked of it.

    Raises:
        ConfigError: `url` is no address.
    """
    gone: DataError | None = None
    try:
        client = DigitsClient(url, api_key=api_key)
    except AddressError as error:
        raise ConfigError(f"--url: {error}") from error

    def read(ink: SubmittedInk) -> Reading:
        nonlocal gone
        if gone:
            raise gone
        try:
            return client.predict(image=ink.image, strokes=ink.strokes)
        except UnavailableError as error:
            gone = DataError(f"{url} does not answer: {error}")
            raise gone from error
        except RefusedError as error:
            raise DataError(f"refused: {error.detail}") from error
        except DigitsClientError as error:
            raise DataError(f"{url} does not answer as the service does: {error}") from error
        except (TypeError, ValueError, RecursionError) as error:
            raise DataError("not a list of strokes: [[[x, y], ...], ...]") from error

    with client:
        yield read


def _strokes_as_json(ink: SubmittedInk) -> bytes:
    """The body that would be sent to the service."""
    try:
        return json.dumps({"strokes": ink.strokes}).encode()
    except (ValueError, RecursionError) as error:
        raise DataError("not a list of strokes: [[[x, y], ...], ...]") from error
