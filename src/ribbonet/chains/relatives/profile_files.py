"""Profiles of chains from users' own files: alignments, HHblits' .hhm, PSI-BLAST's PSSM.

Sources: the HH-suite's formats (Steinegger et al. 2019, BMC Bioinformatics 20, 473); what
`psiblast -out_ascii_pssm` writes (Altschul et al. 1997, Nucleic Acids Res. 25, 3389-3402).
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import RESIDUES, SPACER, agree, encode_residues
from ribbonet.chains.arrays import accession_of
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import blamed_on, name_of, open_text
from ribbonet.chains.readers.records.entry import number as decimal
from ribbonet.chains.readers.records.entry import whole
from ribbonet.chains.relatives.alignments import REMEDY, read_alignment
from ribbonet.chains.relatives.profiles import COLUMNS, GAP, depth
from ribbonet.errors import InputError

PSSM_ORDER = "ARNDCQEGHILKMFPSTWYV"
PSSM_COUNT = 10
"""Pseudocounts that the last column of a PSSM is relative to."""

Array = NDArray[np.float32]


class Profile(NamedTuple):
    """The content of a file for one chain: its letters, and its profile `(L, 22)`."""

    sequence: str
    profile: Array


def read_msa(path: str | Path) -> Profile:
    """Profile of an alignment to its first sequence, in any form of `read_alignment`."""
    alignment = read_alignment(path)
    return Profile(alignment.sequence, alignment.profile)


def read_pssm(path: str | Path) -> Profile:
    """Profile of a PSSM in text, as `psiblast -out_ascii_pssm` writes it.

    Its percentages are the shares; a position without any has the chain's own residue. A PSSM has
    neither gaps (0 here) nor the number of rows, for which ten times its last column, the weight of
    the observed residues relative to pseudocounts, is used.

    Raises
    ------
    InputError
        If the file cannot be read, holds no position, or a row is wrong. Names the line.
    """
    name = name_of(path)
    order = [PSSM_ORDER.index(letter) for letter in RESIDUES]
    letters = ""
    rows: list[Array] = []
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            words = line.split()
            if not words or not words[0].isdigit():
                continue
            with blamed_on(f"{name}: line {number}", REMEDY):
                if len(words) != 44 or words[0] != str(len(rows) + 1):
                    raise ValueError(
                        f"position {len(rows) + 1} is expected here: its residue, 20 scores, 20 "
                        "percentages and 2 numbers"
                    )
                shares = np.array([decimal(word) for word in words[22:42]])[order]
                if (shares < 0).any() or (shares > 100).any():
                    raise ValueError("percentages should be from 0 to 100")
                count = PSSM_COUNT * (math.inf if words[43] == "inf" else decimal(words[43]))
                if count < 0:
                    raise ValueError("the last number should be 0 or more")
                rows.append(_row(words[1], shares, 0, count))
                letters += words[1]
    return _made(name, letters, rows)


def read_hhm(path: str | Path) -> Profile:
    """Profile of a hidden Markov model of the HH-suite (.hhm).

    Emissions are the shares. The share of gaps is the probability of the delete state, from the
    transitions along the chain. The number of rows that cover a position is not in the file; the
    number of all (FILT), or else the effective number there (Neff), is used.

    Raises
    ------
    InputError
        If the file cannot be read, holds no position, or a row is wrong. Names the line.
    """
    name = name_of(path)
    letters = ""
    rows: list[Array] = []
    sequences, deleted = 0, 0.0
    with open_text(path) as file:
        lines = enumerate(file, 1)
        for number, line in lines:
            words = line.split()
            if words[:1] == ["FILT"] and len(words) > 1:
                with blamed_on(f"{name}: line {number}", REMEDY):
                    sequences = whole(words[words.index("of") + 1] if "of" in words[:-1] else "")
            elif words[:1] == ["HMM"] and len(words) > 1:
                break
        else:
            raise InputError(f"{name}: has no line HMM, above the positions{REMEDY}")
        next(lines, None)
        to_delete, stay = _to_delete(name, *next(lines, (number + 2, "")))
        for number, line in lines:
            words = line.split()
            if words[:1] == ["//"]:
                break
            if not words:
                continue
            with blamed_on(f"{name}: line {number}", REMEDY):
                if len(words) != 23 or words[1] != str(len(rows) + 1):
                    raise ValueError(f"position {len(rows) + 1} is expected here, in 23 columns")
                shares = np.array([_probability(word) for word in words[2:22]])
            deleted = (1 - deleted) * to_delete + deleted * stay
            number, line = next(lines, (number + 1, ""))
            to_delete, stay = _to_delete(name, number, line)
            with blamed_on(f"{name}: line {number}", REMEDY):
                effective = whole(line.split()[7]) / 1000
            count = sequences - 1 if sequences else max(effective - 1, 0)
            with blamed_on(f"{name}: line {number - 1}", REMEDY):
                rows.append(_row(words[0], shares, deleted, count))
            letters += words[0]
    return _made(name, letters, rows)


def _to_delete(name: str, number: int, line: str) -> tuple[float, float]:
    """Probabilities of the delete state next, after a match and after a deletion."""
    words = line.split()
    with blamed_on(f"{name}: line {number}", REMEDY):
        if len(words) != 10:
            raise ValueError("7 transitions and 3 effective numbers are expected here")
        return _probability(words[2]), _probability(words[6])


def _probability(word: str) -> float:
    """Probability that the HH-suite writes as -1000 times its binary logarithm, 0 as `*`."""
    if word == "*":
        return 0.0
    return float(2 ** (-whole(word) / 1000))


def _row(letter: str, shares: NDArray[np.float64], gaps: float, count: float) -> Array:
    """Row of a profile; without any share, that of the chain's own residue."""
    if len(letter) != 1:
        raise ValueError(f"{letter!r} is not one residue")
    (code,) = encode_residues(letter)
    row = np.zeros(COLUMNS)
    if shares.any():
        row[: len(RESIDUES)] = shares / shares.sum()
    elif code != SPACER:
        row[code] = 1
    row[GAP], row[GAP + 1] = gaps, depth(np.array(count))
    return row.astype(np.float32)


