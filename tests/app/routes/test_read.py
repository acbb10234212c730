"""`POST /read`: several digits side by side are a number, with real weights behind a real server."""

import base64
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from model.artifact import load_artifact, packaged_weights
from tests.drawings import DRAWINGS, base64_png, canvas, encoded, moved
from tests.model.numbers.examples import composed, painted, written

NUMBERS = ["10", "11", "407", "44", "55555", "2468013579"]
JSON = {"content-type": "application/json"}


def read(client: httpx.Client, body: Any) -> Any:
    response = client.post("/read", json=body)
    assert response.status_code == 200, response.text
    return response.json()


class TestTheReply:
    def test_it_has_all_the_contract_promises_and_nothing_else(self, client: httpx.Client) -> None:
        reply = read(client, {"strokes": written("407")})
        assert list(reply) == ["text", "spaced_text", "digits", "signs", "model"]
        assert reply["text"] == "407"
        assert reply["model"]["sha256"] == load_artifact(packaged_weights()).sha256
        assert [one["digit"] for one in reply["digits"]] == [4, 0, 7]
        for one in reply["digits"]:
            assert list(one) == ["digit", "confidence", "verdict", "probabilities", "box", "line", "place"]
            assert one["verdict"] == "digit"
            assert sum(one["probabilities"]) == pytest.approx(1, abs=1e-9)
            assert one["confidence"] == max(one["probabilities"]) == one["probabilities"][one["digit"]]

    @pytest.mark.parametrize(("ink", "code"), [(252, "too_faint"), (255, "nothing_stands_out")])
    def test_a_picture_that_cannot_be_read_has_a_hint(self, client: httpx.Client, ink: int, code: str) -> None:
        reply = client.post("/read", content=encoded(canvas(DRAWINGS["7"][0], ink=ink))).json()
        assert (reply["text"], reply["hint"]["code"]) == ("", code)
        assert "hint" not in read(client, {"strokes": []})

    def test_what_resembles_no_digit_is_a_question_mark(self, client: httpx.Client) -> None:
        letter_a = [[[0, 100], [30, 0], [60, 100]], [[15, 60], [45, 60]]]
        reply = read(
            client, {"strokes": [*written("7"), *moved(letter_a, right=130), *moved(written("2"), right=240)]}
        )
        assert reply["text"] == "7?2"
        assert (reply["digits"][1]["digit"], reply["digits"][1]["verdict"]) == (None, "not_a_digit")

    @pytest.mark.parametrize(
        "body",
        [
            {"strokes": []},
            {"strokes": [[]]},
            {"pixels": [[0] * 50] * 28},
            {"image": base64_png(np.full((200, 600), 255, np.uint8))},
            {"image": base64_png(np.zeros((60, 60, 4), np.uint8))},
        ],
    )
    def test_no_ink_is_no_number(self, client: httpx.Client, body: Any) -> None:
        reply = read(client, body)
        assert (reply["text"], reply["digits"]) == ("", [])

    def test_boxes_hold_the_ink_in_the_units_sent(self, client: httpx.Client) -> None:
        scale, pen, margin = 2.5, 20.0, 50.0
        drawing = moved(written("407", gap=40), scale)
        parts = [
            [line for line in drawing if -1 <= min(x for x, _ in line) - left < 60 * scale]
            for left in (0, 93 * scale, 183 * scale)
        ]
        assert sum(map(len, parts)) == len(drawing)
        for body, offset, reach in (
            ({"strokes": drawing}, 0.0, 0.0),
            ({"image": base64_png(painted(drawing, pen, margin))}, margin, pen / 2),
        ):
            for one, part in zip(read(client, body)["digits"], parts, strict=True):
                points = np.concatenate([np.array(line) for line in part]) + offset
                expected = [*(points.min(axis=0) - reach), *(points.max(axis=0) + reach)]
                assert one["box"] == pytest.approx(expected, abs=3 if reach else 1e-6)

    def test_boxes_in_a_very_large_picture_are_in_its_own_pixels(self, client: httpx.Client) -> None:
        image = Image.fromarray(painted(written("17"))).resize((3000, 2400))
        reply = read(client, {"image": base64.b64encode(encoded(image, "JPEG")).decode()})
        assert reply["text"] == "17"
        boxes = [one["box"] for one in reply["digits"]]
        assert 0 < boxes[0][0] < boxes[0][2] < boxes[1][0] < boxes[1][2] < 3000
        assert boxes[1][2] > 2000


