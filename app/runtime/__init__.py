"""The process and its life: starting, memory, ending, metrics."""

from app.runtime.ending import SECONDS_TO_END, bury_orphans, end_in_time
from app.runtime.metrics import MEDIA_TYPE, Metrics
from app.runtime.startup import PlainStartupErrors, folder, keep_files_private, temporary_folder
from app.runtime.workers import Workers
