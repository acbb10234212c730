"""What is asked, and what the right answer is: worked out beforehand by each of the weights that will be served."""

import base64
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.decoding import ImageFile, Submitted, parse_drawing, pieces_or_file, preprocess_submitted
from app.settings import Settings
from model.artifact import load_artifact, save_artifact
from model.classifier import Classifier
from model.nn import Network
from model.preprocess import draw
from tests.drawings import DRAWINGS, Drawing

_TOLERANCE = 1e-4
"""Of probabilities: one product of matrices is not the other to the last bit."""

_BATCH = 24

_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Question:
    """A request, and the replies that are right, by the weights that made them.

    Attributes:
        kind: such as `strokes`.
        path: where it is sent.
        headers: of what the body is.
        body: the bytes.
        answers: SHA-256 of the weights to what a right reply says, without the model.
    """

    kind: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    answers: dict[str, Any]

    def weights_of(self, reply: dict[str, Any]) -> str | None:
        """The SHA-256 of the weights that say what a reply says; None if it names others, or says nothing right."""
        model = reply.get("model")
        named = str(model.get("sha256")) if isinstance(model, dict) else None
        right = [sha256 for sha256, answer in self.answers.items() if _is_alike(answer, reply)]
        return next((sha256 for sha256 in right if named in {None, sha256}), None)


def two_weights(good: Path, folder: Path) -> list[Path]:
    """Two files of good weights: the one given, and one that reads a little differently."""
    first, second = folder / "first.npz", folder / "second.npz"
    first.write_bytes(good.read_bytes())
    artifact = load_artifact(good)
    parameters = artifact.network.parameters.copy()
    last = artifact.network.architecture.layers - 1
    parameters[f"{last}.bias"][:] += np.linspace(-0.3, 0.3, 10, dtype=np.float32)
    other = replace(artifact, name="soak", network=Network(artifact.network.architecture, parameters))
    save_artifact(second, other)
    return [first, second]


def questions(weights: Sequence[Path]) -> list[Question]:
    """Every kind of request, each with its answers."""
    readers = [Classifier.load(path) for path in weights]
    drawings = [way for ways in DRAWINGS.values() for way in ways]
    asked: list[Question] = []
    for drawing in drawings:
        strokes = [[[float(x), float(y)] for x, y in stroke] for stroke in drawing]
        png = _picture(drawing, "PNG")
        jpeg = _picture(drawing, "JPEG")
        small = np.asarray(Image.open(io.BytesIO(png)).resize((56, 56))).tolist()
        asked += [
            _one("strokes", {"strokes": strokes}, readers),
            _one("pixels", {"pixels": small}, readers),
            _one("PNG in base64", {"image": base64.b64encode(png).decode()}, readers),
            _raw("PNG", {"Content-Type": "image/png"}, png, png, readers),
            _raw("JPEG", {}, jpeg, jpeg, readers),
            _raw("form", {"Content-Type": "multipart/form-data; boundary=soak"}, _form(png), png, readers),
            _compressed(_one("gzip", {"strokes": strokes}, readers)),
            _tensor(np.asarray(small, np.uint8), readers),
        ]
    asked += [_batch(drawings[start:] + drawings[:start], readers) for start in range(0, len(drawings), 5)]
    asked += [_number(drawings[start], drawings[start + 1], readers) for start in range(0, len(drawings) - 1, 4)]
    return asked


def _one(kind: str, body: dict[str, Any], readers: Sequence[Classifier]) -> Question:
    return _drawing(kind, _JSON, json.dumps(body).encode(), _parsed(body), readers)


def _parsed(body: dict[str, Any]) -> Submitted:
    return parse_drawing(json.dumps(body).encode(), Settings().max_points)


def _raw(kind: str, headers: Mapping[str, str], body: bytes, image: bytes, readers: Sequence[Classifier]) -> Question:
    return _drawing(kind, headers, body, ImageFile(image), readers)


