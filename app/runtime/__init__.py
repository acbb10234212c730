"""The process and its life: starting, memory, ending, metrics."""

from app.runtime.metrics import MEDIA_TYPE, Metrics
from app.runtime.startup import PlainStartupErrors, end_with_parent, folder, keep_files_private
from app.runtime.workers import Workers
