"""Structures made here: ideal geometry, written as PDB and mmCIF."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
ATOMS = ("N", "CA", "C", "O")
NAMES = dict(
    zip(
        "ACDEFGHIKLMNPQRSTVWYX",
        "ALA CYS ASP GLU PHE GLY HIS ILE LYS LEU MET ASN PRO GLN ARG SER THR VAL TRP TYR UNK".split(  # noqa: SIM905
            " "
        ),
        strict=True,
    )
)


def _place(a: Array, b: Array, c: Array, bond: float, angle: float, torsion: float) -> Array:
    """Place an atom at a bond's length from c, at an angle b-c-d and a torsion a-b-c-d."""
    angle, torsion = np.radians([angle, torsion])
    axis = (c - b) / np.linalg.norm(c - b)
    normal = np.cross(b - a, axis)
    normal /= np.linalg.norm(normal)
    x, y = -np.cos(angle), np.sin(angle) * np.cos(torsion)
    return (
        c
        + bond * x * axis
        + bond * y * np.cross(normal, axis)
        + bond * np.sin(angle) * np.sin(torsion) * normal
    )


def backbone(length: int, phi: float, psi: float) -> Array:
    """Coordinates (length, 4, 3) of N, CA, C and O, by Engh & Huber's bonds and angles."""
    n, ca = np.zeros(3), np.array([1.458, 0, 0])
    c = _place(np.array([0.0, 1, 0]), n, ca, 1.525, 111, -60)
    residues = []
    for _ in range(length):
        residues.append([n, ca, c, _place(n, ca, c, 1.231, 120.1, psi + 180)])
        following = _place(n, ca, c, 1.329, 117.2, psi)
        next_ca = _place(ca, c, following, 1.458, 121.7, 180)
        n, ca, c = following, next_ca, _place(c, following, next_ca, 1.525, 111, phi)
    return np.array(residues)


def helix(length: int) -> Array:
    """An alpha helix."""
    return backbone(length, -57, -47)


def sheet() -> tuple[Array, Array]:
    """Two antiparallel strands of nine residues, in the distance of their hydrogen bonds."""
    strand = backbone(9, -120, 125)
    turn = np.array([[0.832, 0.283, -0.477], [0.462, 0.122, 0.878], [0.307, -0.951, -0.029]])
    first = (strand - strand.mean(axis=(0, 1))) @ turn.T
    twist = np.radians(-10)
    back = np.array(
        [[np.cos(twist), 0, -np.sin(twist)], [0, 1, 0], [np.sin(twist), 0, np.cos(twist)]]
    )
    return first, (first * [-1, -1, 1]) @ back + [-2.0, 4.4, 0]


Chains = dict[str, tuple[str, Array, set[int]]]
"""By name: sequence, coordinates, and the residues (from 1) that are not resolved."""


def pdb(models: list[Chains], seqres: bool = True, start: int = 1) -> str:
    """Write a PDB file, with chains numbered from ``start``."""
    lines = ["HEADER    MADE UP"]
    for chain, (sequence, _, _) in models[0].items():
        for row in range(0, len(sequence) * seqres, 13):
            names = " ".join(NAMES[letter] for letter in sequence[row : row + 13])
            lines.append(f"SEQRES {row // 13 + 1:3d} {chain} {len(sequence):4d}  {names}")
    serial = 0
    for number, chains in enumerate(models, 1):
        if len(models) > 1:
            lines.append(f"MODEL     {number:4d}")
        for chain, (sequence, residues, missing) in chains.items():
            for place, (letter, atoms) in enumerate(zip(sequence, residues, strict=True), 1):
                for atom, (x, y, z) in zip(ATOMS, atoms, strict=True):
                    if place in missing:
                        continue
                    serial += 1
                    lines.append(
                        f"ATOM  {serial:5d}  {atom:<3s} {NAMES[letter]} {chain}"
                        f"{place + start - 1:4d}    {x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00"
                    )
            lines.append(f"TER   {serial + 1:5d}      {NAMES[sequence[-1]]} {chain}")
            lines.append(f"HETATM{serial + 2:5d}  O   HOH {chain} 900       0.000   0.000   0.000")
        if len(models) > 1:
            lines.append("ENDMDL")
    return "\n".join([*lines, "END"]) + "\n"


