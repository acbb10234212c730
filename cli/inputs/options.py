"""Options that several commands have, with the same words and defaults."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from app.settings import load_settings
from model.artifact import packaged_weights
from model.errors import ConfigError

WEIGHTS_DEFAULT = Parameter(show_default=lambda _: "$DIGITS_WEIGHTS, else the packaged weights")

WeightsOption = Annotated[
    str | None, Parameter(help="The weights: a file, or the name of packaged ones."), WEIGHTS_DEFAULT
]
DataOption = Annotated[
    Path | None,
    Parameter(
        help="The folder of the MNIST files.", show_default=lambda _: "$DIGITS_DATA_DIR, else the user's cache"
    ),
]
PICTURES = "a folder with a manifest.jsonl or with folders named by digit (7/a.png), CSV or IDX files"
"""What is read as pictures, in words."""
Switch = Parameter(negative=())
"""A flag that can only be set."""


def find_weights(name_or_path: str | None) -> Path:
    """The file of some weights: packaged ones by their name, any by their path; those of the environment if not said.

    Raises:
        ConfigError: there are no such weights.
    """
    if name_or_path is None:
        return load_settings().weights
    packaged = sorted(path.stem for path in packaged_weights().parent.glob("*.npz"))
    if name_or_path in packaged:
        return packaged_weights(name_or_path)
    if not Path(name_or_path).exists():
        raise ConfigError(f"weights '{name_or_path}' are neither a file nor one of: {', '.join(packaged)}")
    return Path(name_or_path)
