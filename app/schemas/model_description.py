"""What the Open Inference Protocol says of a server and its model: metadata, configuration, statistics."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from app.schemas.open_inference import INPUT, MAX_DRAWINGS, MODEL_NAME, MODEL_VERSION

EXTENSIONS = ["binary_tensor_data", "model_configuration", "statistics"]
"""Of the protocol: those that are there in full."""

Name = Annotated[str, Field(examples=[MODEL_NAME])]
Version = Annotated[str, Field(examples=[MODEL_VERSION])]


class TensorMetadata(BaseModel):
    """A tensor in general; -1 stands for any length."""

    name: str = Field(examples=[INPUT])
    datatype: str = Field(examples=["UINT8"])
    shape: list[int] = Field(examples=[[-1, -1, -1]])


class ServerMetadata(BaseModel):
    """The service."""

    name: str = Field(examples=["digits"])
    version: str = Field(examples=["0.1.0"])
    extensions: list[str] = Field(examples=[EXTENSIONS])


class ServerLive(BaseModel):
    """Whether the service answers."""

    live: bool = Field(examples=[True])


class ServerReady(ServerLive):
    """Whether it can read; the protocol calls the field `live` here too, and those who speak it `ready`."""

    ready: bool = Field(examples=[True])


class ModelNames(BaseModel):
    """The models that there are."""

    models: list[str] = Field(examples=[[MODEL_NAME]])


class ModelReady(BaseModel):
    """Whether the model can read."""

    name: Name
    ready: bool = Field(examples=[True])


class ModelMetadata(BaseModel):
    """The model: what goes in and what comes out."""

    name: Name
    versions: list[str] = Field(examples=[[MODEL_VERSION]])
    platform: str = Field(examples=["numpy"])
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]


class TensorConfig(BaseModel):
    """A tensor of one drawing; -1 stands for any length."""

    name: str = Field(examples=[INPUT])
    data_type: str = Field(examples=["TYPE_UINT8"])
    dims: list[int] = Field(examples=[[-1, -1]])


class ModelConfig(BaseModel):
    """The model in the words of Triton's configuration, as far as they have a meaning here."""

    name: Name
    platform: str = Field(examples=["numpy"])
    backend: str = Field(examples=["numpy"])
    max_batch_size: int = Field(examples=[MAX_DRAWINGS])
    input: list[TensorConfig]
    output: list[TensorConfig]


class IndexedModel(BaseModel):
    """A model in the index of the repository."""

    name: Name
    version: Version
    state: str = Field(examples=["READY"])
    reason: str = Field(examples=[""])


class Duration(BaseModel):
    """How often something was done, and how long all of it took."""

    count: int = Field(default=0, ge=0, examples=[3])
    ns: int = Field(default=0, ge=0, description="Nanoseconds.", examples=[2_500_000])


class InferenceStatistics(BaseModel):
    """Where the time of requests went."""

    success: Duration
    fail: Duration
    queue: Duration = Field(description="Waiting for a thread.")
    compute_input: Duration = Field(description="Bringing drawings to 28x28.")
    compute_infer: Duration = Field(description="In the network.")
    compute_output: Duration = Field(description="Writing the reply.")


class ModelStatistics(BaseModel):
    """What was read by this protocol since the service started."""

    name: Name
    version: Version
    last_inference: int = Field(description="Milliseconds since 1970; 0 for none.", examples=[1_790_000_000_000])
    inference_count: int = Field(description="Drawings read.", examples=[768])
    execution_count: int = Field(description="Requests in which they were, each one pass.", examples=[3])
    inference_stats: InferenceStatistics
    batch_stats: list[Any] = Field(default=[], description="Not counted by batch size.", max_length=0, examples=[[]])


class Statistics(BaseModel):
    """The statistics of all models, which is one."""

    model_stats: list[ModelStatistics]


METADATA = ModelMetadata(
    name=MODEL_NAME,
    versions=[MODEL_VERSION],
    platform="numpy",
    inputs=[TensorMetadata(name=INPUT, datatype="UINT8", shape=[-1, -1, -1])],
    outputs=[
        TensorMetadata(name="probabilities", datatype="FP32", shape=[-1, 10]),
        TensorMetadata(name="digit", datatype="INT32", shape=[-1]),
        TensorMetadata(name="verdict", datatype="BYTES", shape=[-1]),
    ],
)
"""Of the shapes and datatypes that are taken, those most like `/predict`'s pixels."""


def _config(tensor: TensorMetadata) -> TensorConfig:
    data_type = "STRING" if tensor.datatype == "BYTES" else tensor.datatype
    return TensorConfig(name=tensor.name, data_type=f"TYPE_{data_type}", dims=tensor.shape[1:])


CONFIG = ModelConfig(
    name=MODEL_NAME,
    platform=METADATA.platform,
    backend=METADATA.platform,
    max_batch_size=MAX_DRAWINGS,
    input=[_config(tensor) for tensor in METADATA.inputs],
    output=[_config(tensor) for tensor in METADATA.outputs],
)
