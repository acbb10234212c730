"""`POST /predict`: the contract, with real weights behind a real server."""

import base64
import concurrent.futures
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from model.artifact import load_artifact, packaged_weights
from model.data.examples import preprocess_examples
from model.data.mnist import load_mnist
from model.evaluation.images import accuracy
from tests.drawings import DRAWINGS, SEVEN, base64_png, canvas, encoded, moved

SEVEN_STROKES = {"strokes": SEVEN}
every_drawing = pytest.mark.parametrize(
    ("digit", "way"), [(digit, way) for digit, ways in DRAWINGS.items() for way in range(len(ways))]
)


def ask(client: httpx.Client, body: Any, include: str = "") -> Any:
    response = client.post("/predict", json=body, params={"include": include} if include else {})
    assert response.status_code == 200, response.text
    return response.json()


class TestTheReply:
    def test_it_has_all_the_contract_promises_and_nothing_else(self, client: httpx.Client) -> None:
        reply = ask(client, SEVEN_STROKES)
        assert list(reply) == ["digit", "probabilities", "confidence", "verdict", "alternatives", "model"]
        assert (reply["digit"], reply["verdict"]) == (7, "digit")
        assert len(reply["probabilities"]) == 10
        assert sum(reply["probabilities"]) == pytest.approx(1, abs=1e-9)
        assert reply["confidence"] == max(reply["probabilities"]) == reply["probabilities"][7]
        artifact = load_artifact(packaged_weights())
        assert reply["model"] == {
            "name": artifact.name,
            "version": artifact.version,
            "sha256": artifact.sha256,
        }

    def test_alternatives_are_the_next_likeliest_digits(self, client: httpx.Client) -> None:
        replies = [ask(client, {"strokes": way}) for ways in DRAWINGS.values() for way in ways]
        assert any(reply["alternatives"] for reply in replies)
        for reply in replies:
            ranked = sorted(range(10), key=lambda digit: -reply["probabilities"][digit])
            expected = [d for d in ranked[1:4] if reply["probabilities"][d] >= 0.001]
            assert [other["digit"] for other in reply["alternatives"]] == expected

    @pytest.mark.parametrize(
        "body",
        [
            {"strokes": []},
            {"strokes": [[]]},
            {"pixels": [[0] * 28] * 28},
            {"pixels": [[255]]},
            {"image": base64_png(np.full((280, 280), 255, np.uint8))},
            {"image": base64_png(np.zeros((60, 60, 4), np.uint8))},
        ],
    )
    def test_a_blank_canvas_is_blank_and_not_a_digit_in_any_form(self, client: httpx.Client, body: Any) -> None:
        reply = ask(client, body, include="input,trace")
        assert (reply["digit"], reply["verdict"], reply["alternatives"]) == (None, "blank", [])
        assert reply["probabilities"] == pytest.approx([0.1] * 10)
        assert not np.any(reply["input"])
        assert reply["trace"]["box"] is None

    def test_the_optional_parts_come_when_asked_for(self, client: httpx.Client) -> None:
        reply = ask(client, SEVEN_STROKES, include="input,trace,activations,saliency")
        seen = np.array(reply["input"])
        assert (seen.shape, seen.min(), seen.max()) == ((28, 28), 0, 255)
        assert reply["trace"]["source"] == "strokes"
        artifact = load_artifact(packaged_weights())
        network = artifact.network
        assert [len(layer) for layer in reply["activations"]] == list(network.architecture.sizes[1:])
        assert int(np.argmax(reply["activations"][-1])) == 7
        saliency = np.array(reply["saliency"])
        assert saliency.shape == (28, 28)
        assert not saliency[seen == 0].any(), "paper speaks neither for nor against"
        gradient = network.input_gradient(artifact.scaling.apply(seen[None].astype(np.uint8)), 7)
        ink_times_gradient = seen * (gradient / artifact.scaling.divisor).reshape(28, 28)
        np.testing.assert_allclose(saliency, ink_times_gradient, rtol=1e-3, atol=1e-4)
        assert saliency.any()

    def test_parts_may_be_asked_for_one_by_one(self, client: httpx.Client) -> None:
        response = client.post("/predict?include=input&include=trace", json=SEVEN_STROKES)
        assert {"input", "trace"} <= set(response.json())

    def test_only_the_parts_asked_for_come(self, client: httpx.Client) -> None:
        assert set(ask(client, SEVEN_STROKES, include="trace")) - set(ask(client, SEVEN_STROKES)) == {"trace"}


