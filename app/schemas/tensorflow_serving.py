"""What goes in and out of the protocol of TensorFlow Serving (its REST API), which is KServe's V1, too."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from app.schemas.drawing import SEVEN
from app.schemas.model_description import ModelReady, TensorMetadata
from app.schemas.open_inference import INPUT, MAX_DRAWINGS, MODEL_NAME, MODEL_VERSION

SIGNATURE = "serving_default"

_OUTPUT = "probabilities"

_EXAMPLE: JsonValue = {"instances": [[[0, 0, 0], [0, 255, 0], [0, 0, 0]], {"strokes": SEVEN}]}

_PROBABILITIES = [0.0001, 0.0002, 0.0003, 0.0004, 0.0001, 0.0001, 0.0001, 0.997, 0.0002, 0.0015]


class PredictionRequest(BaseModel):
    """Drawings: row by row as `instances`, or as a column as `inputs`."""

    model_config = ConfigDict(strict=True, json_schema_extra={"examples": [_EXAMPLE]})

    signature_name: str | None = Field(default=None, description=f"`{SIGNATURE}`, if anything.")
    instances: list[Any] | None = Field(
        default=None,
        description=f"Up to {MAX_DRAWINGS} drawings: each rows of grey values 0 to 255, 784 of them in one list, an "
        'object with `strokes`, `image` or `pixels` as of `/predict`, or an image as `{"b64": ...}`.',
    )
    inputs: list[Any] | dict[str, Any] | None = Field(
        default=None, description='The same in one list, or as `{"strokes": [...]}` with the drawings in the list.'
    )


class PredictionReply(BaseModel):
    """Of each drawing the probabilities of the digits 0 to 9."""

    predictions: list[list[float]] = Field(
        description="In the order given: calibrated, summing to 1; all 0.1 for a blank, and the nearer to 0.1 the "
        "less the ink is a digit at all.",
        examples=[[_PROBABILITIES]],
    )
    outputs: list[list[float]] | None = Field(default=None, description="The same again, if `inputs` were given.")


class StatusReason(BaseModel):
    """Why a version is in its state."""

    error_code: Literal["OK"] = "OK"
    error_message: Literal[""] = ""


class VersionStatus(BaseModel):
    """The state of a version."""

    version: str = Field(default=MODEL_VERSION, examples=[MODEL_VERSION])
    state: Literal["AVAILABLE"] = "AVAILABLE"
    status: StatusReason = StatusReason()


class ModelStatus(ModelReady):
    """The state of the model, for clients of KServe and of TensorFlow Serving at once."""

    model_version_status: list[VersionStatus] = Field(default=[VersionStatus()], min_length=1)


class ModelSpec(BaseModel):
    """Which model it is."""

    name: str = Field(default=MODEL_NAME, examples=[MODEL_NAME])
    signature_name: str = Field(default="", examples=[""])
    version: str = Field(default=MODEL_VERSION, examples=[MODEL_VERSION])


class SignatureMetadata(BaseModel):
    """The model's signature, as TensorFlow Serving describes it."""

    model_spec: ModelSpec = ModelSpec()
    metadata: dict[str, Any] = Field(examples=[{"signature_def": {"signature_def": {SIGNATURE: {}}}}])


def _described(tensor: TensorMetadata, dtype: str) -> dict[str, Any]:
    dimensions = [{"size": str(size), "name": ""} for size in tensor.shape]
    return {"name": tensor.name, "dtype": dtype, "tensor_shape": {"dim": dimensions, "unknown_rank": False}}


def _signature() -> dict[str, Any]:
    pixels = TensorMetadata(name=INPUT, datatype="FP32", shape=[-1, -1, -1])
    probabilities = TensorMetadata(name=_OUTPUT, datatype="FP32", shape=[-1, 10])
    return {
        "inputs": {INPUT: _described(pixels, "DT_FLOAT")},
        "outputs": {_OUTPUT: _described(probabilities, "DT_FLOAT")},
        "method_name": "tensorflow/serving/predict",
    }


SIGNATURE_METADATA = SignatureMetadata(metadata={"signature_def": {"signature_def": {SIGNATURE: _signature()}}})
