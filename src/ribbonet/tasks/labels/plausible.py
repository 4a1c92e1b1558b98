"""Whether labels are those of secondary structure, by what real proteins have.

The limits leave room around what was counted in 116,000 chains of the PDB labelled by DSSP: no
chain of 28 residues or more is without coil (five are without C, helices between a turn and ends
that are not resolved), none of 50 has more than the shares in `ONE_CHAIN`,
and no twenty chains have more than those in `MANY_CHAINS` or lack helix or strand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ribbonet.chains.alphabet import DSSP_TO_STATE

COIL = "C _"
"""Symbols written for what is neither helix, strand, turn nor bend."""
ENOUGH = 20
"""Residues from which on a lack of coil, or of a second state, means something."""
FEW = 3
"""Chains that may all be coil, or all be helix, as short peptides are."""
ONE_CHAIN = {"G": 0.65, "I": 0.35, "B": 0.35, "T": 0.65, "S": 0.7, "P": 0.5}
"""Largest share of a state in 50 residues or more."""
LONGEST_BENDS, BENDS = 4.0, 5
"""Mean length of runs of S, a bend, beyond that of any protein, and how many it takes."""
MANY_CHAINS = {"G": 0.15, "I": 0.06, "B": 0.08, "T": 0.3, "S": 0.3, "P": 0.2}
"""Largest share of a state in 20 chains and 2,000 residues or more."""


def implausible(labels: Iterable[str]) -> str | None:
    """Say why labels are not those of secondary structure; None where they may be.

    Parameters
    ----------
    labels : iterable of str
        One symbol a residue of each chain, ``-`` for none.

    Examples
    --------
    >>> implausible(["CCHHHHHHHHHHCCEEEEECC-"])
    >>> implausible(["B--B----------------"])
    'no residue is labelled C'
    >>> implausible(["11HHHHH22"])
    "no state of DSSP is written '1' (2 of 9 residues)"
    """
    chains = [own for own in labels if own.strip("-")]
    counts = Counter("".join(chains))
    del counts["-"]
    number = counts.total()
    foreign = [symbol for symbol in sorted(counts) if symbol not in DSSP_TO_STATE]
    if foreign:
        first = foreign[0]
        return f"no state of DSSP is written {first!r} ({counts[first]:,} of {number:,} residues)"
    return (
        _lacks_states(chains, counts)
        or _has_long_bends(chains)
        or _has_odd_shares(counts, number, ONE_CHAIN if number >= 50 else {})
        or _has_odd_shares(counts, number, MANY_CHAINS if _many(chains, number) else {})
        or (_lacks_folds(counts) if _many(chains, number) else None)
    )


def _lacks_states(chains: Sequence[str], counts: Counter[str]) -> str | None:
    """Whether coil, or all but one state, is missing."""
    residues = sum(map(len, chains))
    ends_alone = not any("-" in own.strip("-") for own in chains)
    symbols = set(counts)
    helix = symbols == {"H"} and len(chains) <= FEW and not any("-" in own for own in chains)
    if residues < ENOUGH or helix:
        return None
    if not symbols & set(COIL) and not (symbols & set("TS") and ends_alone):
        return "no residue is labelled C"
    if not symbols & set("HETS") and symbols & set("GIBP"):
        rare = " and ".join(sorted(symbols & set("GIBP")))
        return f"DSSP's {rare} does not occur without H, E, T and S"
    states = {DSSP_TO_STATE[symbol] for symbol in symbols}
    if len(states) == 1 and len(chains) > FEW:
        return f"all residues have one state, {states.pop()}"
    return None


def _has_odd_shares(counts: Counter[str], number: int, limits: dict[str, float]) -> str | None:
    for symbol, most in limits.items():
        share = counts[symbol] / number
        if share > most:
            return f"{100 * share:.0f} % of the residues have {symbol}, in proteins few do"
    return None


def _has_long_bends(chains: Sequence[str]) -> str | None:
    """Whether S stands in runs as long as strands, which sheets are, written so."""
    runs = re.findall("S+", " ".join(chains))
    mean = sum(map(len, runs)) / max(len(runs), 1)
    if len(runs) < BENDS or mean <= LONGEST_BENDS:
        return None
    return f"S, a bend in DSSP, stands in runs of {mean:.1f} residues, in proteins of 1.5"


def _many(chains: list[str], number: int) -> bool:
    return len(chains) >= 20 and number >= 2000


def _lacks_folds(counts: Counter[str]) -> str | None:
    """Whether helix or strand is missing, or nearly all is coil."""
    shares = Counter({"H": 0, "E": 0, "C": 0})
    for symbol, count in counts.items():
        shares[DSSP_TO_STATE[symbol]] += count
    for state, name in (("H", "helix"), ("E", "strand")):
        if not shares[state]:
            return f"no residue of many chains is in a {name}"
    coil = shares["C"] / shares.total()
    if not 0.1 <= coil <= 0.95:
        return f"{100 * coil:.0f} % of the residues are coil, in proteins some 40 % are"
    return None
