"""How long an epoch takes, beside the libraries people would pick: `python bench/train_speed.py`.

60,000 images, Adam, float32, cross-entropy: 784-1024-1024-10 in batches of 256, and with --case small
784-128-64-10 in batches of 64, where overhead counts. Each contestant runs in a process of its own, one epoch to warm
up and one on the clock, all of them in turn, again and again; printed are medians, and ratios to ours. `products`
are the bare matrix products of an epoch and nothing else: no trainer on this library can be faster.

PyTorch and scikit-learn are wanted for this benchmark alone: `pip install 'digits[bench]'`. Who is not installed is
left out.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import numpy as np

IMAGES = 60_000


@dataclass(frozen=True)
class Case:
    """A network and a batch size."""

    hidden: tuple[int, ...]
    batch_size: int

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of each layer."""
        return (784, *self.hidden, 10)


CASES: Mapping[str, Case] = {"large": Case((1024, 1024), 256), "small": Case((128, 64), 64)}


def images_and_labels() -> tuple[np.ndarray, np.ndarray]:
    """Made-up images, a fifth inked as in MNIST: speed does not depend on what they show."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (IMAGES, 784), dtype=np.uint8)
    images[rng.random(images.shape, dtype=np.float32) > 0.2] = 0
    return images, rng.integers(0, 10, IMAGES)


def ours(case: Case) -> float:
    """`digits train` without the preprocessing before and the validation after."""
    from model.data import LabelledImages
    from model.training import TrainingConfig, train

    images, labels = images_and_labels()
    training = LabelledImages(images.reshape(-1, 28, 28), labels.astype(np.uint8))
    config = TrainingConfig().changed(hidden=case.hidden, batch_size=case.batch_size, epochs=2, schedule="constant")
    trained = train(config, training, training.take(np.arange(10)), seed=np.random.SeedSequence(0))
    return trained.history.epochs[-1].seconds


def products(case: Case) -> float:
    """The matrix products of an epoch, into arrays made before."""
    rng = np.random.default_rng(0)
    sizes = case.sizes
    weights = [rng.normal(0, 0.03, shape).astype(np.float32) for shape in pairwise(sizes)]
    slopes = [np.empty_like(weight) for weight in weights]
    signals = [rng.random((case.batch_size, size), dtype=np.float32) for size in sizes]
    gradients = [rng.random((case.batch_size, size), dtype=np.float32) * 1e-3 for size in sizes]

    def epoch() -> None:
        for _ in range(IMAGES // case.batch_size):
            for layer, weight in enumerate(weights):
                np.matmul(signals[layer], weight, out=signals[layer + 1])
            for layer in range(len(weights) - 1, -1, -1):
                np.matmul(signals[layer].T, gradients[layer + 1], out=slopes[layer])
                if layer:
                    np.matmul(gradients[layer + 1], weights[layer].T, out=gradients[layer])

    return timed(epoch)


def plain_numpy(case: Case) -> float:
    """Backpropagation and Adam as one writes them down: an expression a line, a new array for each."""
    rng = np.random.default_rng(0)
    images, labels = images_and_labels()
    inputs = images.astype(np.float32) / 255
    parameters = []
    for before, after in pairwise(case.sizes):
        parameters.append(rng.normal(0, np.sqrt(2 / before), (before, after)).astype(np.float32))
        parameters.append(np.zeros(after, np.float32))
    first, second = ([np.zeros_like(each) for each in parameters] for _ in range(2))
    step = 0

    def epoch() -> None:
        nonlocal step
        order = rng.permutation(IMAGES)
        for start in range(0, IMAGES, case.batch_size):
            batch = order[start : start + case.batch_size]
            outputs = [inputs[batch]]
            for layer in range(0, len(parameters), 2):
                sums = outputs[-1] @ parameters[layer] + parameters[layer + 1]
                outputs.append(np.maximum(sums, 0) if layer < len(parameters) - 2 else sums)
            exponentials = np.exp(outputs[-1] - outputs[-1].max(axis=1, keepdims=True))
            gradient = exponentials / exponentials.sum(axis=1, keepdims=True)
            gradient[np.arange(len(batch)), labels[batch]] -= 1
            gradient /= len(batch)
            slopes: list[np.ndarray] = []
            for layer in range(len(parameters) - 2, -1, -2):
                slopes = [outputs[layer // 2].T @ gradient, gradient.sum(axis=0), *slopes]
                if layer:
                    gradient = (gradient @ parameters[layer].T) * (outputs[layer // 2] > 0)
            step += 1
            for index, slope in enumerate(slopes):
                first[index] = 0.9 * first[index] + 0.1 * slope
                second[index] = 0.999 * second[index] + 0.001 * slope**2
                mean, square = first[index] / (1 - 0.9**step), second[index] / (1 - 0.999**step)
                parameters[index] -= 0.001 * mean / (np.sqrt(square) + 1e-7)

    return timed(epoch)


def torch_adam(case: Case, *, fused: bool) -> float:
    """PyTorch's modules and its Adam."""
    import torch

    images, labels = images_and_labels()
    inputs, targets = torch.from_numpy(images).float() / 255, torch.from_numpy(labels)
    layers: list[Any] = []
    for before, after in pairwise(case.sizes):
        layers += [torch.nn.Linear(before, after), torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers[:-1])
    adam = torch.optim.Adam(network.parameters(), lr=0.001, eps=1e-7, fused=fused)

    def epoch() -> None:
        order = torch.randperm(IMAGES)
        for start in range(0, IMAGES, case.batch_size):
            batch = order[start : start + case.batch_size]
            adam.zero_grad()
            torch.nn.functional.cross_entropy(network(inputs[batch]), targets[batch]).backward()
            adam.step()

    return timed(epoch)


