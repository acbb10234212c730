"""Several digits side by side, read as a number, by the network that reads one.

The ink is taken to pieces that no two digits share, from left to right: strokes as they were drawn, or the connected
components of a picture, with those that are wide cut where they are low or thin. Runs of a few neighbouring pieces
are the candidates, each brought to 28x28 as any drawing is, and all are read at once. Dynamic programming picks the
row of candidates that the network and the gaps speak for most (over-segmentation and recognition: LeCun et al. 1998,
"Gradient-based learning applied to document recognition", section V).
"""

from model.numbers.boxes import Box
from model.numbers.candidates import Candidate, find_candidates
from model.numbers.ink import UNKNOWN, PiecedInk, Sign, SignCharacter
from model.numbers.layout import MAX_DIGITS
from model.numbers.number import DigitOfNumber, Number, may_be_several, read_number
from model.numbers.raster import PiecedImage, rehearse
from model.numbers.score import BOUNDARY_WEIGHTS, DIGIT_WEIGHTS, boundary_features, digit_features
from model.numbers.strokes import PiecedStrokes
