"""The same weights behind LitServe, as its documentation shows it: `python bench/litserve_api.py --port 8001`.

For `bench/serve.py --litserve`, which says how to install it. One worker, strokes in, what `/predict` says out.
"""

import argparse
from typing import Any

import litserve
import numpy as np

from model.artifact import packaged_weights
from model.classifier import Classifier
from model.preprocess import Preprocessed, preprocess_strokes
from model.reading import Prediction


class DigitsAPI(litserve.LitAPI):
    """Reads digits drawn as strokes."""

    def setup(self, device: str) -> None:  # noqa: ARG002 - as LitServe calls it
        """Load the weights."""
        self.classifier = Classifier.load(packaged_weights())

    def decode_request(self, request: dict[str, Any]) -> Preprocessed:
        """From the JSON to 28x28."""
        return preprocess_strokes([np.asarray(stroke, np.float64) for stroke in request["strokes"]])

    def predict(self, ink: Any) -> Any:
        """One drawing, or several where batches are gathered."""
        return self.classifier.predict_batch(ink) if isinstance(ink, list) else self.classifier.predict(ink)

    def batch(self, inputs: list[Preprocessed]) -> list[Preprocessed]:
        """Drawings are read as a list."""
        return inputs

    def unbatch(self, output: list[Prediction]) -> list[Prediction]:
        """And so are the readings."""
        return output

    def encode_response(self, output: Prediction) -> dict[str, Any]:
        """As `/predict` puts it."""
        return {
            "digit": output.digit,
            "probabilities": output.probabilities.tolist(),
            "confidence": output.confidence,
            "verdict": str(output.verdict),
        }


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--batch", type=int, default=1, help="drawings that are gathered at most")
    options = parser.parse_args()
    gathered = {"max_batch_size": options.batch, "batch_timeout": 0.002} if options.batch > 1 else {}
    server = litserve.LitServer(DigitsAPI(**gathered), accelerator="cpu", workers_per_device=1)
    server.run(host="127.0.0.1", port=options.port, generate_client_file=False, log_level="error")


if __name__ == "__main__":
    main()
