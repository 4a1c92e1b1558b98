"""mmCIF files (https://mmcif.wwpdb.org/dictionaries/mmcif_pdbx_v50.dic), their syntax by gemmi."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ribbonet.chains.structures.atoms import Atom, Group, Place
from ribbonet.chains.structures.modified import join_bonded
from ribbonet.chains.structures.pdb import Report
from ribbonet.chains.structures.residues import import_gemmi, letter_of

_ATOM = (
    "group_PDB pdbx_PDB_model_num label_asym_id auth_asym_id label_entity_id label_seq_id "
    "auth_seq_id pdbx_PDB_ins_code label_comp_id auth_comp_id label_atom_id auth_atom_id "
    "label_alt_id occupancy Cartn_x Cartn_y Cartn_z"
)


@dataclass(frozen=True)
class _Entity:
    """A molecule of the file: whether it is a protein, its sequence if the file has it."""

    protein: bool
    letters: str = ""
    positions: dict[int, int] | None = None


def read_mmcif(text: str, on_fault: Report) -> Iterator[list[Group]]:
    """Chains of each model; molecules that are no proteins are left out.

    Parameters
    ----------
    text : str
        The file's.
    on_fault : callable
        Called for an atom that cannot be read, which is then left out; may raise.

    Raises
    ------
    ValueError
        If it is no CIF file; names the line.
    """
    block = block_of(text, "_atom_site.Cartn_x")
    parents = parents_of(block)
    entities = _entities(block, parents)
    models: dict[str, dict[str, Group]] = {}
    group = Group("")
    for count, row in enumerate(rows_of(block, "_atom_site", _ATOM), 1):
        (record, model, asym, author, entity, seq, auth_seq, insertion, comp, auth_comp,
         atom, auth_atom, conformation, occupancy, *point) = row  # fmt: skip
        molecule = entities.get(entity)
        if molecule is not None and not molecule.protein:
            continue
        groups = models.setdefault(model, {})
        key = asym or author
        if key not in groups:
            found = molecule or _Entity(protein=True)
            groups[key] = Group(author or asym, found.letters, found.positions)
        group = groups[key]
        if not seq:
            group.positions = None
        name = comp or auth_comp
        # where the sequence is not told, its positions leave out what is not resolved
        number = seq if group.positions else auth_seq or seq
        place = Place(integer(number), insertion, name)
        letter = letter_of(name) or letter_of(parents.get(name, ""))
        try:
            group.add(
                place,
                letter,
                Atom(atom or auth_atom, conformation, point, occupancy),
                hetero=record == "HETATM",
            )
        except ValueError as error:
            on_fault(f"_atom_site, row {count:,}: {error}")
    if _ends_in_atoms(text, block) and group.ends_within_a_residue():
        on_fault(_cut_off(text))
    yield from (join_bonded(list(groups.values())) for groups in models.values())


def block_of(text: str, item: str) -> Any:
    """Return the first block of data that has an item, or the first.

    Raises
    ------
    ValueError
        If it is no CIF file, or one that is cut off in the table at its end; names the line.
    """
    try:
        document = import_gemmi().cif.read_string(text)
    except (ValueError, RuntimeError) as error:
        place, _, fault = str(error).partition(" ")
        line = re.match(r"string:(\d+)", place)
        raise ValueError(f"line {line[1]}: {fault}" if line else str(error)) from None
    if len(document) == 0:
        raise ValueError("has no block of data")
    if _is_cut(text, document[-1]):
        raise ValueError(_cut_off(text))
    return next((b for b in document if b.find_values(item)), document[0])


_END = re.compile(r"^#[ \t]*$", re.MULTILINE)
_ROW_AND_END = re.compile(r"^(?!data_|loop_)[^\s_;#].*\n\s*#[ \t]*$", re.MULTILINE)
"""The last row of a table, and what many programs write behind each table."""


def _is_cut(text: str, last: Any) -> bool:
    """Whether a file ends in a table, the last of its block, without what it should end with."""
    if _last_table(last) is None or _is_ended(text):
        return False
    return not text.endswith(("\n", "\r")) or _ROW_AND_END.search(text) is not None


def _is_ended(text: str) -> bool:
    return _END.fullmatch(text.rstrip().splitlines()[-1]) is not None


def _ends_in_atoms(text: str, block: Any) -> bool:
    """Whether a file ends with the table of atoms, without a line of # behind it."""
    table = _last_table(block)
    if table is None or not table.tags[0].startswith("_atom_site.") or _is_ended(text):
        return False
    return text.rstrip().endswith(table[table.length() - 1, table.width() - 1])


def _last_table(block: Any) -> Any | None:
    """Return the table that is the last item of a block, if it has rows."""
    items = list(block)
    table = items[-1].loop if items else None
    return table if table and table.length() else None


def _cut_off(text: str) -> str:
    return (
        f"line {len(text.splitlines()):,}: the file is cut off here; fetch or copy it again, or "
        "add a line of # if it is whole"
    )


def rows_of(block: Any, category: str, items: str) -> Iterator[tuple[str, ...]]:
    """Rows of some items of a category, empty where a value is unknown or the item is missing.

    Raises
    ------
    ValueError
        If there are more values of one item than of another.
    """
    plain = import_gemmi().cif.as_string
    columns = [
        [plain(value) for value in block.find_values(f"{category}.{item}")]
        for item in items.split()
    ]
    height = max(map(len, columns))
    if any(0 < len(column) < height for column in columns):
        raise ValueError(f"the items of {category} are in several tables, of different lengths")
    return zip(*(column or [""] * height for column in columns), strict=True)


def parents_of(block: Any) -> dict[str, str]:
    """Residues that the modified ones of the file are derived from, by name."""
    return {
        name: parent
        for name, parent in rows_of(block, "_chem_comp", "id mon_nstd_parent_comp_id")
        if letter_of(parent)
    }


def integer(text: str) -> int | None:
    """Read a whole number; None for anything else."""
    try:
        return int(text)
    except ValueError:
        return None


def _entities(block: Any, parents: dict[str, str]) -> dict[str, _Entity]:
    monomers: dict[str, dict[int, str]] = {}
    for entity, num, name in rows_of(block, "_entity_poly_seq", "entity_id num mon_id"):
        if (number := integer(num)) is not None:
            # of alternative residues at one position the first counts
            monomers.setdefault(entity, {}).setdefault(number, name)
    found = {
        entity: _Entity(protein=False)
        for entity, kind in rows_of(block, "_entity", "id type")
        if kind in ("non-polymer", "water", "branched")
    }
    items = "entity_id type pdbx_seq_one_letter_code_can"
    for entity, kind, canonical in rows_of(block, "_entity_poly", items):
        if "polypeptide" not in kind:
            found[entity] = _Entity(protein=False)
            continue
        names = monomers.get(entity, {})
        letters = _letters(list(names.values()), "".join(canonical.upper().split()), parents)
        positions = {number: position for position, number in enumerate(names)}
        found[entity] = _Entity(True, letters, positions if names else None)
    return found


def _letters(names: list[str], canonical: str, parents: dict[str, str]) -> str:
    """Letters of a sequence; of residues that are not known by name, the file's own."""
    if len(canonical) != len(names):
        canonical = "X" * len(names)
    return "".join(
        letter_of(name) or letter_of(parents.get(name, "")) or told
        for name, told in zip(names, canonical, strict=True)
    )
