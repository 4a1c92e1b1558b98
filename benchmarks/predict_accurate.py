"""How fast a deep convolutional network predicts, beside PyTorch and the rate of matrix products.

    python benchmarks/predict_accurate.py [--repeats 5] [--chains 40] [--json]

The network is of the shape of two of `accurate`'s three: windows of 13 residues to 192 channels,
eleven residual blocks of a convolution over 7 positions and a layer of 192 units, eight states. One
thread, random weights, the same in PyTorch, which gets one chain at a time. Beside it the same
network with its convolutions tap by tap, and networks of the sizes of S4PRED's (Moffat & Jones
2021), 224 million random weights in PyTorch, on the first two chains. Prints residues a second, and
how much of the rate of NumPy's matrix products the multiplications of a convolution tap by tap
would be: more than 1 is what `ribbonet.nn.layers.winograd` makes possible, which needs fewer.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

import numpy as np
from machine import alternate, line

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.windows import windows
from ribbonet.models.stages import Stage
from ribbonet.nn import Conv1d, Dense, Dropout, LayerNorm, Network, ReLU, Residual, WindowDense
from ribbonet.system import keep_freed_memory
from ribbonet.tasks.structure import Structure

if TYPE_CHECKING:
    import torch

WINDOW, SYMBOLS, CHANNELS, KERNEL, STATES = 13, 21, 192, 7, 8
DILATIONS = (1, 2, 4, 8, 16, 4, 1, 8, 2, 4, 1)
PRODUCTS = len(DILATIONS) * (KERNEL + 1) * CHANNELS**2 + CHANNELS * STATES
"""Multiplications a residue needs in matrix products, convolutions tap by tap."""


def network() -> Network:
    """Return the network."""
    blocks = [
        Residual(
            [
                LayerNorm(CHANNELS),
                Conv1d(CHANNELS, CHANNELS, KERNEL, dilation),
                ReLU(),
                Dropout(0.1),
                Dense(CHANNELS, CHANNELS),
            ]
        )
        for dilation in DILATIONS
    ]
    ends = [LayerNorm(CHANNELS), Dropout(0.1), Dense(CHANNELS, STATES)]
    return Network([WindowDense(WINDOW, SYMBOLS, CHANNELS), *blocks, *ends], rng=0)


def s4pred() -> list[torch.nn.ModuleList]:
    """Return five networks: letters to 128 features, three layers of 2 x 1024 GRUs, 3 states."""
    import torch

    return [
        torch.nn.ModuleList(
            [
                torch.nn.Embedding(SYMBOLS + 1, 128),
                torch.nn.GRU(128, 1024, 3, batch_first=True, bidirectional=True),
                torch.nn.Linear(2048, 3),
            ]
        ).eval()
        for _ in range(5)
    ]


def main() -> None:
    """Predict with both, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--chains", type=int, default=40)
    parser.add_argument("--json", action="store_true", help="end with one line, an object")
    args = parser.parse_args()

    import torch
    from threadpoolctl import threadpool_limits

    from ribbonet.nn.torch.engine import to_torch

    rng = np.random.default_rng(0)
    lengths = rng.lognormal(5.6, 0.6, args.chains).astype(int) + 30
    chains = [rng.integers(0, SYMBOLS, length, dtype=np.uint8) for length in lengths]
    ours = network()
    stage, module = Stage(WINDOW, (ours,), Structure(STATES8)), to_torch(ours).eval()
    by_taps = Stage(WINDOW, (ours,), Structure(STATES8))
    vars(by_taps._forms)["quick"] = [ours]  # as if nothing could be shortened
    a = rng.random((1024, CHANNELS), np.float32)
    b, c = rng.random((CHANNELS, CHANNELS), np.float32), np.empty_like(a)

    def pytorch() -> None:
        with torch.inference_mode():
            for chain in chains:
                shown = torch.from_numpy(windows(chain, WINDOW).astype(np.int64))[None]
                module(shown, None).softmax(dim=-1)

    others, few = s4pred(), chains[:2]

    def recurrent() -> None:
        with torch.inference_mode():
            for chain in few:
                shown = torch.from_numpy(chain.astype(np.int64))[None]
                for embedding, gru, last in others:
                    last(gru(embedding(shown))[0]).softmax(dim=-1)

    def products() -> None:
        for _ in range(100):
            np.matmul(a, b, out=c)

    print(line())
    keep_freed_memory()
    torch.set_num_threads(1)
    runs = {
        "ribbonet": lambda: stage.probabilities(chains),
        "tap by tap": lambda: by_taps.probabilities(chains),
        "PyTorch": pytorch,
    }
    with threadpool_limits(1):
        seconds = alternate(
            {**runs, "S4PRED's shape": recurrent, "products": products}, args.repeats
        )
    rate = 100 * a.size * CHANNELS / seconds["products"]
    rates = {name: round(sum(lengths) / seconds[name]) for name in runs}
    rates["S4PRED's shape"] = round(sum(map(len, few)) / seconds["S4PRED's shape"])
    result = {
        "machine": line(),
        "residues_per_s": rates,
        "vs_torch": round(seconds["PyTorch"] / seconds["ribbonet"], 2),
        "vs_taps": round(seconds["tap by tap"] / seconds["ribbonet"], 2),
        "of_matrix_products": round(sum(lengths) * PRODUCTS / seconds["ribbonet"] / rate, 2),
    }
    for name, residues in result["residues_per_s"].items():
        print(f"{name:14} {residues:10,d} residues/s")
    print(f"of the rate of matrix products: {result['of_matrix_products']}")
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