class TestThePictureOfEachDigit:
    @pytest.mark.parametrize("as_image", [False, True], ids=["strokes", "image"])
    def test_it_is_what_the_network_sees_of_the_digit_on_its_own(self, client: httpx.Client, as_image: bool) -> None:
        def body(drawing: Any) -> Any:
            return {"image": base64_png(painted(drawing))} if as_image else {"strokes": drawing}

        response = client.post("/read?include=input", json=body(written("407")))
        assert response.json()["text"] == "407"
        for digit, one in zip("407", response.json()["digits"], strict=True):
            alone = client.post("/predict?include=input", json=body(written(digit))).json()["input"]
            assert np.shape(one["input"]) == (28, 28)
            assert np.abs(np.subtract(one["input"], alone)).mean() < (4 if as_image else 1e-9)

    def test_digits_that_touch_are_told_apart(self, client: httpx.Client) -> None:
        reply = client.post("/read?include=input", json={"strokes": written("47", gap=5)}).json()
        for one in reply["digits"]:
            again = client.post("/predict", json={"pixels": one["input"]}).json()
            assert (again["digit"], again["verdict"]) == (one["digit"], "digit")

    def test_nothing_else_may_be_asked_for(self, client: httpx.Client) -> None:
        response = client.post("/read?include=trace", json={"strokes": written("1")})
        assert (response.status_code, response.json()["code"]) == (422, "invalid_request")
        assert "'input'" in response.json()["detail"]


class TestTheFormsOfInk:
    @pytest.mark.parametrize("text", NUMBERS)
    def test_numbers_are_read_in_every_form(self, client: httpx.Client, text: str) -> None:
        drawing = written(text)
        image = painted(drawing)
        for body in ({"strokes": drawing}, {"image": base64_png(image)}, {"pixels": image[::2, ::2].tolist()}):
            assert read(client, body)["text"] == text, list(body)

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_raw_bytes_are_read(self, client: httpx.Client, kind: str) -> None:
        content = encoded(painted(written("407")), kind)
        response = client.post("/read", content=content, headers={"content-type": f"image/{kind.lower()}"})
        assert response.json()["text"] == "407"

    def test_light_ink_on_dark_is_read(self, client: httpx.Client) -> None:
        assert read(client, {"image": base64_png(255 - painted(written("407")))})["text"] == "407"

    @pytest.mark.parametrize("digit", sorted(DRAWINGS))
    def test_a_single_digit_is_what_predict_says_it_is(self, client: httpx.Client, digit: str) -> None:
        for drawing in DRAWINGS[digit]:
            for body in ({"strokes": drawing}, {"image": base64_png(painted(drawing))}):
                (one,) = read(client, body)["digits"]
                alone = client.post("/predict", json=body).json()
                assert (one["digit"], one["verdict"]) == (alone["digit"], alone["verdict"])
                assert one["confidence"] == pytest.approx(alone["confidence"], abs=0.01)

    @pytest.mark.parametrize("text", ["00", "22", "47"])
    def test_digits_that_touch_are_read(self, client: httpx.Client, text: str) -> None:
        drawing = written(text, gap=5)
        assert read(client, {"strokes": drawing})["text"] == text
        assert read(client, {"image": base64_png(painted(drawing, pen=10))})["text"] == text


class TestSignsAndRows:
    @pytest.mark.parametrize("text", ["-7", "1/2", "3.14", "12:30", "1+2=3", "2,5", "407\n22"])
    def test_they_are_in_the_text_and_told_one_by_one(self, client: httpx.Client, text: str) -> None:
        drawing = composed(text)
        image = painted(moved(drawing, down=20), pen=8)
        for body in ({"strokes": drawing}, {"image": base64_png(image)}):
            reply = read(client, body)
            assert reply["text"] == text
            told = {one["place"]: one["sign"] for one in reply["signs"]}
            told |= {one["place"]: str(one["digit"]) for one in reply["digits"]}
            assert "".join(told.get(place, "\n") for place in range(len(text))) == text
            assert [one["line"] for one in reply["digits"]] == (
                [0, 0, 0, 1, 1] if "\n" in text else [0] * len(reply["digits"])
            )

    def test_a_sign_has_its_box_in_the_units_sent(self, client: httpx.Client) -> None:
        (minus,) = read(client, {"strokes": moved(composed("-7"), 3, right=100, down=50)})["signs"]
        assert minus == {"sign": "-", "box": [100, 200, 220, 206], "line": 0, "place": 0}

    def test_room_for_a_digit_is_told(self, client: httpx.Client) -> None:
        reply = read(client, {"strokes": composed("18 00")})
        assert (reply["text"], reply["spaced_text"]) == ("1800", "18 00")

    def test_a_digit_with_a_sign_is_a_number_in_a_prediction(self, client: httpx.Client) -> None:
        for text in ("-7", "1\n1", "7\n2"):
            reply = client.post("/predict?include=number", json={"strokes": composed(text)}).json()
            assert reply["number"]["text"] == text


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "headers", "status", "code"),
        [
            (b"{", JSON, 400, "invalid_json"),
            (b"{}", JSON, 422, "invalid_request"),
            (b'{"strokes": [], "pixels": []}', JSON, 422, "invalid_request"),
            (b'{"strokes": [[[1]]]}', JSON, 422, "invalid_request"),
            (b'{"strokes": [[[1e308, 0], [-1e308, 0]]]}', JSON, 422, "invalid_ink"),
            (b'{"pixels": [[1, 2], [3]]}', JSON, 422, "invalid_ink"),
            (b'{"image": "!!!"}', JSON, 422, "invalid_ink"),
            (b"not a picture", {"content-type": "image/png"}, 422, "invalid_ink"),
            (b"x", {"content-type": "text/plain"}, 415, "unsupported_media_type"),
            (b" " * (5 * 2**20), JSON, 413, "body_too_large"),
        ],
    )
    def test_what_predict_refuses_is_refused_alike(
        self, client: httpx.Client, content: bytes, headers: dict[str, str], status: int, code: str
    ) -> None:
        response = client.post("/read", content=content, headers=headers)
        assert (response.status_code, response.json()["code"]) == (status, code)
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json() == client.post("/predict", content=content, headers=headers).json()

    def test_too_many_points_are_refused(self, client: httpx.Client) -> None:
        response = client.post("/read", json={"strokes": [[[0, 0]] * 20_001]})
        assert response.json()["detail"] == "strokes: 20,001 points, but at most 20,000 are read"


