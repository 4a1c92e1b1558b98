"""Small proteins that come with the package: enough to train the network of 1988 on.

114 chains of the PDB of 60 to 190 residues, labelled by DSSP in three states, of 114 families at
30 % identity; and of each of the 24 families to test on, one more chain, a relative of the chain
to test on. `recipes/small_proteins.py` chose them.
"""

from __future__ import annotations

from pathlib import Path

from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.three_line import read_three_line

FILE = Path(__file__).with_suffix(".3line")
"""Three lines a chain; its header is `PDB_CHAIN family role`, the role train, test or relative."""


def small_proteins(*, relatives: bool = False) -> tuple[list[Chain], list[Chain]]:
    """Return the chains to learn from and those to test on.

    Parameters
    ----------
    relatives : bool
        Whether a relative of each test chain is among those to learn from. They then take the
        places of as many others, so that there are 90 either way.

    Returns
    -------
    train, test : list of Chain
        90 and 24 chains. Without relatives, no two of all of them are of the same family.

    Examples
    --------
    >>> train, test = small_proteins()
    >>> len(train), len(test), sum(map(len, train))
    (90, 24, 11142)
    """
    chains = list(read_three_line(FILE))
    parts: dict[str, list[Chain]] = {
        role: [chain for chain in chains if chain.header.endswith(role)]
        for role in ("train", "test", "relative")
    }
    train, related = parts["train"], parts["relative"]
    return (train[: -len(related)] + related if relatives else train), parts["test"]
