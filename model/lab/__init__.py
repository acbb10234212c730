"""The lab: training that one can watch, and lessons that set it up."""
