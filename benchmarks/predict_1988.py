"""How fast the network of 1988 predicts, ours and others with the same weights, in alternation.

    python benchmarks/predict_1988.py [--repeats 5] [--residues 300000] [--json]

Chains of codes in, probabilities out, in one thread: what each program must do to the codes first
(cut windows, make them one-hot) is part of the time, as it is for a user, in batches of 4,096
windows. ONNX Runtime gets the graph that `ribbonet.nn.export_onnx` writes, over cut windows of
codes. Prints the medians in million residues a second, their ratios, and what share of an
estimate of the processor's limit ours reaches (see docs/performance.md).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from machine import alternate, clock, line
from numpy.lib.stride_tricks import sliding_window_view

from ribbonet.chains.windows import join
from ribbonet.models import stages
from ribbonet.nn import Dense, Network, Sigmoid, WindowDense, export_onnx
from ribbonet.nn.compiled.layout import Layout
from ribbonet.nn.compiled.predict import forward

WINDOW, SYMBOLS, UNITS, CLASSES, BATCH = 13, 21, 40, 3, 4096
CYCLES = 90
"""Cycles a window needs at least on one core; see docs/performance.md."""


def numpy_engine(network: Network, codes: np.ndarray) -> Callable[[], object]:
    """Return a prediction by the plain layers, over windows cut from the codes."""
    return lambda: [network(x) for x in _cut(codes)]


def pytorch(network: Network, codes: np.ndarray, bag: bool) -> Callable[[], object]:
    """Return a prediction by PyTorch, over one-hot windows or over codes by `EmbeddingBag`."""
    import torch
    from torch import nn

    arrays = {name: torch.from_numpy(array) for name, array in network.parameters.items()}
    first = (
        nn.EmbeddingBag(WINDOW * SYMBOLS, UNITS, mode="sum")
        if bag
        else nn.Linear(WINDOW * SYMBOLS, UNITS, bias=False)
    )
    last = nn.Linear(UNITS, CLASSES)
    with torch.no_grad():
        first.weight[:] = arrays["0.weight"] if bag else arrays["0.weight"].T
        last.weight[:], last.bias[:] = arrays["2.weight"].T, arrays["2.bias"]
    bias, rows = arrays["0.bias"], torch.arange(WINDOW) * SYMBOLS

    def predict() -> list[torch.Tensor]:
        out = []
        with torch.inference_mode():
            for x in _cut(codes):
                own = torch.from_numpy(x.astype(np.int64))
                shown = (
                    own + rows if bag else nn.functional.one_hot(own, SYMBOLS).flatten(1).float()
                )
                out.append(last(torch.sigmoid(first(shown) + bias)).softmax(dim=1))
        return out

    return predict


def onnx(network: Network, codes: np.ndarray, folder: Path) -> Callable[[], object]:
    """Return a prediction by ONNX Runtime, over windows cut from the codes."""
    import onnxruntime

    export_onnx(network, folder / "network.onnx")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(folder / "network.onnx", options)
    name, kind = session.get_inputs()[0].name, session.get_inputs()[0].type
    dtype = np.int64 if "int64" in kind else np.uint8
    return lambda: [session.run(None, {name: x.astype(dtype)}) for x in _cut(codes)]


def _cut(codes: np.ndarray) -> list[np.ndarray]:
    shown = sliding_window_view(codes, WINDOW)
    return [np.array(shown[start : start + BATCH]) for start in range(0, len(shown), BATCH)]


def main() -> None:
    """Predict with all, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--residues", type=int, default=300_000)
    parser.add_argument("--json", action="store_true", help="end with one line, an object")
    args = parser.parse_args()

    import torch
    from threadpoolctl import threadpool_limits

    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    network = Network([WindowDense(WINDOW, SYMBOLS, UNITS), Sigmoid(), Dense(UNITS, CLASSES)], 0)
    chains = np.split(
        rng.integers(0, SYMBOLS, args.residues, dtype=np.uint8), range(300, args.residues, 300)
    )
    packed, _ = join(chains, WINDOW // 2)
    layout = Layout(network)
    vector, starts = layout.pack(network.parameters), np.arange(len(packed) - WINDOW + 1)
    stage = stages.Stage(WINDOW, (network,))

    print(line())
    with TemporaryDirectory() as folder, threadpool_limits(1):
        runs = {
            "ribbonet, kernel": lambda: forward(layout, vector, packed, starts),
            "ribbonet, chains": lambda: stage.probabilities(chains),
            "ribbonet, NumPy": numpy_engine(network, packed),
            "PyTorch dense": pytorch(network, packed, bag=False),
            "PyTorch EmbeddingBag": pytorch(network, packed, bag=True),
            "ONNX Runtime": onnx(network, packed, Path(folder)),
        }
        medians = alternate(runs, args.repeats)
    million = {name: args.residues / t / 1e6 for name, t in medians.items()}
    ours = million["ribbonet, chains"]
    print(f"\n{'':24}million residues/s   ours over it")
    for name, rate in million.items():
        print(f"{name:24} {rate:10.2f} {ours / rate:20.1f}")
    hertz = clock()
    result = {
        "machine": line(),
        "million_residues_per_s": million,
        "ghz": round(hertz / 1e9, 2),
        "vs_torch": round(ours / million["PyTorch dense"], 2),
        "of_limit": round(million["ribbonet, kernel"] * 1e6 * CYCLES / hertz, 2),
    }
    print(f"\nof the limit: {result['of_limit']}")
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
