"""What was measured of the weights, for the page `/model`; `digits evaluate --page` writes it."""

import logging
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from app.weights.card_figures import Count, DigitFigures, Figures, Sign, Sweep, VerdictCounts
from model.artifact import packaged_weights

MAX_CARD_BYTES = 2**20
"""Bytes that are read. A card takes about a tenth of it; of anything larger the rest is missed, and it is none."""

_log = logging.getLogger(__name__)


class ModelCard(Figures):
    """All that was measured of one weights file."""

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] = Field(description="Of the weights file.")
    digits: Annotated[list[DigitFigures], Field(min_length=1)]
    verdicts: list[VerdictCounts]
    signs: list[Sign] = Field(description="The least refused first.")
    swept_digits: Count = Field(description="How many digits the sweeps read in each step.")
    sweeps: list[Sweep]


def card_beside(weights: Path) -> Path:
    """Where the card of a weights file lies: `digits.card.json` for `digits.npz`."""
    return weights.with_suffix(".card.json")


def load_card(weights: Path, sha256: str) -> ModelCard | None:
    """The card that was measured of these weights, which lies beside them or came with the package.

    A card is not worth a service that does not start: what is wrong with one goes to the log.

    Args:
        weights: the file that is served.
        sha256: of its bytes.
    """
    for path in dict.fromkeys((card_beside(weights), card_beside(packaged_weights()))):
        card = _read_card(path)
        if card and card.sha256 == sha256:
            return card
    return None


def _read_card(path: Path) -> ModelCard | None:
    try:
        with path.open("rb") as file:
            return ModelCard.model_validate_json(file.read(MAX_CARD_BYTES))
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.warning("%s: cannot be read: %s", path, error.strerror)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        _log.warning("%s: not a model card: %s: %s", path, place, first["msg"])
    return None
