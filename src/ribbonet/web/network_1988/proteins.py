"""The chains to learn from and to test on, with relatives of the latter among them or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import SPACER
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.three_line import read_three_line
from ribbonet.datasets.library import fetched
from ribbonet.datasets.small_proteins import small_proteins
from ribbonet.errors import InputError
from ribbonet.web.network_1988.settings import Settings
from ribbonet.web.sessions.uploads import uploaded_chains

MOST_RESIDUES = 25_000
"""Residues of all chains together; there were 21,625 in 1988."""

SPAN, SAME = 30, 15
"""Chains are relatives if so many residues of one, laid on the other without gaps, agree in so
many (`recipes/qian-sejnowski-1988`)."""

EVERY = 5
"""Of a file, every fifth chain is to test on."""


@dataclass(frozen=True)
class Proteins:
    """Labelled chains.

    Attributes
    ----------
    train, test : tuple of Chain
    related : int
        How many of those to learn from are relatives of those to test on.
    left_out : int
        How many relatives there would be besides.
    """

    train: tuple[Chain, ...]
    test: tuple[Chain, ...]
    related: int
    left_out: int


def proteins(settings: Settings, text: str = "") -> Proteins:
    """Return the chains that settings ask for.

    Parameters
    ----------
    settings : Settings
    text : str
        What a file holds, three lines a chain; for the data set `own`.

    Raises
    ------
    InputError
        If the data set is not fetched, or the file does not hold enough labelled chains, or too
        many residues.
    """
    if settings.data == "shipped":
        train, test = small_proteins(relatives=settings.relatives)
        number = len(test)
        return Proteins(
            tuple(train),
            tuple(test),
            number if settings.relatives else 0,
            0 if settings.relatives else number,
        )
    if settings.data == "1988":
        train, test = (_published(part) for part in ("train", "test"))
    else:
        train, test = _own(text)
    related = _related(tuple(train), tuple(test))
    number = sum(related)
    if settings.relatives:
        return Proteins(tuple(train), tuple(test), number, 0)
    apart = tuple(chain for chain, own in zip(train, related, strict=True) if not own)
    if not apart:
        raise InputError(
            "all chains to learn from are relatives of those to test on; leave them in"
        )
    return Proteins(apart, tuple(test), 0, number)


def _published(part: str) -> list[Chain]:
    return list(read_three_line(Path(fetched(f"qian-sejnowski-1988-{part}"))))


def _own(text: str) -> tuple[list[Chain], list[Chain]]:
    """Read a file, and keep every fifth of its chains to test on."""
    if not text.strip():
        raise InputError("choose a file of labelled chains, three lines each")
    chains = uploaded_chains(text)
    residues = sum(map(len, chains))
    if residues > MOST_RESIDUES:
        raise InputError(f"the chains have {residues:,} residues; the most is {MOST_RESIDUES:,}")
    test = chains[EVERY - 1 :: EVERY]
    train = [chain for i, chain in enumerate(chains) if i % EVERY != EVERY - 1]
    if not test or not all(_labelled(part) for part in (train, test)):
        raise InputError(
            f"give {EVERY} chains or more; every {EVERY}th is to test on, and both parts need "
            "labels other than -"
        )
    return train, test


def _labelled(chains: Sequence[Chain]) -> bool:
    return any(set(chain.labels or "") - {"-"} for chain in chains)


@lru_cache(4)
def _related(train: tuple[Chain, ...], test: tuple[Chain, ...]) -> tuple[bool, ...]:
    """Tell of each chain to learn from whether it is a relative of one to test on."""
    gap: NDArray[Any] = np.full(SPAN, 254)
    joined = np.concatenate([part for chain in train for part in (chain.codes, gap)])
    starts = np.cumsum([0, *(len(chain) + SPAN for chain in train[:-1])])
    found = np.zeros(len(joined) - SPAN + 1, np.bool_)
    for chain in test:
        rows = len(chain) - SPAN + 1
        if rows < 1:
            continue
        codes = np.where(chain.codes == SPACER, 255, chain.codes)  # unknown residues do not agree
        equal = (codes[:, None] == joined).astype(np.uint8)
        agreeing = np.zeros((rows, len(found)), np.uint8)
        for k in range(SPAN):
            agreeing += equal[k : k + rows, k : k + len(found)]
        found |= agreeing.max(axis=0) >= SAME
    return tuple(np.logical_or.reduceat(found, starts).tolist())
