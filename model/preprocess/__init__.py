r"""One way from ink to the 28x28 picture the network sees, for training, evaluation, serving and tests alike.

MNIST's own recipe (LeCun et al. 1998, "Gradient-based learning applied to document recognition"; lecture topics
3 and 11): the tight box of the ink, its longest side brought to 20 pixels with the aspect kept, and the centre of
mass put on pixel index (14, 14) of a 28x28 frame by a whole-pixel shift. Raster ink and strokes differ only in
their first step, how the ink gets into the 20-pixel box:

    image  -> alpha composited -> background subtracted -> ink box -> area-weighted resampling \
                                                                                              -> frame -> 28x28
    strokes -> scaled to the box -> drawn with the pen width MNIST has, anti-aliased          /

A picture that is no clean canvas gets more, and only what it asks for (`finding`): the distance from the paper's
colour where luma hides ink, the paper around each pixel where its border tells too little (`contrast`), and the ink's
pieces told from a sheet's desk, frames, bars, rules and print (`pieces`). The trace names each of these steps.
"""

from model.preprocess.components import label_components
from model.preprocess.coverage import BOX_THRESHOLD
from model.preprocess.finding import find_ink
from model.preprocess.frame import BOX_SIZE, CENTRE, FRAME_SIZE, BackgroundKind, Preprocessed, Trace
from model.preprocess.image import preprocess_coverage, preprocess_image
from model.preprocess.pen import Polylines, draw
from model.preprocess.steps import PREVIEW_SIZE, Step, StepName
from model.preprocess.strokes import (
    PEN_WIDTH,
    Stroke,
    checked_strokes,
    ink_corners,
    preprocess_polylines,
    preprocess_strokes,
    require_extent,
)

PREPROCESSING_VERSION = 3
"""Stored with the weights; weights made behind another recipe are refused. Raise it when any pixel may change."""
