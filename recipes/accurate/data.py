"""Chains in array files: codes, labels, profiles, soft labels; and the batches of a training.

A pack is one .npz of arrays laid end to end, chain after chain: `start` (N + 1), `codes` (R,),
`labels` (R,) with `NO_LABEL` where there is none, and, where there are any, `profile` (R, 22) and
`soft` (R, 8), both as 255ths; `soft` is 0 where nothing is to be learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

ALPHABET = "ACDEFGHIKLMNPQRSTVWY"
UNKNOWN = 20  # spacer, and any other letter
CODES = 21
STATES = "GHIEBTSC"  # the order of the eight outputs
THREE = np.array([0, 0, 0, 1, 1, 2, 2, 2])  # to H, E, C
NO_LABEL = 255
COLUMNS = 22  # of a profile
SHAPES = 16  # positions of a batch are a multiple: oneDNN prepares its kernels for each shape


@dataclass
class Pack:
    """Chains laid end to end."""

    ids: np.ndarray
    start: np.ndarray
    codes: np.ndarray
    labels: np.ndarray
    profile: np.ndarray | None = None
    soft: np.ndarray | None = None

    @classmethod
    def read(cls, path: Path, *, profile: bool, soft: bool = True) -> Pack:
        """Read the arrays that are wanted."""
        with np.load(path) as f:
            names = ["ids", "start", "codes", "labels"]
            names += ["profile"] * profile + ["soft"] * (soft and "soft" in f)
            return cls(**{name: f[name] for name in names})

    def __len__(self) -> int:
        """Count the chains."""
        return len(self.start) - 1

    def lengths(self) -> np.ndarray:
        """Residues of each chain."""
        return np.diff(self.start)

    def cut(self, chain: int, begin: int, length: int):
        """Codes, labels, profile and soft labels of a part of a chain."""
        a = self.start[chain] + begin
        b = min(a + length, self.start[chain + 1])
        return [
            None if x is None else x[a:b]
            for x in (self.codes, self.labels, self.profile, self.soft)
        ]


@dataclass
class Batch:
    """Chains side by side: codes with the spacers of the first window, the rest without."""

    codes: np.ndarray  # (B, L + window - 1) uint8
    mask: np.ndarray  # (B, L) bool: positions of chains
    target: np.ndarray  # (B, L, 8) float32: probabilities of the states
    weight: np.ndarray  # (B, L) float32: 0 where there is no label
    profile: np.ndarray | None  # (B, L + window - 1, 22) float32


def lay_out(parts, window: int, soft_share: float = 0.0) -> Batch:
    """Lay parts of chains side by side."""
    half = window // 2
    longest = -(-max(len(p[0]) for p in parts) // SHAPES) * SHAPES
    shape = (len(parts), longest)
    codes = np.full((len(parts), longest + 2 * half), UNKNOWN, np.uint8)
    mask = np.zeros(shape, bool)
    target, weight = np.zeros((*shape, 8), np.float32), np.zeros(shape, np.float32)
    profile = None
    if parts[0][2] is not None:
        profile = np.zeros((len(parts), longest + 2 * half, COLUMNS), np.float32)
    for row, (c, y, p, q) in enumerate(parts):
        n = len(c)
        codes[row, half : half + n] = c
        mask[row, :n] = True
        if profile is not None:
            profile[row, half : half + n] = p / np.float32(255)
        known = y != NO_LABEL
        hard = np.zeros((n, 8), np.float32)
        hard[known, y[known]] = 1
        if q is None:
            target[row, :n], weight[row, :n] = hard, known
            continue
        teacher = q.astype(np.float32)
        teacher /= np.maximum(teacher.sum(1, keepdims=True), 1)
        if known.any():  # a chain with labels: the two together, where it has labels
            target[row, :n] = soft_share * teacher + (1 - soft_share) * hard
            weight[row, :n] = known
        else:
            target[row, :n], weight[row, :n] = teacher, teacher.any(1)
    return Batch(codes, mask, target, weight, profile)


class TrainingSet:
    """Epochs of batches of chains of about one length, drawn from several packs."""

    def __init__(self, folder: Path, config: dict, window: int, batch_residues: int, seed: int):
        self.config, self.window, self.seed = config, window, seed
        self.batch_residues = batch_residues
        self.packs = [Pack.read(folder / p, profile=config["profile"]) for p in config["packs"]]

    def epoch(self, number: int) -> list[np.ndarray]:
        """Batches of (pack, chain), every chain as often as its pack is repeated.

        Of a pack that is repeated half a time, half of the chains come, drawn at random.
        """
        rng = np.random.default_rng([self.seed, 1, number])
        parts = []
        for k, p in enumerate(self.packs):
            times, share = divmod(self.config["repeat"][k], 1)
            chains = np.tile(np.arange(len(p)), int(times))
            if share:
                chains = np.append(chains, rng.permutation(len(p))[: round(share * len(p))])
            parts.append(np.stack([np.full(len(chains), k), chains], 1))
        chosen = np.concatenate(parts)
        chosen = chosen[rng.permutation(len(chosen))]
        lengths = [np.minimum(p.lengths(), self.config["max_length"]) for p in self.packs]
        length = np.array([lengths[k][i] for k, i in chosen])
        order = np.argsort(length * rng.uniform(0.98, 1.02, len(length)), kind="stable")
        batches, start = [], 0
        while start < len(order):
            stop, longest = start, 0
            while stop < len(order):
                longest = max(longest, length[order[stop]])
                if longest * (stop + 1 - start) > self.batch_residues and stop > start:
                    break
                stop += 1
            batches.append(chosen[order[start:stop]])
            start = stop
        return [batches[i] for i in rng.permutation(len(batches))]

    def batch(self, chains: np.ndarray, step: int) -> Batch:
        """Read the chains of a batch and add noise."""
        rng = np.random.default_rng([self.seed, 2, step])
        c = self.config
        parts = []
        for k, i in chains:
            pack = self.packs[k]
            spare = pack.start[i + 1] - pack.start[i] - c["max_length"]
            parts.append(pack.cut(i, rng.integers(max(0, spare) + 1), c["max_length"]))
        batch = lay_out(parts, self.window, c["soft_share"])
        half = self.window // 2
        inner = batch.codes[:, half : batch.codes.shape[1] - half]
        if batch.profile is not None:  # some chains as if they had no homologue
            lone = rng.random(len(parts)) < c["lone"]
            one_hot = np.eye(CODES, COLUMNS, dtype=np.float32)
            one_hot[UNKNOWN] = 0
            batch.profile[lone, half:-half] = one_hot[inner[lone]]
        u = rng.random(inner.shape, np.float32)
        p, q = c["mask"], c["substitute"]
        swap = (u >= p) & (u < p + q) & batch.mask
        inner[swap] = rng.integers(0, 20, int(swap.sum()))
        inner[(u < p) & batch.mask] = UNKNOWN
        return batch


def length_batches(pack: Pack, window: int, size: int = 8192):
    """Whole chains of about one length, for prediction: their numbers, and the batch."""
    lengths = pack.lengths()
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and lengths[order[stop]] * (stop + 1 - start) <= size:
            stop += 1
        rows = order[start:stop]
        yield rows, lay_out([pack.cut(i, 0, lengths[i]) for i in rows], window)
        start = stop
