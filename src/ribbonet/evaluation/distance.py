"""Scores by how near the nearest training chain, or the nearest relative of known structure, is."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import STATES
from ribbonet.chains.chain import Chain
from ribbonet.evaluation.groups import group
from ribbonet.evaluation.scores import correct_of, pairs_of
from ribbonet.tasks.structure_scores import IdentityGroup, Leaked, Near, RelativeGroup

DISTANCES = (0.0, 0.25, 0.4, 0.6, 0.9)
"""Identities to the nearest training chain; chains of each and less than the next are grouped."""


def by_relative(
    chains: Sequence[Chain], states: Sequence[str], identities: NDArray[np.floating]
) -> list[RelativeGroup]:
    """Score residues by the identity of the nearest relative of known structure aligned there.

    Parameters
    ----------
    chains : sequence of Chain
    states : sequence of str
        Predicted, three states.
    identities : (N,) array
        Of all residues, 0 to 1; nan where there is no relative.

    Returns
    -------
    list of RelativeGroup
        Groups without residues are left out.
    """
    labels = "".join(chain.labels or "" for chain in chains)
    true, given = (np.frombuffer(text.encode(), np.uint8) for text in (labels, "".join(states)))
    labelled = true != ord("-")
    bounds = [*DISTANCES, np.inf]
    members = [(None, None, np.isnan(identities))] + [
        (
            100 * low,
            None if np.isinf(high) else 100 * high,
            (identities >= low) & (identities < high),
        )
        for low, high in pairwise(bounds)
    ]
    return [
        RelativeGroup(low, high, int(own.sum()), 100 * float((true == given)[own].mean()))
        for low, high, within in members
        if (own := within & labelled).any()
    ]


def by_identity(
    chains: Sequence[Chain],
    states: Sequence[str],
    nearest: Sequence[tuple[float, str] | None],
    leak: float,
) -> tuple[list[IdentityGroup], Leaked]:
    """Score chains by how near the nearest training chain is.

    Parameters
    ----------
    chains : sequence of Chain
    states : sequence of str
        Predicted, three states.
    nearest : sequence of (identity, id) or None
        Of the training chain most identical to each chain, None where none is homologous.
    leak : float
        Identity from which on a chain should not have been tested.

    Returns
    -------
    groups : list of IdentityGroup
        Groups without chains are left out.
    leaked : Leaked
    """
    correct, totals = correct_of(pairs_of(chains, states, STATES))
    identities = np.array([np.nan if found is None else found[0] for found in nearest])
    bounds = [*DISTANCES, np.inf]
    groups = [IdentityGroup(None, None, *group(np.isnan(identities), correct, totals))]
    for low, high in pairwise(bounds):
        members = (identities >= low) & (identities < high)
        upper = None if np.isinf(high) else 100 * high
        groups.append(IdentityGroup(100 * low, upper, *group(members, correct, totals)))
    *_, q3_without = group(~(identities >= leak), correct, totals)
    leaked = Leaked(100 * leak, near(chains, nearest, leak), q3_without)
    return [own for own in groups if own.chains], leaked


def near(
    chains: Sequence[Chain], nearest: Sequence[tuple[float, str] | None], leak: float
) -> list[Near]:
    """Return the chains of at least an identity to the nearest training chain."""
    return [
        Near(chain.id, 100 * found[0], found[1])
        for chain, found in zip(chains, nearest, strict=True)
        if found is not None and found[0] >= leak
    ]
