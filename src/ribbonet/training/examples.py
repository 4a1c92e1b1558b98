"""Chains as training examples: a window around each labelled residue, or whole chains."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ribbonet.chains.alphabet import SPACER, UNLABELLED
from ribbonet.chains.chain import Chain
from ribbonet.chains.windows import join, windows
from ribbonet.models.inputs import ModelInputs, without_relatives
from ribbonet.nn.training.batches import Batch, Windows
from ribbonet.tasks.base import known

Array = NDArray[Any]

POOL = 32
"""Batches whose chains are sorted by length together."""


class WindowExamples:
    """Windows over tracks (a code or a row of features for each residue) and their labels.

    The chains are joined by spacers, as by Qian & Sejnowski (1988); windows are cut batch by batch,
    so that memory holds each residue once. Residues without a label appear in windows, but are not
    examples.

    Parameters
    ----------
    tracks : sequence of (L,) uint8 or (L, F) float32 arrays
        Codes of residues, or features, of which windows are cut.
    labels : sequence of (L,) uint8, (L,) float32 or (L, K) float32 arrays
        Code of each residue's label, `UNLABELLED` where it has none; or its value, or the
        probabilities of its labels, NaN where there is nothing to learn.
    window : int
        Residues in a window.
    clusters : sequence of int, optional
        Cluster of each chain; an epoch then takes one chain of each cluster.
    repeats : sequence of float, optional
        How many times an epoch takes each chain, see `repeated`; else once.
    """

    def __init__(
        self,
        tracks: Sequence[Array],
        labels: Sequence[Array],
        window: int,
        clusters: Sequence[int] | None = None,
        repeats: Sequence[float] | None = None,
    ) -> None:
        fill = SPACER if tracks[0].ndim == 1 else 0
        self.packed, starts = join(tracks, window // 2, fill)
        self.labels = np.concatenate(labels)
        places = np.concatenate(
            [s + np.arange(len(own)) for s, own in zip(starts, labels, strict=True)]
        )
        self.starts = places - window // 2
        self._shown = sliding_window_view(self.packed, window, axis=0)
        self.labelled = np.flatnonzero(known(self.labels))
        self._chain_bounds = np.searchsorted(
            self.labelled, np.cumsum([0, *(len(own) for own in labels)])
        )
        self._clusters = None if clusters is None else np.asarray(clusters)
        self._repeats = repeats

    def all(self) -> NDArray[np.int64]:
        """Return the indices of all labelled residues, in order."""
        return self.labelled

    def epoch(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return the indices of the labelled residues of an epoch's chains, in random order."""
        if self._clusters is None and self._repeats is None:
            return rng.permutation(self.labelled)
        bounds = self._chain_bounds
        chosen = np.arange(len(bounds) - 1)
        if self._clusters is not None:
            chosen = np.sort(one_per_cluster(self._clusters, rng))
        chosen = repeated(chosen, self._repeats, rng)
        residues = [self.labelled[bounds[chain] : bounds[chain + 1]] for chain in chosen]
        return rng.permutation(np.concatenate(residues))

    def batch(self, indices: NDArray[np.int64]) -> tuple[Array, Array]:
        """Return windows, `(N, window)` codes or `(N, window * F)` features, and labels `(N,)`."""
        shown = self._shown[self.starts[indices]]
        if shown.ndim > 2:
            shown = shown.swapaxes(1, 2).reshape(len(indices), -1)
        return shown, self.labels[indices]

    def windows(self) -> Windows | None:
        """Return the windows over codes, not cut."""
        if self.packed.ndim > 1 or self.labels.dtype.kind == "f":
            return None
        return Windows(self.packed, self.starts, self.labels)


