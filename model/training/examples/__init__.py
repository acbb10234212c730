"""What a run is fed: images and drawings from every source, prepared, mixed and cut into batches."""

from model.training.examples.batches import Batches, MicroBatch
from model.training.examples.data import TrainingData, TrainingFiles, prepare, read_training_files
from model.training.examples.pictured import make_pictures
from model.training.examples.seeds import fold_in
from model.training.examples.sources import (
    DrawingSource,
    ImageSource,
    PictureDataset,
    Source,
    StrokeDataset,
    drawn_parts,
    joined,
)
