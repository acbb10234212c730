"""Readings by the Open Inference Protocol: a tensor of grey values in, tensors of what was read out.

The protocol: "Open Inference Protocol", HTTP/REST, as KServe and other servers of models speak it, with Triton's
"Binary Tensor Data Extension".
"""

from collections.abc import Sequence
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from app.errors import ServiceError
from app.inference.inference_request import Inference, parse_inference
from app.inference.tensors import binary_of
from app.runtime import Metrics
from app.schemas import METADATA, MODEL_NAME, MODEL_VERSION, BinaryData, InferenceReply, OutputTensor
from app.settings import Settings
from model.classifier import Classifier
from model.reading import Prediction

_NO_DIGIT = -1
"""Stands for a digit where the verdict is `blank` or `not_a_digit`."""

_OUTPUTS = {tensor.name: tensor for tensor in METADATA.outputs}


def infer(
    body: bytes, header_length: str | None, asked: float, classifier: Classifier, settings: Settings, metrics: Metrics
) -> tuple[bytes, int | None]:
    """Read each drawing in a body, and count it.

    Args:
        body: JSON, and after it tensors in binary if it is longer.
        header_length: how many bytes of it are JSON, in digits; None for all.
        asked: when the body was there, by `perf_counter`.
        classifier: what reads.
        settings: the limits.
        metrics: where it is counted, and how long it took.

    Returns:
        The body of the reply, and how many bytes of it are JSON; None for all.

    Raises:
        ServiceError: the body is no request, its tensor not the one asked for, or the ink in it cannot be read.
    """
    started = perf_counter()
    try:
        inference = parse_inference(body, header_length, settings)
        inks = inference.inks()
    except ServiceError:
        metrics.count_inference(0, {"fail": perf_counter() - asked})
        raise
    prepared = perf_counter()
    readings = classifier.predict_batch(inks)
    read = perf_counter()
    reply = _write(inference, readings)
    written = perf_counter()
    metrics.count_inference(
        len(readings),
        {
            "success": written - asked,
            "queue": started - asked,
            "compute_input": prepared - started,
            "compute_infer": read - prepared,
            "compute_output": written - read,
        },
    )
    for reading in readings:
        metrics.count_reading(reading.verdict, reading.confidence)
    return reply


def _write(inference: Inference, readings: Sequence[Prediction]) -> tuple[bytes, int | None]:
    """The reply that says what was read of each drawing, and how many bytes of it are JSON if not all are."""
    values: dict[str, NDArray[np.generic] | list[str]] = {
        "probabilities": np.concatenate([reading.probabilities for reading in readings]).astype(np.float32),
        "digit": np.array([_NO_DIGIT if one.digit is None else one.digit for one in readings], np.int32),
        "verdict": [reading.verdict.value for reading in readings],
    }
    tensors, binaries = [], []
    for name, is_binary in inference.outputs.items():
        found = values[name]
        parameters = data = None
        if is_binary:
            binaries.append(binary_of(found))
            parameters = BinaryData(binary_data_size=len(binaries[-1]))
        else:
            data = found if isinstance(found, list) else found.tolist()
        shape = [len(readings), *_OUTPUTS[name].shape[1:]]
        described = {"name": name, "datatype": _OUTPUTS[name].datatype, "shape": shape}
        tensors.append(OutputTensor.model_validate({**described, "parameters": parameters, "data": data}))
    reply = InferenceReply(
        model_name=MODEL_NAME, model_version=MODEL_VERSION, id=inference.id, outputs=tensors
    ).model_dump_json(exclude_none=True)
    header = reply.encode()
    return b"".join([header, *binaries]), len(header) if binaries else None
