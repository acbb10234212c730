"""The mathematics of learning: losses, gradients, and the rules that follow them. Nothing here knows of files."""

from model.optim.backpropagation import loss_and_gradient
from model.optim.blocks import available_cores
from model.optim.ema import EMA
from model.optim.folding import fold
from model.optim.losses import LOSSES, REJECT_LOSS, loss_for
from model.optim.optimizers import OPTIMIZERS, Optimizer
from model.optim.path import ParameterPath, kept_steps, path_points
from model.optim.race import Contestant, Course, contestant, race
from model.optim.regularization import clip_gradient, dropout_mask, gradient_norm, one_hot
from model.optim.schedules import SCHEDULES, schedule_for
from model.optim.surfaces import SURFACES, Point, Surface
from model.optim.tasks import TASKS
