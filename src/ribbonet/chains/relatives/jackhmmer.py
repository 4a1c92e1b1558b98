"""Homologues of a chain in a FASTA by jackhmmer, in this process, where MMseqs2 is missing.

Johnson, Eddy & Portugaly 2010, BMC Bioinformatics 11, 431; by pyhmmer, Larralde & Zeller 2023,
Bioinformatics 39, btad214.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import SPACER, encode_residues
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import read_fasta
from ribbonet.chains.relatives.alignments import ends_absent
from ribbonet.chains.relatives.mmseqs import E_VALUE, ITERATIONS, MAX_ROWS, own_names
from ribbonet.chains.relatives.profiles import encode_row
from ribbonet.chains.templates import SHORTEST, in_hmmer

_GAP = 20
"""In the alphabet of HMMER, whose first twenty codes are those of `RESIDUES`."""


def aligned(chains: Sequence[Chain], homologues: str | Path) -> Iterator[NDArray[np.uint8]]:
    """Find homologues and align them to chains.

    The FASTA is held in memory. A record of the chain's own id is left out.

    Yields
    ------
    rows : (N, L) uint8 array
        As `ribbonet.chains.relatives.profiles.profile` takes them.

    Raises
    ------
    InputError
        If the FASTA cannot be read.
    """
    from pyhmmer.easel import Alphabet, DigitalSequence, DigitalSequenceBlock

    alphabet = Alphabet.amino()
    names: list[str] = []
    targets: list[Any] = []
    for target in read_fasta(homologues, on_invalid="mask"):
        names.append(target.id)
        name = str(len(targets)).encode()
        targets.append(DigitalSequence(alphabet, name=name, sequence=in_hmmer(target.codes)))
    known, every = set(names), DigitalSequenceBlock(alphabet, targets)
    for chain in chains:
        block, own = every, own_names(chain)
        if own & known:
            others = (t for name, t in zip(names, targets, strict=True) if name not in own)
            block = DigitalSequenceBlock(alphabet, others)
        yield np.vstack([encode_row(chain.sequence)[None], _found(chain, block, alphabet)])


def _found(chain: Chain, block: Any, alphabet: Any) -> NDArray[np.uint8]:
    """Rows of the homologues of a chain, the best first."""
    from pyhmmer.easel import DigitalSequence
    from pyhmmer.plan7 import Pipeline

    codes = encode_residues(chain.sequence)
    if np.sum(codes < SPACER) < SHORTEST or not len(block):
        return np.zeros((0, len(chain)), np.uint8)
    query = DigitalSequence(alphabet, name=b"query", sequence=in_hmmer(codes))
    pipeline = Pipeline(alphabet, E=E_VALUE, domE=E_VALUE, incE=E_VALUE, incdomE=E_VALUE)
    rounds = pipeline.iterate_seq(query, block)
    for _, found in zip(range(ITERATIONS), rounds, strict=False):
        rows = np.array([list(row) for row in found.msa.alignment], np.uint8)
    columns = rows[:, rows[0] != _GAP][1 : MAX_ROWS + 1]
    return np.stack([ends_absent(row) for row in _from_hmmer(columns)]) if len(columns) else columns


def _from_hmmer(rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Turn codes of HMMER into those of an alignment."""
    odd = encode_row("X")[0]
    return np.where(rows > _GAP, odd, rows)
