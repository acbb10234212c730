"""Many drawings in one body: taken apart, each read or refused on its own, all through the network at once."""

from collections.abc import Sequence

import msgspec

from app.decoding import (
    ImageFile,
    Keys,
    Pairs,
    PreparedInk,
    decode,
    fields_of,
    finish_all,
    ink_of,
    prepare_submitted,
    refuse_many_lists,
    refuse_unknown,
    unique,
)
from app.errors import Refusal, RepeatedKeyError, ServiceError, problem_of
from app.inference.reply import drawing_reading, model_info
from app.runtime import Workers
from app.schemas import MAX_ITEMS, BatchProblem, BatchReply
from app.settings import Settings
from model.classifier import Classifier
from model.errors import InkError
from model.image_file import preprocess_image_files
from model.preprocess import Polylines

_ANYTHING = msgspec.json.Decoder(list[msgspec.Raw])

_MAX_LISTS = 2**19
"""In the JSON of a batch: twice as many as its drawings may have points together, or its images rows."""

_MAX_KEYS = 16 * MAX_ITEMS
"""Of all drawings, each of which needs one."""

_MAX_OTHER = 2**16
"""Bytes of a batch whose items are looked at one by one if some are no drawings."""

_MAX_POINTS = 10
"""Times the points of one drawing: of all in a batch."""


async def prepare_batch(body: bytes, settings: Settings, workers: Workers) -> list[PreparedInk | BatchProblem]:
    """Each of the drawings in a batch on its way to 28x28, or why it cannot get there.

    Args:
        body: JSON, `{"items": [...]}`.
        settings: the limits of each drawing.
        workers: what it is done by.

    Raises:
        ServiceError: the body is not JSON, or no batch.
        InkError: its images take too long to decode.
    """
    inks = await workers.in_thread(_inks, body, settings)
    places = [place for place, ink in enumerate(inks) if isinstance(ink, ImageFile)]
    files = [ink.content for ink in inks if isinstance(ink, ImageFile)]
    decoded = await workers.in_process(preprocess_image_files, files, settings.max_image_pixels) if files else []
    for place, ink in zip(places, decoded, strict=True):
        inks[place] = _refused_item(place, InkError(str(ink), field="image")) if isinstance(ink, InkError) else ink
    return [ink for ink in inks if not isinstance(ink, ImageFile)]


def batch_reply(classifier: Classifier, inks: Sequence[PreparedInk | BatchProblem]) -> BatchReply:
    """Read each of the drawings of a batch."""
    drawings = finish_all([ink for ink in inks if not isinstance(ink, BatchProblem)])
    readings = iter(zip(classifier.predict_batch(drawings), drawings, strict=True))
    return BatchReply(
        results=[ink if isinstance(ink, BatchProblem) else drawing_reading(*next(readings)) for ink in inks],
        model=model_info(classifier.artifact),
    )


def split_items(body: bytes) -> Sequence[Pairs | msgspec.Raw]:
    """Each item, at least one and at most `MAX_ITEMS`, its values not looked into yet; as text if it is no object.

    So only one drawing at a time is held as lists and numbers, which take many times the room of their text.

    Raises:
        ServiceError: the body is not JSON, as far as can be told from without, or no batch.
    """
    refuse_many_lists(body, _MAX_LISTS)
    fields = fields_of(body)
    refuse_unknown(fields, ("items",))
    if "items" not in fields:
        raise _refused('items: there is none; a batch is {"items": [...]}')
    items = _items(fields["items"])
    if not items:
        raise _refused("items: there is none; at least one drawing is asked for")
    if len(items) > MAX_ITEMS:
        raise _refused(f"items: more than the {MAX_ITEMS} drawings that are read at once")
    return items


def _items(value: msgspec.Raw) -> Sequence[Pairs | msgspec.Raw]:
    try:
        return decode(msgspec.json.Decoder(list[Pairs], dec_hook=Keys(_MAX_KEYS)), value, "items")
    except ServiceError:
        if memoryview(value).nbytes > _MAX_OTHER:
            raise
        return decode(_ANYTHING, value, "items")


def _refused(detail: str) -> ServiceError:
    return ServiceError(Refusal.INVALID_REQUEST, detail)


def _inks(body: bytes, settings: Settings) -> list[PreparedInk | ImageFile | BatchProblem]:
    """Each drawing as far as it can be brought here: images are not decoded yet."""
    inks: list[PreparedInk | ImageFile | BatchProblem] = []
    left = most = _MAX_POINTS * settings.max_points
    for index, item in enumerate(split_items(body)):
        try:
            ink = _prepare(item, settings)
        except (ServiceError, InkError) as error:
            inks.append(_refused_item(index, error))
            continue
        left -= len(ink.points) if isinstance(ink, Polylines) else 0
        if left < 0:
            beyond = InkError(f"the drawings so far have more than {most:,} points together", field="strokes")
            inks.append(_refused_item(index, beyond))
        else:
            inks.append(ink)
    return inks


def _prepare(item: Pairs | msgspec.Raw, settings: Settings) -> PreparedInk | ImageFile:
    fields = unique(item) if isinstance(item, dict) else fields_of(item)
    if sum(memoryview(value).nbytes for value in fields.values()) > settings.max_body_bytes:
        detail = f"larger than the {settings.max_body_bytes:,} bytes allowed for one drawing"
        raise ServiceError(Refusal.BODY_TOO_LARGE, detail)
    ink = ink_of(fields, settings.max_points)
    return ink if isinstance(ink, ImageFile) else prepare_submitted(ink, settings)


def _refused_item(index: int, error: ServiceError | InkError) -> BatchProblem:
    problem = problem_of(error)
    detail = f"items[{index}]: {error}"
    if problem.code == "invalid_json" and not isinstance(error, RepeatedKeyError):
        raise ServiceError(Refusal.INVALID_JSON, detail) from error  # then the whole is not JSON
    return BatchProblem(problem=problem.model_copy(update={"detail": detail}))