def _form(image: bytes) -> bytes:
    head = b'--soak\r\nContent-Disposition: form-data; name="file"; filename="ink"\r\n\r\n'
    return head + image + b"\r\n--soak--\r\n"


def _compressed(question: Question) -> Question:
    headers = {**question.headers, "Content-Encoding": "gzip"}
    return replace(question, headers=headers, body=gzip.compress(question.body))


def _tensor(levels: NDArray[np.uint8], readers: Sequence[Classifier]) -> Question:
    """As model servers are asked, the grey values in binary; the reply names no weights."""
    data = levels.tobytes()
    tensor = {
        "name": "pixels",
        "shape": [1, *levels.shape],
        "datatype": "UINT8",
        "parameters": {"binary_data_size": len(data)},
    }
    head = json.dumps({"inputs": [tensor], "outputs": [{"name": "probabilities"}]}).encode()
    ink = preprocess_submitted(_parsed({"pixels": levels.tolist()}), Settings())
    answers = {
        reader.artifact.sha256: {"outputs": [{"data": reader.predict(ink).probabilities.tolist()}]}
        for reader in readers
    }
    headers = {"Inference-Header-Content-Length": str(len(head))}
    return Question("tensor", "/v2/models/digits/infer", headers, head + data, answers)


def _drawing(
    kind: str, headers: Mapping[str, str], body: bytes, ink: Submitted, readers: Sequence[Classifier]
) -> Question:
    preprocessed = preprocess_submitted(ink, Settings())
    answers = {reader.artifact.sha256: _said(reader.predict(preprocessed)) for reader in readers}
    return Question(kind, "/v1/predict", headers, body, answers)


def _batch(drawings: Sequence[Drawing], readers: Sequence[Classifier]) -> Question:
    items = [{"strokes": [[list(map(float, point)) for point in stroke] for stroke in one]} for one in drawings]
    items = items[:_BATCH]
    inks = [preprocess_submitted(_parsed(item), Settings()) for item in items]
    answers = {
        reader.artifact.sha256: {"results": [_said(reading) for reading in reader.predict_batch(inks)]}
        for reader in readers
    }
    return Question("batch", "/v1/predict/batch", _JSON, json.dumps({"items": items}).encode(), answers)


def _number(left: Drawing, right: Drawing, readers: Sequence[Classifier]) -> Question:
    strokes = [
        [[float(x) + shift, float(y)] for x, y in one] for shift, way in ((0, left), (120, right)) for one in way
    ]
    body = {"strokes": strokes}
    pieces = pieces_or_file(_parsed(body))
    assert not isinstance(pieces, ImageFile)
    answers = {reader.artifact.sha256: {"text": reader.read_number(pieces).text} for reader in readers}
    return Question("number", "/v1/read", _JSON, json.dumps(body).encode(), answers)


def _said(reading: Any) -> dict[str, Any]:
    return {
        "digit": reading.digit,
        "verdict": str(reading.verdict),
        "probabilities": reading.probabilities.tolist(),
    }


def _is_alike(answer: Any, said: Any) -> bool:
    """Whether all that the answer has is said, numbers within the tolerance."""
    if isinstance(answer, dict):
        return isinstance(said, dict) and all(key in said and _is_alike(answer[key], said[key]) for key in answer)
    if isinstance(answer, list):
        return isinstance(said, list) and len(answer) == len(said) and all(map(_is_alike, answer, said))
    if isinstance(answer, float):
        return isinstance(said, float | int) and abs(answer - said) <= _TOLERANCE
    return bool(answer == said)


def _picture(drawing: Drawing, form: str) -> bytes:
    strokes = [np.array(stroke, np.float64) * 2.4 + 20 for stroke in drawing]
    ink = draw(strokes, height=280, width=280, radius=9)
    file = io.BytesIO()
    Image.fromarray((255 - 255 * ink).astype(np.uint8)).save(file, form)
    return file.getvalue()
