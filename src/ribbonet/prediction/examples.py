"""Chains as training examples: a window around each labelled residue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ribbonet.nn.examples import Windows
from ribbonet.sequence.alphabet import SPACER, UNLABELLED
from ribbonet.sequence.windows import join

Array = NDArray[Any]


class WindowExamples:
    """Windows over tracks (a code or a row of features for each residue) and their labels.

    The chains are joined by spacers, as in 1988; a window is cut when a batch asks for it, so
    that memory holds each residue once. Residues without a label are seen in windows and
    never asked for.

    Parameters
    ----------
    tracks : sequence of (L,) uint8 or (L, F) float32 arrays
        What the windows show: codes of residues, or features.
    labels : sequence of (L,) uint8 arrays
        Code of each residue's state, `UNLABELLED` where it has none.
    window : int
        Residues in a window.
    clusters : sequence of int, optional
        Cluster of each chain; an epoch then takes one chain of each cluster.
    """

    def __init__(
        self,
        tracks: Sequence[Array],
        labels: Sequence[NDArray[np.uint8]],
        window: int,
        clusters: Sequence[int] | None = None,
    ) -> None:
        fill = SPACER if tracks[0].ndim == 1 else 0
        self.packed, starts = join(tracks, window // 2, fill)
        self.labels = np.concatenate(labels)
        places = np.concatenate(
            [s + np.arange(len(own)) for s, own in zip(starts, labels, strict=True)]
        )
        self.starts = places - window // 2
        self._shown = sliding_window_view(self.packed, window, axis=0)
        self.labelled = np.flatnonzero(self.labels != UNLABELLED)
        self._chain_bounds = np.searchsorted(
            self.labelled, np.cumsum([0, *(len(own) for own in labels)])
        )
        self._clusters = None if clusters is None else np.asarray(clusters)

    def all(self) -> NDArray[np.int64]:
        """Return the indices of all labelled residues, in order."""
        return self.labelled

    def epoch(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return the indices of the labelled residues of an epoch's chains, in random order."""
        if self._clusters is None:
            return rng.permutation(self.labelled)
        shuffled = rng.permutation(len(self._clusters))
        _, first = np.unique(self._clusters[shuffled], return_index=True)
        chosen = np.sort(shuffled[first])
        bounds = self._chain_bounds
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
        if self.packed.ndim > 1:
            return None
        return Windows(self.packed, self.starts, self.labels)


def clusters_of(headers: Sequence[str]) -> list[int]:
    """Cluster numbers from the word `c` and digits in each header; own clusters where none.

    >>> clusters_of(["pdb:1abc-A f7 c12", "1xyz", "pdb:2abc-A f7 c12"])
    [0, 1, 0]
    """
    known: dict[str, int] = {}
    clusters = []
    for place, header in enumerate(headers):
        found = re.search(r"(?:^|\s)(c\d+)(?=\s|$)", header)
        name = found[1] if found else f"chain {place}"
        clusters.append(known.setdefault(name, len(known)))
    return clusters
