"""When gradient descent ends (lecture topic 7: "repeat until a terminating criterion")."""

from model.training.config import TrainingConfig
from model.training.progress import History, StoppedBy


def stopping_reason(config: TrainingConfig, history: History, seconds: float) -> StoppedBy | None:
    """What ends the training after its last epoch, if anything does.

    Args:
        config: the criteria.
        history: at least one epoch.
        seconds: wall time of the training so far, over all its resumptions.
    """
    last = history.epochs[-1]
    if last.number >= config.epochs:
        return "epochs"
    if config.gradient_tolerance is not None and last.gradient_norm < config.gradient_tolerance:
        return "gradient-tolerance"
    if config.loss_tolerance is not None and len(history.epochs) > 1:
        gained = history.epochs[-2].loss - last.loss
        if gained < config.loss_tolerance:
            return "loss-tolerance"
    if config.patience is not None and history.epochs_without_improvement() >= config.patience:
        return "patience"
    if is_out_of_time(config, seconds):
        return "time"
    return None


def is_out_of_time(config: TrainingConfig, seconds: float) -> bool:
    """Whether the training has taken as long as it may."""
    return config.max_seconds is not None and seconds >= config.max_seconds
