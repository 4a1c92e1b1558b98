"""The residues of a chain, found by bonds, not by the numbers and ids of a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import dist
from typing import Literal

from ribbonet.chains.structures.atoms import BACKBONE, Group, Observed, Place, Point
from ribbonet.chains.structures.placement import place_pieces
from ribbonet.chains.structures.residues import THREE_LETTERS, is_mirrored

BOND = 2.5
"""Ångström between C and N, beyond which DSSP sees a break."""
_NEIGHBOURS = 4.2
"""Ångström between the C-alpha atoms of two residues, where C or N is not resolved."""
_SPAN = 4.0
"""Ångström that a residue spans at most."""
_LONGEST_GAP = 100
"""Residues that stand for a gap at most; that far from its ends no model sees across it."""
_LONGEST_PROTEIN = 100_000
"""Residues; titin has 35,000."""
_AGREEMENT = 0.9
"""Share of the residues whose letters are those of the whole sequence, at the least."""


@dataclass(slots=True)
class Residue:
    """A residue: its letter, X if it is unknown, and the backbone's atoms that are resolved."""

    letter: str
    atoms: dict[str, Point] = field(default_factory=dict)
    name: str = "UNK"

    @property
    def resolved(self) -> bool:
        """Whether the whole backbone is resolved."""
        return len(self.atoms) == len(BACKBONE)


@dataclass(slots=True)
class Polymer:
    """A protein chain of one model, all of its residues, resolved or not.

    Parameters
    ----------
    id : str
    residues : list of Residue
    torn : list of str
        Messages about residues that should be neighbours and are far apart.
    """

    id: str
    residues: list[Residue]
    torn: list[str] = field(default_factory=list)

    @property
    def sequence(self) -> str:
        """The residues' letters."""
        return "".join(residue.letter for residue in self.residues)

    @property
    def mirrored(self) -> bool:
        """Whether the chain is one of D-amino acids, and glycine."""
        names = {residue.name for residue in self.residues} - {"GLY", "UNK"}
        return bool(names) and all(map(is_mirrored, names))


_Role = Literal["residue", "ligand", "either"]


@dataclass(slots=True)
class _Found:
    """A residue with atoms, what the file calls it, and what it is if no bond joins it."""

    place: Place
    residue: Residue
    alone: _Role


_Piece = list[_Found]
"""Residues bonded one to the next."""


def polymers_of(group: Group) -> Iterator[Polymer]:
    """Protein chains among the residues that a file lists as one chain.

    Residues that a C-N bond joins follow one another. Where no bond is, the chain goes on after a
    gap if its whole sequence says so, or the numbers rise by enough for the distance; else another
    chain begins.

    Raises
    ------
    ValueError
        If the whole sequence lacks a position that an atom has, or a gap is longer than a protein.
    """
    pieces = _pieces(_amino_acids(_most_occupied(group.residues)))
    if not pieces:
        return
    residues = _in_declared(group, pieces)
    if residues is not None:
        torn = [place for a, b in pairwise(pieces) if (place := _torn(a[-1], b[0]))]
        yield Polymer(group.id, residues, torn)
        return
    last: _Found | None = None
    for chain in _chains(pieces):
        if len(chain) == 1 and _is_lone(chain[0]):
            continue
        residues = _in_declared(group, chain)
        torn = [place] if last is not None and (place := _torn(last, chain[0][0])) else []
        yield Polymer(group.id, _with_gaps(chain) if residues is None else residues, torn)
        last = chain[-1][-1]


def _most_occupied(residues: Sequence[Observed]) -> Iterator[Observed]:
    """Of several kinds of residue at one place (microheterogeneity) that which is occupied most."""
    best: Observed | None = None
    for residue in residues:
        if best is None or not _at_one_place(best, residue):
            if best is not None:
                yield best
            best = residue
        elif _occupancy(residue) > _occupancy(best):
            best = residue
    if best is not None:
        yield best


def _at_one_place(a: Observed, b: Observed) -> bool:
    both = [*a.points, *b.points]
    return a.place[:2] == b.place[:2] and all(both) and len(set(both)) == len(both) > 1


def _occupancy(residue: Observed) -> float:
    return max(map(residue.occupancy, residue.points), default=0.0)


def _amino_acids(residues: Iterator[Observed]) -> list[_Found]:
    """Leave out what is not a residue of a chain: waters, ligands, caps, nucleotides."""
    found = []
    for observed in residues:
        atoms, place = observed.backbone, observed.place
        listed = bool(atoms) or not observed.hetero
        if listed if observed.letter else {"N", "CA", "C"} <= atoms.keys():
            residue = Residue(observed.letter or "X", atoms, place.name)
            found.append(_Found(place, residue, _role(observed)))
    return found


def _role(observed: Observed) -> _Role:
    """Tell by its name and record what a residue is that has no bond to another."""
    name = observed.place.name
    if not observed.letter or is_mirrored(name):
        return "ligand"
    if not observed.hetero:
        return "residue"
    return "ligand" if THREE_LETTERS.get(observed.letter) == name else "either"


