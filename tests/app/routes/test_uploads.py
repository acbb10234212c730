"""Ink in whatever wrapping programs send it: forms, other media types, none at all, compressed."""

import base64
import gzip
import io
import json
import subprocess
import zlib
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.drawings import SEVEN, canvas, encoded
from tests.running_service import RunningService

PNG = encoded(canvas(SEVEN))
STROKES = json.dumps(SEVEN)
DRAWING = json.dumps({"strokes": SEVEN}).encode()
TYPES = [
    "image/png",
    "image/jpg",
    "image/pjpeg",
    "image/x-png",
    "IMAGE/PNG; charset=binary",
    "application/octet-stream",
    "binary/octet-stream",
    "application/x-www-form-urlencoded",
    "text/plain;charset=UTF-8",
    "application/json",
    "nonsense",
    None,
]


def read(response: httpx.Response) -> int | None:
    assert response.status_code == 200, response.text
    digit: int | None = response.json()["digit"]
    return digit


def refused(response: httpx.Response, status: int, code: str) -> str:
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    return str(response.json()["detail"])


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("content", [PNG, encoded(canvas(SEVEN), "JPEG"), DRAWING, b"\xef\xbb\xbf\n" + DRAWING])
def test_what_a_body_is_shows_in_how_it_begins(client: httpx.Client, content: bytes, kind: str | None) -> None:
    assert read(client.post("/predict", content=content, headers={"content-type": kind} if kind else {})) == 7


class TestForms:
    @pytest.mark.parametrize("name", ["file", "image", "strokes", "a name", "données", ""])
    @pytest.mark.parametrize("path", ["/predict", "/v1/predict"])
    def test_a_file_may_have_any_name(self, client: httpx.Client, path: str, name: str) -> None:
        assert read(client.post(path, files={name: ("7.png", PNG, "image/png")})) == 7

    @pytest.mark.parametrize("kind", ["image/jpg", "application/octet-stream", "text/html", ""])
    def test_what_a_file_says_of_itself_does_not_matter(self, client: httpx.Client, kind: str) -> None:
        assert read(client.post("/predict", files={"file": ("seven", PNG, kind)})) == 7

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("strokes", STROKES),
            ("strokes", json.dumps({"strokes": SEVEN})),
            ("pixels", json.dumps(canvas(SEVEN).tolist())),
            ("image", base64.b64encode(PNG).decode()),
            ("image", "data:image/png;base64," + base64.b64encode(PNG).decode()),
        ],
    )
    def test_ink_may_be_in_a_field(self, client: httpx.Client, field: str, value: str) -> None:
        as_multipart = client.post("/predict", files={field: (None, value), "submit": (None, "Read")})
        assert (read(as_multipart), read(client.post("/predict", data={field: value}))) == (7, 7)

    def test_a_file_may_hold_json(self, client: httpx.Client) -> None:
        for name, content in (("file", DRAWING), ("strokes", STROKES.encode()), ("strokes", DRAWING)):
            assert read(client.post("/predict", files={name: ("ink.json", content)})) == 7

    def test_places_for_files_that_were_left_empty_do_not_matter(self, client: httpx.Client) -> None:
        files: Any = [("a", ("", b"", "application/octet-stream")), ("b", ("7.png", PNG)), ("note", (None, "seven"))]
        assert read(client.post("/predict", files=files)) == 7

    def test_numbers_are_read_from_forms_too(self, client: httpx.Client) -> None:
        assert client.post("/read", files={"file": PNG}).json()["text"] == "7"

    @pytest.mark.parametrize(
        ("files", "detail"),
        [
            ([("note", (None, "seven"))], "one field with ink, a file or one of image, strokes, pixels; found none"),
            ([("a", PNG), ("b", PNG)], "found 'a', 'b'"),
            ([("strokes", (None, STROKES)), ("pixels", (None, "[[1]]"))], "found 'strokes', 'pixels'"),
            ([("a", ("7.png", b""))], "a: the file is empty"),
            ([("strokes", (None, "[[[1]]]"))], "strokes[0][0]: a point is [x, y]"),
        ],
    )
    def test_a_form_without_ink_or_with_too_much_is_refused(
        self, client: httpx.Client, files: Any, detail: str
    ) -> None:
        assert detail in refused(client.post("/predict", files=files), 422, "invalid_request")

    def test_a_file_that_is_no_image_is_named(self, client: httpx.Client) -> None:
        response = client.post("/predict", files={"scan": ("7.png", b"seven")})
        assert refused(response, 422, "invalid_ink") == "scan: not a PNG, JPEG or WebP image"

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("multipart/form-data", b"--x\r\n"),
            ("multipart/form-data; boundary=x", b""),
            ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nab"),
            ("multipart/form-data; boundary=x", b"--x\r\nno header\r\n\r\nab\r\n--x--\r\n"),
            ("multipart/form-data; boundary=" + "x" * 5000, b"--x"),
            ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n" * 40),
        ],
    )
    def test_what_is_no_form_is_refused(self, client: httpx.Client, kind: str, body: bytes) -> None:
        response = client.post("/predict", content=body, headers={"content-type": kind})
        assert refused(response, 400, "invalid_form").startswith("the body is no multipart/form-data: ")


