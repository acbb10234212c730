"""Typed letters and words, in the font that Pillow brings."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from model.augmentation.pictures.inks import Coverage, ScannedInk

_CLEAR = "AEFHKMNPRTWXadefhkmnptwx&@#%?+*={}<~"
"""What stands alone: no letter or sign that passes for a digit."""

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

_FONT_SIZE = 32


@dataclass(frozen=True, slots=True)
class TypedInk:
    """Type, in lines.

    Attributes:
        text: with line breaks.
    """

    text: str

    def at(self, size: float, pen: float) -> Coverage:
        """See `Ink`: the pen is the font's own."""
        font = ImageFont.load_default(_FONT_SIZE)
        canvas = Image.new("L", (1, 1))
        left, top, right, bottom = ImageDraw.Draw(canvas).multiline_textbbox((0, 0), self.text, font=font)
        canvas = Image.new("L", (int(right - left) + 2, int(bottom - top) + 2))
        ImageDraw.Draw(canvas).multiline_text((1 - left, 1 - top), self.text, 255, font=font)
        return ScannedInk(np.asarray(canvas)).at(size, pen)


def type_text(rng: np.random.Generator) -> TypedInk:
    """A single clear letter or sign, or up to six lines of words."""
    if rng.random() < 1 / 3:
        return TypedInk(str(rng.choice(list(_CLEAR))))
    lines = [" ".join(_word(rng) for _ in range(rng.integers(1, 5))) for _ in range(rng.integers(1, 7))]
    return TypedInk("\n".join(lines))


def _word(rng: np.random.Generator) -> str:
    return "".join(rng.choice(list(_LETTERS[:26] if rng.random() < 0.8 else _LETTERS), size=rng.integers(3, 10)))