def _pieces(found: Sequence[_Found]) -> list[_Piece]:
    """Residues by bonds; those without a bond stay where they are no ligands."""
    pieces: list[_Piece] = []
    for one in found:
        if pieces and _bonded(pieces[-1][-1].residue, one.residue):
            pieces[-1].append(one)
        else:
            pieces.append([one])
    kept = [piece for piece in pieces if len(piece) > 1 or piece[0].alone != "ligand"]
    return [] if all(map(_is_lone, kept)) else kept


def _is_lone(piece: _Piece) -> bool:
    """Whether it is a modified residue by itself, which far from any chain is a ligand."""
    return len(piece) == 1 and piece[0].alone == "either"


def _bonded(before: Residue, after: Residue) -> bool:
    if "C" in before.atoms and "N" in after.atoms:
        return dist(before.atoms["C"], after.atoms["N"]) <= BOND
    if "CA" in before.atoms and "CA" in after.atoms:
        return BOND < dist(before.atoms["CA"], after.atoms["CA"]) <= _NEIGHBOURS
    return False


def _chains(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Divide pieces into chains, whose pieces are divided by gaps alone."""
    chain = [pieces[0]]
    for before, after in pairwise(pieces):
        missing = _missing(before[-1], after[0])
        if missing is None or (missing == _LONGEST_GAP and _is_lone(after)):
            yield chain
            chain = []
        chain.append(after)
    yield chain


def _torn(before: _Found, after: _Found) -> str:
    """Say which two residues are too far apart for their numbers; empty if none are."""
    a, b = before.place, after.place
    if a.number is None or b.number is None or a[:2] >= b[:2] or a.insertion or b.insertion:
        return ""
    apart = _apart(before, after)
    near = apart <= _SPAN * max(b.number - a.number, 1) + 2
    return "" if near else f"{a.number} and {b.number}, {apart:.0f} Å apart"


def _apart(before: _Found, after: _Found) -> float:
    """Ångström between the C-alpha atoms; 0 where one is not resolved."""
    ends = before.residue.atoms.get("CA"), after.residue.atoms.get("CA")
    return 0.0 if ends[0] is None or ends[1] is None else dist(ends[0], ends[1])


def _missing(before: _Found, after: _Found) -> int | None:
    """How many residues are missing between two without a bond; None if these are two chains."""
    a, b = before.place, after.place
    if a.number is None or b.number is None or a[:2] >= b[:2]:
        return None
    missing = max(b.number - a.number - 1, 0)
    if missing > _LONGEST_PROTEIN:
        raise ValueError(
            f"residue {b.number} follows residue {a.number}: no protein is as long as that gap"
        )
    if _apart(before, after) > _SPAN * (missing + 1) + 2:
        # insertion codes count what no number tells
        return max(missing, 1) if a.insertion or b.insertion else None
    return min(missing, _LONGEST_GAP)


def _with_gaps(pieces: Sequence[_Piece]) -> list[Residue]:
    residues = [one.residue for one in pieces[0]]
    for before, after in pairwise(pieces):
        residues += [Residue("X") for _ in range(_missing(before[-1], after[0]) or 0)]
        residues += [one.residue for one in after]
    return residues


def _in_declared(group: Group, pieces: Sequence[_Piece]) -> list[Residue] | None:
    """Put pieces where they are in the whole sequence, if that is known and they fit."""
    if not group.declared:
        return None
    starts = _starts(group, pieces)
    if starts is None:
        letters = ["".join(one.residue.letter for one in piece) for piece in pieces]
        gaps = [_missing(a[-1], b[0]) or 0 for a, b in pairwise(pieces)]
        starts = place_pieces(letters, gaps, group.declared)
    if starts is None:
        return None
    residues = [Residue(letter) for letter in group.declared]
    for start, piece in zip(starts, pieces, strict=True):
        for position, one in enumerate(piece, start):
            if one.residue.letter == "X":
                one.residue.letter = residues[position].letter
            residues[position] = one.residue
    return residues


def _starts(group: Group, pieces: Sequence[_Piece]) -> list[int] | None:
    """Positions of pieces by their numbers; None unless the sequence and the bonds agree."""
    if group.positions is None:
        return None
    starts, end, agreeing = [], 0, 0
    for piece in pieces:
        positions = [_position(group, one.place.number) for one in piece]
        if positions != [*range(positions[0], positions[0] + len(piece))] or positions[0] < end:
            return None
        starts.append(positions[0])
        end = positions[-1] + 1
        agreeing += sum(
            one.residue.letter in (group.declared[position], "X")
            for position, one in zip(positions, piece, strict=True)
        )
    return starts if agreeing >= _AGREEMENT * sum(map(len, pieces)) else None


def _position(group: Group, number: int | None) -> int:
    positions = group.positions or {}
    if number is None or number not in positions:
        raise ValueError(
            f"chain {group.id!r} has {len(group.declared):,} residues, and an atom of "
            f"residue {number}"
        )
    return positions[number]
