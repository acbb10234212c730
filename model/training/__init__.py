"""A run: what it is told, what it is fed, how it goes on, and what is kept."""

from model.training.checkpoint import Checkpoint, TrainerState, load_checkpoint, save_checkpoint
from model.training.config import KEEPS, TrainingConfig
from model.training.loop import Callbacks, FitResult, train
from model.training.progress import Epoch, History, Progress
from model.training.recipe import load_recipe, with_settings
from model.training.run_folder import RunFolder
from model.training.seeds import fold_in
from model.training.sources import NOT_A_DIGIT, DrawingSource, ImageSource, Source, StrokeDataset
from model.training.stroke_dataset import drawn_parts, joined

__all__ = [
    "KEEPS",
    "NOT_A_DIGIT",
    "Callbacks",
    "Checkpoint",
    "DrawingSource",
    "Epoch",
    "FitResult",
    "History",
    "ImageSource",
    "Progress",
    "RunFolder",
    "Source",
    "StrokeDataset",
    "TrainerState",
    "TrainingConfig",
    "drawn_parts",
    "fold_in",
    "joined",
    "load_checkpoint",
    "load_recipe",
    "save_checkpoint",
    "train",
    "with_settings",
]
