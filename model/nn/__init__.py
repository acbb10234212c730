"""The network: layers and activations, what they compute forward, and what of that leads back."""

from model.nn.activations import ACTIVATIONS, Floats
from model.nn.convolution import Conv2d, convolutions
from model.nn.initializers import INITIALIZERS, initialise
from model.nn.network import CLASSES, INPUTS, TASK_OUTPUTS, Architecture, Network
from model.nn.normalization import GREY_LEVELS, SCALINGS, Normalization, fit_normalization
from model.nn.outputs import OUTPUTS, Output
from model.nn.parameters import Parameters
from model.nn.softmax import log_softmax, log_sum_exp, softmax
