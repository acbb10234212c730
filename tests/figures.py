"""What is said of the weights and of the data, held on the full files: `make card` runs this, `make test` needs none.

The files are MNIST's, from where `digits data fetch` puts them, and the two `-dev` files of drawings beside them.
"""

import concurrent.futures

import httpx
import numpy as np
import pytest

from model.artifact import Artifact, load_artifact, packaged_weights
from model.data.drawings import find_drawings, load_drawings
from model.data.examples import preprocess_examples
from model.data.folder import SAMPLE_FOLDER, data_folder
from model.data.mnist import Mnist, load_mnist
from model.evaluation.drawings import DrawnEvaluation, evaluate_drawings
from model.evaluation.images import accuracy
from tests.model.data.sample import sample_of
from tests.running_service import RunningService
from tests.test_committed_weights import CARD


@pytest.fixture(scope="module")
def mnist() -> Mnist:
    return load_mnist(data_folder())


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return load_artifact(packaged_weights())


def evaluated(artifact: Artifact, name: str) -> DrawnEvaluation:
    """What the weights make of a file of drawings."""
    return evaluate_drawings(artifact, load_drawings([find_drawings(name, data_folder())], pytest.fail))


def test_the_files_hold_what_was_published(mnist: Mnist) -> None:
    assert mnist.train.images.shape == (60_000, 28, 28)
    assert mnist.test.images.shape == (10_000, 28, 28)
    assert mnist.train.labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    zeros_to_nines = np.bincount(mnist.test.labels)
    assert (zeros_to_nines == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]).all()


def test_the_sample_is_made_from_them_byte_for_byte(mnist: Mnist) -> None:
    carried = {path.name: path.read_bytes() for path in SAMPLE_FOLDER.glob("*.gz")}
    assert sample_of(mnist) == carried


def test_test_images_posted_as_pixels_score_as_they_do_offline(
    artifact: Artifact, mnist: Mnist, service: RunningService
) -> None:
    offline = accuracy(artifact.network, artifact.scaling, preprocess_examples(mnist.test))
    assert offline == artifact.metrics["test_accuracy"]

    with httpx.Client(base_url=service.url, timeout=30) as client:

        def read(image: np.ndarray) -> int:
            reply = client.post("/predict", json={"pixels": image.tolist()}).json()
            return int(np.argmax(reply["probabilities"]))

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            served = np.mean(list(pool.map(read, mnist.test.images)) == mnist.test.labels)
    assert abs(served - offline) <= 0.001
    assert served >= 0.995


def test_drawn_digits_are_read_and_sureness_is_honest(artifact: Artifact) -> None:
    found = evaluated(artifact, "digits-dev.jsonl.gz")
    assert found.digits
    assert found.digits.accuracy >= 0.987
    assert found.digits.calibration_error <= 0.01
    refused = found.refused("digits") or 0
    assert refused <= 0.015
    assert f"| {100 * found.digits.accuracy:.2f} % |" in CARD
    assert f"| {100 * refused:.2f} % |" in CARD


def test_what_is_clearly_no_digit_is_refused(artifact: Artifact) -> None:
    refused = evaluated(artifact, "not-digits-dev.jsonl.gz").refused("clear non-digits")
    assert refused is not None
    assert refused >= 0.92
    assert f"| {100 * refused:.2f} % |" in CARD
