"""What lies around the ink is taken away, whatever is left."""

import numpy as np

from model.preprocess.finding import FoundInk, _cleared


def test_ink_that_is_nowhere_full_is_cleared_as_well() -> None:
    # A rule from edge to edge, below the highest levels at which ink is looked for that stands free of it.
    coverage = np.zeros((120, 120), np.float32)
    coverage[60:63] = 0.5
    coverage[20:100, 58:62] = 0.5
    found = _cleared(FoundInk(None, (0, 0), "dark", "local"), coverage, coverage * 10, 0.0)
    assert found.coverage is not None
    assert found.coverage.shape[0] >= 80
