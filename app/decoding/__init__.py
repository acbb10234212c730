"""From a body to ink."""

from app.decoding.body import media_type_of, read_body
from app.decoding.drawing import FORMS, GreyLevels, ImageFile, PenStrokes, Submitted, ink_of, parse_drawing
from app.decoding.ink import (
    PreparedInk,
    finish_all,
    pieces_of_file,
    pieces_or_file,
    prepare_submitted,
    preprocess_file,
    preprocess_levels,
    preprocess_submitted,
    preprocessed_or_file,
    start_decoding,
    without_each_stroke,
)
from app.decoding.json_body import (
    Keys,
    Pairs,
    decode,
    fields_of,
    refuse_many_lists,
    refuse_unknown,
    unique,
)
from app.decoding.json_values import parse_json
from app.decoding.predict_options import PARAMETERS, PredictOptions, parse_options
from app.decoding.submission import JSON_TYPE, PROBLEMS, REQUEST_BODY, Submission, read_json_body, read_submission
