"""Our optimizers beside PyTorch's, 100 steps from the same start along the same gradients: `python bench/parity.py`.

Float64, a thousand weights, gradients of a bumpy loss. Printed is the largest difference there ever was in any
weight, and whether it is within 1e-5. Exits with 1 if any is not. Wants PyTorch: `pip install 'digits[bench]'`.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

from model.nn import Parameters
from model.optim import OPTIMIZERS, Optimizer

STEPS = 100
WEIGHTS = 1_000
MOMENTUM = 0.9
TOLERANCE = 1e-5

TorchOptimizer = Callable[[list[torch.Tensor], float, float], Any]

THEIRS: Mapping[str, TorchOptimizer] = {
    "sgd": lambda weights, rate, decay: torch.optim.SGD(weights, rate, weight_decay=decay),
    "momentum": lambda weights, rate, decay: torch.optim.SGD(weights, rate, MOMENTUM, weight_decay=decay),
    "nesterov": lambda weights, rate, decay: torch.optim.SGD(
        weights, rate, MOMENTUM, weight_decay=decay, nesterov=True
    ),
    "adagrad": lambda weights, rate, decay: torch.optim.Adagrad(weights, rate, weight_decay=decay),
    "rmsprop": lambda weights, rate, decay: torch.optim.RMSprop(weights, rate, weight_decay=decay),
    "adam": lambda weights, rate, decay: torch.optim.Adam(weights, rate, eps=1e-7, weight_decay=decay),
    "adamw": lambda weights, rate, decay: torch.optim.AdamW(weights, rate, eps=1e-7, weight_decay=decay),
}


def slopes(theta: np.ndarray, steepness: np.ndarray) -> np.ndarray:
    """The gradient of a bowl with bumps, steeper in some directions than in others."""
    gradient: np.ndarray = steepness * theta + 0.3 * np.sin(5 * theta)
    return gradient


def largest_difference(name: str, weight_decay: float) -> float:
    """Between the weights of both optimizers, over all weights and steps."""
    rng = np.random.default_rng(0)
    start, steepness = rng.normal(size=WEIGHTS), np.exp(rng.normal(size=WEIGHTS))
    rate = OPTIMIZERS[name].learning_rate
    parameters = Parameters({"0.weight": (WEIGHTS,)}, np.float64)
    parameters.flat[:] = start
    ours = Optimizer(OPTIMIZERS[name].make(MOMENTUM, None), parameters, weight_decay=weight_decay)
    gradient = parameters.zeros_like()
    tensor = torch.nn.Parameter(torch.from_numpy(start.copy()))
    theirs = THEIRS[name]([tensor], rate, weight_decay)
    largest = 0.0
    for _ in range(STEPS):
        tensor.grad = torch.from_numpy(slopes(tensor.detach().numpy(), steepness))
        gradient.flat[:] = slopes(parameters.flat, steepness)
        ours.step(parameters, gradient, rate)
        theirs.step()
        largest = max(largest, float(np.abs(parameters.flat - tensor.detach().numpy()).max()))
    return largest


def main() -> None:
    """Print a row an optimizer, without and with weight decay."""
    print(f"largest difference in {STEPS} steps{'':<6}plain  weight decay 0.05")
    within = True
    for name in OPTIMIZERS:
        differences = [largest_difference(name, decay) for decay in (0.0, 0.05)]
        within &= max(differences) <= TOLERANCE
        print(f"{name:<28} {differences[0]:>10.1e} {differences[1]:>18.1e}")
    print(f"all within {TOLERANCE:g}" if within else f"NOT all within {TOLERANCE:g}")
    sys.exit(not within)


if __name__ == "__main__":
    main()
