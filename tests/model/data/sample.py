"""Makes `model/data/sample` from the full files: `python -m tests.model.data.sample`."""

import gzip

from model.data.catalogue import MNIST_FILES
from model.data.folder import SAMPLE_FOLDER, data_folder, write_file
from model.data.mnist import Mnist, load_mnist
from tests.model.data.tiny_set import idx_bytes

TRAIN_STEP, TEST_STEP = 12, 10


def sample_of(mnist: Mnist) -> dict[str, bytes]:
    """The four gzipped files by name: every twelfth training image and every tenth test image."""
    train, test = mnist.train.take(slice(None, None, TRAIN_STEP)), mnist.test.take(slice(None, None, TEST_STEP))
    arrays = (train.images, train.labels, test.images, test.labels)
    return {
        file.packed_name: gzip.compress(idx_bytes(array), mtime=0)
        for file, array in zip(MNIST_FILES, arrays, strict=True)
    }


if __name__ == "__main__":
    for name, raw in sample_of(load_mnist(data_folder())).items():
        write_file(SAMPLE_FOLDER / name, raw)
