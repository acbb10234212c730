"""When gradient descent ends (lecture topic 7: "repeat until a terminating criterion")."""

from model.training.config import StoppingSettings
from model.training.progress import History, StoppedBy


def stopping_reason(settings: StoppingSettings, history: History, seconds: float) -> StoppedBy | None:
    """What ends the training after its last epoch, if anything does.

    Args:
        settings: the criteria.
        history: at least one epoch.
        seconds: wall time of the training so far, over all its resumptions.
    """
    last = history.epochs[-1]
    if last.number >= settings.epochs:
        return "epochs"
    if settings.gradient_tolerance is not None and last.gradient_norm < settings.gradient_tolerance:
        return "gradient-tolerance"
    if settings.loss_tolerance is not None and len(history.epochs) > 1:
        gained = history.epochs[-2].loss - last.loss
        if gained < settings.loss_tolerance:
            return "loss-tolerance"
    if settings.patience is not None and history.epochs_without_improvement() >= settings.patience:
        return "patience"
    if is_out_of_time(settings, seconds):
        return "time"
    return None


def is_out_of_time(settings: StoppingSettings, seconds: float) -> bool:
    """Whether the training has taken as long as it may."""
    return settings.max_seconds is not None and seconds >= settings.max_seconds
