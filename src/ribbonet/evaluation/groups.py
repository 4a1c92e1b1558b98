"""Q3 of groups of chains: by their length, and by their content of states."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.chain import Chain
from ribbonet.tasks.metrics import divide, number
from ribbonet.tasks.structure_scores import ContentGroup, LengthGroup

LENGTHS = (0, 100, 200, 300, 500)
"""Chains longer than each and not than the next are scored together."""
Pair = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def group(
    members: NDArray[np.bool_], correct: NDArray[np.int64], totals: NDArray[np.int64]
) -> tuple[int, int, float | None]:
    """Count chains and residues of a group, and give its Q3."""
    residues = int(totals[members].sum())
    q3 = number(100 * divide(correct[members].sum(), residues))
    return int(members.sum()), residues, q3


def by_length(
    chains: Sequence[Chain], correct: NDArray[np.int64], totals: NDArray[np.int64]
) -> list[LengthGroup]:
    """Group chains by `LENGTHS`."""
    lengths = np.array([len(chain) for chain in chains])
    place = np.searchsorted(LENGTHS, lengths) - 1
    bounds = [*LENGTHS, None]
    return [
        LengthGroup(LENGTHS[n], bounds[n + 1], *group(place == n, correct, totals))
        for n in np.unique(place).tolist()
    ]


CONTENTS = ("helical", "stranded", "mixed", "irregular")


def by_content(
    pairs: Sequence[Pair], correct: NDArray[np.int64], totals: NDArray[np.int64]
) -> list[ContentGroup]:
    """Classes of Nakashima et al. 1986 (J. Biochem. 99, 153-162), by observed states.

    Helical: more than 15 % helix, at most 10 % strand; stranded: the other way round, more than
    10 % strand, at most 15 % helix; mixed: more of both; irregular: of neither.
    """
    helix, strand = (
        divide([np.sum(t == state) for t, _ in pairs], totals) > share
        for state, share in ((0, 0.15), (1, 0.10))
    )
    classes = (helix & ~strand, strand & ~helix, helix & strand, ~helix & ~strand)
    return [
        ContentGroup(name, *group(members & (totals > 0), correct, totals))
        for name, members in zip(CONTENTS, classes, strict=True)
        if (members & (totals > 0)).any()
    ]
