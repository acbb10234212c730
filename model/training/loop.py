"""Training: batch after batch until all images are used is one epoch; shuffle and repeat (lecture topic 8)."""

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from model.artifact import Artifact
from model.data import LabelledImages
from model.errors import DataError, TrainingError
from model.evaluation import measure
from model.nn import Floats, Network, Normalization, Parameters, fit_normalization
from model.optim import available_cores, fold
from model.training.callbacks import Callbacks, Update
from model.training.checkpoint import Checkpoint, TrainerState
from model.training.config import TrainingConfig
from model.training.examples import Batches, PictureDataset, StrokeDataset, fold_in
from model.training.fine_tuning import first_network
from model.training.progress import Epoch, History, Progress, StoppedBy, is_out_of_time, stopping_reason
from model.training.trainer import Trainer

_DIVERGED = 1_000.0
"""No training comes back from a mean loss so many times the first one (or so large, if that is below 1)."""

_SAMPLE_IMAGES = 4_096
"""Over which batch normalisation takes mean and deviation for good."""


@dataclass(frozen=True, slots=True)
class FitResult:
    """The outcome of training.

    Attributes:
        network: as it was after the epoch that is kept.
        scaling: from grey levels to its inputs.
        kept_epoch: the one with the best validation score, the first of equals; or the last, if the config says so.
        history: every whole epoch.
        stopped_by: what ended the training.
        images: in a whole epoch.
        moved: how far the weights have come from the first ones, as a share of the length of those.
    """

    network: Network
    scaling: Normalization
    kept_epoch: Epoch
    history: History
    stopped_by: StoppedBy
    images: int
    moved: float

    @property
    def kept_is_cut(self) -> bool:
        """Whether the epoch that is kept was stopped short, so that it is none of the history's."""
        return self.kept_epoch.number > len(self.history.epochs)


class DivergedError(TrainingError):
    """Training that no more steps can bring back.

    Attributes:
        history: up to the loss that was too much, if that is a number.
        result: what was best before; None in the first epoch.
    """

    def __init__(self, message: str, history: History, result: FitResult | None = None) -> None:
        super().__init__(message)
        self.history = history
        self.result = result


def train(
    config: TrainingConfig,
    training: LabelledImages,
    validation: LabelledImages,
    *,
    seed: np.random.SeedSequence,
    drawings: StrokeDataset | None = None,
    pictures: PictureDataset | None = None,
    start: Artifact | None = None,
    resume: Checkpoint | None = None,
    callbacks: Callbacks = Callbacks(),
    threads: int | None = None,
) -> FitResult:
    """Train a network and keep it as it was after the epoch that did best on the validation images, or the last.

    The same config, images and seed give the same network, bit for bit, on the same machine, whether the run goes
    through or is resumed from any of its checkpoints.

    Args:
        config: the settings.
        training: preprocessed images to learn from.
        validation: preprocessed images to choose the epoch by; never learned from.
        seed: the source of the first weights, the shuffling, the distortions and the dropout.
        drawings: to learn from as well, drawn anew in each epoch.
        pictures: likewise, distorted as the images are.
        start: weights to start from, of the config's network; None for random ones.
        resume: where to go on; None to start.
        callbacks: what is told, and what may stop it.
        threads: to compute with; None for every core. The result does not depend on them.

    Raises:
        DataError: there are no images to learn from or to choose by, or they are no grey levels with digits.
        DivergedError: the loss or the gradient is no number any more, or beyond all that training comes back from.
        TrainingError: the checkpoint does not fit.
    """
    for name, examples in (("training", training), ("validation", validation)):
        _require_examples(name, examples)
    threads = threads or available_cores()
    run = _Run(config, training, validation, drawings, pictures, seed, start, callbacks, threads)
    if resume:
        run.restore(resume)
    return run.train()


def _require_examples(name: str, examples: LabelledImages) -> None:
    if not len(examples):
        raise DataError(f"{name}: there are no images in it")
    if examples.images.dtype != np.uint8:
        raise DataError(f"{name}: its images are {examples.images.dtype}, expected uint8, grey levels from 0 to 255")
    if examples.labels.dtype.kind not in "ui" or examples.labels.min() < 0:
        raise DataError(f"{name}: its labels must be whole numbers from 0 to 9")


