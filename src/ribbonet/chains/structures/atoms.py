"""The atoms of a file, gathered into residues in the order in which they are listed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

BACKBONE = ("N", "CA", "C", "O")
Point = tuple[float, float, float]


class Place(NamedTuple):
    """A residue's number, insertion code and name; the number is None if it is no integer."""

    number: int | None
    insertion: str
    name: str


class Atom(NamedTuple):
    """An atom of a residue, its values as they are written."""

    name: str
    conformation: str
    point: Sequence[str]
    occupancy: str


@dataclass(slots=True)
class Observed:
    """A residue with atoms.

    Parameters
    ----------
    place : Place
        The number, insertion code and name that the file gives.
    letter : str
        The amino acid's; empty for a name of which nothing is known.
    hetero : bool
        Whether the file lists it as a heterogen.
    points : dict
        By conformation and atom of the backbone: occupancy and coordinates.
    """

    place: Place
    letter: str
    hetero: bool
    points: dict[str, dict[str, tuple[float, Point]]] = field(default_factory=dict)

    def occupancy(self, conformation: str) -> float:
        """Mean over the atoms of a conformation."""
        found = [occupancy for occupancy, _ in self.points[conformation].values()]
        return round(sum(found) / len(found), 4)

    @property
    def backbone(self) -> dict[str, Point]:
        """Atoms of the conformation of highest occupancy, of others where it has none.

        Of conformations of equal occupancy it is the last one, as for mkdssp.
        """
        return {
            atom: point
            for conformation in sorted(self.points, key=self.occupancy)
            for atom, (_, point) in self.points[conformation].items()
        }


@dataclass(slots=True)
class Group:
    """The residues of one chain of a file, in the order in which they are listed.

    Parameters
    ----------
    id : str
        The chain's; empty where the file has none.
    declared : str
        Letters of the whole sequence, resolved or not; empty where the file has none.
    positions : dict of int to int, optional
        Of the residues' numbers: positions in ``declared``, from 0. None if they mean no more than
        their order.
    """

    id: str
    declared: str = ""
    positions: dict[int, int] | None = None
    residues: list[Observed] = field(default_factory=list)
    _latest: dict[Place, Observed] = field(default_factory=dict)

    def add(self, place: Place, letter: str, atom: Atom, *, hetero: bool) -> None:
        """Add an atom to its residue, or to a new one.

        Numbers do not identify residues: one that is listed again is another residue, unless these
        are further conformations.

        Raises
        ------
        ValueError
            If a coordinate or the occupancy is no number.
        """
        if atom.name not in BACKBONE and (not letter or place in self._latest):
            return
        residue = self._latest.get(place)
        if residue is None or self._is_another(residue, atom):
            residue = Observed(place, letter, hetero)
            self.residues.append(residue)
            self._latest[place] = residue
        if atom.name in BACKBONE:
            x, y, z = map(_number, atom.point)
            occupancy = _number(atom.occupancy) if atom.occupancy else 1.0
            found = residue.points.setdefault(atom.conformation, {})
            found[atom.name] = occupancy, (x, y, z)

    def ends_within_a_residue(self) -> bool:
        """Whether the last residue lacks atoms of the backbone, and the one before it does not."""
        if len(self.residues) < 2:
            return False
        before, last = (
            {atom for atoms in residue.points.values() for atom in atoms}
            for residue in self.residues[-2:]
        )
        return before == {*BACKBONE} != last and bool(self.residues[-1].letter)

    def _is_another(self, residue: Observed, atom: Atom) -> bool:
        """Whether an atom belongs to another residue than the last one of the same name."""
        found = residue.points.get(atom.conformation, {})
        if residue is self.residues[-1]:
            return atom.name == next(iter(found), None) and {"CA", "C"} <= found.keys()
        return not atom.conformation or atom.name in found


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{text.strip()!r} is no coordinate or occupancy")
    return number
