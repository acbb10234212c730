"""The lab's outputs and losses on their own: the numbers of the trainer's, from the page's module."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from model.nn import OUTPUTS
from model.optim import loss_for

pytestmark = pytest.mark.browser

COMBINATIONS = [
    *(("softmax", loss) for loss in ("cross-entropy", "binary-cross-entropy", "mse", "mae")),
    *(("sigmoid", loss) for loss in ("binary-cross-entropy", "mse", "mae")),
]
LOGITS = [
    *np.random.default_rng(3).normal(0, 3, (4, 10)).round(3).tolist(),
    [0.0] * 10,
    [1000.0, -1000.0, *[0.0] * 8],
]


def test_each_loss_and_its_gradient_by_the_logits_is_the_trainers(page: Page) -> None:
    found: list[list[list[dict[str, Any]]]] = page.evaluate(
        """async ([combinations, rows]) => {
            const { lossOf } = await import("/static/js/lab/outputs.js");
            return combinations.map(([output, loss]) =>
                rows.map((logits) => logits.map((_, target) => lossOf(output, loss, logits, target))));
        }""",
        [COMBINATIONS, LOGITS],
    )
    for (output, loss), by_logits in zip(COMBINATIONS, found, strict=True):
        for logits, by_target in zip(LOGITS, by_logits, strict=True):
            for target, one in zip(np.eye(10), by_target, strict=True):
                gradient = np.empty((1, 10))
                value = loss_for(output, loss).value_and_gradient(np.array([logits]), target[None], gradient)
                np.testing.assert_allclose(one["value"], value, rtol=1e-9, atol=1e-12, err_msg=f"{output} {loss}")
                np.testing.assert_allclose(one["gradient"], gradient[0], rtol=1e-9, atol=1e-12)


def test_the_outputs_are_those_of_the_network(page: Page) -> None:
    found: dict[str, list[list[float]]] = page.evaluate(
        """async (rows) => {
            const { softmax, sigmoid } = await import("/static/js/lab/outputs.js");
            return { softmax: rows.map(softmax), sigmoid: rows.map(sigmoid) };
        }""",
        LOGITS,
    )
    for output, rows in found.items():
        np.testing.assert_allclose(rows, OUTPUTS[output].forward(np.array(LOGITS)), rtol=1e-9, atol=1e-12)


def test_those_losses_are_offered_that_the_trainer_has_on_such_outputs(page: Page) -> None:
    offered = page.evaluate('async () => (await import("/static/js/lab/outputs.js")).LOSSES')
    assert [(output, loss) for output, losses in offered.items() for loss in losses] == COMBINATIONS
