"""The lab: training and what is seen of it, as jobs that a page asks for."""
