"""The process and its life: memory, background work, starting, metrics."""

from app.runtime.background import in_background
from app.runtime.memory import give_back_large_blocks, leave_out_of_collection
from app.runtime.metrics import MEDIA_TYPE, Metrics
from app.runtime.parent import end_with
from app.runtime.resources import folder
from app.runtime.startup import PlainStartupErrors

__all__ = [
    "MEDIA_TYPE",
    "Metrics",
    "PlainStartupErrors",
    "end_with",
    "folder",
    "give_back_large_blocks",
    "in_background",
    "leave_out_of_collection",
]