def _made(name: str, letters: str, rows: list[Array]) -> Profile:
    if not rows:
        raise InputError(f"{name}: holds no position; make the file again")
    return Profile(letters, np.stack(rows))


READERS: dict[str, Callable[[str | Path], Profile]] = {
    ".a3m": read_msa,
    ".sto": read_msa,
    ".hhm": read_hhm,
    ".pssm": read_pssm,
}
"""How a file is read, by the end of its name."""


class ProfileFolder:
    """A folder of files named by the ids of chains: `ID.a3m`, `ID.sto`, `ID.hhm` or `ID.pssm`.

    Called with a chain, it gives the chain's profile, `(L, 22)`. A name may also have `_` for
    what is no letter, digit, `.`, `-` or `_` in the id, or be UniProt's accession, and end in
    `.gz`.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    InputError
        When it is made: if there is no such folder. When it is called: if the chain has no file,
        or one that cannot be read or is of another sequence. Names the file.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        if not self.path.is_dir():
            raise InputError(
                f"{path}: is not a folder; give one of .a3m, .sto, .hhm or .pssm files"
            )

    def __call__(self, chain: Chain) -> Array:
        """Return the profile of a chain, `(L, 22)`."""
        file, read = self._found(chain.id)
        letters, array = read(file)
        if not agree(letters, chain.sequence):
            raise InputError(
                f"{file}: is of another sequence than the chain {chain.id!r}: "
                f"{_difference(letters, chain.sequence)}; make it of the same"
            )
        return array

    @property
    def settings(self) -> str:
        """Which folder it is, and of when its files are."""
        newest = max((file.stat().st_mtime_ns for file in self.path.iterdir()), default=0)
        return f"{self.path.resolve()} {newest}"

    def _found(self, name: str) -> tuple[Path, Callable[[str | Path], Profile]]:
        accession = accession_of(name)
        safe = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name)
        for stem in dict.fromkeys((name, safe, *([accession] if accession else []))):
            for suffix, read in READERS.items():
                for packed in ("", ".gz"):
                    file = self.path / f"{stem}{suffix}{packed}"
                    if "/" not in stem and file.is_file():
                        return file, read
        raise InputError(
            f"{self.path}: has no file for the chain {name!r}; add {safe}.a3m, .sto, .hhm or "
            ".pssm, or leave the chain out"
        )

    def __str__(self) -> str:
        return str(self.path)


def _difference(a: str, b: str) -> str:
    if len(a) != len(b):
        return f"{len(a):,} residues, not {len(b):,}"
    place = next(n for n, (x, y) in enumerate(zip(a, b, strict=True)) if not agree(x, y))
    return f"{a[place]} at residue {place + 1}, not {b[place]}"
