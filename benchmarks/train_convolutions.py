"""How fast `ribbonet train` trains networks of convolutions on one core, by NumPy and by PyTorch.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/train_convolutions.py [--steps 8]

Networks of the kind of `small`, of four sizes, on random chains of 50 to 450 residues in
batches of 4,096 positions, with AdamW and averaged weights. One thread, by the variables above;
seconds are those of the processor, so that other work on the machine counts little. Prints residues
a second of one core.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from ribbonet.chains.alphabet import STATE_OF_STATE8, STATES8
from ribbonet.models.build import build_network
from ribbonet.models.config import StageConfig
from ribbonet.nn import AdamW, NestedCrossEntropy
from ribbonet.nn.training.engine import EngineFactory, NumpyEngine
from ribbonet.training.examples import ChainExamples

SIZES = (
    (64, 5, (1, 2, 4, 8, 4)),
    (64, 7, (1, 2, 4, 8, 4, 1)),
    (96, 5, (1, 2, 4, 8, 4)),
    (96, 7, (1, 2, 4, 8, 4, 2, 1)),
)
BATCH = 4096


def engines() -> dict[str, EngineFactory]:
    """Return what computes, by name; PyTorch where it is installed."""
    found: dict[str, EngineFactory] = {"NumPy": NumpyEngine}
    try:
        import torch

        from ribbonet.nn.torch.engine import TorchEngine
    except ImportError:
        return found
    torch.set_num_threads(1)
    return {**found, "PyTorch": lambda *a, **k: TorchEngine(*a, **k, device="cpu")}


def rate(engine: EngineFactory, stage: StageConfig, steps: int) -> float:
    """Return the residues that a second of one core trains on."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(50, 450, steps * 30)
    tracks = [rng.integers(0, 20, length).astype(np.uint8) for length in lengths]
    labels = [rng.integers(0, len(STATES8), length).astype(np.uint8) for length in lengths]
    examples = ChainExamples(tracks, labels, stage.window, mask=stage.mask)
    network = build_network(stage, True, states=len(STATES8)).initialise(rng)
    loss = NestedCrossEntropy(tuple(STATE_OF_STATE8.tolist()))
    running = engine(network, loss, AdamW(), penalties=[], clip=1.0, average=0.999)
    first, *others = list(examples.batches(examples.epoch(rng), BATCH))[: steps + 1]
    running.train_step(examples.batch(first), 1.0, rng)
    started = time.process_time()
    for chosen in others:
        running.train_step(examples.batch(chosen), 1.0, rng)
    return sum(lengths[chosen].sum() for chosen in others) / (time.process_time() - started)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=8)
    steps = parser.parse_args().steps
    for width, kernel, dilations in SIZES:
        stage = StageConfig(
            hidden=(width,),
            dilations=dilations,
            kernel=kernel,
            activation="relu",
            init="glorot",
            dropout=0.05,
            mask=0.05,
        )
        size = build_network(stage, True, states=len(STATES8)).size
        rates = {name: rate(engine, stage, steps) for name, engine in engines().items()}
        shown = ", ".join(f"{name} {value:,.0f}" for name, value in rates.items())
        print(f"{width} units, kernel {kernel}, dilations {dilations}, {size:,} weights: {shown}")


if __name__ == "__main__":
    main()