class TestTheFormsOfInk:
    @every_drawing
    def test_strokes_are_read(self, client: httpx.Client, digit: str, way: int) -> None:
        assert ask(client, {"strokes": DRAWINGS[digit][way]})["digit"] == int(digit)

    @every_drawing
    @pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0), (90, 200)])
    def test_images_are_read(self, client: httpx.Client, digit: str, way: int, ink: int, paper: int) -> None:
        image = canvas(DRAWINGS[digit][way], scale=1.5, right=20, down=90, pen=16, ink=ink, paper=paper)
        assert ask(client, {"image": base64_png(image)})["digit"] == int(digit)

    @pytest.mark.parametrize(
        ("kind", "options"),
        [
            ("PNG", {}),
            ("JPEG", {"quality": 60}),
            ("WEBP", {"quality": 60}),
            ("WEBP", {"lossless": True}),
        ],
    )
    def test_raw_bytes_of_every_format_are_read(self, client: httpx.Client, kind: str, options: Any) -> None:
        content = encoded(canvas(SEVEN), kind, **options)
        response = client.post("/predict", content=content, headers={"content-type": f"image/{kind.lower()}"})
        assert response.json()["digit"] == 7

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
    def test_every_kind_of_png_is_read(self, client: httpx.Client, mode: str) -> None:
        grey = Image.fromarray(canvas(SEVEN))
        image = Image.fromarray(canvas(SEVEN).astype(np.uint16) * 257) if mode == "I;16" else grey.convert(mode)
        assert ask(client, {"image": base64_png(image)})["digit"] == 7

    @pytest.mark.parametrize("ink", [(0, 0, 0), (255, 255, 255), (200, 30, 30)])
    def test_ink_on_nothing_is_read_whatever_its_colour(
        self, client: httpx.Client, ink: tuple[int, int, int]
    ) -> None:
        image = Image.new("RGBA", (280, 280), (*ink, 0))
        image.putalpha(Image.fromarray(255 - canvas(SEVEN)))
        assert ask(client, {"image": base64_png(image)})["digit"] == 7

    def test_a_phones_photo_is_turned_as_its_exif_says(self, client: httpx.Client) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6  # to be shown turned by 90 degrees clockwise
        lying = Image.fromarray(canvas(SEVEN)).transpose(Image.Transpose.ROTATE_90)
        content = encoded(lying, "JPEG", exif=exif)
        response = client.post("/predict", content=content, headers={"content-type": "image/jpeg"})
        assert response.json()["digit"] == 7

    @pytest.mark.parametrize(
        "exif", [b"Exif\0\0", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12\0\x05" * 40, b"\xff" * 64]
    )
    def test_a_damaged_exif_block_does_not_keep_a_photo_from_being_read(
        self, client: httpx.Client, exif: bytes
    ) -> None:
        for kind in ("JPEG", "PNG", "WEBP"):
            content = encoded(canvas(SEVEN), kind, exif=exif)
            response = client.post("/predict", content=content, headers={"content-type": "image/jpeg"})
            assert (response.status_code, response.json().get("digit")) == (200, 7), kind

    def test_data_urls_line_breaks_and_missing_padding_are_read(self, client: httpx.Client) -> None:
        text = base64_png(canvas(SEVEN))
        broken = "\n".join(text[start : start + 76] for start in range(0, len(text), 76)).rstrip("=")
        for image in (f"data:image/png;base64,{text}", broken):
            assert ask(client, {"image": image})["digit"] == 7

    def test_pixel_rows_are_read_in_any_size_and_polarity(self, client: httpx.Client) -> None:
        for image in (
            canvas(SEVEN),
            canvas(SEVEN, ink=255, paper=0, scale=0.5, size=(64, 90), right=8, down=8, pen=5),
        ):
            assert ask(client, {"pixels": image.tolist()})["digit"] == 7
        assert ask(client, {"pixels": (canvas(SEVEN) + 0.0).tolist()})["digit"] == 7

    def test_a_very_large_photo_is_read(self, client: httpx.Client) -> None:
        image = Image.fromarray(canvas(SEVEN)).resize((3000, 3000))
        assert ask(client, {"image": base64.b64encode(encoded(image, "JPEG")).decode()})["digit"] == 7

    def test_the_same_ink_gets_the_same_reply_each_time_and_from_many_at_once(self, client: httpx.Client) -> None:
        bodies = [{"strokes": way} for ways in DRAWINGS.values() for way in ways] * 3
        one_by_one = [ask(client, body) for body in bodies]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda body: ask(client, body), bodies)) == one_by_one


