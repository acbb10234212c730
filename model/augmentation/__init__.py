"""Training ink drawn again a little differently each time, so that the network learns the digit, not the one drawing.

Every function is pure: a batch and a generator in, a batch out. Images are distorted as they are (`images`); drawings
are distorted as pen paths (`paths`, `redraw`) and drawn anew (`render`), so that they stay as sharp as real ink.
`styles`, `angular`, `scribbles` and `others` make drawings that the data has too few of: other ways to write a digit,
and what is none. `pictures` makes the photos, screenshots and small images in which ink comes, and sends them
down the service's own way.
"""

from model.augmentation.angular import angular_digits
from model.augmentation.images import ImageAugmentation, distort
from model.augmentation.others import make_others
from model.augmentation.paths import Paths
from model.augmentation.pictures import DrawnInk, Ink, ScannedInk, see, see_texture, type_text
from model.augmentation.scribbles import make_scribbles
from model.augmentation.strokes import StrokeAugmentation, redraw
from model.augmentation.styles import Drawn, Points, crossed_seven, footed_one, slashed_zero, styled_digits
