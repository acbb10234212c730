"""How the network came to its reading: what the service tells of it."""

from typing import Any

import httpx
import numpy as np
import pytest

from model.artifact import load_artifact, packaged_weights
from tests.drawings import DRAWINGS, SEVEN, encoded

CROSSED_SEVEN = [*SEVEN, [[30, 55], [70, 55]]]


def ask(client: httpx.Client, strokes: Any, **query: Any) -> dict[str, Any]:
    response = client.post("/predict", json={"strokes": strokes}, params=query)
    assert response.status_code == 200, response.text
    reply: dict[str, Any] = response.json()
    return reply


def test_saliency_can_be_asked_for_any_digit(client: httpx.Client) -> None:
    likeliest = ask(client, SEVEN, include="saliency")["saliency"]
    assert ask(client, SEVEN, include="saliency", digit=7)["saliency"] == likeliest
    other = np.array(ask(client, SEVEN, include="saliency", digit=4)["saliency"])
    assert other.sum() < np.sum(likeliest), "less of a seven's ink speaks for a four"


@pytest.mark.parametrize("digit", [-1, 10, "seven"])
def test_what_is_no_digit_cannot_be_explained(client: httpx.Client, digit: Any) -> None:
    response = client.post("/predict", json={"strokes": SEVEN}, params={"include": "saliency", "digit": digit})
    assert response.status_code == 422
    assert "digit" in response.json()["detail"]


def test_without_each_stroke_what_is_left_is_read(client: httpx.Client) -> None:
    strokes = DRAWINGS["7"][1]
    without = ask(client, CROSSED_SEVEN, include="without_stroke")["without_stroke"]
    assert len(without) == len(CROSSED_SEVEN)
    assert without[-1]["digit"] == 7, "without the bar it is a plain seven"
    for index, left in enumerate(ask(client, strokes, include="without_stroke")["without_stroke"]):
        rest = ask(client, [*strokes[:index], *strokes[index + 1 :]])
        assert left == {name: rest[name] for name in ("digit", "confidence", "verdict")}


def test_without_its_only_stroke_a_drawing_is_blank(client: httpx.Client) -> None:
    (left,) = ask(client, [SEVEN[0]], include="without_stroke")["without_stroke"]
    assert (left["digit"], left["verdict"]) == (None, "blank")


def test_only_so_many_strokes_are_left_out(client: httpx.Client) -> None:
    dots = [[[index, index % 7]] for index in range(30)]
    assert len(ask(client, dots, include="without_stroke")["without_stroke"]) == 20


def test_ink_without_strokes_has_none_to_leave_out(client: httpx.Client) -> None:
    response = client.post("/predict", json={"pixels": [[0, 255, 0]] * 9}, params={"include": "without_stroke"})
    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")
    assert response.json()["detail"] == "include: without_stroke is for ink sent as strokes"


def test_inside_the_arithmetic_adds_up(client: httpx.Client) -> None:
    """The connections are values times weights that anyone can fetch and multiply."""
    reply = ask(client, SEVEN, include="inside,input,activations")
    inside = reply["inside"]
    assert inside["digit"] == 7
    assert inside["inputs"] == pytest.approx((np.array(reply["input"]).ravel() / 255).tolist(), abs=1e-5)
    signals = [np.array(inside["inputs"]), *map(np.array, reply["activations"])]
    assert [layer["units"] for layer in inside["layers"]] == [len(signal) for signal in signals[1:-1]]
    for layer, signal in zip(inside["layers"], signals[1:], strict=False):
        assert layer["active"] == (signal > 0).sum()
        assert len(layer["shown"]) == 16
        assert all(one["activation"] == pytest.approx(signal[one["unit"]]) for one in layer["shown"])
    for number, connections in enumerate(inside["connections"]):
        connection = connections[0]
        unit = client.get(f"/model/layers/{number}/units/{connection['end']}").json()
        term = signals[number][connection["start"]] * unit["weights"][connection["start"]]
        assert connection["contribution"] == pytest.approx(term, rel=1e-4)
        total = float(signals[number] @ unit["weights"]) + unit["bias"]
        put_out = signals[number + 1][connection["end"]]
        assert put_out == pytest.approx(max(total, 0) if number < len(inside["layers"]) else total, abs=1e-3)


def test_inside_the_softmax_is_told_step_by_step(client: httpx.Client) -> None:
    reply = ask(client, DRAWINGS["3"][0], include="inside")
    steps = reply["inside"]["output"]
    exponentials = np.exp(np.array(steps["logits"]) / steps["temperature"])
    assert steps["exponentials"] == pytest.approx(exponentials / exponentials.max())
    assert steps["softmax"] == pytest.approx(exponentials / exponentials.sum())
    flattened = (1 - steps["no_digit"]) * np.array(steps["softmax"]) + steps["no_digit"] / 10
    assert reply["probabilities"] == pytest.approx(flattened.tolist())


def test_a_blank_sheet_has_an_inside_too(client: httpx.Client) -> None:
    inside = ask(client, [], include="inside")["inside"]
    assert inside["connections"][0] == [], "no ink leads anywhere"


@pytest.mark.parametrize(("layer", "unit"), [(0, 10**6), (99, 0)])
def test_a_unit_that_is_not_there_is_not_found(client: httpx.Client, layer: int, unit: int) -> None:
    response = client.get(f"/model/layers/{layer}/units/{unit}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(("layer", "unit"), [(1, 5), (1, 1199), (3, 7)])
def test_a_units_weights_and_bias_are_those_that_make_its_activation(
    client: httpx.Client, layer: int, unit: int
) -> None:
    network = load_artifact(packaged_weights()).network
    before, after = network.activations(np.random.default_rng(0).random((20, 784), np.float32))[layer - 1 : layer + 1]
    found = client.get(f"/model/layers/{layer}/units/{unit}").json()
    sums = before @ np.array(found["weights"]) + found["bias"]
    np.testing.assert_allclose(np.maximum(sums, 0), after[:, unit], rtol=1e-3, atol=1e-3)


def test_the_box_of_a_large_image_is_in_its_own_pixels(client: httpx.Client) -> None:
    rows = np.zeros((2400, 2400), np.uint8)
    rows[600:1800, 1100:1300] = 255
    body, headers = encoded(rows), {"content-type": "image/png"}
    trace = client.post("/predict", content=body, headers=headers, params={"include": "trace"}).json()["trace"]
    # It was averaged down by three.
    assert trace["box"] == pytest.approx([1100, 600, 1300, 1800], abs=2)
    assert trace["scale"] == pytest.approx(20 / 1200)