class TestCompressed:
    @pytest.mark.parametrize(
        ("coding", "compress"),
        [
            ("gzip", gzip.compress),
            ("x-gzip", gzip.compress),
            ("GZIP", gzip.compress),
            ("deflate", zlib.compress),
            ("deflate", lambda body: zlib.compress(body, wbits=-15)),
            ("identity", bytes),
            ("gzip", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])),
        ],
    )
    @pytest.mark.parametrize("body", [DRAWING, PNG])
    def test_a_body_may_come_compressed(self, client: httpx.Client, coding: str, compress: Any, body: bytes) -> None:
        headers = {"Content-Encoding": coding, "Content-Type": "application/octet-stream"}
        content = compress(body)
        assert read(client.post("/predict", content=content, headers=headers)) == 7
        in_pieces = (content[place : place + 5] for place in range(0, len(content), 5))
        assert read(client.post("/predict", content=in_pieces, headers=headers)) == 7

    @pytest.mark.parametrize("path", ["/predict/batch", "/v2/models/digits/infer"])
    def test_so_may_many_drawings(self, client: httpx.Client, path: str) -> None:
        tensor = {"name": "pixels", "shape": [1, 28, 28], "datatype": "UINT8", "data": [0] * 784}
        body = json.dumps({"items": [{"strokes": SEVEN}]} if path.endswith("batch") else {"inputs": [tensor]})
        headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
        assert client.post(path, content=gzip.compress(body.encode()), headers=headers).status_code == 200

    @pytest.mark.parametrize("size", [4 * 2**20 + 1, 2**30])
    def test_what_inflates_beyond_the_bound_is_refused_early(self, client: httpx.Client, size: int) -> None:
        squeezed = io.BytesIO()
        with gzip.GzipFile(fileobj=squeezed, mode="wb") as file:
            for _ in range(0, size, 2**20):
                file.write(bytes(2**20))
        response = client.post("/predict", content=squeezed.getvalue(), headers={"Content-Encoding": "gzip"})
        assert refused(response, 413, "body_too_large").endswith("4,194,304 bytes allowed")

    @pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress", "x" * 300])
    def test_an_unknown_coding_is_refused_with_those_that_are_known(self, client: httpx.Client, coding: str) -> None:
        response = client.post("/predict", content=DRAWING, headers={"Content-Encoding": coding})
        assert refused(response, 415, "unsupported_media_type").endswith("must be gzip or deflate, once, or left out")
        assert response.headers["accept-encoding"] == "gzip, deflate"

    @pytest.mark.parametrize(
        "body",
        [
            DRAWING,
            gzip.compress(DRAWING)[:-9],
            gzip.compress(DRAWING)[:5],
            gzip.compress(DRAWING)[:20] + b"!" + gzip.compress(DRAWING)[21:],
            gzip.compress(DRAWING) + b"more",
            gzip.compress(b" ") * 17 + gzip.compress(DRAWING),
        ],
    )
    def test_what_is_not_compressed_as_it_says_is_refused(self, client: httpx.Client, body: bytes) -> None:
        response = client.post("/predict", content=body, headers={"Content-Encoding": "gzip"})
        assert refused(response, 400, "invalid_encoding").startswith("the body is not gzip, as its Content-Encoding")

    def test_nothing_at_all_is_refused_as_nothing(self, client: httpx.Client) -> None:
        response = client.post("/predict", content=b"", headers={"Content-Encoding": "gzip"})
        assert refused(response, 400, "invalid_json") == "the body is not JSON: it is empty"


