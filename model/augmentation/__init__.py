"""Training ink drawn again a little differently each time, so that the network learns the digit, not the one drawing.

Every function is pure: a batch and a generator in, a batch out. Images are distorted as they are (`images`); drawings
are distorted as pen paths (`paths`, `redraw`) and drawn anew (`render`), so that they stay as sharp as real ink.
`styles` and `scribbles` make drawings that the data has too few of: other ways to write a digit, and what is none.
"""

from model.augmentation.images import ImageAugmentation, distort
from model.augmentation.paths import Paths
from model.augmentation.scribbles import make_scribbles
from model.augmentation.strokes import StrokeAugmentation, redraw
from model.augmentation.styles import Drawn, Points, crossed_seven, footed_one, slashed_zero, styled_digits
