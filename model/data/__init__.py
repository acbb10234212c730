"""Where the training data comes from: the MNIST files, checked to the last byte."""

from model.data.catalogue import MNIST_FILES, ImageFiles
from model.data.content import is_gzip
from model.data.download import MIRRORS, Progress, Silent, fetch
from model.data.drawing_files import (
    CLEARLY_NO_DIGIT,
    file_sums,
    find_drawings,
    is_digit,
    load_drawings,
    split_by_writer,
)
from model.data.drawings import BadLine, Drawing, read_drawings
from model.data.examples import drawn_images, labelled_images, preprocess_examples
from model.data.folder import Finding, State, data_folder, fetch_command, image_files, inspect, take_from
from model.data.mnist import LabelledImages, Mnist, data_sums, load_mnist, split_validation

__all__ = [
    "CLEARLY_NO_DIGIT",
    "MIRRORS",
    "MNIST_FILES",
    "BadLine",
    "Drawing",
    "Finding",
    "ImageFiles",
    "LabelledImages",
    "Mnist",
    "Progress",
    "Silent",
    "State",
    "data_folder",
    "data_sums",
    "drawn_images",
    "fetch",
    "fetch_command",
    "file_sums",
    "find_drawings",
    "image_files",
    "inspect",
    "is_digit",
    "is_gzip",
    "labelled_images",
    "load_drawings",
    "load_mnist",
    "preprocess_examples",
    "read_drawings",
    "split_by_writer",
    "split_validation",
    "take_from",
]
