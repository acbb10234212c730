"""The OpenAPI document and the running service agree, whatever is sent: requests made from the document itself.

Tensors in binary, of which the document cannot say how they are made, are made up here.

`DIGITS_FUZZ_CASES` is how many requests are made up for each address; `make fuzz` sets it high.
"""

import json
import math
import os
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest
import requests
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.factory import create_app
from app.schemas import DATATYPES, HEADER_LENGTH
from tests.running_service import RunningService

CASES = int(os.environ.get("DIGITS_FUZZ_CASES", "25"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


DOCUMENT = schemathesis.openapi.from_dict(
    create_app().openapi(),
    config=schemathesis.Config.from_dict(
        {"generation": {"max-examples": CASES, "deterministic": "DIGITS_FUZZ_CASES" not in os.environ}}
    ),
)


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """One connection for all."""
    with requests.Session() as session:
        yield session


@DOCUMENT.parametrize()
def test_every_reply_is_one_that_the_document_promises(
    case: schemathesis.Case[Any], service: RunningService, session: requests.Session
) -> None:
    case.call_and_validate(base_url=service.url, session=session, checks=CHECKS)


@settings(max_examples=8 * CASES, derandomize="DIGITS_FUZZ_CASES" not in os.environ)
@given(
    datatype=st.sampled_from([*DATATYPES, "BYTES", "BF16"]),
    shape=st.lists(st.sampled_from([-1, 0, 1, 2, 28, 256, 784]), max_size=4),
    binary=st.binary(max_size=2000) | st.integers(0, 2000).map(lambda size: b"\xff" * size),
    error=st.sampled_from([0, 0, 0, 1, -1]),
    length=st.sampled_from([0, 0, 0, 1, -1, 10**9]),
    outputs=st.lists(st.sampled_from(["digit", "verdict", "probabilities", ""]), max_size=3),
)
def test_no_tensor_in_binary_is_too_much(
    client: httpx.Client,
    datatype: str,
    shape: list[int],
    binary: bytes,
    error: int,
    length: int,
    outputs: list[str],
) -> None:
    size = math.prod(shape) * np.dtype(DATATYPES.get(datatype, "u1")).itemsize
    content = (binary * (size // max(len(binary), 1) + 1))[:size] if 0 < size <= 2**20 else binary
    tensor = {"name": "pixels", "shape": shape, "datatype": datatype}
    header = {
        "inputs": [{**tensor, "parameters": {"binary_data_size": len(content) + error}}],
        "outputs": [{"name": name, "parameters": {"binary_data": True}} for name in outputs],
        "parameters": {"binary_data_output": True},
    }
    text = json.dumps(header).encode()
    response = client.post(
        "/v2/models/digits/infer", content=text + content, headers={HEADER_LENGTH: str(len(text) + length)}
    )
    if response.status_code == 200:
        reply = json.loads(response.content[: int(response.headers[HEADER_LENGTH])])
        sizes = [output["parameters"]["binary_data_size"] for output in reply["outputs"]]
        assert int(response.headers[HEADER_LENGTH]) + sum(sizes) == len(response.content)
    else:
        assert (response.status_code, set(response.json())) == (400, {"error"})
