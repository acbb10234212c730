"""`POST /predict` refuses with a problem that names the field, what is wrong with it, and what is allowed."""

import socket

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.drawings import SEVEN, canvas, encoded
from tests.running_service import RunningService

SEVEN_STROKES = {"strokes": SEVEN}


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
    client: httpx.Client, body: str | bytes, status: int, code: str, detail: str
) -> None:
    response = client.post("/predict", content=body, headers={"content-type": "application/json"})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert set(problem) == {"type", "title", "status", "detail", "code"}
    assert (problem["status"], problem["code"]) == (status, code)
    assert detail in problem["detail"]


def refused(client: httpx.Client, content: bytes, kind: str = "image/png", status: int = 422) -> str:
    response = client.post("/predict", content=content, headers={"content-type": kind})
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    return str(response.json()["detail"])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_truncated_images_are_refused(client: httpx.Client, share: float) -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        content = encoded(canvas(SEVEN), kind)
        detail = refused(client, content[: int(len(content) * share)])
        assert "PNG, JPEG or WebP" in detail


def test_formats_that_are_not_read_are_refused(client: httpx.Client) -> None:
    for kind in ("GIF", "TIFF", "BMP", "PDF"):
        assert refused(client, encoded(canvas(SEVEN), kind)).startswith(f"{kind} is not read, but a PNG")


def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded(client: httpx.Client) -> None:
    largest = encoded(Image.new("1", (4096, 4096)))
    decoded = client.post("/predict", content=largest, headers={"content-type": "image/png"})
    assert decoded.status_code == 200
    for side in (4097, 20_000):
        bomb = encoded(Image.new("1", (side, side)))
        assert len(bomb) < 100_000
        refused = client.post("/predict", content=bomb, headers={"content-type": "image/png"})
        assert refused.json()["detail"] == "more than the 16,777,216 pixels that are read"
        assert refused.elapsed < decoded.elapsed / 2


def test_images_with_any_byte_damaged_are_read_or_refused(client: httpx.Client) -> None:
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
def test_a_body_of_many_mistakes_is_refused_for_the_first(client: httpx.Client, form: str) -> None:
    body = f'{{"{form}": [[{",".join(["[]" if form == "strokes" else chr(34) * 2] * 60_000)}]]}}'
    response = client.post("/predict", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 422
    assert response.json()["detail"].startswith(f"{form}[0][0]: ")
    assert "more" not in response.json()["detail"]


def test_a_body_of_unknown_fields_is_refused_without_quoting_it_whole(client: httpx.Client) -> None:
    many = {f"field{index}": 1 for index in range(100_000)}
    assert client.post("/predict", json=many).json()["detail"] == "more than 64 keys in the body"
    response = client.post("/predict", json={"x" * 1_000_000: 1})
    assert response.status_code == 422
    assert len(response.content) < 1000


def test_a_caller_who_hangs_up_leaves_no_trace_in_the_log(service: RunningService) -> None:
    with socket.create_connection(("127.0.0.1", service.port)) as caller:
        caller.sendall(
            b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
        )
    assert httpx.get(f"{service.url}/healthz").status_code == 200
    assert "Traceback" not in service.log.read_text()


def test_too_many_points_are_refused(client: httpx.Client) -> None:
    response = client.post("/predict", json={"strokes": [[[0, 0]] * 20_001]})
    assert response.json()["detail"] == "strokes: 20,001 points, but at most 20,000 are read"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "image/gif", "font/ttf"])
def test_other_media_types_are_refused_with_those_allowed(client: httpx.Client, kind: str) -> None:
    detail = refused(client, b"x", kind, status=415)
    assert detail.startswith(f"Content-Type is '{kind}'")
    assert "application/json, image/png, image/jpeg, image/webp, multipart/form-data" in detail


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_beyond_the_limit_is_refused_with_and_without_its_length(client: httpx.Client, declared: bool) -> None:
    chunks = [b" " * 2**20] * 5
    content = b"".join(chunks) if declared else iter(chunks)
    response = client.post("/predict", content=content, headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")
    assert "4,194,304 bytes allowed" in response.json()["detail"]


def test_an_unknown_part_is_refused_with_those_known(client: httpx.Client) -> None:
    response = client.post("/predict", json=SEVEN_STROKES, params={"include": "input,magic"})
    assert response.status_code == 422
    assert response.json()["detail"] == (
        "include: 'magic' is not known; "
        "choose from input, trace, activations, saliency, occlusion, inside, without_stroke, number"
    )


def test_unknown_addresses_and_methods_are_problems_too(client: httpx.Client) -> None:
    for response, status in ((client.get("/nope"), 404), (client.get("/predict"), 405)):
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["status"] == status
