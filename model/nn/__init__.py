"""The network: its layers, what they compute forward, and how the gradient goes back through them."""

from model.nn.activations import ACTIVATIONS
from model.nn.architecture import CLASSES, INPUTS, TASK_OUTPUTS, Architecture
from model.nn.batch_norm import normalise
from model.nn.convolution import ConvolutionShape, convolutions
from model.nn.initializers import INITIALIZERS, initialise
from model.nn.layer import Context, Floats, Layer, Mask, Workers
from model.nn.network import Network, sequential
from model.nn.normalization import GREY_LEVELS, SCALINGS, Normalization, fit_normalization
from model.nn.outputs import OUTPUTS, Output
from model.nn.parameters import Parameters
from model.nn.softmax import log_softmax, log_sum_exp, softmax
