"""From logits to what is said of the ink, and why."""

from model.reading.inside import Connection, Unit, look_inside
from model.reading.occlusion import occlusion_map
from model.reading.verdict import Calibration, Prediction, Thresholds, Verdict, blank_prediction, predict_logits

__all__ = [
    "Calibration",
    "Connection",
    "Prediction",
    "Thresholds",
    "Unit",
    "Verdict",
    "blank_prediction",
    "look_inside",
    "occlusion_map",
    "predict_logits",
]
