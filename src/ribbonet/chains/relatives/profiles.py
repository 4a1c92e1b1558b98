"""Profiles: the residues that the homologues of a chain have at each of its positions.

Homologues are found in a FASTA by MMseqs2 or else by jackhmmer (`mmseqs`, `jackhmmer`), or come
aligned in the user's own files (`alignments`). Their weights are position-based (Henikoff &
Henikoff 1994, J. Mol. Biol. 243, 574-578).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import RESIDUES
from ribbonet.chains.arrays import ArrayFile, Key, by_id, by_sequence
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import read_fasta
from ribbonet.chains.sequences.resemblance import reads_as_nucleotides
from ribbonet.errors import InputError
from ribbonet.system.atomic import atomic_write

COLUMNS = 22
"""Of a profile: the twenty residues, gaps, depth."""

GAP, ABSENT, ODD = 20, 21, 22
"""Codes of an alignment after the residues': a gap, nothing aligned here, an unknown residue."""
KINDS = 23

MANY = 1000
"""Rows that cover a position whose depth is 1."""
PART = 1 << 18
"""Cells of an alignment that are weighed at a time."""
NEGLIGIBLE = 1e-9
"""Weight of a row that has no known residue, but may have gaps."""
LOOKED_AT = 100
"""Records of a FASTA to search by which it is told to be of proteins."""


def _table() -> NDArray[np.uint8]:
    table = np.full(256, ODD, np.uint8)
    for letters in (RESIDUES.symbols, RESIDUES.symbols.lower()):
        table[list(letters.encode())] = np.arange(len(RESIDUES))
    table[ord("-")] = GAP
    return table


_TABLE = _table()


def encode_row(text: str | bytes) -> NDArray[np.uint8]:
    """Codes of a row of an alignment: 0 to 19, `GAP` for `-`, `ODD` for any other letter.

    Examples
    --------
    >>> encode_row("AC-X")
    array([ 0,  1, 20, 22], dtype=uint8)
    """
    given = text if isinstance(text, bytes) else text.encode()
    return _TABLE[np.frombuffer(given, np.uint8)]


