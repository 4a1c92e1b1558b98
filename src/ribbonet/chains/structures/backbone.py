"""Protein chains of structures: sequence and backbone, out of PDB and mmCIF files.

The formats: https://www.wwpdb.org/documentation/file-format-content/format33/v3.3.html and
https://mmcif.wwpdb.org/dictionaries/mmcif_pdbx_v50.dic.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from ribbonet.chains.open import blamed_on, name_of, open_text
from ribbonet.chains.structures.cif import UNKNOWN, read_tables
from ribbonet.errors import InputError

BACKBONE = ("N", "CA", "C", "O")
_NAMES = (
    "ALA CYS ASP GLU PHE GLY HIS ILE LYS LEU MET ASN PRO GLN ARG SER THR VAL TRP TYR MSE SEC PYL"
)
ONE_LETTER = dict(zip(_NAMES.split(), "ACDEFGHIKLMNPQRSTVWYMUO", strict=True))
Point = tuple[float, float, float]


@dataclass(slots=True)
class Residue:
    """A residue: its letter, X if it is unknown, and the backbone's atoms that are resolved."""

    letter: str
    atoms: dict[str, Point] = field(default_factory=dict)

    @property
    def resolved(self) -> bool:
        """Whether the whole backbone is there."""
        return len(self.atoms) == len(BACKBONE)


@dataclass(slots=True)
class Polymer:
    """A protein chain of one model, all of its residues, resolved or not."""

    id: str
    residues: list[Residue]

    @property
    def sequence(self) -> str:
        """The residues' letters."""
        return "".join(residue.letter for residue in self.residues)


Model = list[Polymer]


def read_structure(path: str | Path) -> list[Model]:
    """Models of a PDB or mmCIF file, each with its protein chains.

    A chain is all of the molecule that was in the crystal or the tube (``SEQRES``,
    ``_entity_poly_seq``), whose residues may lack atoms; where a file does not tell, X stands for
    the residues that the numbering leaves out. Of alternative places of an atom the first counts.

    Raises
    ------
    InputError
        If the file cannot be read, or has no protein chain.
    """
    name = name_of(path)
    with open_text(path) as file, blamed_on(name, "; give a PDB or mmCIF file"):
        lines = list(file)
        first = next((line for line in lines if line.strip() and line[0] != "#"), "")
        models = _read_cif(lines) if first.lower().startswith("data_") else _read_pdb(lines)
    models = [[polymer for polymer in model if polymer.residues] for model in models]
    if not any(models):
        raise InputError(f"{name}: has no protein chain; give a PDB or mmCIF file of a protein")
    return models


def _numbers(x: str, y: str, z: str) -> Point:
    return float(x), float(y), float(z)


# mmCIF

_ATOM = (
    "pdbx_PDB_model_num label_asym_id auth_asym_id label_entity_id label_seq_id auth_seq_id "
    "pdbx_PDB_ins_code label_comp_id label_atom_id Cartn_x Cartn_y Cartn_z"
)


def _read_cif(lines: Iterable[str]) -> list[Model]:
    tables = read_tables(lines, ("_atom_site", "_entity_poly", "_entity_poly_seq"))
    sequences = _sequences(
        list(tables["_entity_poly"].columns("entity_id", "type", "pdbx_seq_one_letter_code_can")),
        list(tables["_entity_poly_seq"].columns("entity_id", "num", "mon_id")),
    )
    models: dict[str, dict[str, Polymer]] = {}
    observed: dict[tuple[str, str], list[_Observed]] = {}
    for row in tables["_atom_site"].columns(*_ATOM.split()):
        model, asym, author, entity, seq, auth_seq, ins, comp, atom, x, y, z = row
        if sequences and entity not in sequences:
            continue
        chain = author if asym in UNKNOWN else asym
        polymers = models.setdefault(model, {})
        if chain not in polymers:
            letters = sequences.get(entity, "")
            shown = chain if author in UNKNOWN else author
            polymers[chain] = Polymer(shown, [Residue(letter) for letter in letters])
        polymer = polymers[chain]
        if entity in sequences and seq not in UNKNOWN:
            if not 1 <= int(seq) <= len(polymer.residues):
                raise ValueError(
                    f"chain {polymer.id!r} has {len(polymer.residues):,} residues, and an atom of "
                    f"residue {seq}"
                )
            if atom in BACKBONE:
                residue = polymer.residues[int(seq) - 1]
                residue.atoms.setdefault(atom, _numbers(x, y, z))
        elif entity not in sequences:
            number = auth_seq if seq in UNKNOWN else seq
            found = observed.setdefault((model, chain), [])
            _observe(found, (number, ins), comp, atom, (x, y, z))
    for (model, chain), residues in observed.items():
        models[model][chain].residues = _numbered(_amino_acids(residues))
    return [list(polymers.values()) for polymers in models.values()]


def _sequences(
    polymers: Sequence[tuple[str, ...]], monomers: Sequence[tuple[str, ...]]
) -> dict[str, str]:
    """Letters of each entity that is a polypeptide and whose residues are told."""
    found: dict[str, str] = {}
    for entity, kind, canonical in polymers:
        # of alternative residues at one place the first counts
        names = {num: name for e, num, name in reversed(monomers) if e == entity}
        letters = "".join(canonical.split())
        if "polypeptide" in kind and names:
            if len(letters) != len(names):
                letters = "".join(ONE_LETTER.get(name, "X") for name in reversed(names.values()))
            found[entity] = letters.upper()
    return found


