"""DSSP's own files, of fixed columns (Kabsch & Sander 1983, Biopolymers 22, 2577-2637)."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ribbonet.chains.alphabet import STATES, Alphabet
from ribbonet.chains.chain import Chain, labelled_chain
from ribbonet.chains.open import blamed_on, name_of, open_text
from ribbonet.errors import InputError

HEADING = "  #  RESIDUE AA STRUCTURE"


class _Residue(NamedTuple):
    chain: str
    number: int
    letter: str
    state: str


def read_dssp(path: str | Path, *, states: Alphabet | None = STATES) -> Iterator[Chain]:
    """Chains of a classic DSSP file; an id is the file's name, ``-`` and the chain's letter.

    A lower-case residue is half of a cystine, C. The file does not tell residues that are not
    resolved: where it marks a break in a chain (``!``), as many X without label stand as the
    numbering leaves out, one at least.

    Parameters
    ----------
    path : str or Path
        Plain, or compressed with gzip, xz, bzip2 or zstd.
    states : Alphabet, optional
        As for ``read_three_line``.

    Raises
    ------
    InputError
        If the file cannot be read, has not DSSP's heading or no residue, or a line is wrong. Names
        the line.
    """
    name = name_of(path)
    stem = Path(path).name.split(".")[0]
    chains: dict[str, tuple[list[str], list[str]]] = {}
    last: _Residue | None = None
    broken = False
    for number, line in _rows(path, name):
        if line[13:14] == "!":
            broken = True
            continue
        with blamed_on(f"{name}: line {number}", "; make the file again with mkdssp"):
            residue = _residue(line)
        letters, labels = chains.setdefault(residue.chain, ([], []))
        if broken and last is not None and residue.chain == last.chain:
            missing = max(residue.number - last.number - 1, 1)
            letters.append("X" * missing)
            labels.append("-" * missing)
        letters.append(residue.letter)
        labels.append(residue.state)
        last, broken = residue, False
    if not chains:
        raise InputError(f"{name}: holds no residue; make the file again with mkdssp")
    for letter, (residues, found) in chains.items():
        with blamed_on(f"{name}: chain {letter!r}", "; make the file again with mkdssp"):
            yield labelled_chain(f"{stem}-{letter}", "".join(residues), "".join(found), states)


def _rows(path: str | Path, name: str) -> Iterator[tuple[int, str]]:
    found = False
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            if found:
                yield number, line
            found = found or line.startswith(HEADING)
    if not found:
        raise InputError(f"{name}: lacks the heading {HEADING.strip()!r}; give a file of DSSP's")


def _residue(line: str) -> _Residue:
    number, chain, letter, state = line[5:10].strip(), line[11:12], line[13:14], line[16:17]
    if not number.lstrip("-").isdigit() or not letter.isalpha() or not state:
        raise ValueError(f"{line.rstrip()[:20]!r} is no residue in DSSP's columns")
    return _Residue(chain, int(number), "C" if letter.islower() else letter, state)
