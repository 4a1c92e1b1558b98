"""Files of alignments as input: which ones are, their first sequences and the profiles of these."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.arrays import state_of
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import HEAD, PACKED, open_bytes
from ribbonet.chains.relatives.alignments import STOCKHOLM, Alignment, read_alignment
from ribbonet.errors import InputError

EXTENSIONS = (".a3m", ".a2m")
"""By which a file of FASTA records is taken for an alignment; Stockholm shows itself."""


def is_alignment(path: str | Path) -> bool:
    """Whether a file is an alignment: by its name, or by the first line of Stockholm."""
    name = str(path).lower()
    for packed in PACKED:
        name = name.removesuffix(packed)
    if name.endswith(EXTENSIONS):
        return True
    if not Path(path).is_file():
        return False
    try:
        with open_bytes(path) as file:
            head = file.read(HEAD).removeprefix(BOM_UTF8).lstrip()
            return head.startswith(STOCKHOLM.encode())
    except InputError:  # what is wrong with it is said when it is read
        return False


class AlignmentFiles:
    """Alignments, a file each, of which the first sequences are predicted.

    Called with one of its chains, it gives the profile of the chain's alignment, `(L, 22)`.

    Parameters
    ----------
    paths : iterable of str or Path

    Attributes
    ----------
    chains : list of Chain
        The first sequence of each file.

    Raises
    ------
    InputError
        If a file cannot be read, or two are of the same sequence under the same header.
    """

    def __init__(self, paths: Iterable[str | Path]) -> None:
        self._paths: dict[tuple[str, str], Path] = {}
        self.chains: list[Chain] = []
        for path in map(Path, paths):
            alignment = read_alignment(path)
            chain = Chain(alignment.headers[0], alignment.sequence)
            other = self._paths.setdefault((chain.header, chain.sequence), path)
            if other != path:
                raise InputError(
                    f"{path}: its first sequence is that of {other}, header and all; leave one of "
                    "them out"
                )
            self.chains.append(chain)

    def alignment(self, chain: Chain) -> Alignment:
        """Read the alignment of a chain."""
        return read_alignment(self._paths[chain.header, chain.sequence])

    def __call__(self, chain: Chain) -> NDArray[np.float32]:
        """Return the profile of a chain, `(L, 22)`."""
        return self.alignment(chain).profile

    @property
    def settings(self) -> str:
        """Which files they are, and of when."""
        return " ".join(map(state_of, self._paths.values()))

    def __str__(self) -> str:
        return ", ".join(map(str, self._paths.values()))
