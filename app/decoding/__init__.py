"""From a body to ink."""

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
from app.decoding.json_body import parse_model, read_json_body, unique_pairs
from app.decoding.predict_options import PARAMETERS, PredictOptions, parse_options
from app.decoding.submission import PROBLEMS, REQUEST_BODY, read_submission
from app.decoding.tensors import images_of, output_tensors

__all__ = [
    "PARAMETERS",
    "PROBLEMS",
    "REQUEST_BODY",
    "PredictOptions",
    "PreparedInk",
    "base64_image",
    "finish_all",
    "images_of",
    "output_tensors",
    "parse_model",
    "parse_options",
    "pieces_submitted",
    "prepare_submitted",
    "preprocess_image_bytes",
    "preprocess_levels",
    "preprocess_submitted",
    "read_json_body",
    "read_submission",
    "unique_pairs",
    "without_each_stroke",
]
