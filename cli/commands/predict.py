"""`digits predict`: read the digits in files, with the weights here or by a service elsewhere."""

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated

from cyclopts import Parameter

from app.settings import load_settings
from cli.inputs.options import Switch, WeightsOption, find_weights
from cli.inputs.readers import Reader, Reply, reader_asking, reader_here
from cli.inputs.submitted_ink import STDIN, SubmittedInk, submitted_ink
from cli.views.reading import ReadingView, reading_view
from model.errors import ConfigError, DigitsError


def predict_files(
    files: Annotated[
        list[str],
        Parameter(
            help="PNG, JPEG or WebP images; strokes in .json; drawings in .jsonl or .jsonl.gz; - for standard input.",
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
    as_json: Annotated[bool, Switch, Parameter(name="--json", help="Print one JSON object a line.")] = False,
) -> int:
    """Read the digit in each drawing; exit with 1 if any could not be read."""
    view = reading_view(as_json=as_json)
    inks = (ink for name in files for ink in submitted_ink(name))
    try:
        with _reader(weights, url, api_key) as read:
            shown = [_show(ink, answer, view) for ink, answer in read(inks)]
    finally:
        # What was read before an interrupt is shown too.
        view.close()
    return 0 if all(shown) else 1


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


def _show(ink: SubmittedInk, answer: Reply | DigitsError, view: ReadingView) -> bool:
    """Show what was read, or print on stderr why nothing could be; returns which."""
    if isinstance(answer, DigitsError):
        print(f"{ink.place}: {answer}", file=sys.stderr)
        return False
    view.show(ink, answer)
    return True