class _Run:
    """The state that lives from step to step of one training run."""

    def __init__(
        self,
        config: TrainingConfig,
        training: LabelledImages,
        validation: LabelledImages,
        drawings: StrokeDataset | None,
        pictures: PictureDataset | None,
        seed: np.random.SeedSequence,
        start: Artifact | None,
        callbacks: Callbacks,
        threads: int,
    ) -> None:
        self._clock = time.monotonic()
        self._config = config
        self._callbacks = callbacks
        self._validation = validation
        self._scaling = start.scaling if start else fit_normalization(config.network.scaling, training.images)
        rng = np.random.default_rng(fold_in(seed, 0))
        network = first_network(config, start, rng=rng)
        self._batches = Batches(
            config, training, self._scaling, seed=fold_in(seed, 1), drawings=drawings, pictures=pictures
        )
        self._trainer = Trainer(
            config,
            network,
            planned_steps=config.stopping.epochs * self._batches.batches,
            threads=threads,
        )
        self._sample = self._batches.sample(_SAMPLE_IMAGES) if config.learning.batch_norm else np.empty(0)
        self._kept = self._trainer.kept.copy()
        self._first = self._kept.copy()
        self._state = TrainerState()
        self._saved_at = -math.inf

    def train(self) -> FitResult:
        """Go on to the end."""
        self._save(only_when_due=False)
        while True:
            self._count_time()
            reason = self._ending() or self._learn()
            if reason:
                break
            self._end_epoch()
            self._save(only_when_due=True)
        self._save(only_when_due=False)
        return self._outcome(reason)

    def _count_time(self) -> None:
        """All that a run does counts: steps, validation, folding, checkpoints."""
        now = time.monotonic()
        self._state.seconds += now - self._clock
        self._clock = now

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back to where a checkpoint was taken."""
        if checkpoint.settings != self._config.as_settings():
            raise TrainingError("the checkpoint is of a run with other settings")
        arrays = self._arrays()
        for name, array in arrays.items():
            stored = checkpoint.arrays.get(name)
            if stored is None or stored.shape != array.shape or stored.dtype != array.dtype:
                raise TrainingError(f"the checkpoint's '{name}' does not fit this network")
            array[...] = stored
        self._state = replace(checkpoint.state)
        self._trainer.restore(self._state.optimizer_steps)

    def _ending(self) -> StoppedBy | None:
        """What ends the training where it stands, if anything: between epochs, or in one it was resumed in."""
        state, history = self._state, self._state.history
        if state.images:
            return "time" if is_out_of_time(self._config.stopping, state.seconds) else None
        if not history.epochs:
            return None
        reason = stopping_reason(self._config.stopping, history, state.seconds)
        return reason or ("interrupt" if self._callbacks.stop_requested() else None)

    def _learn(self) -> StoppedBy | None:
        """Use the images of the current epoch that are left; returns what stopped it short, if anything did."""
        state = self._state
        started = time.monotonic()
        loss = 0.0
        for micro_batch in self._batches.micro_batches(state.epoch, start=state.images):
            loss += self._trainer.accumulate(micro_batch)
            if not micro_batch.ends_batch:
                continue
            self._step(loss, micro_batch.end)
            state.epoch_seconds += time.monotonic() - started
            self._tell_step(loss)
            loss = 0.0
            if state.images == self._batches.images:
                break
            self._save(only_when_due=True)
            if self._callbacks.stop_requested():
                return "interrupt"
            self._count_time()
            if is_out_of_time(self._config.stopping, state.seconds):
                return "time"
            # Saving is not learning, so the clock starts again.
            started = time.monotonic()
        return None

    def _tell_step(self, loss: float) -> None:
        state = self._state
        progress = Progress(state.epoch, state.images, state.loss_sum / state.images)
        self._callbacks.on_step(progress)
        self._callbacks.on_update(
            Update(
                progress,
                self._trainer.steps,
                loss,
                state.learning_rate,
                self._trainer.gradient,
                self._scaling,
                lambda: self._network(self._trainer.kept),
            )
        )

    def _step(self, loss: float, end: int) -> None:
        """Move the parameters once, along the gradient of the batch that ends after `end` images."""
        state = self._state
        size = end - state.images
        if state.first_loss is None:
            state.first_loss = loss
        norm = self._trainer.gradient_norm()
        state.images = end
        self._require_sane(loss, norm, _DIVERGED * max(1.0, state.first_loss))
        state.learning_rate = self._trainer.step(norm, self._callbacks.learning_rate())
        state.optimizer_steps = self._trainer.steps
        state.steps += 1
        state.loss_sum += loss * size
        state.norm_sum += norm
        state.add_to_curve(loss * size, size, of=self._batches.images)

    def _require_sane(self, loss: float, norm: float, limit: float) -> None:
        state = self._state
        if not (loss < limit and math.isfinite(norm)):  # NaN is not below anything
            what = f"the loss is {loss:.3g}" if not loss < limit else f"the gradient's length is {norm:.3g}"
            state.end_curve(loss, of=self._batches.images)
            raise self._diverged(f"{what} in epoch {state.epoch} after {state.images:,} images")

    def _diverged(self, what: str) -> DivergedError:
        history, actual = self._state.history, self._config.learning.actual_learning_rate
        return DivergedError(
            f"training diverges: {what}; "
            f"try a lower learning rate than {self._callbacks.learning_rate() or actual:g}",
            history,
            self._result("divergence", history.epochs[self._kept_number - 1], self._kept) if history.epochs else None,
        )

    def _end_epoch(self) -> None:
        epoch = self._measured()
        state = self._state
        if state.history.add(epoch) or self._config.stopping.keep == "last":
            self._kept.flat[:] = self._trainer.kept.flat
        state.epoch += 1
        state.images = state.steps = 0
        state.loss_sum = state.norm_sum = state.epoch_seconds = 0.0
        self._callbacks.on_epoch(state.history)

    def _measured(self) -> Epoch:
        """The current epoch as far as it went, with the weights as they are now measured on the validation images."""
        state = self._state
        network = self._network(self._trainer.kept)
        with np.errstate(over="ignore", invalid="ignore"):
            result = measure(network, self._scaling, self._config.task, self._config.learning.loss, self._validation)
        if not math.isfinite(result.loss):
            raise self._diverged(f"the validation loss is {result.loss:.3g} after epoch {state.epoch}")
        return Epoch(
            number=state.epoch,
            images=state.images,
            loss=state.loss_sum / state.images,
            validation_loss=result.loss,
            validation_accuracy=result.accuracy,
            learning_rate=state.learning_rate,
            gradient_norm=state.norm_sum / state.steps,
            seconds=state.epoch_seconds,
        )

    def _outcome(self, reason: StoppedBy) -> FitResult:
        """The weights that are kept, those of an epoch that was stopped short included."""
        epochs, kept = self._state.history.epochs, self._kept
        epoch = epochs[self._kept_number - 1] if epochs else None
        if self._state.images:
            unfinished = self._measured()
            if epoch is None or self._config.stopping.keep == "last" or unfinished.score > epoch.score:
                epoch, kept = unfinished, self._trainer.kept
        assert epoch is not None  # noqa: S101 - no run ends before its first step
        return self._result(reason, epoch, kept)

    @property
    def _kept_number(self) -> int:
        """Of the whole epoch whose weights are kept; 0 before the first."""
        history = self._state.history
        return len(history.epochs) if self._config.stopping.keep == "last" else history.best

    def _result(self, reason: StoppedBy, epoch: Epoch, kept: Parameters) -> FitResult:
        first = self._first.flat
        moved = float(np.linalg.norm(kept.flat - first) / (np.linalg.norm(first) or 1))
        network = self._network(kept)
        return FitResult(network, self._scaling, epoch, self._state.history, reason, self._batches.images, moved)

    def _network(self, learned: Parameters) -> Network:
        """The network that computes of images one by one what was learned."""
        network = Network(self._config.architecture, learned)
        if self._config.learning.batch_norm:
            network = replace(network, parameters=fold(network, self._sample))
        return network

    def _save(self, *, only_when_due: bool) -> None:
        now = time.monotonic()
        if only_when_due and now - self._saved_at < self._callbacks.save_seconds:
            return
        self._callbacks.save(Checkpoint(self._config.as_settings(), self._state, self._arrays()))
        self._saved_at = time.monotonic()

    def _arrays(self) -> dict[str, Floats]:
        """Every number a run has to remember."""
        return {**self._trainer.arrays(), "kept": self._kept.flat}
