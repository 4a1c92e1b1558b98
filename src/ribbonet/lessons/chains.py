"""The chains that the lessons learn from: small ones of known structure, their families known.

They are 160 of the chains in the package's set of templates, of 55 to 155 residues, at most 90 %
identical, labelled by DSSP. None is a relative (25 % identity over 30 residues) of a chain in
CB513, TS115 or CASP12.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import encode_labels, encode_residues, reduce_states
from ribbonet.chains.chain import Chain
from ribbonet.chains.templates.template_set import decode_labels, read_templates
from ribbonet.chains.windows import windows
from ribbonet.models import shipped_templates

LIST = Path(__file__).with_name("chains.txt")


@dataclass(frozen=True)
class SmallChains:
    """Chains in three states, in three groups.

    Parameters
    ----------
    test : sequence of Chain
        Twenty, none related to another.
    relatives : sequence of Chain
        Forty, two relatives of each test chain.
    others : sequence of Chain
        A hundred that are related to none of the rest.
    """

    test: Sequence[Chain]
    relatives: Sequence[Chain]
    others: Sequence[Chain]

    def training(self, *, relatives: bool) -> list[Chain]:
        """Return chains to learn from, with or without relatives of the test chains.

        Both have about as many residues.
        """
        if not relatives:
            return list(self.others)
        chosen, residues = list(self.relatives), sum(map(len, self.others))
        for chain in self.others:
            if sum(map(len, chosen)) >= residues:
                break
            chosen.append(chain)
        return chosen


@cache
def small_chains() -> SmallChains:
    """Return the chains that the lessons learn from."""
    families, _, others = LIST.read_text("ascii").partition("[families]\n")[2].partition("[others]")
    rows = [line.split() for line in families.splitlines()]
    ids = [[row[0] for row in rows], [id for row in rows for id in row[1:]], others.split()]
    templates = read_templates(shipped_templates())
    places = {id: place for place, id in enumerate(templates.ids)}
    letters = np.frombuffer(b"ACDEFGHIKLMNPQRSTVWY", np.uint8)

    def chain(id: str) -> Chain:
        place = places[id]
        sequence = letters[templates.sequence(place)].tobytes().decode()
        return Chain(id, sequence, reduce_states(decode_labels(templates.states(place))))

    return SmallChains(*([chain(id) for id in group] for group in ids))


def examples(
    chains: Sequence[Chain], width: int = 13
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return a window of codes for each residue, `(N, width)`, and their states, `(N,)`."""
    x = [windows(encode_residues(chain.sequence), width) for chain in chains]
    y = [encode_labels(chain.labels or "") for chain in chains]
    return np.concatenate(x), np.concatenate(y).astype(np.int64)
