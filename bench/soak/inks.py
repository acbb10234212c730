"""What is asked, and what the right answer is: worked out beforehand by each of the weights that will be served."""

import base64
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from app.decoding import ImageFile, Submitted, parse_drawing, pieces_or_file, preprocess_submitted
from app.settings import Settings
from model.artifact import load_artifact, save_artifact
from model.classifier import Classifier
from model.nn import Network
from model.numbers import text_of
from model.preprocess import draw
from tests.drawings import DRAWINGS, Drawing

_TOLERANCE = 1e-4
"""Of probabilities: one product of matrices is not the other to the last bit."""

_BATCH = 24


@dataclass(frozen=True)
class Question:
    """A request, and the replies that are right, by the weights that a reply names.

    Attributes:
        kind: such as `strokes`.
        path: where it is sent.
        media_type: of the body.
        body: the bytes.
        answers: SHA-256 of the weights to what a right reply says, without the model.
    """

    kind: str
    path: str
    media_type: str
    body: bytes
    answers: dict[str, Any]

    def is_right(self, reply: dict[str, Any]) -> bool:
        """Whether a reply says what the weights that it names say."""
        model = reply.get("model")
        answer = self.answers.get(str(model.get("sha256"))) if isinstance(model, dict) else None
        return answer is not None and _is_alike(answer, reply)


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
        small = np.asarray(Image.open(io.BytesIO(png)).resize((56, 56))).tolist()
        asked += [
            _one("strokes", {"strokes": strokes}, readers),
            _one("pixels", {"pixels": small}, readers),
            _one("PNG in base64", {"image": base64.b64encode(png).decode()}, readers),
            _raw("PNG", "image/png", png, readers),
            _raw("JPEG", "image/jpeg", _picture(drawing, "JPEG"), readers),
        ]
    asked += [_batch(drawings[start:] + drawings[:start], readers) for start in range(0, len(drawings), 5)]
    asked += [_number(drawings[start], drawings[start + 1], readers) for start in range(0, len(drawings) - 1, 4)]
    return asked


def _one(kind: str, body: dict[str, Any], readers: Sequence[Classifier]) -> Question:
    return _drawing(kind, "application/json", json.dumps(body).encode(), _parsed(body), readers)


def _parsed(body: dict[str, Any]) -> Submitted:
    return parse_drawing(json.dumps(body).encode(), Settings().max_points)


def _raw(kind: str, media_type: str, body: bytes, readers: Sequence[Classifier]) -> Question:
    return _drawing(kind, media_type, body, ImageFile(body), readers)


def _drawing(kind: str, media_type: str, body: bytes, ink: Submitted, readers: Sequence[Classifier]) -> Question:
    preprocessed = preprocess_submitted(ink, Settings())
    answers = {reader.artifact.sha256: _said(reader.predict(preprocessed)) for reader in readers}
    return Question(kind, "/v1/predict", media_type, body, answers)


def _batch(drawings: Sequence[Drawing], readers: Sequence[Classifier]) -> Question:
    items = [{"strokes": [[list(map(float, point)) for point in stroke] for stroke in one]} for one in drawings]
    items = items[:_BATCH]
    inks = [preprocess_submitted(_parsed(item), Settings()) for item in items]
    answers = {
        reader.artifact.sha256: {"results": [_said(reading) for reading in reader.predict_batch(inks)]}
        for reader in readers
    }
    return Question("batch", "/v1/predict/batch", "application/json", json.dumps({"items": items}).encode(), answers)


def _number(left: Drawing, right: Drawing, readers: Sequence[Classifier]) -> Question:
    strokes = [
        [[float(x) + shift, float(y)] for x, y in one] for shift, way in ((0, left), (120, right)) for one in way
    ]
    body = {"strokes": strokes}
    pieces = pieces_or_file(_parsed(body))
    assert not isinstance(pieces, ImageFile)
    answers = {reader.artifact.sha256: {"text": text_of(reader.read_number(pieces))} for reader in readers}
    return Question("number", "/v1/read", "application/json", json.dumps(body).encode(), answers)


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
