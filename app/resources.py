"""Where the files that are not code lie: in the installed package, or at the top of a source checkout."""

from importlib import resources
from pathlib import Path


def folder(name: str) -> Path:
    """The folder `static` or `templates`: the wheel carries them inside `app`, the sources beside it."""
    installed = Path(__file__).parent / name
    return installed if installed.is_dir() else Path(__file__).parent.parent / name


def packaged_weights() -> Path:
    """The weights that come with the package."""
    return Path(str(resources.files("model"))) / "weights" / "digits.npz"
