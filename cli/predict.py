"""`digits predict`: read the digits in image files, with the weights here or by a service elsewhere."""

import json
import mimetypes
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from pydantic import ValidationError

from app.classifier import Classifier
from app.errors import Problem
from app.ink import FORMATS, preprocess_image_bytes
from app.reply import predict_reply
from app.schemas import PredictReply
from app.settings import Settings, load_settings
from model.errors import ConfigError, DataError, DigitsError


def predict_files(
    files: Annotated[list[Path], typer.Argument(help="PNG, JPEG or WebP images.")],
    *,
    url: Annotated[str | None, typer.Option(help="Ask the service at this address.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Read the digit in each image; exit with 1 if any could not be read."""
    read = _asked_of(url) if url else _read_here(load_settings())
    failed = False
    for path in files:
        try:
            reply = read(path)
        except ConfigError:
            raise
        except DigitsError as error:
            failed = True
            typer.echo(f"{path}: {error}", err=True)
            continue
        if as_json:
            sys.stdout.write(json.dumps({"file": str(path), **reply}) + "\n")
        else:
            digit = "?" if reply["digit"] is None else reply["digit"]
            typer.echo(f"{digit}  {reply['confidence']:>6.1%}  {reply['verdict']:<11}  {path}")
    if failed:
        raise typer.Exit(1)


def _read_here(settings: Settings) -> Callable[[Path], dict[str, Any]]:
    """Reads files with the weights on this machine."""
    classifier = Classifier.load(settings.weights)

    def read(path: Path) -> dict[str, Any]:
        ink = preprocess_image_bytes(_content(path), settings)
        return predict_reply(classifier, ink, frozenset()).model_dump(mode="json", exclude_unset=True)

    return read


def _asked_of(url: str) -> Callable[[Path], dict[str, Any]]:
    """Reads files by asking the service at `url`."""

    def read(path: Path) -> dict[str, Any]:
        media_type = mimetypes.guess_type(path.name)[0]
        if media_type is None or media_type not in FORMATS.values():
            raise DataError(f"its name must end as one of {', '.join(FORMATS)} does")
        try:
            response = httpx.post(
                f"{url.rstrip('/')}/predict", content=_content(path), headers={"content-type": media_type}
            )
            if not response.is_success:
                raise DataError(f"refused: {Problem.model_validate_json(response.content).detail}")
            reply = PredictReply.model_validate_json(response.content)
        except httpx.UnsupportedProtocol as error:
            raise ConfigError(f"--url is '{url}', but must start with http:// or https://") from error
        except (httpx.HTTPError, httpx.InvalidURL, ValidationError) as error:
            raise DataError(f"{url} does not answer as the service does: {type(error).__name__}") from error
        return reply.model_dump(mode="json", exclude_unset=True)

    return read


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}") from error