def profile(rows: NDArray[np.uint8]) -> NDArray[np.float32]:
    r"""Profile of an alignment to a chain.

    Where a position has k different residues, a row with one that n rows have there gets
    :math:`1 / (k n)`; the mean over the positions where it has a residue is the row's weight
    :math:`w`. Unknown residues are not counted.

    Parameters
    ----------
    rows : (N, L) uint8 array
        One row a homologue and one column a residue of the chain, which is the first row itself:
        0 to 19, `GAP`, `ABSENT` beyond the ends of a local alignment, `ODD`.

    Returns
    -------
    profile : (L, 22) float32 array
        Columns 0 to 19: weighted shares of the residues, in the order of `RESIDUES`, which sum to
        1 (to 0 where no row knows a residue). Column 20: the weighted share of gaps among gaps and
        residues. Column 21: :math:`\ln(1 + n) / \ln(1 + 1000)`, at most 1, where n rows but the
        first have a residue or a gap.

    Examples
    --------
    >>> profile(np.array([encode_row(row) for row in ("AC", "AD", "A-")]))[:, [0, 1, 2, 20]]
    array([[1.       , 0.       , 0.       , 0.       ],
           [0.       , 0.5      , 0.5      , 0.2857143]], dtype=float32)
    """
    length = rows.shape[1]

    def parts() -> Iterator[tuple[slice, NDArray[np.int64]]]:
        """Yield some rows, and which cell of a table of kinds each of theirs is counted in."""
        step = max(PART // max(length, 1), 1)
        for first in range(0, len(rows), step):
            some = slice(first, first + step)
            yield some, rows[some] + KINDS * np.arange(length)

    def sums(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        total = np.zeros(KINDS * length)
        for some, cells in parts():
            np.add.at(total, cells.ravel(), np.repeat(weights[some], length))
        return total.reshape(length, KINDS)

    residues, gaps = slice(len(RESIDUES)), GAP
    counts = sums(np.ones(len(rows)))[:, residues]
    different = (counts > 0).sum(axis=1, keepdims=True)
    shares = np.zeros((length, KINDS))
    np.divide(1, different * counts, out=shares[:, residues], where=counts > 0)
    known = (rows < len(RESIDUES)).sum(axis=1)
    weights = np.concatenate([shares.ravel()[cells].sum(axis=1) for _, cells in parts()])
    weights /= np.maximum(known, 1)
    weights[weights == 0] = NEGLIGIBLE
    weighted = sums(weights)

    totals = weighted[:, residues].sum(axis=1, keepdims=True)
    result = np.zeros((length, COLUMNS))
    np.divide(weighted[:, residues], totals, out=result[:, residues], where=totals > 0)
    both = totals[:, 0] + weighted[:, gaps]
    np.divide(weighted[:, gaps], both, out=result[:, 20], where=both > 0)
    result[:, 21] = depth((rows[1:] <= GAP).sum(axis=0))
    return result.astype(np.float32)


def depth(rows: NDArray[np.integer] | NDArray[np.floating]) -> NDArray[np.float64]:
    """Scale how many rows cover a position: from 0 for none to 1 for `MANY` or more."""
    scaled: NDArray[np.float64] = np.minimum(np.log1p(rows) / np.log1p(MANY), 1)
    return scaled


def find_profiles(
    chains: Sequence[Chain], homologues: str | Path, *, threads: int | None = None
) -> Iterator[NDArray[np.float32]]:
    """Profiles of chains, of what MMseqs2 finds for them in a FASTA, or else jackhmmer.

    A record of the chain's own id is left out. A chain without homologues has a profile of its own
    residues and depth 0.

    Parameters
    ----------
    chains : sequence of Chain
    homologues : str or Path
        FASTA of protein sequences, compressed or not.
    threads : int, optional
        Of MMseqs2; as many as there are cores, if it is not given.

    Yields
    ------
    profile : (L, 22) float32 array
        One for each chain, in order; see `profile`.

    Raises
    ------
    InputError
        If both mmseqs and pyhmmer are missing, mmseqs fails, or the FASTA cannot be read.
    """
    _check_proteins(homologues)
    if by_jackhmmer():
        from ribbonet.chains.relatives import jackhmmer

        yield from map(profile, jackhmmer.aligned(chains, homologues))
    else:
        from ribbonet.chains.relatives import mmseqs

        yield from map(profile, mmseqs.aligned(chains, homologues, threads))


def _check_proteins(path: str | Path) -> None:
    """Refuse a file whose first records are no proteins: with labels, or of nucleotides."""
    first = list(islice(read_fasta(path, on_invalid="skip"), LOOKED_AT))
    if first and all(reads_as_nucleotides(chain.sequence) for chain in first):
        raise InputError(f"{path}: its records look like nucleotides; give FASTA of proteins")


def by_jackhmmer() -> bool:
    """Whether homologues are found by jackhmmer: where pyhmmer is installed, and no MMseqs2."""
    return which("mmseqs") is None and find_spec("pyhmmer") is not None


@contextmanager
def stored_profiles(
    chains: Iterable[Chain],
    compute: Callable[[Sequence[Chain]], Iterable[NDArray[np.float32]]],
    made_of: str,
) -> Iterator[ArrayFile]:
    """Compute the profiles of chains once, and keep them in a file as long as the block runs.

    Parameters
    ----------
    chains : iterable of Chain
    compute : callable
        Returns the profiles of chains, in order; called with one chain for each sequence.
    made_of : str
        What the profiles depend on besides the chains.
    """
    different = list({chain.sequence: chain for chain in chains}.values())
    with TemporaryDirectory() as folder:
        path = Path(folder, "profiles.npz")
        write_profiles(path, different, compute(different), by_sequence)
        with closing(ArrayFile(path, by_sequence, made_of)) as file:
            yield file


def write_profiles(
    path: str | Path,
    chains: Sequence[Chain],
    profiles: Iterable[NDArray[np.float32]],
    key: Key = by_id,
) -> None:
    """Write one array per chain to an `.npz` file, as `ribbonet.chains.arrays` reads it.

    Raises
    ------
    InputError
        If two chains have one name and are not the same, or the file cannot be written.
    """
    named: dict[str, str] = {}
    with atomic_write(path, "wb") as file, ZipFile(file, "w") as archive:
        for chain, array in zip(chains, profiles, strict=True):
            name = key(chain)
            if name in named:
                if named[name] != chain.sequence:
                    raise InputError(f"two chains have the id {name!r}; give each its own")
                continue
            named[name] = chain.sequence
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
