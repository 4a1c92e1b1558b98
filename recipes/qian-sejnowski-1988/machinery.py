"""Chains and their families, one training, folds, scores and their tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from ribbonet.chains.alphabet import STATES
from ribbonet.chains.readers.three_line import read_three_line
from ribbonet.models.build import build_network
from ribbonet.models.config import StageConfig
from ribbonet.models.stages import Stage
from ribbonet.nn import CategoricalCrossEntropy, fit
from ribbonet.nn.optimizers import OPTIMIZERS
from ribbonet.nn.schedules import SCHEDULES
from ribbonet.tasks.metrics import confusion, matthews, q_accuracy
from ribbonet.training.examples import WindowExamples

Array = NDArray[Any]


@dataclass(frozen=True)
class Chains:
    """What a stage reads of each chain, its labels, and the family it belongs to."""

    tracks: list[Array]
    labels: list[Array]
    families: Array

    def __len__(self) -> int:
        return len(self.tracks)

    def where(self, chosen: Array) -> Chains:
        """Return the chains for which `chosen` is true, their families numbered from 0."""
        kept = np.flatnonzero(chosen)
        _, families = np.unique(self.families[kept], return_inverse=True)
        return Chains([self.tracks[i] for i in kept], [self.labels[i] for i in kept], families)


def read_chains(path: Path) -> Chains:
    """Read a three-line file and find the families in it."""
    chains = list(read_three_line(path))
    codes = [chain.codes for chain in chains]
    return Chains(codes, [STATES.encode(chain.labels or "") for chain in chains], families(codes))


def related(a: Array, b: Array, span: int = 30, same: int = 15) -> bool:
    """Whether `span` residues of two chains, laid on each other without gaps, agree in `same`."""
    n, m = len(a) - span + 1, len(b) - span + 1
    if min(n, m) < 1:
        return False
    equal = (a[:, None] == b).astype(np.uint8)
    agreeing: Array = sum(equal[k : k + n, k : k + m] for k in range(span))
    return bool(agreeing.max() >= same)


def families(codes: Sequence[Array]) -> Array:
    """Find the families: chains that are related, or related to related ones."""
    links = [[j < i and related(a, b) for j, b in enumerate(codes)] for i, a in enumerate(codes)]
    numbers: Array = connected_components(np.array(links), directed=False)[1]
    return numbers


def train(
    config: StageConfig,
    chains: Chains,
    seed: int,
    on_epoch: Callable[[Stage], None] | None = None,
) -> Stage:
    """Train one network; `on_epoch` gets it after each epoch."""
    rng = np.random.default_rng(seed)
    first = chains.tracks[0].ndim == 1
    stage = Stage(config.window, (build_network(config, first).initialise(rng),))
    groups = chains.families.tolist() if config.one_per_cluster else None
    fit(
        stage.networks[0],
        CategoricalCrossEntropy(),
        OPTIMIZERS[config.optimizer](learning_rate=config.learning_rate),
        WindowExamples(chains.tracks, chains.labels, config.window, groups),
        epochs=config.epochs,
        batch_size=config.batch_size,
        schedule=SCHEDULES[config.schedule],
        rng=rng,
        on_epoch=(lambda row: on_epoch(stage)) if on_epoch else None,
    )
    return stage


def score(probabilities: Sequence[Array], labels: Sequence[Array]) -> Array:
    """Per cent correct, and Matthews coefficients of helix, strand and coil."""
    counts = confusion(np.concatenate(labels), np.concatenate(probabilities).argmax(axis=1))
    return np.array([100 * q_accuracy(counts), *matthews(counts)])


def folds(groups: Array, chains: Chains, k: int, seed: int) -> Array:
    """Fold of each chain: groups in random order, each to the fold with fewest residues."""
    lengths = np.array([len(track) for track in chains.tracks])
    residues, fold = np.zeros(k), np.empty(len(chains), int)
    for group in np.random.default_rng(seed).permutation(np.unique(groups)):
        members = groups == group
        fold[members] = residues.argmin()
        residues[residues.argmin()] += lengths[members].sum()
    return fold


def out_of_fold(
    config: StageConfig, chains: Chains, fold: Array, seed: int
) -> list[NDArray[np.float32]]:
    """Probabilities of each chain by a network trained on the other folds."""
    result: list[Any] = [None] * len(chains)
    for k in np.unique(fold):
        held = np.flatnonzero(fold == k)
        stage = train(config, chains.where(fold != k), seed)
        given = stage.probabilities([chains.tracks[i] for i in held])
        for i, probabilities in zip(held, given, strict=True):
            result[i] = probabilities
    return result


def as_unseen(config: StageConfig, chains: Chains, seed: int) -> Chains:
    """Return the chains as the first network sees new ones: its probabilities out of fold.

    What it gives for chains that it was trained on is better than that, and misleads a second
    network.
    """
    fold = folds(chains.families, chains, 5, seed)
    return replace(chains, tracks=out_of_fold(config, chains, fold, seed))


def interval(runs: Sequence[Sequence[Array]], labels: Sequence[Array]) -> tuple[float, float]:
    """Return the middle 95 % of the seeds' mean Q3 when chains are drawn anew (bootstrap)."""
    sizes = np.array([len(own) for own in labels])
    right = np.array(
        [[score([p], [own])[0] for p, own in zip(run, labels, strict=True)] for run in runs]
    )
    drawn = np.random.default_rng(0).integers(len(labels), size=(10_000, len(labels)))
    scores = (right.mean(axis=0) * sizes)[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.percentile(scores, [2.5, 97.5])
    return float(low), float(high)


def mean_sd(rows: Sequence[Array]) -> tuple[list[float], list[float]]:
    """Mean and standard deviation over seeds."""
    sd = np.std(rows, axis=0, ddof=1) if len(rows) > 1 else np.zeros_like(rows[0])
    return np.mean(rows, axis=0).tolist(), sd.tolist()


def show(name: str, rows: Sequence[Array]) -> dict[str, Any]:
    """Print a row of a table, scores over seeds, and return it."""
    mean, sd = mean_sd(rows)
    numbers = [f"{mean[0]:.2f} ± {sd[0]:.2f}"]
    numbers += [f"{m:.3f} ± {s:.3f}" for m, s in zip(mean[1:4], sd[1:4], strict=True)]
    numbers += [f"{m:.2f} ± {s:.2f}" for m, s in zip(mean[4:], sd[4:], strict=True)]
    print(f"| {name} | {' | '.join(numbers)} |", flush=True)
    return {"name": name, "mean": mean, "sd": sd}


def header(*more: str) -> None:
    """Print the head of a table of scores."""
    columns = ("", "Q3 (%)", "C helix", "C strand", "C coil", *more)
    print("| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|")