def cif(models: list[Chains], whole: bool = True) -> str:
    """Write an mmCIF file; without the whole sequences if not ``whole``."""
    lines = ["data_MADE", "#", "_entry.id MADE"]
    if whole:
        lines += ["loop_", "_entity_poly.entity_id", "_entity_poly.type"]
        lines.append("_entity_poly.pdbx_seq_one_letter_code_can")
        for n, (sequence, _, _) in enumerate(models[0].values(), 1):
            lines += [f"{n} 'polypeptide(L)'", f";{sequence[:20]}", sequence[20:], ";"]
        lines.append("9 polyribonucleotide GG")
        lines += ["loop_", "_entity_poly_seq.entity_id", "_entity_poly_seq.num"]
        lines.append("_entity_poly_seq.mon_id")
        for n, (sequence, _, _) in enumerate(models[0].values(), 1):
            lines += [f"{n} {i} {NAMES[letter]}" for i, letter in enumerate(sequence, 1)]
    items = (
        "group_PDB id label_atom_id label_alt_id label_comp_id label_asym_id label_entity_id "
        "label_seq_id auth_seq_id auth_asym_id pdbx_PDB_ins_code Cartn_x Cartn_y Cartn_z "
        "pdbx_PDB_model_num"
    )
    lines += ["loop_", *(f"_atom_site.{item}" for item in items.split())]
    serial = 0
    for number, chains in enumerate(models, 1):
        for n, (chain, (sequence, residues, missing)) in enumerate(chains.items(), 1):
            asym = "ABCDEF"[n - 1]
            for place, (letter, atoms) in enumerate(zip(sequence, residues, strict=True), 1):
                for atom, (x, y, z) in zip(ATOMS, atoms, strict=True):
                    if place in missing:
                        continue
                    serial += 1
                    lines.append(
                        f"ATOM {serial} {atom} . {NAMES[letter]} {asym} {n} {place} {place + 100} "
                        f"{chain} ? {x:.3f} {y:.3f} {z:.3f} {number}"
                    )
        lines.append(f'HETATM {serial + 1} "O5\'" . HOH W 7 . 900 W ? 0 0 0 {number}')
    return "\n".join([*lines, "#"]) + "\n"


@dataclass
class Listed:
    """A residue as a file lists it; ``ends`` stands for TER behind it.

    `conformations` are letters with occupancy and shift, in the order in which they are listed.
    """

    name: str
    atoms: Array
    number: int
    chain: str = "A"
    insertion: str = ""
    ends: bool = False
    hetero: bool = False
    conformations: list[tuple[str, float, float]] = field(default_factory=lambda: [("", 1.0, 0.0)])
    names: tuple[str, ...] = ATOMS


def listed(letters: str, atoms: Array, numbers: Iterable[int], chain: str = "A") -> list[Listed]:
    """Residues of a chain with numbers of its own."""
    return [
        Listed(NAMES[letter], atoms, number, chain)
        for letter, atoms, number in zip(letters, atoms, numbers, strict=False)
    ]


def as_pdb(residues: Iterable[Listed], ter: str = "TER") -> str:
    """Write atoms alone, with `ter` where a chain ends."""
    lines = []
    for r in residues:
        name = r.name if len(r.name) == 4 else f"{r.name:>3s} "
        for atom, point in zip(r.names, r.atoms, strict=False):
            for letter, occupancy, shift in r.conformations:
                x, y, z = point + shift
                lines.append(
                    f"{'HETATM' if r.hetero else 'ATOM':6s}{len(lines):5d}  {atom:<3s}{letter:1s}"
                    f"{name}{r.chain:1s}{r.number:4d}{r.insertion:1s}   {x:8.3f}{y:8.3f}{z:8.3f}"
                    f"{occupancy:6.2f}  0.00"
                )
        if r.ends:
            lines.append(ter)
    return "\n".join([*lines, "END", ""])


def as_cif(residues: Iterable[Listed]) -> str:
    """Write atoms alone, with the author's numbers and ids; a new label behind each end."""
    items = (
        "group_PDB id label_atom_id label_alt_id label_comp_id label_asym_id label_entity_id "
        "label_seq_id auth_seq_id auth_asym_id pdbx_PDB_ins_code Cartn_x Cartn_y Cartn_z occupancy "
        "pdbx_PDB_model_num"
    )
    lines = ["data_MADE", "loop_", *(f"_atom_site.{item}" for item in items.split())]
    label = 0
    before = None
    for r in residues:
        label += before not in (None, r.chain)
        before = r.chain
        for atom, point in zip(r.names, r.atoms, strict=False):
            for letter, occupancy, shift in r.conformations:
                x, y, z = point + shift
                lines.append(
                    f"{'HETATM' if r.hetero else 'ATOM'} {len(lines)} {atom} {letter or '.'} "
                    f"{r.name} L{label} ? . {r.number} {r.chain.strip() or '?'} "
                    f"{r.insertion or '?'} {x:.3f} {y:.3f} {z:.3f} {occupancy} 1"
                )
        if r.ends:
            label, before = label + 1, None
    return "\n".join([*lines, "#", ""])
