"""The errors a user can be told of in one line. Everything the project raises on purpose is a `DigitsError`.

    DigitsError
    ├── InkError        ink that cannot be read: what was drawn or sent
    ├── DataError       a data file that is missing, damaged or foreign
    │   └── DownloadError   no mirror gave the file
    ├── ArtifactError   weights that are missing, truncated, foreign or fail their self-check
    ├── ConfigError     a training setting, alone or in combination, that makes no sense
    └── TrainingError   training that went wrong: a checkpoint that does not fit
        └── DivergedError   a loss or a gradient that is no number any more (model.training.loop)

The service maps them to HTTP in `app.errors`, the command line to exit codes in `cli.main`.
"""


class DigitsError(Exception):
    """A failure whose message is meant for the user: what is wrong, where, and what is allowed."""


class InkError(DigitsError):
    """Ink that cannot be read.

    Attributes:
        field: the part of the input at fault, such as `strokes[2][0]`; empty if it is the whole.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field


class DataError(DigitsError):
    """A data file that is missing, damaged or not what its name says."""


class DownloadError(DataError):
    """A data file that could not be had from any mirror."""


class ArtifactError(DigitsError):
    """Weights that are missing, truncated, foreign, non-finite or fail their self-check."""


class ConfigError(DigitsError):
    """A training setting that makes no sense, alone or together with others."""


class TrainingError(DigitsError):
    """Training that went wrong, such as a loss that is no longer a finite number."""
