"""A request of the Open Inference Protocol (its REST form) and its reply, field by field as it names them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

MODEL_NAME = "digits"
MODEL_VERSION = "1"
"""The one that there is at any time; which weights it has, `/readyz` says."""

MAX_DRAWINGS = 256

INPUT = "pixels"
OutputName = Literal["probabilities", "digit", "verdict"]

DATATYPES = {
    "BOOL": "?",
    "UINT8": "u1",
    "UINT16": "<u2",
    "UINT32": "<u4",
    "UINT64": "<u8",
    "INT8": "i1",
    "INT16": "<i2",
    "INT32": "<i4",
    "INT64": "<i8",
    "FP16": "<f2",
    "FP32": "<f4",
    "FP64": "<f8",
}
"""Of the grey values that are taken: the protocol's name and NumPy's, little-endian."""

SHAPES = (
    "[N, height, width], [N, height, width, 1], [N, 1, height, width], [N, 784], "
    "[height, width, 1], [28, 28] or [784]"
)

HEADER_LENGTH = "Inference-Header-Content-Length"
"""The header that says how many bytes of a body are JSON: tensors in binary follow."""

BINARY_TYPE = "application/octet-stream"

_EXAMPLE: JsonValue = {
    "id": "42",
    "inputs": [{"name": INPUT, "shape": [1, 3, 3], "datatype": "UINT8", "data": [0, 0, 0, 0, 255, 0, 0, 0, 0]}],
    "outputs": [{"name": "digit"}],
}


class _SharedMemory(BaseModel):
    """Parameters that a tensor may have and that are not looked at, but for these."""

    model_config = ConfigDict(strict=True)

    shared_memory_region: str | None = Field(default=None, description="Refused.")


class InputParameters(_SharedMemory):
    """How a tensor that goes in is sent."""

    binary_data_size: int | None = Field(default=None, ge=0, description="Bytes of it, which follow the JSON.")


class OutputParameters(_SharedMemory):
    """How a tensor that comes out is to be sent."""

    binary_data: bool | None = Field(default=None, description="In binary, after the JSON.")
    classification: int | None = Field(default=None, description="Refused.")


class RequestParameters(BaseModel):
    """How a request is to be answered."""

    model_config = ConfigDict(strict=True)

    binary_data_output: bool = Field(default=False, description="All tensors in binary that do not say otherwise.")


class InferenceInput(BaseModel):
    """A tensor that goes in."""

    model_config = ConfigDict(strict=True)

    name: str = Field(description=f"`{INPUT}`", examples=[INPUT])
    shape: list[int] = Field(description=f"{SHAPES}, N from 1 to {MAX_DRAWINGS}.", examples=[[1, 3, 3]])
    datatype: str = Field(description=f"One of {', '.join(DATATYPES)}.", examples=["UINT8"])
    parameters: InputParameters | None = None
    data: list[Any] | None = Field(
        default=None,
        description="Grey values 0 to 255, row after row: in one list, or nested as the shape says. Ink may be light "
        "or dark. Of BOOL true is 255. Not if they are in binary.",
    )


class InferenceOutput(BaseModel):
    """A tensor that is to come out."""

    model_config = ConfigDict(strict=True)

    name: str = Field(description="`probabilities`, `digit` or `verdict`.", examples=["digit"])
    parameters: OutputParameters | None = None


class InferenceRequest(BaseModel):
    """Drawings as a tensor."""

    model_config = ConfigDict(strict=True, json_schema_extra={"examples": [_EXAMPLE]})

    id: str | None = Field(default=None, description="Comes back in the reply.")
    parameters: RequestParameters | None = None
    inputs: list[InferenceInput] = Field(description="One tensor.")
    outputs: list[InferenceOutput] | None = Field(
        default=None, description="Those that are wanted; if none is named, all."
    )


class BinaryData(BaseModel):
    """How a tensor that comes out is sent."""

    binary_data_size: int = Field(description="Bytes of it, which follow the JSON.")


class OutputTensor(BaseModel):
    """A tensor that comes out, its data row after row in one list, or in binary."""

    name: OutputName
    shape: list[int]
    datatype: Literal["FP32", "INT32", "BYTES"]
    parameters: BinaryData | None = None
    data: list[float] | list[int] | list[str] | None = None


class InferenceReply(BaseModel):
    """What the network says of each drawing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model_name": MODEL_NAME,
                    "model_version": MODEL_VERSION,
                    "id": "42",
                    "outputs": [{"name": "digit", "shape": [1], "datatype": "INT32", "data": [7]}],
                }
            ]
        }
    )

    model_name: str
    model_version: str
    id: str | None = Field(default=None, description="That of the request, if it had one.")
    outputs: list[OutputTensor]
