"""Protein chains of structures: sequence and backbone, out of PDB and mmCIF files."""

import codecs
import io
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from string import ascii_letters, digits

from ribbonet.chains.open import blamed_on, name_of, open_bytes, refuse_foreign
from ribbonet.chains.structures.mmcif import read_mmcif
from ribbonet.chains.structures.modified import rejoin
from ribbonet.chains.structures.pdb import read_pdb
from ribbonet.chains.structures.topology import Polymer, polymers_of
from ribbonet.errors import InputError

Model = list[Polymer]

_MMCIF = re.compile(rb"(\s*(#.*)?\n)*\s*data_", re.IGNORECASE)
_PDB = re.compile(rb"^(ATOM  |HETATM|HEADER |SEQRES |CRYST1|MODEL |REMARK |END)", re.MULTILINE)
_REMEDY = "; give a PDB or mmCIF file of a protein"


def read_structure(path: str | Path, *, mask: bool = False) -> Iterator[Model]:
    """Models of a PDB or mmCIF file, each with its protein chains.

    A chain is the whole molecule (``SEQRES``, ``_entity_poly_seq``), whose residues may lack atoms;
    where a file has no whole sequence, X stands for the residues of a gap. The residues of a chain
    are found by bonds, see ``polymers_of``. The ids of a model's chains are distinct: chains
    without an id get a letter, further ones of the same id the suffix ``.2`` and so on.

    Parameters
    ----------
    path : str or Path
        Plain, or compressed with gzip, xz, bzip2 or zstd.
    mask : bool
        Whether an atom that cannot be read is left out, so that its residue is not resolved.

    Raises
    ------
    InputError
        If the file cannot be read, or has no protein chain. Names the line.
    """
    name = name_of(path)
    with open_bytes(path) as file:
        content = file.read().removeprefix(codecs.BOM_UTF8)

    def on_fault(fault: str) -> None:
        if not mask:
            raise ValueError(fault)

    if _MMCIF.match(content):
        models = read_mmcif(content.decode(errors="replace"), on_fault)
    else:
        if not _PDB.search(content):
            refuse_foreign(content, name)
        # in any encoding; what is read is ASCII
        models = read_pdb(io.StringIO(content.decode("latin-1"), newline=None), on_fault)
    empty = True
    with blamed_on(name, "; correct the file, or give another"):
        for groups in models:
            rejoin(groups)
            if model := [polymer for group in groups for polymer in polymers_of(group)]:
                empty = False
                yield _named(model)
    if empty:
        raise InputError(f"{name}: has no protein chain{_REMEDY}")


def _named(model: Model) -> Model:
    """Give each chain an id of its own."""
    taken = {polymer.id for polymer in model}
    free = (letter for letter in _letters() if letter not in taken)
    used: set[str] = set()
    for polymer in model:
        polymer.id = distinct(polymer.id or next(free), used)
    return model


def _letters() -> Iterator[str]:
    letters = ascii_letters[26:] + ascii_letters[:26] + digits
    yield from letters
    for number in itertools.count(1):
        yield from (f"{letter}{number}" for letter in letters[:26])


def distinct(name: str, used: set[str]) -> str:
    """Return a name, with a suffix ``.2`` or more if it is used already, and record it as used.

    Examples
    --------
    >>> used = {"A"}
    >>> distinct("A", used), distinct("A", used), distinct("B", used)
    ('A.2', 'A.3', 'B')
    """
    number, found = 1, name
    while found in used:
        number += 1
        found = f"{name}.{number}"
    used.add(found)
    return found