def scikit_learn(case: Case) -> float:
    """MLPClassifier, an epoch a call."""
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")
    images, labels = images_and_labels()
    inputs = images.astype(np.float32) / 255
    network = MLPClassifier(case.hidden, batch_size=case.batch_size, alpha=0, max_iter=1, warm_start=True)
    return timed(lambda: network.fit(inputs, labels))


CONTESTANTS: Mapping[str, tuple[str, Callable[[Case], float]]] = {
    "ours": ("numpy", ours),
    "products": ("numpy", products),
    "plain NumPy": ("numpy", plain_numpy),
    "PyTorch, fused Adam": ("torch", lambda case: torch_adam(case, fused=True)),
    "PyTorch, default Adam": ("torch", lambda case: torch_adam(case, fused=False)),
    "scikit-learn": ("sklearn", scikit_learn),
}


def timed(epoch: Callable[[], object]) -> float:
    """Seconds of the second epoch."""
    epoch()
    started = time.perf_counter()
    epoch()
    return time.perf_counter() - started


def in_a_process_of_its_own(name: str, case: str) -> tuple[float, float]:
    """Seconds, and the peak memory in MB."""
    command = [sys.executable, __file__, "--case", case, "--only", name]
    # As `cli.launch` sets it; the others ship libraries of their own, or gain by it too.
    environment = {**os.environ, "OPENBLAS_THREAD_TIMEOUT": "18"}
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    seconds, memory = json.loads(run.stdout.splitlines()[-1])
    return seconds, memory


def main() -> None:
    """Print a row a contestant."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", choices=CASES, default="large")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=CONTESTANTS, help="run this one here, and print seconds and peak MB")
    words = parser.parse_args()
    if words.only:
        seconds = CONTESTANTS[words.only][1](CASES[words.case])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps([seconds, peak]))
        return
    names = [name for name, (package, _) in CONTESTANTS.items() if find_spec(package)]
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for _ in range(words.rounds):
        for name in names:
            measured[name].append(in_a_process_of_its_own(name, words.case))
    medians = {name: statistics.median(seconds for seconds, _ in runs) for name, runs in measured.items()}
    case = CASES[words.case]
    print(f"one epoch of {IMAGES:,} images, {'-'.join(map(str, case.sizes))}, batch {case.batch_size}, Adam, float32")
    print(f"{'':<24}{'median s':>9}{'fastest':>9}{'ours is':>16}{'peak MB':>9}")
    for name, seconds in medians.items():
        fastest, peak = min(run[0] for run in measured[name]), max(run[1] for run in measured[name])
        ratio = "" if name == "ours" else f"{seconds / medians['ours']:.2f}x as fast"
        print(f"{name:<24}{seconds:>9.2f}{fastest:>9.2f}{ratio:>16}{peak:>9.0f}")


if __name__ == "__main__":
    main()
