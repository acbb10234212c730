"""Sheets of training ink as a network gets to see it."""

from collections.abc import Mapping
from pathlib import Path

from cli.reports import pictures
from cli.reports.page import write_page
from model.nn import Floats
from model.training import TrainingConfig


def write_sheets(path: Path, config: TrainingConfig, sheets: Mapping[str, Floats]) -> None:
    """Write a sheet of pictures (count, 28, 28), 0 to 255, for each kind of ink.

    Raises:
        DataError: the file cannot be written.
    """
    write_page(
        path,
        "augmentation.html",
        title=f"What the recipe {config.name} trains on",
        sheets={name: pictures.png_address(pictures.sheet(images)) for name, images in sheets.items()},
        tables={
            f"augmentation.{name}": {key: value for key, value in table.items() if value}
            for name, table in config.as_settings()["augmentation"].items()
        },
    )
