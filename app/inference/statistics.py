"""What was read by the Open Inference Protocol, in the words of its statistics extension."""

from app.runtime import Metrics
from app.schemas import MODEL_NAME, MODEL_VERSION, Duration, InferenceStatistics, ModelStatistics


def model_statistics(metrics: Metrics) -> ModelStatistics:
    """What the metrics say of it, of all the processes that serve together."""
    counted = metrics.inferences()
    durations = {stage: Duration(count=count, ns=round(1e9 * s)) for stage, (count, s) in counted.stages.items()}
    return ModelStatistics(
        name=MODEL_NAME,
        version=MODEL_VERSION,
        last_inference=round(1000 * counted.last),
        inference_count=counted.drawings,
        execution_count=durations.get("compute_infer", Duration()).count,
        inference_stats=InferenceStatistics(
            **{stage: durations.get(stage, Duration()) for stage in InferenceStatistics.model_fields}
        ),
    )
