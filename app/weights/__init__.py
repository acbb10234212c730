"""Which weights serve, and what is known of them."""

from app.weights.card import ModelCard
from app.weights.card_figures import (
    DigitFigures,
    MistakePicture,
    ReliabilityBin,
    Sign,
    Source,
    Sweep,
    SweepStep,
    VerdictCounts,
)
from app.weights.last_known_good import LAST_KNOWN_GOOD, keep
from app.weights.model_page import build_model_page
from app.weights.reloader import WeightsReloader

__all__ = [
    "LAST_KNOWN_GOOD",
    "DigitFigures",
    "MistakePicture",
    "ModelCard",
    "ReliabilityBin",
    "Sign",
    "Source",
    "Sweep",
    "SweepStep",
    "VerdictCounts",
    "WeightsReloader",
    "build_model_page",
    "keep",
]