# Residues of whom only the numbers are known


@dataclass(slots=True)
class _Observed:
    number: tuple[str, str]
    name: str
    residue: Residue


def _observe(
    found: list[_Observed],
    number: tuple[str, str],
    name: str,
    atom: str,
    place: tuple[str, str, str],
    letter: str = "",
) -> None:
    """Add an atom to the last residue, or to a new one."""
    if not found or found[-1].number != number:
        residue = Residue(letter or ONE_LETTER.get(name, "X"))
        found.append(_Observed(number, name, residue))
    if atom in BACKBONE and found[-1].name == name:
        found[-1].residue.atoms.setdefault(atom, _numbers(*place))


def _amino_acids(found: Iterable[_Observed]) -> list[_Observed]:
    """Leave out what is no residue of a chain: water, ligands, nucleotides."""
    return [o for o in found if o.name in ONE_LETTER or {"N", "CA", "C"} <= o.residue.atoms.keys()]


def _left_out(before: _Observed, behind: _Observed) -> int:
    """How many residues the numbering leaves out between two that follow each other."""
    try:
        return max(int(behind.number[0]) - int(before.number[0]) - 1, 0)
    except ValueError:
        return 0


def _numbered(found: Sequence[_Observed]) -> list[Residue]:
    """Residues with as many X between as the numbering leaves out."""
    residues = [o.residue for o in found[:1]]
    for before, behind in pairwise(found):
        residues += [Residue("X") for _ in range(_left_out(before, behind))]
        residues.append(behind.residue)
    return residues


# PDB


def _read_pdb(lines: Iterable[str]) -> list[Model]:
    names: dict[str, list[str]] = {}
    parents = dict(ONE_LETTER)
    models: list[dict[str, list[_Observed]]] = [{}]
    ended: set[str] = set()
    for number, line in enumerate(lines, 1):
        record, chain = line[:6].strip(), line[21:22]
        if record == "SEQRES":
            names.setdefault(line[11:12], []).extend(line[19:70].split())
        elif record == "MODRES":
            parents.setdefault(line[12:15].strip(), ONE_LETTER.get(line[24:27].strip(), "X"))
        elif record == "MODEL":
            models, ended = [*models, {}], set()
        elif record == "TER":
            ended.add(chain)
        elif record in ("ATOM", "HETATM") and chain not in ended:
            found = models[-1].setdefault(chain, [])
            name = line[17:20].strip()
            place = (line[30:38], line[38:46], line[46:54])
            at = (line[22:26].strip(), line[26:27])
            try:
                _observe(found, at, name, line[12:16].strip(), place, parents.get(name, "X"))
            except ValueError as error:
                raise ValueError(f"line {number}: {error}") from None
    return [
        [
            Polymer(chain.strip() or "A", _placed(_amino_acids(found), names.get(chain), parents))
            for chain, found in model.items()
        ]
        for model in models
        if model
    ]


def _placed(
    found: Sequence[_Observed], names: Sequence[str] | None, parents: dict[str, str]
) -> list[Residue]:
    """Put observed residues where they stand in the whole sequence, if it is known and they fit."""
    if not names or not found:
        return _numbered(found)
    pieces: list[list[_Observed]] = [[found[0]]]
    for before, behind in pairwise(found):
        if _bonded(before.residue, behind.residue):
            pieces[-1].append(behind)
        else:
            pieces.append([behind])
    starts = _starts(pieces, list(names))
    if starts is None:
        return _numbered(found)
    residues = [Residue(parents.get(name, "X")) for name in names]
    for start, piece in zip(starts, pieces, strict=True):
        residues[start : start + len(piece)] = [o.residue for o in piece]
    return residues


BOND = 2.5
"""Angstrom between C and N, by which DSSP, too, tells a break."""


def _bonded(before: Residue, behind: Residue) -> bool:
    if "C" not in before.atoms or "N" not in behind.atoms:
        return False
    a, b = before.atoms["C"], behind.atoms["N"]
    return sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) <= BOND**2


def _starts(pieces: Sequence[Sequence[_Observed]], names: list[str]) -> list[int] | None:
    """Find where in ``names`` the pieces stand, one behind the other; None if they do not fit.

    Of several places that is tried first which leaves out as many residues as the numbering does,
    or nearly so.
    """
    starts: list[int] = []
    # for each of these and the piece behind them: the places that are still to be tried
    waiting = [_places(pieces, names, 0, 0)]
    tried: set[tuple[int, int]] = set()
    while waiting:
        place = next(waiting[-1], None)
        if place is None:
            waiting.pop()
            del starts[-1:]
            continue
        number, end = len(waiting), place + len(pieces[len(starts)])
        if number == len(pieces):
            return [*starts, place]
        if (number, end) not in tried:
            tried.add((number, end))
            starts.append(place)
            waiting.append(_places(pieces, names, number, end))
    return None


def _places(
    pieces: Sequence[Sequence[_Observed]], names: list[str], number: int, start: int
) -> Iterator[int]:
    """Places of a piece in ``names`` from ``start`` on, the likeliest first."""
    wanted = [o.name for o in pieces[number]]
    last = len(names) - sum(map(len, pieces[number:]))
    likely = start + (_left_out(pieces[number - 1][-1], pieces[number][0]) if number else 0)
    places = [p for p in range(start, last + 1) if names[p : p + len(wanted)] == wanted]
    return iter(sorted(places, key=lambda place: abs(place - likely)))
