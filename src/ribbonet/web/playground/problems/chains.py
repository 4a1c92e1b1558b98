"""Protein chains as a problem: the state of a residue from the window around it, as in 1988."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ribbonet.chains.alphabet import (
    RESIDUES,
    SPACER,
    STATES,
    UNLABELLED,
    encode_labels,
    encode_residues,
)
from ribbonet.chains.chain import Chain
from ribbonet.chains.windows import windows
from ribbonet.datasets.small_proteins import small_proteins
from ribbonet.errors import InputError
from ribbonet.nn import Network, WindowDense
from ribbonet.nn.layers import Array, Layer
from ribbonet.web.playground.problems.base import PARTS, Problem, as_bytes, parted
from ribbonet.web.playground.settings import Settings
from ribbonet.web.sessions.uploads import uploaded_chains

MOST_RESIDUES = 25_000
"""Residues whose states can be computed for every picture."""


class ChainsProblem(Problem):
    """Protein chains, their windows of residues, and the state of the residue in the middle.

    Parameters
    ----------
    settings : Settings
    upload : str
        Three lines a chain; without it, the small proteins that come with the package, without
        the relatives of some: so no two are of the same family, however they are parted.
    """

    classes = tuple(STATES)
    shown: ClassVar[int] = 400  # residues of the test chain that the page follows

    def __init__(self, settings: Settings, upload: str = "") -> None:
        self.window, self.shipped = settings.window, not upload
        self.squared = settings.loss == "squared error"
        chains = read_chains(upload)
        order = np.random.default_rng(settings.data_seed).permutation(len(chains))
        part = parted(order, settings.share)
        codes = np.concatenate([windows(chain.codes, self.window) for chain in chains])
        labels = np.concatenate([encode_labels(chain.labels or "") for chain in chains])
        of = np.repeat(np.arange(len(chains)), [len(chain) for chain in chains])
        known = labels != UNLABELLED
        self.x, self.targets = codes[known], labels[known].astype(np.int64)
        self.part = part[of[known]]
        if len(np.unique(self.part)) < len(PARTS):
            raise InputError(
                "the chains to learn from, to validate and to test need labels other than -"
            )
        self.counts = np.bincount(part).tolist()
        followed = chains[int((part == PARTS.index("test")).argmax())]
        self.followed = Chain(
            followed.header,
            followed.sequence[: self.shown],
            (followed.labels or "")[: self.shown],
        )

    def first(self, units: int) -> Layer:
        """Return the layer over windows of residues."""
        return WindowDense(self.window, SPACER + 1, units)

    def windows_of(self, sequence: str) -> Array:
        """Return the network's inputs, `(L, window)`, for a sequence."""
        return windows(encode_residues(sequence), self.window)

    def scene(self) -> dict[str, Any]:
        """Return the chain that is followed, and how many chains and residues the parts have."""
        return {
            "kind": "chains",
            "window": self.window,
            "residues": RESIDUES.symbols,
            "shipped": self.shipped,
            "chains": self.counts,
            "examples": np.bincount(self.part).tolist(),
            "id": self.followed.id,
            "description": self.followed.description,
            "sequence": self.followed.sequence,
            "labels": self.followed.labels,
        }

    def view(self, network: Network) -> dict[str, Array]:
        """Return the probabilities of the followed chain's states, uint8 `(L, 3)`."""
        outputs = network(self.windows_of(self.followed.sequence))
        return {"states": as_bytes(self.probabilities(outputs))}


def read_chains(text: str) -> list[Chain]:
    """Read chains of three lines each; the shipped ones where there is no text.

    Raises
    ------
    InputError
        For what is not in this form, fewer than three chains, or too many residues.
    """
    if not text:
        return [chain for part in small_proteins() for chain in part]
    chains = uploaded_chains(text)
    if len(chains) < len(PARTS):
        raise InputError(
            "give three chains or more: one to learn from, one to validate and one to test"
        )
    residues = sum(map(len, chains))
    if residues > MOST_RESIDUES:
        raise InputError(f"the chains have {residues:,} residues; the most is {MOST_RESIDUES:,}")
    return chains
