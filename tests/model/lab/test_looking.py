"""What is seen of a network while it learns."""

import json
from base64 import b64decode
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from model.errors import InkError
from model.evaluation import measure
from model.lab.looking import MEASURED, Onlooker, read_drawing
from model.nn import softmax
from tests.drawings import DRAWINGS
from tests.model.small_training import CONFIG, TRAINING, VALIDATION, run

TRAINED = run(CONFIG)
GRADIENT = TRAINED.network.parameters.zeros_like()


def seen(watched: int = 3) -> dict[str, Any]:
    onlooker = Onlooker(TRAINING, VALIDATION, "cross-entropy")
    return onlooker.look(TRAINED.network, TRAINED.scaling, GRADIENT, watched)


def test_loss_and_accuracy_are_those_of_the_evaluation() -> None:
    own = measure(TRAINED.network, TRAINED.scaling, "classifier", "cross-entropy", VALIDATION)
    assert seen()["validation"] == {"loss": pytest.approx(own.loss, rel=1e-5), "accuracy": own.accuracy}
    first = TRAINING.take(slice(MEASURED))
    own = measure(TRAINED.network, TRAINED.scaling, "classifier", "cross-entropy", first)
    assert seen()["training"]["accuracy"] == own.accuracy


def test_the_first_weights_are_pictures_a_unit() -> None:
    shown = seen()["weights"]
    weight = TRAINED.network.parameters["0.weight"]
    levels = np.frombuffer(b64decode(shown["pictures"]), np.int8).reshape(shown["count"], shown["side"] ** 2)
    assert shown["side"] == 28
    assert np.allclose(levels * shown["scale"] / 127, weight.T[:16], atol=shown["scale"] / 127)


def test_the_watched_digit_has_its_logits_and_what_softmax_makes_of_them() -> None:
    shown = seen(watched=3)["watched"]
    assert b64decode(shown["image"]) == VALIDATION.images[3].tobytes()
    assert shown["label"] == VALIDATION.labels[3]
    assert shown["probabilities"] == pytest.approx(softmax(np.array([shown["logits"]]))[0], rel=1e-4)
    assert seen(watched=3 + len(VALIDATION))["watched"] == shown, "the next after the last is the first"


def test_mistakes_are_what_is_read_wrong_the_surest_first() -> None:
    untrained = replace(TRAINED.network, parameters=TRAINED.network.parameters.copy())
    untrained.parameters.flat[:] = np.random.default_rng(0).normal(0, 0.05, len(untrained.parameters))
    shown = Onlooker(TRAINING, VALIDATION, "cross-entropy").look(untrained, TRAINED.scaling, GRADIENT, 0)
    digits = untrained.logits(TRAINED.scaling.apply(VALIDATION.images)).argmax(axis=1)
    assert shown["wrong"] == (digits != VALIDATION.labels).sum()
    surest = [one["probability"] for one in shown["mistakes"]]
    assert len(surest) == 10
    assert surest == sorted(surest, reverse=True)
    assert all(one["digit"] != one["label"] for one in shown["mistakes"])


def test_dead_units_and_the_length_of_the_gradient_are_told_layer_by_layer() -> None:
    network = replace(TRAINED.network, parameters=TRAINED.network.parameters.copy())
    network.parameters["0.bias"][:] = 1e3
    network.parameters["0.bias"][:5] = -1e6
    gradient = network.parameters.zeros_like()
    gradient["1.weight"][0, 0] = 3.0
    shown = Onlooker(TRAINING, VALIDATION, "cross-entropy").look(network, TRAINED.scaling, gradient, 0)
    hidden, output = shown["layers"]
    assert (hidden["units"], hidden["dead"], hidden["gradient"]) == (16, 5, 0)
    assert (output["units"], output["dead"], output["gradient"]) == (10, None, 3)
    assert sum(hidden["histogram"]) == pytest.approx(1, abs=1e-4)


def test_a_network_that_has_diverged_is_seen_without_a_crash_as_json() -> None:
    network = replace(TRAINED.network, parameters=TRAINED.network.parameters.copy())
    network.parameters["1.weight"][...] = 3e38
    network.parameters["0.weight"][0] = np.nan
    shown = Onlooker(TRAINING, VALIDATION, "cross-entropy").look(network, TRAINED.scaling, GRADIENT, 0)
    assert json.loads(json.dumps(shown, allow_nan=False))["validation"]["loss"] is None


def test_a_drawing_is_read_by_the_network_as_it_is_and_rubbish_is_told() -> None:
    shown = read_drawing(TRAINED.network, TRAINED.scaling, DRAWINGS["3"][0])
    assert shown["digit"] == int(np.argmax(shown["logits"]))
    assert np.array(shown["input"]).shape == (28, 28)
    with pytest.raises(InkError, match="strokes"):
        read_drawing(TRAINED.network, TRAINED.scaling, [[["x", 1]]])
