"""From a body to ink."""

from app.decoding.body import PROBLEMS, REQUEST_BODY, parse_model, read_json_body, read_submission, unique_pairs
from app.decoding.ink import (
    PreparedInk,
    base64_image,
    finish_all,
    pieces_submitted,
    prepare_submitted,
    preprocess_image_bytes,
    preprocess_levels,
    preprocess_submitted,
    without_each_stroke,
)
from app.decoding.predict_options import PARAMETERS, PredictOptions, parse_options
