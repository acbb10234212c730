"""What goes in and out of the Open Inference Protocol (its REST form), field by field as it names them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

MODEL_NAME = "digits"
MAX_DRAWINGS = 256

INPUT = "pixels"
DATATYPES = ("UINT8", "INT32", "FP32")
"""Of the grey values that are taken, by the protocol's names."""

_EXAMPLE: JsonValue = {
    "id": "42",
    "inputs": [{"name": INPUT, "shape": [1, 3, 3], "datatype": "UINT8", "data": [0, 0, 0, 0, 255, 0, 0, 0, 0]}],
    "outputs": [{"name": "digit"}],
}


class InferenceInput(BaseModel):
    """A tensor that goes in."""

    model_config = ConfigDict(strict=True)

    name: str = Field(description=f"`{INPUT}`", examples=[INPUT])
    shape: list[int] = Field(
        description=f"[N, 784], [N, 28, 28] or [N, height, width], N from 1 to {MAX_DRAWINGS}.", examples=[[1, 3, 3]]
    )
    datatype: str = Field(description=f"One of {', '.join(DATATYPES)}.", examples=["UINT8"])
    parameters: dict[str, Any] | None = Field(default=None, description="Taken and not looked at.")
    data: list[Any] = Field(
        description="Grey values 0 to 255, row after row: in one list, or nested as the shape says. Ink may be light "
        "or dark."
    )


class InferenceOutput(BaseModel):
    """A tensor that is to come out."""

    model_config = ConfigDict(strict=True)

    name: str = Field(description="`probabilities`, `digit` or `verdict`.", examples=["digit"])
    parameters: dict[str, Any] | None = Field(default=None, description="Taken and not looked at.")


class InferenceRequest(BaseModel):
    """Drawings as a tensor."""

    model_config = ConfigDict(strict=True, json_schema_extra={"examples": [_EXAMPLE]})

    id: str | None = Field(default=None, description="Comes back in the reply.")
    parameters: dict[str, Any] | None = Field(default=None, description="Taken and not looked at.")
    inputs: list[InferenceInput] = Field(description="One tensor.")
    outputs: list[InferenceOutput] | None = Field(default=None, description="Those that are wanted; all by default.")


class OutputTensor(BaseModel):
    """A tensor that comes out, its data row after row in one list."""

    name: Literal["probabilities", "digit", "verdict"]
    shape: list[int]
    datatype: Literal["FP32", "INT32", "BYTES"]
    data: list[float] | list[int] | list[str]


class InferenceReply(BaseModel):
    """What the network says of each drawing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model_name": MODEL_NAME,
                    "id": "42",
                    "outputs": [{"name": "digit", "shape": [1], "datatype": "INT32", "data": [7]}],
                }
            ]
        }
    )

    model_name: str
    id: str | None = Field(default=None, description="That of the request, if it had one.")
    outputs: list[OutputTensor]


class TensorMetadata(BaseModel):
    """A tensor in general; -1 stands for any length."""

    name: str = Field(examples=[INPUT])
    datatype: str = Field(examples=["UINT8"])
    shape: list[int] = Field(examples=[[-1, -1, -1]])


class ServerMetadata(BaseModel):
    """The service."""

    name: str = Field(examples=["digits"])
    version: str = Field(examples=["0.1.0"])
    extensions: list[str] = Field(description="None.")


class ServerLive(BaseModel):
    """Whether the service answers."""

    live: bool = Field(examples=[True])


class ServerReady(ServerLive):
    """Whether it can read; the protocol calls the field `live` here too, and those who speak it `ready`."""

    ready: bool = Field(examples=[True])


class ModelReady(BaseModel):
    """Whether the model can read."""

    name: str = Field(examples=[MODEL_NAME])
    ready: bool = Field(examples=[True])


class ModelMetadata(BaseModel):
    """The model: what goes in and what comes out."""

    name: str = Field(examples=[MODEL_NAME])
    platform: str = Field(examples=["numpy"])
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]


METADATA = ModelMetadata(
    name=MODEL_NAME,
    platform="numpy",
    inputs=[TensorMetadata(name=INPUT, datatype="UINT8", shape=[-1, -1, -1])],
    outputs=[
        TensorMetadata(name="probabilities", datatype="FP32", shape=[-1, 10]),
        TensorMetadata(name="digit", datatype="INT32", shape=[-1]),
        TensorMetadata(name="verdict", datatype="BYTES", shape=[-1]),
    ],
)
"""Of the shapes and datatypes that are taken, those most like `/predict`'s pixels."""
