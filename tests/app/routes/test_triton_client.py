"""NVIDIA's own client of the Open Inference Protocol, with its defaults, asks the real service."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput, aio
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

from app.schemas import DATATYPES
from tests.drawings import SEVEN, canvas
from tests.running_service import RunningService

INFER = "/v2/models/digits/infer"
LENGTH = "Inference-Header-Content-Length"
SMALL = canvas(SEVEN, scale=0.2, right=4, down=4, pen=2.5, size=(28, 28), ink=255, paper=0)
BATCH = np.stack([SMALL, np.zeros_like(SMALL)]).astype(np.uint8)


@pytest.fixture(scope="module")
def triton(service: RunningService) -> Iterator[Any]:
    client = InferenceServerClient(f"127.0.0.1:{service.port}", concurrency=4)
    yield client
    client.close()


def pixels(images: NDArray[Any], *, binary: bool = True) -> InferInput:
    tensor = InferInput("pixels", images.shape, np_to_triton_dtype(images.dtype))
    return tensor.set_data_from_numpy(images, binary_data=binary)


def what_is_read(result: Any) -> tuple[list[int], list[bytes]]:
    """The digits and the verdicts, once they are what the probabilities say."""
    probabilities, digits, verdicts = map(result.as_numpy, ["probabilities", "digit", "verdict"])
    assert (probabilities.dtype, probabilities.shape) == (np.float32, (len(digits), 10))
    assert probabilities.sum(1) == pytest.approx(1, abs=1e-5)
    assert [p.argmax() for p, digit in zip(probabilities, digits, strict=True) if digit >= 0] == [
        digit for digit in digits if digit >= 0
    ]
    assert digits.dtype == np.int32
    return digits.tolist(), [verdict.encode() if isinstance(verdict, str) else verdict for verdict in verdicts]


def test_the_state_of_server_and_model(triton: Any) -> None:
    assert triton.is_server_live()
    assert triton.is_server_ready()
    assert triton.is_model_ready("digits")
    assert triton.is_model_ready("digits", "1")
    assert not triton.is_model_ready("digits", "2")
    assert not triton.is_model_ready("cats")


def test_what_server_and_model_say_of_themselves(triton: Any) -> None:
    assert "binary_tensor_data" in triton.get_server_metadata()["extensions"]
    assert triton.get_model_metadata("digits")["versions"] == ["1"]
    assert triton.get_model_metadata("digits", "1") == triton.get_model_metadata("digits")
    config = triton.get_model_config("digits", "1")
    assert (config["name"], config["max_batch_size"]) == ("digits", 256)
    assert config["input"] == [{"name": "pixels", "data_type": "TYPE_UINT8", "dims": [-1, -1]}]
    assert [(one["name"], one["data_type"], one["dims"]) for one in config["output"]] == [
        ("probabilities", "TYPE_FP32", [10]),
        ("digit", "TYPE_INT32", []),
        ("verdict", "TYPE_STRING", []),
    ]
    assert triton.get_model_repository_index() == [{"name": "digits", "version": "1", "state": "READY", "reason": ""}]


def test_statistics(triton: Any) -> None:
    (before,) = triton.get_inference_statistics("digits", "1")["model_stats"]
    triton.infer("digits", [pixels(BATCH)])
    (after,) = triton.get_inference_statistics()["model_stats"]
    assert after["inference_count"] - before["inference_count"] == 2
    assert after["execution_count"] - before["execution_count"] == 1


@pytest.mark.parametrize(
    "dtype", [*(f"{sign}int{bits}" for sign in ("u", "") for bits in (16, 32, 64)), "uint8", *("f2", "f4", "f8")]
)
def test_an_inference_with_the_defaults_is_binary_both_ways(triton: Any, dtype: str) -> None:
    result = triton.infer("digits", [pixels(BATCH.astype(dtype))])
    assert what_is_read(result) == ([7, -1], [b"digit", b"blank"])
    assert all("data" not in output for output in result.get_response()["outputs"])
    assert result.get_response()["model_version"] == "1"


@pytest.mark.parametrize(("dtype", "scale"), [(np.int8, 127 / 255), (np.bool_, 1 / 255)])
def test_types_that_do_not_reach_to_255(triton: Any, dtype: Any, scale: float) -> None:
    images = (BATCH * scale).round().astype(dtype)
    assert what_is_read(triton.infer("digits", [pixels(images)])) == ([7, -1], [b"digit", b"blank"])


@pytest.mark.parametrize("shape", [(2, 784), (2, 28, 28), (2, 28, 28, 1), (2, 1, 28, 28), (2, 1, 784), (2, 784, 1)])
def test_shapes_of_many(triton: Any, shape: tuple[int, ...]) -> None:
    assert what_is_read(triton.infer("digits", [pixels(BATCH.reshape(shape))]))[0] == [7, -1]


@pytest.mark.parametrize("shape", [(28, 28), (784,), (28, 28, 1)])
def test_shapes_of_one(triton: Any, shape: tuple[int, ...]) -> None:
    result = triton.infer("digits", [pixels(SMALL.astype(np.float32).reshape(shape))])
    assert what_is_read(result) == ([7], [b"digit"])


@pytest.mark.parametrize("binary_in", [True, False])
@pytest.mark.parametrize("binary_out", [True, False])
def test_json_and_binary_are_read_alike(triton: Any, binary_in: bool, binary_out: bool) -> None:
    names = ["verdict", "probabilities", "digit"]
    outputs = [InferRequestedOutput(name, binary_data=binary_out) for name in names]
    result = triton.infer(
        "digits", [pixels(BATCH, binary=binary_in)], outputs=outputs, request_id="mine", model_version="1"
    )
    assert what_is_read(result) == ([7, -1], [b"digit", b"blank"])
    reply = result.get_response()
    assert (reply["id"], [output["name"] for output in reply["outputs"]]) == ("mine", names)
    assert all(("data" in output) != binary_out for output in reply["outputs"])


def test_some_outputs_in_binary_and_others_not(triton: Any) -> None:
    outputs = [InferRequestedOutput("verdict"), InferRequestedOutput("digit", binary_data=False)]
    result = triton.infer("digits", [pixels(BATCH)], outputs=outputs)
    assert result.as_numpy("verdict").tolist() == [b"digit", b"blank"]
    assert result.as_numpy("digit").tolist() == [7, -1]


def test_256_images_that_are_large(triton: Any) -> None:
    images = np.stack([canvas(SEVEN)] * 256).astype(np.uint8)
    assert what_is_read(triton.infer("digits", [pixels(images)]))[0] == [7] * 256


@pytest.mark.parametrize("algorithm", ["gzip", "deflate"])
def test_replies_are_compressed_for_those_who_ask(triton: Any, algorithm: str) -> None:
    images = np.stack([SMALL] * 256)
    result = triton.infer("digits", [pixels(images)], response_compression_algorithm=algorithm)
    assert what_is_read(result)[0] == [7] * 256


@pytest.mark.parametrize("algorithm", ["gzip", "deflate"])
def test_requests_may_be_compressed(triton: Any, algorithm: str) -> None:
    result = triton.infer("digits", [pixels(BATCH)], request_compression_algorithm=algorithm)
    assert what_is_read(result) == ([7, -1], [b"digit", b"blank"])


def test_answers_that_are_waited_for_later(triton: Any) -> None:
    asked = [triton.async_infer("digits", [pixels(BATCH)]) for _ in range(8)]
    assert {tuple(what_is_read(one.get_result())[0]) for one in asked} == {(7, -1)}


def test_its_asyncio_form(service: RunningService) -> None:
    async def ask() -> tuple[list[int], list[bytes]]:
        async with aio.InferenceServerClient(f"127.0.0.1:{service.port}") as client:
            assert await client.is_model_ready("digits")
            gzipped = {"response_compression_algorithm": "gzip"}
            return what_is_read(await client.infer("digits", [pixels(BATCH)], **gzipped))

    assert asyncio.run(ask()) == ([7, -1], [b"digit", b"blank"])


def test_what_one_fixed_model_cannot_do_is_refused(triton: Any) -> None:
    asked = [
        lambda: triton.load_model("digits"),
        lambda: triton.unload_model("digits"),
        lambda: triton.get_trace_settings("digits"),
        lambda: triton.update_log_settings({"log_info": True}),
        triton.get_system_shared_memory_status,
        lambda: triton.register_system_shared_memory("a", "/a", 8),
        triton.get_cuda_shared_memory_status,
    ]
    for ask in asked:
        with pytest.raises(InferenceServerException, match=r"\[404\] (GET|POST) /v2/.*: not found"):
            ask()


def test_other_names_and_tensors_are_refused_by_name(triton: Any) -> None:
    shared = InferInput("pixels", [1, 28, 28], "UINT8").set_shared_memory("region", 784)
    requests: list[tuple[dict[str, Any], str]] = [
        ({"model_name": "cats"}, "there is one model, 'digits'"),
        ({"model_version": "2"}, "there is one version, '1'"),
        ({"inputs": []}, "inputs: 0 tensors, but one is asked for, 'pixels'"),
        ({"inputs": [shared]}, r"no shared memory \(input 'pixels'\)"),
        ({"outputs": [InferRequestedOutput("logits")]}, "'logits' is none of probabilities, digit, verdict"),
        ({"outputs": [InferRequestedOutput("digit", class_count=2)]}, r"classifications.*\(output 'digit'\)"),
        ({"inputs": [pixels(np.array([[b"a"]], np.object_))]}, r"not 'BYTES' \(input 'pixels'\)"),
        ({"inputs": [pixels(np.full((1, 2, 2), np.nan))]}, r"go from 0 to 255 \(input 'pixels'\)"),
        ({"inputs": [pixels(np.full((1, 2, 2), np.inf))]}, r"go from 0 to 255 \(input 'pixels'\)"),
        ({"inputs": [pixels(np.full((1, 2, 2), -1))]}, r"go from 0 to 255 \(input 'pixels'\)"),
        ({"inputs": [pixels(np.full((1, 2, 2), 256))]}, r"go from 0 to 255 \(input 'pixels'\)"),
        ({"inputs": [pixels(np.zeros((257, 2, 2), np.uint8))]}, r"N is 1 to 256.*\(input 'pixels'\)"),
    ]
    for given, error in requests:
        with pytest.raises(InferenceServerException, match=error):
            triton.infer(**{"model_name": "digits", "inputs": [pixels(BATCH)], **given})


def sent(client: httpx.Client, tensor: dict[str, Any], binary: bytes, **headers: str) -> httpx.Response:
    header = json.dumps({"inputs": [{"name": "pixels", **tensor}], "id": "b"}).encode()
    return client.post(INFER, content=header + binary, headers={LENGTH: str(len(header)), **headers})


@pytest.mark.parametrize(
    ("tensor", "binary", "error"),
    [
        ({"shape": [1, 2, 2], "datatype": "UINT8", "parameters": {"binary_data_size": 3}}, bytes(3), "make 4 bytes"),
        ({"shape": [1, 2, 2], "datatype": "FP64", "parameters": {"binary_data_size": 4}}, bytes(4), "make 32 bytes"),
        (
            {"shape": [1, 2, 2], "datatype": "UINT8", "parameters": {"binary_data_size": 4}},
            bytes(5),
            "5 bytes follow",
        ),
        (
            {"shape": [1, 2, 2], "datatype": "UINT8", "parameters": {"binary_data_size": 5}},
            bytes(4),
            "4 bytes follow",
        ),
        ({"shape": [1, 1, 1], "datatype": "UINT8", "data": [1]}, bytes(1), "1 bytes follow"),
        ({"shape": [1, 2, 2], "datatype": "BOOL", "parameters": {"binary_data_size": 4}}, b"\0\1\2\0", "is 0 or 1"),
        (
            {"shape": [1, 4096, 4097], "datatype": "UINT8", "parameters": {"binary_data_size": 4}},
            bytes(4),
            "more than the 16,777,216 pixels",
        ),
    ],
)
def test_binary_data_that_are_not_what_is_said_of_them_are_refused(
    client: httpx.Client, tensor: dict[str, Any], binary: bytes, error: str
) -> None:
    response = sent(client, tensor, binary)
    assert response.status_code == 400
    assert error in response.json()["error"]
    assert response.json()["error"].endswith("(input 'pixels')")


def test_a_reply_in_binary_says_where_its_json_ends(client: httpx.Client) -> None:
    header = {
        "id": "mine",
        "inputs": [{"name": "pixels", "shape": [1, 1, 1], "datatype": "UINT8", "data": [9]}],
        "parameters": {"binary_data_output": True},
        "outputs": [{"name": "verdict"}, {"name": "digit"}],
    }
    response = client.post(INFER, json=header)
    assert response.headers["content-type"] == "application/octet-stream"
    length = int(response.headers[LENGTH])
    reply = json.loads(response.content[:length])
    assert (reply["id"], [one["parameters"] for one in reply["outputs"]]) == (
        "mine",
        [{"binary_data_size": 9}, {"binary_data_size": 4}],
    )
    assert response.content[length:] == b"\5\0\0\0blank" + b"\xff\xff\xff\xff"


@pytest.mark.xdist_group("measures")
@pytest.mark.parametrize(
    ("datatype", "shape"),
    [("UINT8", (2, 4096, 4095)), ("BOOL", (2, 4096, 4095)), ("FP16", (1, 4096, 4080)), ("FP64", (255, 128, 128))],
)
def test_a_tensor_as_large_as_allowed_takes_ten_times_its_room_at_most(
    running: Any, datatype: str, shape: tuple[int, ...]
) -> None:
    service = running()
    binary = np.ones(shape, DATATYPES[datatype]).tobytes()
    tensor = {"shape": shape, "datatype": datatype, "parameters": {"binary_data_size": len(binary)}}
    before = most_memory(service.pid)
    with httpx.Client(base_url=service.url, timeout=30) as client:
        assert sent(client, tensor, binary).status_code == 200
    assert most_memory(service.pid) - before < 10 * len(binary)


def most_memory(pid: int) -> int:
    """Bytes that a process had at most (proc(5), VmHWM)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return 1024 * int(re.findall(r"VmHWM:\s+(\d+)", status)[0])