class TestHints:
    """Why a picture is refused or doubted."""

    @pytest.mark.parametrize(
        ("image", "code"),
        [
            (np.hstack([canvas(DRAWINGS["3"][0]), canvas(SEVEN), canvas(SEVEN)]), "several_digits"),
            (canvas(SEVEN, ink=252), "too_faint"),
            (np.full((280, 280), 255, np.uint8), "nothing_stands_out"),
            (np.pad(canvas([[[0, 0], [90, 90]], [[90, 0], [0, 90]]]), 4), "frame_or_rules_removed"),
        ],
    )
    def test_it_comes_with_a_code_and_words(self, client: httpx.Client, image: NDArray[np.uint8], code: str) -> None:
        reply = client.post("/predict", content=encoded(image)).json()
        assert (reply["verdict"] == "digit", reply["hint"]["code"]) == (False, code)
        assert reply["hint"]["text"]
        batch = client.post("/predict/batch", json={"items": [{"image": base64_png(image)}]}).json()
        assert batch["results"][0]["hint"] == reply["hint"]

    def test_digits_side_by_side_are_told_in_strokes_too(self, client: httpx.Client) -> None:
        both = [*moved(DRAWINGS["3"][0], right=-110), *moved(DRAWINGS["8"][0], right=110)]
        assert ask(client, {"strokes": both})["hint"]["code"] == "several_digits"
        dash, cross = [[[0, 0], [90, 4]]], [[[0, 0], [90, 90]], [[90, 0], [0, 90]]]
        assert all("hint" not in ask(client, {"strokes": strokes}) for strokes in (dash, cross))

    def test_a_digit_needs_none_and_no_strokes_have_none(self, client: httpx.Client) -> None:
        framed = np.pad(canvas(SEVEN), 4)
        reply = client.post("/predict?include=trace", content=encoded(framed)).json()
        (step,) = reply["trace"]["steps"]
        assert (reply["digit"], "hint" in reply, step["name"]) == (7, False, "frame")
        assert np.array(step["pixels"], np.uint8).max() == 255
        assert "hint" not in client.post("/predict", json={"strokes": []}).json()


@pytest.mark.parametrize("highest", [1, 15, 16, 255])
def test_the_scale_of_grey_values_is_told_from_the_highest(client: httpx.Client, highest: int) -> None:
    scaled = np.rint(canvas(SEVEN, ink=255, paper=0) / 255.0 * highest)
    for levels in (scaled, scaled * (0.999 if highest == 1 else 1)):
        assert client.post("/predict", json={"pixels": levels.tolist()}).json()["digit"] == 7


def test_images_of_mnist_posted_as_pixels_score_as_they_do_offline(client: httpx.Client, mnist_folder: Path) -> None:
    test = load_mnist(mnist_folder).test
    artifact = load_artifact(packaged_weights())
    offline = accuracy(artifact.network, artifact.scaling, preprocess_examples(test))
    assert offline >= 0.99

    def read(image: np.ndarray) -> int:
        return int(np.argmax(ask(client, {"pixels": image.tolist()})["probabilities"]))

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        served = np.mean(list(pool.map(read, test.images)) == test.labels)
    assert abs(served - offline) <= 0.001