class TestBounds:
    def test_as_many_digits_as_the_contract_allows_are_read(self, client: httpx.Client) -> None:
        most = client.get("/openapi.json").json()["components"]["schemas"]["ReadReply"]["properties"]["digits"]
        sticks = [[[40 * index, 0], [40 * index, 100]] for index in range(most["maxItems"])]
        assert read(client, {"strokes": sticks})["text"] == "1" * most["maxItems"]

    @pytest.mark.parametrize(
        ("count", "found"), [(65, "65 digits"), (70, "70 digits"), (5000, "more than 320 marks")]
    )
    def test_more_are_refused_with_the_bound(self, client: httpx.Client, count: int, found: str) -> None:
        sticks = [[[40 * index, 0], [40 * index, 100]] for index in range(count)]
        response = client.post("/read", json={"strokes": sticks})
        assert (response.status_code, response.json()["code"]) == (422, "invalid_ink")
        assert response.json()["detail"] == f"{found}, but at most 64 digits are read at once"
        asked_of_one = client.post("/predict?include=number", json={"strokes": sticks})
        assert asked_of_one.json()["number"] is None, "it is read as one drawing all the same"

    def test_so_are_those_in_a_picture(self, client: httpx.Client) -> None:
        bars = np.zeros((160, 2000), np.uint8)
        bars[10:150, 10:1990:6] = 255
        response = client.post("/read", content=encoded(bars))
        assert (response.status_code, response.json()["code"]) == (422, "invalid_ink")
        assert response.json()["detail"].endswith("at most 64 digits are read at once")

    def test_scribbles_are_answered(self, client: httpx.Client) -> None:
        rng = np.random.default_rng(0)
        scribbles = [(rng.uniform(0, 100, (300, 2)) + np.array([70 * index, 0])).tolist() for index in range(60)]
        for body in ({"strokes": scribbles}, {"strokes": [[[7, 7]]]}):
            assert len(read(client, body)["digits"]) >= 1


OUTCOMES = {"200", "400", "401", "408", "413", "415", "422", "429", "503"}


def test_the_openapi_document_says_what_goes_in_and_what_may_go_wrong(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    read, predict = paths["/v1/read"]["post"], paths["/v1/predict"]["post"]
    assert read["requestBody"] == predict["requestBody"]
    assert set(read["responses"]) == set(predict["responses"]) == OUTCOMES
    assert read["responses"]["422"] == predict["responses"]["422"]
    reply = read["responses"]["200"]["content"]["application/json"]["schema"]
    assert reply == {"$ref": "#/components/schemas/ReadReply"}


class TestNumberInAPrediction:
    """`/predict?include=number`: one question, whether the ink is a digit or several."""

    SEVENTEEN = written("17")

    def test_several_digits_are_a_number_as_read_reads_it(self, client: httpx.Client) -> None:
        body = {"strokes": self.SEVENTEEN}
        reply = client.post("/predict", params={"include": "input,number"}, json=body).json()
        read = client.post("/read", params={"include": "input"}, json=body).json()
        assert reply["number"] == {name: read[name] for name in ("text", "spaced_text", "digits", "signs")}
        assert reply["number"]["text"] == "17"
        assert len(reply["probabilities"]) == 10
        assert "input" not in client.post("/predict?include=number", json=body).json()["number"]["digits"][0]

    def test_so_are_those_in_a_picture(self, client: httpx.Client) -> None:
        picture = encoded(painted(self.SEVENTEEN))
        assert client.post("/predict?include=number", content=picture).json()["number"]["text"] == "17"

    @pytest.mark.parametrize("way", [way for ways in DRAWINGS.values() for way in ways])
    def test_one_digit_is_none(self, client: httpx.Client, way: Any) -> None:
        reply = client.post("/predict?include=number", json={"strokes": way}).json()
        assert "number" in reply
        assert reply["number"] is None

    @pytest.mark.parametrize("strokes", [[], [[]], [[[5, 5]]], [[[0, 50], [100, 50]]]])
    def test_nor_is_what_is_none(self, client: httpx.Client, strokes: Any) -> None:
        assert client.post("/predict?include=number", json={"strokes": strokes}).json()["number"] is None

    def test_it_comes_only_when_asked_for(self, client: httpx.Client) -> None:
        assert "number" not in client.post("/predict?include=input", json={"strokes": self.SEVENTEEN}).json()
