"""Which weights serve, and what is known of them."""

from app.weights.card import (
    DigitFigures,
    MistakePicture,
    ModelCard,
    PictureKind,
    ReliabilityBin,
    Sign,
    Source,
    Sweep,
    SweepStep,
    VerdictCounts,
)
from app.weights.model_page import build_model_page
from app.weights.reloader import LAST_KNOWN_GOOD, WeightsReloader, keep
