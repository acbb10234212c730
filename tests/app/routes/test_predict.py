"""`POST /predict`: the contract, with real weights behind a real server."""

import base64
import concurrent.futures
import socket
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
from tests.drawings import DRAWINGS, SEVEN, base64_png, canvas, encoded
from tests.running_service import RunningService

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

    def test_a_digit_needs_none_and_strokes_have_none(self, client: httpx.Client) -> None:
        framed = np.pad(canvas(SEVEN), 4)
        reply = client.post("/predict?include=trace", content=encoded(framed)).json()
        assert (reply["digit"], "hint" in reply, reply["trace"]["steps"]) == (7, False, ["frame"])
        assert "hint" not in client.post("/predict", json={"strokes": []}).json()


@pytest.mark.parametrize("highest", [1, 15, 16, 255])
def test_the_scale_of_grey_values_is_told_from_the_highest(client: httpx.Client, highest: int) -> None:
    scaled = np.rint(canvas(SEVEN, ink=255, paper=0) / 255.0 * highest)
    for levels in (scaled, scaled * (0.999 if highest == 1 else 1)):
        assert client.post("/predict", json={"pixels": levels.tolist()}).json()["digit"] == 7


class TestRefusals:
    @pytest.mark.parametrize(
        ("body", "status", "code", "detail"),
        [
            ("", 400, "invalid_json", "the body is not JSON: it is empty"),
            ("{", 400, "invalid_json", "the body is not JSON"),
            (b"\xff\xfe", 400, "invalid_json", "the body is not JSON"),
            ("[]", 422, "invalid_request", "must be an object, not a list"),
            ("{}", 422, "invalid_request", "give exactly one of image, strokes or pixels; found none"),
            ('{"strokes": [], "pixels": []}', 422, "invalid_request", "found strokes and pixels"),
            ('{"stroke": []}', 422, "invalid_request", "stroke: there is no such field"),
            ('{"strokes": "x"}', 422, "invalid_request", "strokes: "),
            ('{"strokes": [[[1, 2], [3]]]}', 422, "invalid_request", "strokes[0][1]: a point is [x, y], two numbers"),
            ('{"strokes": [[[1, 2, 3, 4, 5]]]}', 422, "invalid_request", "strokes[0][0]: a point is [x, y]"),
            ('{"strokes": [[["1", 2]]]}', 422, "invalid_request", "strokes[0][0][0]: "),
            ('{"strokes": [[[NaN, 2]]]}', 400, "invalid_json", "the body is not JSON: invalid character"),
            ('{"strokes": [[[1e400, 2]]]}', 422, "invalid_request", "strokes[0][0][0]: "),
            (
                '{"strokes": [[[1e308, 0], [-1e308, 0]]]}',
                422,
                "invalid_ink",
                "strokes: the coordinates lie too far apart",
            ),
            ('{"pixels": []}', 422, "invalid_ink", "pixels: at least one row"),
            ('{"pixels": [[]]}', 422, "invalid_ink", "pixels: at least one row"),
            ('{"pixels": [[1, 2], [3]]}', 422, "invalid_ink", "pixels[1]: 1 values, but the rows before have 2"),
            ('{"pixels": [[256]]}', 422, "invalid_request", "pixels[0][0]: "),
            ('{"pixels": [[-1]]}', 422, "invalid_request", "pixels[0][0]: "),
            ('{"image": 5}', 422, "invalid_request", "image: "),
            ('{"image": ""}', 422, "invalid_ink", "image: not a PNG, JPEG or WebP image"),
            ('{"image": "!!!"}', 422, "invalid_ink", "image: not valid base64"),
            ('{"image": "é"}', 422, "invalid_ink", "image: not valid base64"),
            ('{"image": "https://example.org/7.png"}', 422, "invalid_ink", "image: addresses are never fetched"),
            ('{"image": "data:image/png,x"}', 422, "invalid_ink", "image: a data: URL must be in base64"),
            ('{"image": "R0lGODlhAQABAAAAACw="}', 422, "invalid_ink", "image: GIF is not read, but a PNG"),
        ],
    )
    def test_bad_json_is_refused_by_its_place(
        self, client: httpx.Client, body: str | bytes, status: int, code: str, detail: str
    ) -> None:
        response = client.post("/predict", content=body, headers={"content-type": "application/json"})
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        problem = response.json()
        assert set(problem) == {"type", "title", "status", "detail", "code"}
        assert (problem["status"], problem["code"]) == (status, code)
        assert detail in problem["detail"]

    def refused(self, client: httpx.Client, content: bytes, kind: str = "image/png", status: int = 422) -> str:
        response = client.post("/predict", content=content, headers={"content-type": kind})
        assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
        return str(response.json()["detail"])

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
    def test_truncated_images_are_refused(self, client: httpx.Client, share: float) -> None:
        for kind in ("PNG", "JPEG", "WEBP"):
            content = encoded(canvas(SEVEN), kind)
            detail = self.refused(client, content[: int(len(content) * share)])
            assert "PNG, JPEG or WebP" in detail

    def test_formats_that_are_not_read_are_refused(self, client: httpx.Client) -> None:
        for kind in ("GIF", "TIFF", "BMP", "PDF"):
            assert self.refused(client, encoded(canvas(SEVEN), kind)).startswith(f"{kind} is not read, but a PNG")

    def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded(self, client: httpx.Client) -> None:
        largest = encoded(Image.new("1", (4096, 4096)))
        decoded = client.post("/predict", content=largest, headers={"content-type": "image/png"})
        assert decoded.status_code == 200
        for side in (4097, 20_000):
            bomb = encoded(Image.new("1", (side, side)))
            assert len(bomb) < 100_000
            refused = client.post("/predict", content=bomb, headers={"content-type": "image/png"})
            assert refused.json()["detail"] == "more than the 16,777,216 pixels that are read"
            assert refused.elapsed < decoded.elapsed / 2

    def test_images_with_any_byte_damaged_are_read_or_refused(self, client: httpx.Client) -> None:
        exif = Image.Exif()
        exif[0x0112], exif[0x010F], exif[0x829A] = 6, "maker", 0.5
        rng = np.random.default_rng(0)
        for kind in ("PNG", "JPEG", "WEBP"):
            content = encoded(canvas(SEVEN), kind, exif=exif)
            for place in rng.integers(0, min(len(content), 400), 60):
                damaged = bytearray(content)
                damaged[place] = int(rng.integers(256))
                response = client.post("/predict", content=bytes(damaged), headers={"content-type": "image/png"})
                assert response.status_code in {200, 422}, (kind, place)

    @pytest.mark.parametrize("form", ["strokes", "pixels"])
    def test_a_body_of_many_mistakes_is_refused_for_the_first(self, client: httpx.Client, form: str) -> None:
        body = f'{{"{form}": [[{",".join(["[]" if form == "strokes" else chr(34) * 2] * 60_000)}]]}}'
        response = client.post("/predict", content=body, headers={"content-type": "application/json"})
        assert response.status_code == 422
        assert response.json()["detail"].startswith(f"{form}[0][0]: ")
        assert "more" not in response.json()["detail"]

    def test_a_body_of_unknown_fields_is_refused_without_quoting_it_whole(self, client: httpx.Client) -> None:
        many = {f"field{index}": 1 for index in range(100_000)}
        assert client.post("/predict", json=many).json()["detail"] == "more than 64 keys in the body"
        response = client.post("/predict", json={"x" * 1_000_000: 1})
        assert response.status_code == 422
        assert len(response.content) < 1000

    def test_a_caller_who_hangs_up_leaves_no_trace_in_the_log(self, service: RunningService) -> None:
        with socket.create_connection(("127.0.0.1", service.port)) as caller:
            caller.sendall(
                b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
            )
        assert httpx.get(f"{service.url}/healthz").status_code == 200
        assert "Traceback" not in service.log.read_text()

    def test_too_many_points_are_refused(self, client: httpx.Client) -> None:
        response = client.post("/predict", json={"strokes": [[[0, 0]] * 20_001]})
        assert response.json()["detail"] == "strokes: 20,001 points, but at most 20,000 are read"

    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "image/gif", "font/ttf"])
    def test_other_media_types_are_refused_with_those_allowed(self, client: httpx.Client, kind: str) -> None:
        detail = self.refused(client, b"x", kind, status=415)
        assert detail.startswith(f"Content-Type is '{kind}'")
        assert "application/json, image/png, image/jpeg, image/webp, multipart/form-data" in detail

    @pytest.mark.parametrize("declared", [True, False])
    def test_a_body_beyond_the_limit_is_refused_with_and_without_its_length(
        self, client: httpx.Client, declared: bool
    ) -> None:
        chunks = [b" " * 2**20] * 5
        content = b"".join(chunks) if declared else iter(chunks)
        response = client.post("/predict", content=content, headers={"content-type": "application/json"})
        assert (response.status_code, response.json()["code"]) == (413, "body_too_large")
        assert "4,194,304 bytes allowed" in response.json()["detail"]

    def test_an_unknown_part_is_refused_with_those_known(self, client: httpx.Client) -> None:
        response = client.post("/predict", json=SEVEN_STROKES, params={"include": "input,magic"})
        assert response.status_code == 422
        assert response.json()["detail"] == (
            "include: 'magic' is not known; "
            "choose from input, trace, activations, saliency, occlusion, inside, without_stroke, number"
        )

    def test_unknown_addresses_and_methods_are_problems_too(self, client: httpx.Client) -> None:
        for response, status in ((client.get("/nope"), 404), (client.get("/predict"), 405)):
            assert response.status_code == status
            assert response.headers["content-type"] == "application/problem+json"
            assert response.json()["status"] == status


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
