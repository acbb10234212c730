"""Losses that can be drawn whole, and descent over them: each a job that gives one result."""

from model.lab.surfaces.landscapes import landscape_job
from model.lab.surfaces.races import MAX_STEPS, describe_surfaces, race_job
from model.lab.surfaces.scalings import scalings_job
