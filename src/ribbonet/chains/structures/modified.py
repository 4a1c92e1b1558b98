"""Modified residues that a file lists apart from the chain of their bonds, moved to that chain."""

from collections.abc import Sequence
from math import dist

from ribbonet.chains.structures.atoms import Group, Observed
from ribbonet.chains.structures.topology import BOND

_NEEDED = {"N", "CA", "C"}


def rejoin(groups: Sequence[Group]) -> None:
    """Move modified residues that are listed apart from their chain to where their bonds are.

    Some programs list all heterogens, modified residues among them, after the chains of a file.
    Those of other chains' ids stay where they are.
    """
    for group in groups:
        if not any(_is_modified(residue) for residue in group.residues):
            continue
        for run in _strays(group):
            own = set(map(id, run))
            for home in groups:
                others = [residue for residue in home.residues if id(residue) not in own]
                place = _place(others, run) if home.id == group.id else None
                if place is not None:
                    group.residues = [r for r in group.residues if id(r) not in own]
                    home.residues = [*others[:place], *run, *others[place:]]
                    break


def join_bonded(groups: Sequence[Group]) -> list[Group]:
    """Make one group of those that have one id and are bonded end to start.

    Some programs (Biopython) number each stretch of heterogens in mmCIF as a molecule of its own,
    modified residues within a chain among them. A chain with a whole sequence is not changed.
    """
    joined: list[Group] = []
    for group in groups:
        home = next((before for before in joined if _goes_on(before, group)), None)
        if home is None:
            joined.append(group)
        else:
            home.residues += group.residues
    return joined


def _goes_on(before: Group, after: Group) -> bool:
    """Whether one group is the same chain as that before it."""
    if before.id != after.id or before.declared or after.declared:
        return False
    ends = [r for r in (*before.residues[-1:], *after.residues[:1]) if r.backbone]
    return len(ends) == 2 and _bonded(*ends)


def _is_modified(residue: Observed) -> bool:
    return residue.hetero and residue.backbone.keys() >= _NEEDED


def _strays(group: Group) -> list[list[Observed]]:
    """Heterogens, in runs by bonds, without a bond to what is listed before and after them."""
    runs: list[list[Observed]] = []
    for residue in group.residues:
        if not residue.backbone.keys() >= _NEEDED:
            continue
        if runs and _bonded(runs[-1][-1], residue):
            runs[-1].append(residue)
        else:
            runs.append([residue])
    return [run for run in runs if all(residue.hetero for residue in run)]


def _place(residues: Sequence[Observed], run: Sequence[Observed]) -> int | None:
    """Index in residues at which a run is bonded to the one before it, or the one after it."""
    for place, residue in enumerate(residues):
        if _bonded(residue, run[0]):
            return place + 1
        if _bonded(run[-1], residue):
            return place
    return None


def _bonded(before: Observed, after: Observed) -> bool:
    a, b = before.backbone, after.backbone
    return "C" in a and "N" in b and dist(a["C"], b["N"]) <= BOND
