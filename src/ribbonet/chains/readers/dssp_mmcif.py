"""mmCIF files with the labels of mkdssp 4 (the category ``_dssp_struct_summary``).

Sources: the program of https://github.com/PDB-REDO/dssp and its dictionary ``dssp-extension.dic``.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ribbonet.chains.open import BLOCK, blamed_on, name_of, open_bytes, stem_of
from ribbonet.chains.readers.records.entry import Entry, Form, Head, Ids
from ribbonet.chains.structures.mmcif import block_of, integer, parents_of, rows_of
from ribbonet.chains.structures.residues import letter_of
from ribbonet.errors import InputError

CATEGORY = "_dssp_struct_summary"
_RANGES = re.compile(rb"^_struct_conf_type\.id\s+_struct_conf_type\.criteria\s+\S+\s+DSSP\s", re.M)
"""DSSP's states as ranges of residues, by mkdssp without ``--write-experimental``."""
LONGEST_PROTEIN = 100_000
"""Residues; titin has 35,000."""
LONGEST_MARK = 200
"""Bytes of what tells that labels are there."""


def read_entries(path: str | Path) -> Iterator[Entry]:
    """Chains with their whole sequences; a residue that is not resolved has no label.

    An id is the file's name, ``-`` and the chain's, the one that its authors gave it.
    """
    name, stem, ids = name_of(path), stem_of(path), Ids()
    with open_bytes(path) as file:
        text = file.read().decode("utf-8-sig", errors="replace")
    items = "label_asym_id label_seq_id label_comp_id secondary_structure"
    with blamed_on(name, "; label the structure again with mkdssp"):
        block = block_of(text, f"{CATEGORY}.secondary_structure")
        parents = parents_of(block)
        residues, authors = _sequences(block)
        rows = list(rows_of(block, CATEGORY, items))
    if not block.find_values(f"{CATEGORY}.secondary_structure"):
        raise InputError(
            f"{name}: has DSSP's states as ranges (_struct_conf), which do not tell bridges from "
            "strands; label it with ribbonet data label, or write it by mkdssp --write-experimental"
        )
    labels: dict[str, dict[int, str]] = defaultdict(dict)
    faults: dict[str, str] = {}
    for count, (asym, seq, comp, state) in enumerate(rows, 1):
        number = integer(seq)
        if number is None or not 0 < number <= LONGEST_PROTEIN or len(state) > 1:
            faults.setdefault(asym, f"row {count:,} of {CATEGORY}: {seq!r}, {state!r}")
            continue
        residues[asym].setdefault(number, comp)
        labels[asym][number] = state.strip() or "C"
    for asym in {**labels, **faults}:
        own, place = labels[asym], f"chain {asym!r}"
        numbers = range(min([*residues[asym], 1]), max(residues[asym], default=0) + 1)
        names = [residues[asym].get(number, "") for number in numbers]
        yield Entry(
            place,
            ids(f"{stem}-{authors.get(asym) or asym}"),
            "".join(letter_of(n) or letter_of(parents.get(n, "")) or "X" for n in names),
            "".join(own.get(number, "-") for number in numbers),
            fault=f"{faults[asym]} are no number and state" if asym in faults else "",
        )


def _sequences(block: Any) -> tuple[dict[str, dict[int, str]], dict[str, str]]:
    """Residues of each chain by their numbers, and the chains' ids by their authors."""
    residues: dict[str, dict[int, str]] = defaultdict(dict)
    pairs = rows_of(block, "_atom_site", "label_asym_id auth_asym_id")
    authors = {asym: author for asym, author in pairs if author}
    items = "asym_id seq_id mon_id pdb_strand_id"
    for asym, seq, name, author in rows_of(block, "_pdbx_poly_seq_scheme", items):
        number = integer(seq)
        if number is not None and 0 < number <= LONGEST_PROTEIN:
            # of alternative residues at one position the first counts
            residues[asym].setdefault(number, name)
            authors.setdefault(asym, author)
    return residues, authors


def _fits(head: Head) -> bool:
    if not head.first.lower().startswith("data_"):
        return False
    with open_bytes(head.path) as file:
        before = b""
        while block := file.read(BLOCK):
            both = before + block
            if f"{CATEGORY}.".encode() in both or _RANGES.search(both):
                return True
            before = block[-LONGEST_MARK:]
    return False


FORMS = {
    "dssp-mmcif": Form(
        "mmCIF with the labels of mkdssp 4",
        read_entries,
        _fits,
        remedy="label the structure again with mkdssp",
    )
}
