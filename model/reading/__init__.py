"""From logits to what is said of the ink, and why."""

from model.reading.inside import Connection, look_inside
from model.reading.occlusion import occlusion_map
from model.reading.verdict import Calibration, Prediction, Thresholds, Verdict, blank_prediction, predict_logits
