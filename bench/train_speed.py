"""How long an epoch takes, beside the libraries people would pick: `python bench/train_speed.py`.

60,000 images, Adam, float32, cross-entropy: 784-1024-1024-10 in batches of 256; with --case small 784-128-64-10 in
batches of 64, where overhead counts; and with --case release the network of that recipe in batches of 128, three
convolutions and a hidden layer, with batch normalisation and dropout. Each contestant runs in a process of its own,
one epoch to warm up and one on the clock, all of them in turn, again and again; printed are medians, and ratios to
ours. `products` are the bare matrix products of an epoch and nothing else: no trainer on this library can be faster.

PyTorch and scikit-learn are wanted for this benchmark alone: `pip install 'digits[bench]'`. Who is not installed is
left out.
"""

import argparse
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import numpy as np

IMAGES = 60_000


@dataclass(frozen=True)
class Case:
    """A network and a batch size; with convolutions, batch normalisation and dropout too."""

    hidden: tuple[int, ...]
    batch_size: int
    channels: tuple[int, ...] = ()
    kernel_size: tuple[int, ...] = ()
    stride: tuple[int, ...] = ()
    dropout: float = 0.0

    @property
    def settings(self) -> dict[str, Any]:
        """Of ours."""
        return {**asdict(self), "batch_norm": bool(self.channels)}

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of each layer, such as those of our network."""
        from model.training import TrainingConfig

        return TrainingConfig().changed(**self.settings).architecture.sizes


CASES: Mapping[str, Case] = {
    "large": Case((1024, 1024), 256),
    "small": Case((128, 64), 64),
    "release": Case((512,), 128, channels=(16, 48, 96), kernel_size=(5, 4, 3), stride=(2, 2, 1), dropout=0.4),
}


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
    config = TrainingConfig().changed(**case.settings, epochs=2, schedule="constant")
    trained = train(config, training, training.take(np.arange(10)), seed=np.random.SeedSequence(0))
    return trained.history.epochs[-1].seconds


def products(case: Case) -> float:
    """The matrix products of an epoch, into arrays made before."""
    from model.nn import convolutions

    rng = np.random.default_rng(0)
    places = convolutions(case.channels, case.kernel_size, case.stride)
    # Of a convolution the patches are the rows, without the copying that makes them such.
    shapes = [(case.batch_size * one.out_size**2, math.prod(one.kernel[:3]), one.out_channels) for one in places]
    shapes += [(case.batch_size, *sizes) for sizes in list(pairwise(case.sizes))[len(places) :]]
    layers = [
        [rng.random(shape, dtype=np.float32) * 0.03 for shape in ((rows, inputs), (inputs, units), (rows, units))]
        for rows, inputs, units in shapes
    ]
    slopes, gradients = ([np.empty_like(layer[place]) for layer in layers] for place in (1, 0))

    def epoch() -> None:
        for _ in range(IMAGES // case.batch_size):
            for inputs, weight, outputs in layers:
                np.matmul(inputs, weight, out=outputs)
            for number in range(len(layers) - 1, -1, -1):
                inputs, weight, outputs = layers[number]
                np.matmul(inputs.T, outputs, out=slopes[number])
                if number:
                    np.matmul(outputs, weight.T, out=gradients[number])

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
    layers: list[Any] = [torch.nn.Unflatten(1, (1, 28, 28))] if case.channels else []
    in_channels = 1
    for channels, kernel_size, stride in zip(case.channels, case.kernel_size, case.stride, strict=True):
        # The shift of the batch normalisation is the bias, and the next layer's weights are its gain.
        layers += [torch.nn.Conv2d(in_channels, channels, kernel_size, stride, bias=False)]
        layers += [torch.nn.BatchNorm2d(channels), torch.nn.ReLU()]
        in_channels = channels
    layers += [torch.nn.Flatten()] if case.channels else []
    for before, after in pairwise(case.sizes[len(case.channels) : -1]):
        layers += [torch.nn.Linear(before, after, bias=not case.channels)]
        layers += [torch.nn.BatchNorm1d(after)] if case.channels else []
        layers += [torch.nn.ReLU()]
        layers += [torch.nn.Dropout(case.dropout)] if case.dropout else []
    network = torch.nn.Sequential(*layers, torch.nn.Linear(*case.sizes[-2:]))
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

FULLY_CONNECTED = {"plain NumPy", "scikit-learn"}
"""Who knows no convolutions."""


def timed(epoch: Callable[[], object]) -> float:
    """Seconds of the second epoch."""
    epoch()
    started = time.perf_counter()
    epoch()
    return time.perf_counter() - started


def in_a_process_of_its_own(name: str, case: str) -> tuple[float, float]:
    """Seconds, and the peak memory in MB."""
    command = [sys.executable, __file__, "--case", case, "--only", name]
    # As `cli.launch` sets it; the others have no threads beside the library's.
    environment = {**os.environ, **({"OPENBLAS_NUM_THREADS": "1"} if name == "ours" else {})}
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
    if CASES[words.case].channels:
        names = [name for name in names if name not in FULLY_CONNECTED]
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