class ChainExamples:
    """Whole chains and the labels of their residues, for networks along chains.

    A batch has chains of similar length, padded. Memory holds what `tracks` holds.

    Parameters
    ----------
    tracks : sequence or ModelInputs
        Of each chain a `(L,)` uint8 array of codes or a `(L, F)` float32 array of features; read
        anew for each batch.
    labels : sequence of (L,) uint8 or float32 arrays
        Code of each residue's label, `UNLABELLED` where it has none, or its value, or NaN.
    window : int
        Residues in the window that each position shows.
    clusters : sequence of int, optional
        Cluster of each chain; an epoch then takes one chain of each cluster.
    mask : float
        Share of the residues shown as unknown, or as zeros, drawn for each epoch.
    repeats : sequence of float, optional
        How many times an epoch takes each chain, see `repeated`; else once.
    lone : float
        Share of the chains that are shown as if they had no homologues, drawn for each epoch.
    """

    def __init__(
        self,
        tracks: Sequence[Array] | ModelInputs,
        labels: Sequence[Array],
        window: int,
        clusters: Sequence[int] | None = None,
        mask: float = 0.0,
        repeats: Sequence[float] | None = None,
        lone: float = 0.0,
    ) -> None:
        self.tracks, self.labels, self.window = tracks, labels, window
        self.mask, self.lone = mask, lone
        self.lengths = np.array([len(own) for own in labels])
        self._labelled = np.array([bool(known(own).any()) for own in labels])
        self._clusters = np.arange(len(labels)) if clusters is None else np.asarray(clusters)
        self._repeats = repeats
        self._epoch = 0

    def all(self) -> NDArray[np.int64]:
        """Return the places of all chains that have a label, in order."""
        return np.flatnonzero(self._labelled)

    def epoch(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return the indices of an epoch's chains, in random order; draw the masked residues."""
        self._epoch = int(rng.integers(2**62))
        chosen = repeated(one_per_cluster(self._clusters, rng), self._repeats, rng)
        chosen = rng.permutation(chosen)
        return np.asarray(chosen[self._labelled[chosen]])

    def batches(self, indices: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
        """Cut chains into batches of similar length and up to `size` residues, padding included.

        Of a few batches' chains at a time; the batches follow each other as their first chains do
        in `indices`.
        """
        for pool in self._pools(indices, POOL * size):
            by_length = pool[np.argsort(self.lengths[pool], kind="stable")]
            cut, start = [], 0
            for end, length in enumerate(self.lengths[by_length]):
                if end > start and (end + 1 - start) * length > size:
                    cut.append(by_length[start:end])
                    start = end
            cut.append(by_length[start:])
            place = {chain: n for n, chain in enumerate(pool)}
            yield from sorted(cut, key=lambda batch: min(place[chain] for chain in batch))

    def _pools(self, indices: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
        """Cut the chains into runs of about `size` residues."""
        if len(indices):
            runs = (np.cumsum(self.lengths[indices]) - 1) // size
            yield from np.split(indices, np.flatnonzero(np.diff(runs)) + 1)

    def batch(self, indices: NDArray[np.int64]) -> Batch:
        """Return inputs, `(B, L, window)` codes or `(B, L, window * F)` features, and labels."""
        tracks = [self._shown(int(chain)) for chain in indices]
        length = max(map(len, tracks))
        x = np.zeros((len(tracks), length, *tracks[0].shape[1:]), tracks[0].dtype)
        learned = [self.labels[int(chain)] for chain in indices]
        shape = (len(tracks), length, *learned[0].shape[1:])
        targets = np.full(shape, UNLABELLED, _wide(learned[0]))
        counts = np.zeros((len(tracks), length), np.bool_)
        mask = np.zeros((len(tracks), length), np.bool_)
        for row, (own, track) in enumerate(zip(learned, tracks, strict=True)):
            x[row, : len(track)] = track
            counts[row, : len(track)] = there = known(own)
            targets[row, : len(track)][there] = own[there]
            mask[row, : len(track)] = True
        return Batch(x, targets, counts, mask)

    def _shown(self, chain: int) -> Array:
        track = self.tracks[chain]
        if self.lone and np.random.default_rng([self._epoch, chain, 1]).random() < self.lone:
            track = without_relatives(track)
        if self.mask:
            hidden = np.random.default_rng([self._epoch, chain]).random(len(track)) < self.mask
            fill = SPACER if track.ndim == 1 else 0
            track = np.where(hidden if track.ndim == 1 else hidden[:, None], fill, track).astype(
                track.dtype
            )
        return windows(track, self.window)


def _wide(targets: Array) -> np.dtype[Any]:
    """Return the type in which batches hold targets."""
    return targets.dtype if targets.dtype.kind == "f" else np.dtype(np.int64)


def one_per_cluster(clusters: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw the place of one chain of each cluster."""
    shuffled = rng.permutation(len(clusters))
    _, first = np.unique(clusters[shuffled], return_index=True)
    drawn: NDArray[np.int64] = shuffled[first]
    return drawn


def repeated(
    chosen: NDArray[np.int64], repeats: Sequence[float] | None, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Repeat chains; one with 1.5 is taken once, and twice in half of the epochs.

    >>> repeated(np.array([3, 1, 0]), [0.0, 1.0, 1.0, 2.0], np.random.default_rng(0)).tolist()
    [3, 3, 1]
    """
    if repeats is None:
        return chosen
    wanted = np.asarray(repeats)[chosen]
    times = np.floor(wanted + rng.random(len(chosen))).astype(np.int64)
    if not times.any():  # few chains, taken seldom: an epoch has one at least
        times[rng.integers(len(times))] = 1
    return np.repeat(chosen, times)


def word_of(header: str, letter: str) -> str | None:
    """Return the word of a header that is this letter and digits, if there is one.

    >>> word_of("pdb:1abc-A f7 c12", "f")
    'f7'
    """
    found = re.search(rf"(?:^|\s)({letter}\d+)(?=\s|$)", header)
    return found[1] if found else None


def clusters_of(chains: Sequence[Chain]) -> list[int]:
    """Cluster numbers from the word `c` and digits in each header; own clusters where none.

    Chains with labels and those without are of different clusters.

    >>> clusters_of([Chain("1abc f7 c12", "M", "H"), Chain("2abc c12", "M", "C"), Chain("c", "M")])
    [0, 0, 1]
    """
    known: dict[tuple[str, bool], int] = {}
    clusters = []
    for place, chain in enumerate(chains):
        name = word_of(chain.header, "c") or f"chain {place}"
        clusters.append(known.setdefault((name, bool(chain.mask.any())), len(known)))
    return clusters
