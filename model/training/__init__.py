"""A run: what it is told, what it is fed, how it goes on, and what is kept."""

from model.training.callbacks import Callbacks, Update
from model.training.checkpoint import Checkpoint, TrainerState, load_checkpoint, save_checkpoint
from model.training.config import PATHS, SETTINGS, AugmentationSettings, LearningSettings, TrainingConfig
from model.training.estimator import DigitClassifier
from model.training.examples import (
    DrawingSource,
    ImageSource,
    Source,
    TrainingData,
    drawn_parts,
    fold_in,
    joined,
    make_pictures,
    prepare,
    read_training_files,
)
from model.training.fine_tuning import fine_tuning, require_of_weights
from model.training.fit import Fitted, Gain, finish, fit
from model.training.idle import settings_without_effect
from model.training.loop import DivergedError, FitResult, train
from model.training.progress import Epoch, History, Progress
from model.training.recipe import config_of_run, load_recipe
from model.training.run_folder import RunFolder, differences, read_run_config, this_machine
