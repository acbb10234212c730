"""Reports: one self-contained HTML file each, with pictures, for people who look rather than read numbers."""

from importlib.util import find_spec

MATPLOTLIB_MISSING = "pictures need matplotlib; install it with: pip install 'digits[train]'"


def can_draw() -> bool:
    """Whether the library that draws the pictures is installed; the service does without it."""
    return find_spec("matplotlib") is not None
