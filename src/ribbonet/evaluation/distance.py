"""Scores by how near the nearest training chain, or the nearest relative of known structure, is."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import STATES
from ribbonet.chains.chain import Chain
from ribbonet.evaluation.groups import group
from ribbonet.evaluation.scores import correct_of, pairs_of

DISTANCES = (0.0, 0.25, 0.4, 0.6, 0.9)
"""Identities to the nearest training chain; chains of each and less than the next are grouped."""


def by_relative(
    chains: Sequence[Chain], states: Sequence[str], identities: NDArray[np.floating]
) -> list[dict[str, Any]]:
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
    list of dict
        ``from`` and ``below`` (per cent; None for the residues without a relative), ``residues``
        and ``q3``; groups without residues are left out.
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
        {"from": low, "below": high, "residues": int(own.sum()), "q3": q3}
        for low, high, within in members
        if (own := within & labelled).any()
        and (q3 := 100 * float((true == given)[own].mean())) is not None
    ]


def by_identity(
    chains: Sequence[Chain],
    states: Sequence[str],
    nearest: Sequence[tuple[float, str] | None],
    leak: float,
) -> dict[str, Any]:
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
    dict
        ``by_identity``: groups with ``from`` and ``below`` (per cent; None for the chains that
        have no homologue), ``chains``, ``residues`` and ``q3``; ``leaked``: ``identity`` (per
        cent), ``chains`` (ids, with the identity and id of the nearest), and ``q3_without`` them.
    """
    correct, totals = correct_of(pairs_of(chains, states, STATES))
    identities = np.array([np.nan if found is None else found[0] for found in nearest])
    bounds = [*DISTANCES, np.inf]
    groups = [{"from": None, "below": None, **group(np.isnan(identities), correct, totals)}]
    for low, high in pairwise(bounds):
        members = (identities >= low) & (identities < high)
        upper = None if np.isinf(high) else 100 * high
        groups.append({"from": 100 * low, "below": upper, **group(members, correct, totals)})
    leaked = identities >= leak
    return {
        "by_identity": [own for own in groups if own["chains"]],
        "leaked": {
            "identity": 100 * leak,
            "chains": [
                {"id": chain.id, "identity": 100 * found[0], "nearest": found[1]}
                for chain, found in zip(chains, nearest, strict=True)
                if found is not None and found[0] >= leak
            ],
            "q3_without": group(~leaked, correct, totals)["q3"],
        },
    }
