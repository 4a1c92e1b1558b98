"""Whether labels written H, E and C lie on proteins as secondary structure does.

Helices are never a residue long, strands are short, and each state has its residues: labels of
topology, of binding or of another protein, written in the same letters, are told apart by that.
The limits leave room around all that 72,885 chains of the PDB have, one by one, in twenties and
in twenties of one fold: at most a tenth of the helices of a chain are single residues, runs of
helix, strand and coil have means of at most 50, 11 and 22, and the residues of twenty chains tell
0.017 nats of their states.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import DSSP_TO_STATE, STATES

NAMES = {"H": "helices", "E": "strands", "C": "coils"}
LONGEST_MEAN = {"H": 60, "E": 15, "C": 40}
"""Mean lengths of runs beyond those of any proteins."""
MOST_SINGLE = 0.3
"""Share of single residues among helices beyond that of any predictor."""
LEAST_INFORMATION = 0.01
"""Nats that a residue tells of its state, in proteins 0.1."""
MOST_GAIN = 0.02
"""Nats that other names for the same states may gain, of helices alone 0.006."""
RUNS = {"H": 20, "E": 5, "C": 5}
"""How many it takes to say something; coiled coils have few helices, and long ones."""
RESIDUES, CHAINS = 2000, 20
"""How many it takes to say something."""
PLENTY = 5000
"""Residues, and `CHAINS`, from which on what is beyond any proteins is no chance."""
SAMPLE = 200_000
"""Residues that are looked at, of more."""

# hundredths of nats: log(P(residue, state) / (P(residue) P(state))), one chain of each of the
# 32,886 clusters of the training set
AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
LOG_ODDS = (
    (32, -20, -15, 29, 0, -71, -13, 3, 12, 25, 19, -27, -63, 23, 16, -20, -26, -13, 8, -2),
    (-28, 28, -58, -36, 35, -39, 0, 52, -23, 9, -2, -45, -78, -27, -9, -16, 20, 63, 26, 35),
    (-26, 0, 32, -16, -26, 51, 11, -53, -1, -39, -21, 36, 56, -12, -12, 23, 9, -47, -28, -25),
)


@dataclass(frozen=True)
class Doubt:
    """Why labels are unlike secondary structure.

    Parameters
    ----------
    reason : str
    certain : bool
        Whether no proteins have the like.
    """

    reason: str
    certain: bool


def doubt(chains: Iterable[tuple[str, str]]) -> Doubt | None:
    """Say why labels are unlike the secondary structure of their sequences; None if they are not.

    Parameters
    ----------
    chains : iterable of (str, str)
        Sequences, and a state of DSSP for each residue, ``-`` for none.

    Examples
    --------
    >>> doubt([("MKTAYIAKQR", "CCHHHHHHCC")])
    >>> doubt([("MKTAYIAKQR" * 200, "CCHCHEECEH" * 200)]).reason
    '100 % of the helices are single residues, in proteins hardly any are'
    """
    distinct = _without_variants(chains)
    residues, states = _encoded(distinct[:: 1 + sum(len(s) for s, _ in distinct) // SAMPLE])
    labelled = int((states < len(STATES)).sum())
    if labelled < RESIDUES:
        return None
    enough = len(distinct) >= CHAINS and labelled >= PLENTY
    starts = np.flatnonzero(np.diff(states, prepend=255))
    lengths = np.diff(starts, append=len(states))
    for code, state in enumerate(STATES):
        own = lengths[states[starts] == code]
        if len(own) < RUNS[state]:
            continue
        if own.mean() > LONGEST_MEAN[state]:
            long = f"{NAMES[state]} have {own.mean():.0f} residues on average, in proteins fewer"
            return Doubt(f"{long} than {LONGEST_MEAN[state]}", enough)
        single = float((own == 1).mean())
        if state == "H" and single > MOST_SINGLE:
            share = f"{100 * single:.0f} % of the helices are single residues"
            return Doubt(f"{share}, in proteins hardly any are", certain=False)
    reason = _misplaced(residues, states) if enough else None
    return None if reason is None else Doubt(reason, certain=False)


def _without_variants(chains: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Leave out chains that begin or end as another: variants of a protein count once."""
    ends: set[str] = set()
    found = []
    for sequence, labels in chains:
        own = {f"^{sequence[:10]}", f"{sequence[-10:]}$"}
        if labels.strip("-") and not own & ends:
            found.append((sequence, labels))
        ends |= own
    return found


def _encoded(chains: Sequence[tuple[str, str]]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return codes of residues and of states, chain after chain, each with one more for none."""
    residue = np.full(256, len(AMINO_ACIDS), np.uint8)
    residue[np.frombuffer(AMINO_ACIDS.encode(), np.uint8)] = range(len(AMINO_ACIDS))
    state = np.full(256, len(STATES), np.uint8)
    for symbol, reduced in DSSP_TO_STATE.items():
        state[ord(symbol)] = STATES.symbols.index(reduced)
    texts = ("".join(f"{text}-" for text in own) for own in zip(*chains, strict=True))
    codes = (np.frombuffer(text.encode("latin-1", "replace"), np.uint8) for text in texts)
    residues, states = next(codes, np.zeros(0, np.uint8)), next(codes, np.zeros(0, np.uint8))
    return residue[residues], state[states]


def _misplaced(residues: NDArray[np.uint8], states: NDArray[np.uint8]) -> str | None:
    """Whether states do not have their residues: log-odds, less those of the labels shuffled."""
    known = (states < len(STATES)) & (residues < len(AMINO_ACIDS))
    table = np.zeros((len(STATES), len(AMINO_ACIDS)))
    np.add.at(table, (states[known], residues[known]), 1 / known.sum())
    excess = table - np.outer(table.sum(axis=1), table.sum(axis=0))
    log_odds = np.array(LOG_ODDS) / 100
    orders = list(permutations(range(len(STATES))))
    information = [float((excess * log_odds[list(order)]).sum()) for order in orders]
    best = int(np.argmax(information))
    if information[best] - information[0] > MOST_GAIN:
        letters = ", ".join(STATES.symbols[code] for code in orders[best])
        return f"read as {letters}, the letters H, E, C would fit the residues better"
    if information[0] < LEAST_INFORMATION:
        return "helices, strands and coils do not have the residues of such"
    return None
