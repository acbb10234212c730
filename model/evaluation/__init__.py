"""How good weights are: on images, on drawings, on pictures, and on ink that strays."""

from model.evaluation.calibration import Reliability, choose_thresholds, fit_calibration
from model.evaluation.drawings import DrawnEvaluation, evaluate_drawings
from model.evaluation.images import Evaluation, accuracy, evaluate, logits, measure, reconstruct, reconstruction_error
from model.evaluation.pictures import PictureEvaluation, PictureGroup, PictureReading, evaluate_pictures
from model.evaluation.robustness import Step, sweep_figures, sweeps
from model.evaluation.surface import LossGrid, PathSurface, loss_at, path_surface, surface_around
from model.evaluation.units import LayerUnits, hidden_units
