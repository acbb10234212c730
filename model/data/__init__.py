"""Where the training data comes from: MNIST and drawings, checked to the last byte."""

from model.data.catalogue import ARCHIVES, DRAWING_FILES, MNIST_FILES, CatalogueFile, DataFile, KnownFile
from model.data.content import is_gzip, os_errors_as_data_errors
from model.data.drawing_files import make_drawing_files
from model.data.drawings import (
    CLEARLY_NO_DIGIT,
    BadLine,
    Drawing,
    file_checksums,
    find_drawings,
    is_digit,
    load_drawings,
    read_drawings,
    split_by_writer,
)
from model.data.examples import MAX_PIXELS, drawn_images, labelled_images, preprocess_examples, preprocess_labelled
from model.data.folder import (
    SAMPLE_FOLDER,
    Finding,
    State,
    data_folder,
    fetch_command,
    find_file,
    image_files,
    inspect,
    take_from,
    write_file,
)
from model.data.mnist import LabelledImages, Mnist, data_checksums, load_mnist, split_validation
from model.data.pictures import (
    BadPicture,
    LabelledPicture,
    Part,
    PictureSet,
    holds_pictures,
    load_pictures,
    read_pictures,
    turned,
)
