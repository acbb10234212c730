"""IDX files of images beside those of their labels, under any of the names that MNIST and its kin go by.

`train-images-idx3-ubyte`, with a dot as `train-images.idx3-ubyte`, with something before it as
`emnist-digits-train-images-idx3-ubyte`; each plain or gzipped.
"""

import re
from pathlib import Path

from model.data.content import read_raw, unpack
from model.data.idx import parse_idx
from model.data.pictures.orientation import upright
from model.data.pictures.picture import BadPicture, LabelledPicture, Part, PictureSet
from model.errors import DataError
from model.preprocess import FRAME_SIZE

_IMAGES = re.compile(r"images.?idx3", re.IGNORECASE)
_PARTS = {"train": re.compile("train", re.IGNORECASE), "test": re.compile("test|t10k", re.IGNORECASE)}
_MAX_BYTES = 2**30
"""Of a file; EMNIST's largest has 547 MB."""


def image_file_in(folder: Path, part: Part) -> Path | None:
    """The file of images in a folder, that of the part if there are several; None if there is none.

    Raises:
        DataError: there are several of the part.
    """
    files = {path.name.removesuffix(".gz"): path for path in sorted(folder.iterdir()) if _IMAGES.search(path.name)}
    if len(files) > 1:
        files = {name: path for name, path in files.items() if _PARTS[part].search(name)} or files
    if len(files) > 1:
        raise DataError(f"{folder}: holds several files of images; name one of them: {', '.join(files)}")
    return next(iter(files.values()), None)


def pictures_of_idx(path: Path) -> PictureSet:
    """The images of an IDX file, with their labels if the file of these lies beside it.

    Raises:
        DataError: one of the two is damaged, or they do not go together.
    """
    images = parse_idx(_content(path), name=str(path))
    if images.ndim == 1:
        raise DataError(f"{path}: holds labels; name the file of their images")
    if images.shape[1:] != (FRAME_SIZE, FRAME_SIZE):
        raise DataError(f"{path}: holds an array of the shape {images.shape}, expected (N, 28, 28)")
    beside = _labels_beside(path)
    labels = None if beside is None else parse_idx(_content(beside), name=str(beside))
    if labels is not None and labels.shape != images.shape[:1]:
        raise DataError(f"{beside}: holds an array of the shape {labels.shape}, but there are {len(images):,} images")
    found: list[LabelledPicture | BadPicture] = []
    for index, pixels in enumerate(images):
        label, place = None if labels is None else int(labels[index]), f"image {index + 1}"
        if label is not None and label > 9:
            found.append(BadPicture(f"{path}: {place}", f"the label is {label}, expected a digit"))
        else:
            found.append(LabelledPicture(path, None if label is None else str(label), pixels=pixels, place=place))
    return upright(found)


def _content(path: Path) -> bytes:
    return unpack(read_raw(path, limit=_MAX_BYTES), name=str(path), limit=_MAX_BYTES)


def _labels_beside(images: Path) -> Path | None:
    name = re.sub("images", "labels", images.name.removesuffix(".gz")).replace("idx3", "idx1")
    places = (images.with_name(name), images.with_name(f"{name}.gz"))
    return next((place for place in places if place != images and place.exists()), None)
