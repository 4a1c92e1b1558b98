"""Splits of labelled chains: by the words of their headers, or by families, some held out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.training.examples import word_of

TRAIN = ("set=train", "set=training")
VALID = ("set=val", "set=valid", "set=validation", "validation=true")
"""Words of headers, in lower case."""


def by_headers(chains: Sequence[Chain]) -> tuple[list[Chain], list[Chain], list[Chain]] | None:
    """Return the chains to train on, those to validate on and others, as biotrainer's headers say.

    Returns
    -------
    sets : tuple of three lists of Chain, or None
        `SET=train`; `SET=val`, `valid` or `validation`, or `SET=train VALIDATION=True`; the rest.
        None where no header names the first.
    """
    train, valid, rest = [], [], []
    for chain in chains:
        words = chain.description.lower().split()
        if not {*VALID}.isdisjoint(words):
            valid.append(chain)
        elif not {*TRAIN}.isdisjoint(words):
            train.append(chain)
        else:
            rest.append(chain)
    return (train, valid, rest) if train else None


def family_of(chain: Chain) -> str:
    """Return the key that chains of one family share."""
    text = chain.description
    return word_of(text, "f") or word_of(text, "c") or chain.sequence


def hold_out(chains: Sequence[Chain], seed: int) -> tuple[list[Chain], list[Chain]]:
    """Hold out a tenth of the families of chains, for validation.

    Chains whose headers name the same family (a word `f` and digits) or, where they name none, the
    same cluster (`c` and digits) stay together, and so do equal sequences. Where neither is named,
    homologues may end up on both sides, and the validation score be too high.

    Raises
    ------
    InputError
        When there are fewer than two families.
    """
    known: dict[str, int] = {}
    clusters = np.array([known.setdefault(family_of(chain), len(known)) for chain in chains])
    number = len(known)
    if number < 2:
        raise InputError("too few chains to hold some out for validation; give --valid FILE")
    drawn = np.random.default_rng(seed).permutation(number)[: max(1, number // 10)]
    held = np.isin(clusters, drawn)
    return (
        [chain for chain, out in zip(chains, held, strict=True) if not out],
        [chain for chain, out in zip(chains, held, strict=True) if out],
    )
