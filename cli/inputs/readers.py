"""Who reads ink for `digits predict`: the weights on this machine, or a service elsewhere."""

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import chain
from typing import Any

from app.decoding import ImageFile, PredictOptions, parse_drawing, preprocess_submitted
from app.inference import predict_reply
from app.settings import Settings
from cli.inputs.submitted_ink import SubmittedInk
from digits_client import (
    AddressError,
    DigitsClient,
    DigitsClientError,
    Drawing,
    Outcome,
    Reading,
    RefusedError,
    UnavailableError,
)
from model.classifier import Classifier
from model.errors import ConfigError, DataError, DigitsError

Reply = dict[str, Any]
"""The reply of `/predict` as JSON."""

ReadInk = tuple[SubmittedInk, Reply | DigitsError]
"""A drawing with what is read in it, or why it cannot be read."""

Reader = Callable[[Iterable[SubmittedInk]], Iterator[ReadInk]]
"""Reads drawings, of which there may be any number, in the order given."""


def reader_here(settings: Settings) -> Reader:
    """Reads with the weights that the settings name.

    Raises:
        ArtifactError: they cannot be used.
    """
    classifier = Classifier.load(settings.weights)

    def read(inks: Iterable[SubmittedInk]) -> Iterator[ReadInk]:
        for ink in inks:
            try:
                yield ink, _problem_of(ink) or _read_here(classifier, ink, settings)
            except DigitsError as error:
                yield ink, error

    return read


@contextmanager
def reader_asking(url: str, api_key: str | None) -> Iterator[Reader]:
    """Reads by asking the service at `url`, many drawings at once. If it does not answer, it is asked no further.

    Raises:
        ConfigError: `url` is no address.
    """
    try:
        client = DigitsClient(url, api_key=api_key)
    except AddressError as error:
        raise ConfigError(f"--url: {error}") from error

    def read(inks: Iterable[SubmittedInk]) -> Iterator[ReadInk]:
        rest = iter(inks)
        taken: deque[SubmittedInk] = deque()
        for outcome in client.predict_many(_drawings(rest, taken)):
            ink = taken.popleft()
            answer = asdict(outcome) if isinstance(outcome, Reading) else _why_not(url, outcome)
            yield ink, _problem_of(ink) or answer
            if isinstance(outcome, UnavailableError):
                yield from ((ink, _problem_of(ink) or answer) for ink in chain(taken, rest))
                return

    with client:
        yield read


def _drawings(inks: Iterable[SubmittedInk], taken: deque[SubmittedInk]) -> Iterator[Drawing]:
    """Ink as the client takes it, with a note of what it took; a file without ink keeps its place in the row."""
    for ink in inks:
        taken.append(ink)
        yield Drawing(strokes=ink.strokes, image=ink.image, pixels=ink.pixels)


def _problem_of(ink: SubmittedInk) -> DataError | None:
    return DataError(ink.problem) if ink.problem else None


def _why_not(url: str, outcome: Outcome) -> DataError:
    """Why there is no reading, in words that fit behind a file's name."""
    if isinstance(outcome, UnavailableError):
        return DataError(f"{url} does not answer: {outcome}")
    if isinstance(outcome, RefusedError):
        return DataError(f"refused: {outcome.detail}")
    if isinstance(outcome, DigitsClientError):
        return DataError(f"{url} does not answer as the service does: {outcome}")
    return _no_strokes()


def _read_here(classifier: Classifier, ink: SubmittedInk, settings: Settings) -> Reply:
    image = ink.image
    drawing = parse_drawing(_as_json(ink), settings.max_points) if image is None else ImageFile(image)
    preprocessed = preprocess_submitted(drawing, settings)
    reply = predict_reply(classifier, preprocessed, classifier.predict(preprocessed), PredictOptions())
    return {**reply.model_dump(mode="json", exclude_unset=True), "hint": reply.hint and reply.hint.model_dump()}


def _as_json(ink: SubmittedInk) -> bytes:
    """The body that would be sent to the service."""
    if ink.pixels is not None:
        return json.dumps({"pixels": ink.pixels.tolist()}).encode()
    try:
        return json.dumps({"strokes": ink.strokes}).encode()
    except (ValueError, RecursionError) as error:
        raise _no_strokes() from error


def _no_strokes() -> DataError:
    return DataError("not a list of strokes: [[[x, y], ...], ...]")
