"""Options that several commands have, with the same words and defaults."""

from pathlib import Path
from typing import Annotated

import typer

WEIGHTS_DEFAULT = "$DIGITS_WEIGHTS, else the packaged weights"
DATA_DEFAULT = "$DIGITS_DATA_DIR, else the user's cache"

WeightsOption = Annotated[Path | None, typer.Option(help="The weights file.", show_default=WEIGHTS_DEFAULT)]
DataOption = Annotated[Path | None, typer.Option(help="The folder of the MNIST files.", show_default=DATA_DEFAULT)]
