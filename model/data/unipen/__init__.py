"""UNIPEN train_r01_v07: digits, letters and signs that people wrote one by one for many makers of recognisers."""

from model.data.unipen.collection import DIGITS, OTHERS, unipen_drawings
from model.data.unipen.pen import parse_components
