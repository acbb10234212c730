"""From a body to ink."""

from app.decoding.body import (
    PROBLEMS,
    REQUEST_BODY,
    parse_model,
    read_json_body,
    read_submission,
    refuse_many_parts,
    unique_pairs,
)
from app.decoding.ink import (
    ImageFile,
    PreparedInk,
    Submitted,
    finish_all,
    pieces_of_file,
    pieces_or_file,
    prepare_submitted,
    preprocess_file,
    preprocess_levels,
    preprocess_submitted,
    preprocessed_or_file,
    start_decoding,
    submitted,
    without_each_stroke,
)
from app.decoding.predict_options import PARAMETERS, PredictOptions, parse_options
