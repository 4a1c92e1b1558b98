"""How time and memory grow with units, window, length of chains and number of chains.

    python benchmarks/scaling.py [--repeats 5] [--plot scaling.png] [--json]

Trains the network of 1988 for an epoch, and predicts, in one thread, with one quantity at a time
grown and the others as they were. Prints a table, and for each quantity the exponent of a power
law fitted to the times: 1 is growth in proportion. Memory is the most that Python's and NumPy's
arrays took at once, beyond the chains themselves. With `--plot`, draws it (needs matplotlib).
"""

from __future__ import annotations

import argparse
import json
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from machine import alternate, line

from ribbonet.models import stages
from ribbonet.models.stages import Stage
from ribbonet.nn import (
    SGD,
    CategoricalCrossEntropy,
    Dense,
    Network,
    Sigmoid,
    WindowDense,
    fit,
)
from ribbonet.nn.compiled.engine import FusedEngine
from ribbonet.training.examples import WindowExamples

SYMBOLS, CLASSES = 21, 3
BASE = {"units": 40, "window": 13, "length": 250, "chains": 400}
GROWN = {
    "units": (160, 320, 640, 1280),
    "window": (49, 97, 193, 385),
    "length": (250, 500, 1000, 2000, 4000),
    "chains": (400, 800, 1600, 3200, 6400),
}


def work(units: int, window: int, length: int, chains: int) -> dict[str, Callable[[], object]]:
    """Return an epoch of training, and a prediction."""
    rng = np.random.default_rng(0)
    codes = [rng.integers(0, SYMBOLS, length, dtype=np.uint8) for _ in range(chains)]
    labels = [rng.integers(0, CLASSES, length, dtype=np.uint8) for _ in range(chains)]
    network = Network([WindowDense(window, SYMBOLS, units), Sigmoid(), Dense(units, CLASSES)], 0)

    def train() -> None:
        fit(
            network,
            CategoricalCrossEntropy(),
            SGD(0.1),
            WindowExamples(codes, labels, window),
            epochs=1,
            batch_size=1024,
            rng=np.random.default_rng(0),
            engine=partial(FusedEngine, threads=1),
        )

    return {
        "train": train,
        "predict": lambda: Stage(window, (network,)).probabilities(codes),
    }


def memory(run: Callable[[], object]) -> float:
    """Return the most megabytes that were taken at once."""
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def exponent(sizes: tuple[int, ...], seconds: list[float]) -> float:
    """Return the slope of a straight line through logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def draw(path: Path, measured: dict[str, dict[str, list[float]]]) -> None:
    """Draw seconds over each quantity, both axes logarithmic."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 4, figsize=(12, 3), sharey=True, layout="constrained")
    for axis, (quantity, sizes) in zip(axes, GROWN.items(), strict=True):
        for task, marker in (("train", "o-"), ("predict", "s-")):
            seconds = measured[quantity][task]
            label = f"{task}, exponent {exponent(sizes, seconds):.2f}"
            axis.loglog(sizes, seconds, marker, label=label)
        axis.set_xlabel(quantity)
        axis.legend(frameon=False)
    axes[0].set_ylabel("seconds")
    figure.savefig(path, dpi=120)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--json", action="store_true", help="end with one line, an object")
    args = parser.parse_args()

    stages.PAYS = 0  # compiled code for small inputs too
    print(line())
    print(f"\n{'':16}{'train s':>10}{'MB':>8}{'predict s':>12}{'MB':>8}")
    measured: dict[str, dict[str, list[float]]] = {}
    exponents: dict[str, dict[str, float]] = {}
    for quantity, sizes in GROWN.items():
        runs = {size: work(**{**BASE, quantity: size}) for size in sizes}
        turns = {(task, size): runs[size][task] for size in sizes for task in runs[size]}
        medians = alternate(turns, args.repeats)
        for size in sizes:
            cells = [f"{medians[t, size]:10.4f}{memory(runs[size][t]):8.1f}" for t in runs[size]]
            print(f"{quantity:8}{size:8}" + "  ".join(cells))
        measured[quantity] = {t: [medians[t, s] for s in sizes] for t in ("train", "predict")}
        exponents[quantity] = {t: exponent(sizes, s) for t, s in measured[quantity].items()}
        print(f"{'':8}exponent{exponents[quantity]['train']:10.2f}", end="")
        print(f"{exponents[quantity]['predict']:20.2f}")
    if args.plot:
        draw(args.plot, measured)
    if args.json:
        print(json.dumps({"machine": line(), "exponents": exponents, "seconds": measured}))


if __name__ == "__main__":
    main()