class TestBase64:
    @pytest.mark.parametrize(
        "prefix", ["", "data:image/png;base64,", "DATA:image/png;BASE64,", "data:;charset=x;base64,"]
    )
    def test_either_alphabet_and_any_case_of_its_prefix(self, client: httpx.Client, prefix: str) -> None:
        for text in (
            base64.b64encode(PNG).decode(),
            base64.urlsafe_b64encode(PNG).decode().rstrip("="),
            base64.encodebytes(PNG).decode(),
            base64.b64encode(PNG).decode().replace("+", "%2B").replace("/", "%2F") if prefix else "",
        ):
            if text:
                assert read(client.post("/predict", json={"image": prefix + text})) == 7

    def test_a_data_url_may_be_the_whole_body(self, client: httpx.Client) -> None:
        body = "data:image/png;base64," + base64.b64encode(PNG).decode()
        assert read(client.post("/predict", content=body, headers={"content-type": "text/plain"})) == 7


class TestFormatsThatAreNotRead:
    FILES = (
        ("GIF", encoded(canvas(SEVEN), "GIF")),
        ("BMP", encoded(canvas(SEVEN), "BMP")),
        ("TIFF", encoded(canvas(SEVEN), "TIFF")),
        ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(50)),
        ("HEIC", b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + bytes(50)),
        ("AVIF", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1" + bytes(50)),
        ("SVG", b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M1 1"/></svg>'),
        ("SVG", b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- 7 -->\n<svg viewBox="0 0 9 9"/>'),
        ("PDF", encoded(canvas(SEVEN), "PDF")),
    )

    @pytest.mark.parametrize(("name", "content"), FILES)
    def test_their_refusal_names_them_and_says_what_to_do(
        self, client: httpx.Client, name: str, content: bytes
    ) -> None:
        for response, field in (
            (client.post("/predict", content=content, headers={"content-type": "image/x"}), ""),
            (client.post("/predict", content=content), ""),
            (client.post("/predict", files={"file": content}), "file: "),
            (client.post("/predict", json={"image": base64.b64encode(content).decode()}), "image: "),
            (client.post("/read", files={"file": content}), "file: "),
        ):
            detail = refused(response, 422, "invalid_ink")
            assert detail.startswith(f"{field}{name} is not read, but a PNG, JPEG or WebP is: ")


class TestCurl:
    """The commands that people type."""

    @pytest.fixture
    def seven(self, tmp_path: Path) -> Path:
        file = tmp_path / "7.png"
        file.write_bytes(PNG)
        (tmp_path / "ink.json").write_bytes(DRAWING)
        return tmp_path

    @pytest.mark.parametrize(
        "options",
        [
            ["-F", "file=@7.png"],
            ["-F", "image=@7.png;type=image/x-png"],
            ["-F", "file=<7.png"],
            ["-F", "strokes=" + STROKES],
            ["-F", "file=@ink.json"],
            ["--data-binary", "@7.png"],
            ["--data-binary", "@7.png", "-H", "Content-Type:"],
            ["-T", "7.png", "-X", "POST"],
            ["-d", DRAWING.decode()],
            ["--data-urlencode", "strokes=" + STROKES],
            ["--json", DRAWING.decode()],
            ["-F", "file=@7.png", "-H", "Transfer-Encoding: chunked"],
            ["-F", "file=@7.png", "-H", "Expect: 100-continue"],
        ],
        ids=lambda options: " ".join(options)[:40],
    )
    def test_it_is_answered(self, service: RunningService, seven: Path, options: list[str]) -> None:
        command = ["curl", "-sS", "--max-time", "20", f"{service.url}/predict", *options]
        told = subprocess.run(command, cwd=seven, capture_output=True, check=True)
        assert json.loads(told.stdout).get("digit") == 7, told.stdout
