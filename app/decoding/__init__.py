"""From a body to ink."""

from app.decoding.body import PROBLEMS, REQUEST_BODY, parse_model, read_json_body, read_submission, unique_pairs
from app.decoding.ink import (
    ImageFile,
    PreparedInk,
    Submitted,
    finish_all,
    pieces_beside,
    pieces_submitted,
    prepare_submitted,
    preprocess_beside,
    preprocess_levels,
    preprocess_submitted,
    start_decoding,
    submitted,
    without_each_stroke,
)
from app.decoding.predict_options import PARAMETERS, PredictOptions, parse_options
