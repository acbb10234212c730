"""Drawings that wait at the same moment are read together, and each gets its own answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from app.decoding.ink import PreparedInk
from app.inference.micro_batching import MicroBatcher, Reader
from model.artifact import packaged_weights
from model.classifier import Classifier
from model.errors import ArtifactError
from model.preprocess import Polylines, Preprocessed, checked_strokes, preprocess_image, preprocess_strokes
from model.reading.verdict import Prediction
from tests.drawings import DRAWINGS, canvas

ONES_TO_FOURS = [Polylines.of(checked_strokes(DRAWINGS[digit][0])) for digit in "1234"]


class Counting:
    """A classifier that remembers how many drawings it was given at once."""

    def __init__(self, classifier: Classifier) -> None:
        self.together: list[int] = []
        self._classifier = classifier

    def predict_batch(self, drawings: Sequence[Preprocessed]) -> list[Prediction]:
        self.together.append(len(drawings))
        return self._classifier.predict_batch(drawings)


class Broken:
    """A classifier that fails."""

    def predict_batch(self, drawings: Sequence[Preprocessed]) -> list[Prediction]:
        raise ArtifactError(f"cannot read {len(drawings)} drawings")


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load(packaged_weights())


async def digits(micro_batcher: MicroBatcher, *asked: tuple[Reader, PreparedInk]) -> list[int | None]:
    reads = await asyncio.gather(*(micro_batcher.read(reader, ink) for reader, ink in asked))
    return [reading.digit for _, reading in reads]


def test_who_waits_at_the_same_moment_is_answered_from_one_pass(classifier: Classifier) -> None:
    counting = Counting(classifier)
    found = asyncio.run(digits(MicroBatcher(), *((counting, ink) for ink in ONES_TO_FOURS)))
    assert found == [1, 2, 3, 4]
    assert counting.together == [4]


def test_after_sixteen_the_others_on_the_loop_have_their_turn(classifier: Classifier) -> None:
    counting = Counting(classifier)
    turns: list[int] = []

    async def sixty_and_another() -> None:
        micro_batcher = MicroBatcher()
        sixty = asyncio.gather(*(digits(micro_batcher, (counting, ONES_TO_FOURS[0])) for _ in range(60)))
        while not sixty.done():
            turns.append(sum(counting.together))
            await asyncio.sleep(0)

    asyncio.run(sixty_and_another())
    assert counting.together == [16, 16, 16, 12]
    assert {16, 32, 48} <= set(turns), "another had its turn between"


def test_nobody_waits_for_company(classifier: Classifier) -> None:
    counting = Counting(classifier)

    async def one_after_the_other() -> list[int | None]:
        micro_batcher = MicroBatcher()
        return [(await digits(micro_batcher, (counting, ink)))[0] for ink in ONES_TO_FOURS]

    assert asyncio.run(one_after_the_other()) == [1, 2, 3, 4]
    assert counting.together == [1, 1, 1, 1]


def test_strokes_images_and_no_ink_at_all_go_together(classifier: Classifier) -> None:
    picture = preprocess_image(canvas(DRAWINGS["7"][0]))
    found = asyncio.run(
        digits(MicroBatcher(), *((classifier, ink) for ink in (Polylines.of([]), picture, ONES_TO_FOURS[2])))
    )
    assert found == [None, 7, 3]


def test_the_picture_is_the_one_that_was_read(classifier: Classifier) -> None:
    async def read() -> Preprocessed:
        picture, _ = await MicroBatcher().read(classifier, ONES_TO_FOURS[1])
        return picture

    alone = preprocess_strokes(DRAWINGS["2"][0])
    together = asyncio.run(read())
    np.testing.assert_array_equal(together.pixels, alone.pixels)
    assert together.trace == alone.trace


def test_each_is_read_by_the_weights_that_it_came_to(classifier: Classifier) -> None:
    # Weights that read everything as what comes last, beside the real ones.
    others = replace(classifier, thresholds=replace(classifier.thresholds, energy=np.inf))
    asked = [(classifier, ONES_TO_FOURS[0]), (others, ONES_TO_FOURS[1]), (classifier, ONES_TO_FOURS[2])]
    assert asyncio.run(digits(MicroBatcher(), *asked)) == [1, None, 3]


def test_a_caller_who_hangs_up_does_not_keep_the_others(classifier: Classifier) -> None:
    async def with_one_who_leaves() -> list[int | None]:
        micro_batcher = MicroBatcher()
        leaving, *staying = (asyncio.create_task(digits(micro_batcher, (classifier, ink))) for ink in ONES_TO_FOURS)
        await asyncio.sleep(0)
        leaving.cancel()
        return [digit for found in await asyncio.gather(*staying) for digit in found]

    assert asyncio.run(with_one_who_leaves()) == [2, 3, 4]


def test_a_failure_is_told_to_each_who_waited_and_to_nobody_after(classifier: Classifier) -> None:
    async def failing() -> list[int | None]:
        micro_batcher = MicroBatcher()
        asked = [micro_batcher.read(Broken(), ink) for ink in ONES_TO_FOURS[:2]]
        for outcome in await asyncio.gather(*asked, return_exceptions=True):
            assert isinstance(outcome, ArtifactError)
        return await digits(micro_batcher, (classifier, ONES_TO_FOURS[3]))

    assert asyncio.run(failing()) == [4]
