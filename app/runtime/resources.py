"""Where the files that are not code lie: in the installed package, or at the top of a source checkout."""

from pathlib import Path

_APP = Path(__file__).parents[1]


def folder(name: str) -> Path:
    """The folder `static` or `templates`: the wheel carries them inside `app`, the sources beside it."""
    installed = _APP / name
    return installed if installed.is_dir() else _APP.parent / name
