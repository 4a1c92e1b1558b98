"""Run by torchrun (see test_torch_distributed): train a network, write what came of it."""

import json
import sys
from pathlib import Path

import numpy as np

from ribbonet.nn import AdamW, CategoricalCrossEntropy, Dense, Network, Tanh
from ribbonet.nn.penalties import L1, L2
from ribbonet.nn.training.batches import ArrayExamples
from ribbonet.nn.training.trainer import fit

BATCH = 12


def made_examples(number: int, seed: int) -> ArrayExamples:
    """Weighted points in three classes; numbers that no batch size divides."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(number, 6))
    weights = rng.choice([0.0, 0.5, 2.0], number)
    return ArrayExamples(x, np.abs(x).argmax(axis=1) % 3, weights)


def train(engine, batch_size, **options):
    network = Network([Dense(6, 10), Tanh(), Dense(10, 3)], dtype=np.float64, rng=0)
    loss = CategoricalCrossEntropy(label_smoothing=0.1, class_weights=[1.0, 2.0, 0.5])
    history = fit(
        network,
        loss,
        AdamW(0.01),
        made_examples(145, 1),
        valid=made_examples(33, 2),
        epochs=4,
        batch_size=batch_size,
        rng=np.random.default_rng(3),
        penalties=[L1(1e-3), L2(1e-3)],
        clip=0.5,
        average=0.9,
        engine=engine,
        **options,
    )
    return network, history


if __name__ == "__main__":
    from ribbonet.nn.torch.distributed import DistributedEngine, process_group

    folder = Path(sys.argv[1])
    with process_group() as (rank, processes):
        network, history = train(DistributedEngine, BATCH * processes, checkpoint=folder / "state")
        arrays = {name: array.tolist() for name, array in network.state.items()}
        (folder / f"{rank}.json").write_text(json.dumps([history, arrays]))
