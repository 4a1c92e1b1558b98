"""Which amino acid a residue's name stands for, in the Protein Data Bank and in simulations."""

from functools import cache
from types import ModuleType

from ribbonet.errors import InputError

_NAMES = "ALA CYS ASP GLU PHE GLY HIS ILE LYS LEU MET ASN PRO GLN ARG SER THR VAL TRP TYR SEC PYL"
THREE_LETTERS = dict(zip("ACDEFGHIKLMNPQRSTVWYUO", _NAMES.split(), strict=True))
_IN_SIMULATIONS = {
    "C": "CYX CYM CYN CYS1 CYS2 CYSH CYSD",
    "D": "ASH ASPH ASPP ASP1 AS4",
    "E": "GLH GLUH GLUP GL4",
    "H": "HID HIE HIP HSD HSE HSP HISA HISB HISD HISE HISH HISP HIS1 HIS2 H1D H2D H1E H2E",
    "F": "PHEH PHEU",
    "K": "LYN LYP LYSH LSN",
    "N": "ASN1",
    "Q": "QLN",
    "R": "ARN ARGN",
    "S": "S1P",
    "T": "T1P",
    "W": "TRPH TRPU",
    "Y": "TYM TYRH TYRU Y1P",
}
"""States of protonation, disulphides and phosphates: Amber, CHARMM, GROMACS (its force fields)."""

_LETTERS = {name: letter for letter, name in THREE_LETTERS.items()} | {
    name: letter for letter, names in _IN_SIMULATIONS.items() for name in names.split()
}


@cache
def letter_of(name: str) -> str:
    """One letter of the amino acid that a residue's name stands for.

    Modified residues (as tabulated by gemmi from the Chemical Component Dictionary) are their
    parents, D-amino acids ``X``; Amber's residues at the ends of a chain (``NALA``, ``CALA``) are
    those within it.

    Parameters
    ----------
    name : str
        Three letters, or four in files of simulations.

    Returns
    -------
    str
        Empty for a name that is no amino acid's, or of which nothing is known.

    Examples
    --------
    >>> [letter_of(name) for name in ("ALA", "MSE", "HSD", "NHIE", "DAL", "HOH")]
    ['A', 'M', 'H', 'H', 'X', '']
    """
    if len(name) == 4 and name[0] in "NC" and name[1:] in _LETTERS:
        name = name[1:]
    if name in _LETTERS:
        return _LETTERS[name]
    known = import_gemmi().find_tabulated_residue(name)
    if not known.is_amino_acid():
        return ""
    return "X" if is_mirrored(name) else known.one_letter_code.strip().upper() or "X"


@cache
def is_mirrored(name: str) -> bool:
    """Whether a residue is a D-amino acid."""
    gemmi = import_gemmi()
    return bool(gemmi.find_tabulated_residue(name).kind == gemmi.ResidueKind.AAD)


def import_gemmi() -> ModuleType:
    """Return the module gemmi.

    Raises
    ------
    InputError
        If it is missing.
    """
    try:
        import gemmi
    except ImportError:
        raise InputError(
            "structures need gemmi; add it by: pip install 'ribbonet[structures]'"
        ) from None
    return gemmi
