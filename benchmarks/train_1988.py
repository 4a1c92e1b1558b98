"""How fast the network of 1988 is trained, by us and by others, in alternation in one process.

    python benchmarks/train_1988.py [--repeats 5] [--windows 300000] [--json]

The network has 13 x 21 one-hot inputs, 40 sigmoid units and 3 outputs; batches are of 1,024
windows, the optimiser is plain stochastic gradient descent. Each program gets what suits it: the
dense ones the one-hot matrix, made beforehand, the others codes; ours chains of 300 residues, as
`ribbonet train` does. Ours is timed as a user meets it, by `fit`: batches drawn at random, loss and
accuracy of each, three epochs at a time; the others train for one. The codes are random; the time
does not depend on them. scikit-learn gets float64, which `OneHotEncoder` gives, and float32. Keras,
where it is installed, runs on PyTorch.

Prints the medians in million windows a second, their ratios, and what share of an estimate of
the processor's limit ours reaches (see docs/performance.md); and how much faster several threads
are, of the whole and of the steps alone, without the drawing of their order.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
from machine import alternate, clock, cores, line

WINDOW, SYMBOLS, UNITS, CLASSES, BATCH, RATE = 13, 21, 40, 3, 1024, 0.1
EPOCHS, CHAIN = 3, 300
OURS = ("ribbonet", "ribbonet, NumPy engine")
CYCLES = 175
"""Cycles a window needs at least on one core; see docs/performance.md."""


def ours(codes: np.ndarray, labels: np.ndarray, threads: int) -> Callable[[], None]:
    """Return an epoch of `fit` with the compiled engine."""
    from functools import partial

    from ribbonet.nn.compiled.engine import FusedEngine

    return _fit(codes, labels, partial(FusedEngine, threads=threads))


def plain(codes: np.ndarray, labels: np.ndarray) -> Callable[[], None]:
    """Return an epoch of `fit` with the plain engine, NumPy without the one-hot."""
    from ribbonet.nn.training.engine import NumpyEngine

    return _fit(codes, labels, NumpyEngine)


def _fit(codes: np.ndarray, labels: np.ndarray, engine: object) -> Callable[[], None]:
    from ribbonet.nn import SGD, CategoricalCrossEntropy, Dense, Network, Sigmoid, WindowDense, fit
    from ribbonet.training.examples import WindowExamples

    network = Network([WindowDense(WINDOW, SYMBOLS, UNITS), Sigmoid(), Dense(UNITS, CLASSES)], 0)
    cuts = range(CHAIN, len(codes), CHAIN)
    examples = WindowExamples(np.split(codes[:, 0], cuts), np.split(labels, cuts), WINDOW)

    def epoch() -> None:
        fit(
            network,
            CategoricalCrossEntropy(),
            SGD(RATE),
            examples,
            epochs=EPOCHS,
            batch_size=BATCH,
            rng=np.random.default_rng(0),
            engine=engine,
        )

    return epoch


def numpy_dense(x: np.ndarray, labels: np.ndarray) -> Callable[[], None]:
    """Return an epoch in NumPy by hand over the one-hot matrix."""
    rng = np.random.default_rng(0)
    w = rng.normal(0, 0.1, (x.shape[1], UNITS)).astype(np.float32)
    v = rng.normal(0, 0.1, (UNITS, CLASSES)).astype(np.float32)
    b, c = np.zeros(UNITS, np.float32), np.zeros(CLASSES, np.float32)

    def epoch() -> None:
        order = rng.permutation(len(x))
        for start in range(0, len(x), BATCH):
            chosen = order[start : start + BATCH]
            xb, n = x[chosen], len(chosen)
            h = 1 / (1 + np.exp(-(xb @ w + b)))
            z = h @ v + c
            g = np.exp(z - z.max(axis=1, keepdims=True))
            g /= g.sum(axis=1, keepdims=True)
            g[np.arange(n), labels[chosen]] -= 1
            g /= n
            dz = (g @ v.T) * h * (1 - h)
            v[...] -= RATE * (h.T @ g)
            c[...] -= RATE * g.sum(axis=0)
            w[...] -= RATE * (xb.T @ dz)
            b[...] -= RATE * dz.sum(axis=0)

    return epoch


def scikit_learn(x: np.ndarray, labels: np.ndarray, dtype: type) -> Callable[[], None]:
    """Return an epoch of `MLPClassifier` over the one-hot matrix."""
    from sklearn.neural_network import MLPClassifier

    x = x.astype(dtype)
    model = MLPClassifier(
        (UNITS,), activation="logistic", solver="sgd", alpha=0, batch_size=BATCH,
        learning_rate_init=RATE, momentum=0, random_state=0,
    )  # fmt: skip
    model.partial_fit(x, labels, classes=np.arange(CLASSES))
    return lambda: model.partial_fit(x, labels)


def pytorch(x: np.ndarray, labels: np.ndarray, bag: bool) -> Callable[[], None]:
    """Return an epoch in PyTorch, over the one-hot matrix, or over codes by `EmbeddingBag`."""
    import torch
    from torch import nn

    first = (
        nn.EmbeddingBag(WINDOW * SYMBOLS, UNITS, mode="sum")
        if bag
        else nn.Linear(WINDOW * SYMBOLS, UNITS)
    )
    model = nn.Sequential(first, nn.Sigmoid(), nn.Linear(UNITS, CLASSES))
    optimizer = torch.optim.SGD(model.parameters(), RATE)
    loss = nn.CrossEntropyLoss()
    inputs = torch.from_numpy(x + np.arange(WINDOW) * SYMBOLS if bag else x)
    targets = torch.from_numpy(labels.astype(np.int64))

    def epoch() -> None:
        for chosen in torch.randperm(len(inputs)).split(BATCH):
            optimizer.zero_grad()
            loss(model(inputs[chosen]), targets[chosen]).backward()
            optimizer.step()

    return epoch


def keras(x: np.ndarray, labels: np.ndarray) -> Callable[[], None]:
    """Return an epoch of Keras on PyTorch over the one-hot matrix."""
    os.environ["KERAS_BACKEND"] = "torch"
    from keras import Input, Sequential, layers, losses, optimizers

    model = Sequential(
        [Input(x.shape[1:]), layers.Dense(UNITS, activation="sigmoid"), layers.Dense(CLASSES)]
    )
    model.compile(optimizers.SGD(RATE), losses.SparseCategoricalCrossentropy(from_logits=True))
    return lambda: model.fit(x, labels, batch_size=BATCH, epochs=1, verbose=0)


def steps(codes: np.ndarray, labels: np.ndarray, threads: int) -> Callable[[], None]:
    """Return the steps of an epoch by the compiled engine, their order drawn beforehand."""
    from ribbonet.nn import SGD, CategoricalCrossEntropy, Dense, Network, Sigmoid, WindowDense
    from ribbonet.nn.compiled.engine import FusedEngine
    from ribbonet.nn.training.batches import ArrayExamples, batches
    from ribbonet.nn.training.meter import Meter

    network = Network([WindowDense(WINDOW, SYMBOLS, UNITS), Sigmoid(), Dense(UNITS, CLASSES)], 0)
    loss, rng = CategoricalCrossEntropy(), np.random.default_rng(0)
    engine = FusedEngine(network, loss, SGD(RATE), threads=threads)
    examples = ArrayExamples(codes, labels)
    chosen = list(batches(examples.epoch(rng), BATCH))
    factors = [1.0] * len(chosen)
    return lambda: list(engine.train(examples, chosen, factors, rng, Meter(loss))) and None


def main() -> None:
    """Train with all, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--windows", type=int, default=300_000)
    parser.add_argument("--json", action="store_true", help="end with one line, an object")
    args = parser.parse_args()

    import torch
    from threadpoolctl import threadpool_limits

    rng = np.random.default_rng(0)
    codes = rng.integers(0, SYMBOLS, (args.windows, WINDOW), dtype=np.uint8)
    labels = rng.integers(0, CLASSES, args.windows)
    x = np.eye(SYMBOLS, dtype=np.float32)[codes].reshape(args.windows, -1)

    print(line())
    million: dict[int, dict[str, float]] = {}
    for threads in sorted({1, cores()}):
        torch.set_num_threads(threads)
        runs = {
            "ribbonet": ours(codes, labels, threads),
            "ribbonet, NumPy engine": plain(codes, labels),
            "scikit-learn MLPClassifier": scikit_learn(x, labels, np.float64),
            "scikit-learn, float32": scikit_learn(x, labels, np.float32),
            "NumPy dense": numpy_dense(x, labels),
            "PyTorch dense": pytorch(x, labels, bag=False),
            "PyTorch EmbeddingBag": pytorch(codes, labels, bag=True),
        }
        if find_spec("keras"):
            runs["Keras on PyTorch"] = keras(x, labels)
        with threadpool_limits(threads):
            medians = alternate(runs, args.repeats)
        windows = {name: args.windows * (1 + (EPOCHS - 1) * (name in OURS)) for name in runs}
        million[threads] = {name: windows[name] / t / 1e6 for name, t in medians.items()}
        print(f"\n{threads} thread{'s' * (threads > 1)}{'':22}million windows/s    ours over it")
        for name, rate in million[threads].items():
            print(f"{name:36} {rate:10.2f} {million[threads]['ribbonet'] / rate:15.1f}")

    taken = alternate({n: steps(codes, labels, n) for n in million}, args.repeats)
    one, hertz = million[1], clock()
    all_threads = million[max(million)]
    result = {
        "machine": line(),
        "million_windows_per_s": {str(threads): rates for threads, rates in million.items()},
        "ghz": round(hertz / 1e9, 2),
        "vs_torch": round(one["ribbonet"] / one["PyTorch dense"], 2),
        "vs_sklearn": round(one["ribbonet"] / one["scikit-learn MLPClassifier"], 2),
        "vs_sklearn_float32": round(one["ribbonet"] / one["scikit-learn, float32"], 2),
        "threads2_over_1": round(all_threads["ribbonet"] / one["ribbonet"], 2),
        "threads2_over_1_of_steps": round(taken[1] / taken[max(taken)], 2),
        "of_limit": round(one["ribbonet"] * 1e6 * CYCLES / hertz, 2),
    }
    print(f"\nthreads: {result['threads2_over_1']} times one, ", end="")
    print(f"{result['threads2_over_1_of_steps']} of the steps alone; ", end="")
    print(f"of the limit: {result['of_limit']}")
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
