"""Filling a report's template and writing it."""

from pathlib import Path
from typing import Any

import jinja2

from app.runtime import folder
from model.errors import DataError
from model.files import atomic_write


def render(template: str, *, escape: bool = True, **values: Any) -> str:
    """Fill a template in `templates/reports`.

    Args:
        template: its name.
        escape: whether values are text for HTML.
        values: what the template speaks of.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder("templates") / "reports"),
        autoescape=escape,  # noqa: S701 - off for Markdown alone, where there is nothing to escape
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["percents"] = lambda share: f"{100 * share:.1f}"
    return environment.get_template(template).render(values)


def write_page(path: Path, template: str, **values: Any) -> None:
    """Write a report, whole or not at all.

    Args:
        path: of the HTML file.
        template: its name in `templates/reports`.
        values: what the template speaks of.

    Raises:
        DataError: the file cannot be written.
    """
    content = render(template, **values)
    try:
        with atomic_write(path) as file:
            # The name of a file may hold bytes that are no text.
            file.write(content.encode(errors="backslashreplace"))
    except OSError as error:
        raise DataError(f"{path}: cannot be written: {error.strerror}") from error
