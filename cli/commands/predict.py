"""`digits predict`: read the digits in files, with the weights here or by a service elsewhere."""

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from app.settings import load_settings
from cli.inputs.options import Switch, WeightsOption, find_weights
from cli.inputs.readers import Reader, Reply, reader_asking, reader_here
from cli.inputs.submitted_ink import STDIN, SubmittedInk, submitted_ink
from cli.views.reading import ReadingView, reading_view
from model.errors import ConfigError, DigitsError
from model.files import atomic_write
from model.nn import CLASSES


def predict_files(
    files: Annotated[
        list[str],
        Parameter(
            help="PNG, JPEG or WebP images; strokes in .json; drawings in .jsonl or .jsonl.gz; pictures in folders, "
            "CSV or IDX; - for standard input.",
            allow_leading_hyphen=True,
            validator=lambda _, files: _require_no_option(files),
        ),
    ],
    /,
    *,
    weights: WeightsOption = None,
    url: Annotated[str | None, Parameter(help="Ask the service at this address.")] = None,
    api_key: Annotated[
        str | None,
        Parameter(
            env_var="DIGITS_API_KEY", help="A key, for a service that asks for one; better in the environment."
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        Parameter(help="Write the likeliest digit of each to this file, as Kaggle wants it: ImageId,Label."),
    ] = None,
    as_json: Annotated[bool, Switch, Parameter(name="--json", help="Print one JSON object a line.")] = False,
) -> int:
    """Read the digit in each drawing; exit with 1 if any could not be read."""
    view = reading_view(as_json=as_json, quiet=csv is not None)
    labels: list[str] = []
    inks = (ink for name in files for ink in submitted_ink(name))
    try:
        with _reader(weights, url, api_key) as read:
            for ink, answer in read(inks):
                labels.append(_likeliest(answer))
                _show(ink, answer, view)
    finally:
        # What was read before an interrupt is shown too.
        view.close()
    if csv:
        _write_labels(csv, labels)
    return 0 if all(labels) else 1


def _likeliest(answer: Reply | DigitsError) -> str:
    """The likeliest digit, whatever the verdict; empty if nothing could be read."""
    if isinstance(answer, DigitsError):
        return ""
    return str(max(range(CLASSES), key=answer["probabilities"].__getitem__))


def _write_labels(path: Path, labels: Sequence[str]) -> None:
    """Write a row for every drawing, numbered from 1; without a label where nothing could be read."""
    rows = ["ImageId,Label", *(f"{number},{label}" for number, label in enumerate(labels, start=1))]
    try:
        with atomic_write(path) as file:
            file.write("\n".join([*rows, ""]).encode())
    except OSError as error:
        raise ConfigError(f"--csv {path}: cannot be written: {error.strerror}") from error
    print(f"Written: {path}, {len(labels):,} rows", file=sys.stderr)


def _require_no_option(files: list[str]) -> None:
    """Refuse what would be an option if there were one: of all that begin with a hyphen only one alone is a file."""
    for file in files:
        if file.startswith("-") and file != STDIN:
            raise ConfigError(f"Unknown option: {file}")


def _reader(weights: str | None, url: str | None, api_key: str | None) -> AbstractContextManager[Reader]:
    if url is None:
        settings = load_settings().model_copy(update={"weights": find_weights(weights)})
        return nullcontext(reader_here(settings))
    if weights is not None:
        raise ConfigError("--weights: the service at --url reads with its own; leave one of the two away")
    return reader_asking(url, api_key)


def _show(ink: SubmittedInk, answer: Reply | DigitsError, view: ReadingView) -> None:
    """Show what was read, or print on stderr why nothing could be."""
    if isinstance(answer, DigitsError):
        print(f"{ink.place}: {answer}", file=sys.stderr)
    else:
        view.show(ink, answer)
