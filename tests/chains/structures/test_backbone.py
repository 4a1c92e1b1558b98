"""Labels from structures; the structures are made here, the program is the real mkdssp."""

import gzip
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ribbonet.chains.chain import Chain
from ribbonet.chains.structures.backbone import read_structure
from ribbonet.chains.structures.cif import read_tables
from ribbonet.chains.structures.mkdssp import label_structure
from ribbonet.errors import InputError
from ribbonet.system.programs import find_program

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


needs_mkdssp = pytest.mark.skipif(
    shutil.which("mkdssp") is None, reason="needs mkdssp (Debian package dssp)"
)
SEQUENCE = "MKTAYIAKQRQISFVKSHFS"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def make(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return make


def two_chains() -> Chains:
    far = helix(12) + np.array([60, 0, 0])
    return {
        "A": (SEQUENCE, helix(20), {1, 2, 9, 10}),
        "B": ("GPKAAAELLKKX", far, {12}),
    }


@pytest.mark.parametrize(("name", "form"), [("1abc.pdb", pdb), ("1abc.cif", cif)])
def test_whole_sequences_and_what_is_resolved(
    write: Callable[[str, str], Path], name: str, form: Callable[..., str]
) -> None:
    (model,) = read_structure(write(name, form([two_chains()])))
    assert [(p.id, p.sequence) for p in model] == [("A", SEQUENCE), ("B", "GPKAAAELLKKX")]
    missing = [[n for n, r in enumerate(p.residues, 1) if not r.resolved] for p in model]
    assert missing == [[1, 2, 9, 10], [12]]


@needs_mkdssp
@pytest.mark.parametrize(
    ("name", "form"),
    [("1abc.pdb", pdb), ("1abc.pdb.gz", pdb), ("1abc.cif", cif), ("1abc.cif.gz", cif)],
)
def test_chains_are_labelled_and_gaps_masked(
    write: Callable[[str, str], Path], name: str, form: Callable[..., str]
) -> None:
    path = write(name, form([two_chains()]))
    assert list(label_structure(path)) == [
        Chain("1abc-A", SEQUENCE, "--CHHHHC--CHHHHHHHHC"),
        Chain("1abc-B", "GPKAAAELLKKX", "CHHHHHHHHHC-"),
    ]


@needs_mkdssp
@pytest.mark.parametrize("form", [pdb, cif])
def test_strands_of_two_chains_pair(
    write: Callable[[str, str], Path], form: Callable[..., str]
) -> None:
    first, second = sheet()
    chains = {"X": ("TVTVTVTVT", first, set()), "Y": ("KVKVKVKVK", second, set())}
    labels = [chain.labels or "" for chain in label_structure(write("s", form([chains])))]
    assert all("EEEEE" in found for found in labels)
    alone = {"X": chains["X"]}
    (only,) = label_structure(write("t", form([alone])))
    assert "E" not in (only.labels or "E")


@needs_mkdssp
@pytest.mark.parametrize("form", [pdb, cif])
def test_the_first_model_or_each(
    write: Callable[[str, str], Path], form: Callable[..., str]
) -> None:
    models: list[Chains] = [
        {"A": (SEQUENCE, helix(20), set())},
        {"A": (SEQUENCE, backbone(20, -120, 125), set())},
    ]
    path = write("1nmr.x", form(models))
    first = Chain("1nmr-A", SEQUENCE, "CHHHHHHHHHHHHHHHHHHC")
    assert list(label_structure(path)) == [first]
    one, two = label_structure(path, all_models=True)
    assert (one, two.id) == (first, "1nmr-A-2")
    assert "H" not in (two.labels or "")


def test_without_sequence_records_the_numbering_tells_the_gap(
    write: Callable[[str, str], Path],
) -> None:
    chains: Chains = {"A": (SEQUENCE, helix(20), {1, 2, 9, 10})}
    for text in (pdb([chains], seqres=False), cif([chains], whole=False)):
        (model,) = read_structure(write("x", text))
        assert model[0].sequence == SEQUENCE[2:8] + "XX" + SEQUENCE[10:]


def test_a_repeated_stretch_stands_where_the_numbering_puts_it(
    write: Callable[[str, str], Path],
) -> None:
    chains: Chains = {"A": ("AAAA" * 5, helix(20), set(range(5, 12)))}
    for text in (pdb([chains]), pdb([chains], start=-3)):
        (model,) = read_structure(write("x.pdb", text))
        missing = [n for n, residue in enumerate(model[0].residues, 1) if not residue.resolved]
        assert missing == list(range(5, 12))


def test_a_long_chain_of_single_atoms_is_placed(write: Callable[[str, str], Path]) -> None:
    sequence = "ACDEFGHIKL" * 120
    chains: Chains = {"A": (sequence, np.zeros((1200, 4, 3)), {600})}
    lines = pdb([chains]).splitlines(keepends=True)
    text = "".join(line for line in lines if line[:4] != "ATOM" or line[12:16].strip() == "CA")
    (model,) = read_structure(write("x.pdb", text))
    assert model[0].sequence == sequence
    assert [n for n, r in enumerate(model[0].residues, 1) if not r.atoms] == [600]


def test_where_a_first_place_does_not_fit_the_next_is_tried(
    write: Callable[[str, str], Path],
) -> None:
    # by its number the second methionine is the fourth residue, but threonine stands before that
    text = pdb([{"A": ("MMTMAA", helix(6), {2, 3, 5})}]).replace("ALA A   6", "THR A   6")
    (model,) = read_structure(write("x.pdb", text))
    assert model[0].sequence == "MMTMAA"
    assert [n for n, r in enumerate(model[0].residues, 1) if r.atoms] == [1, 2, 3]


def test_a_sequence_that_does_not_fit_is_not_forced(write: Callable[[str, str], Path]) -> None:
    text = pdb([{"A": ("MKTAY", helix(5), set())}])
    (model,) = read_structure(write("x.pdb", text.replace("5  MET LYS THR", "5  MET LYS SER")))
    assert model[0].sequence == "MKTAY"


def test_modified_residues_and_other_places_of_atoms(write: Callable[[str, str], Path]) -> None:
    text = pdb([{"A": ("MKTAY", helix(5), set())}])
    text = text.replace("MET", "MSE").replace("THR", "TPO")
    text = text.replace("SEQRES", "MODRES 1ABC TPO A    3  THR  PHOSPHOTHREONINE\nSEQRES", 1)
    lines = text.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("ATOM"))
    other = lines[first][:16] + "B" + lines[first][17:30] + "   9.000" + lines[first][38:]
    (model,) = read_structure(
        write("x.pdb", "\n".join([*lines[: first + 1], other, *lines[first + 1 :]]))
    )
    (polymer,) = model
    assert polymer.sequence == "MKTAY"
    assert polymer.residues[0].atoms["N"] == (0, 0, 0)


def test_nucleotides_and_water_are_no_protein(write: Callable[[str, str], Path]) -> None:
    text = pdb([{"A": ("GG", helix(2), set())}]).replace("GLY", "  G").replace(" CA ", " P  ")
    with pytest.raises(InputError, match=r"x\.pdb: has no protein chain; give a PDB or mmCIF"):
        read_structure(write("x.pdb", text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no protein chain"),
        ("data_x\nloop_\n_atom_site.id\n_atom_site.x\n1 2 3\n", "the loop of _atom_site before"),
        ("ATOM      1  N   ALA A   1       x.000   0.000   0.000\n", "line 1: could not convert"),
        *(
            (
                cif([{"A": ("MKT", helix(3), set())}]).replace(
                    " A 1 3 103 ", f" A 1 {number} 103 "
                ),
                f"chain 'A' has 3 residues, and an atom of residue {number}; give",
            )
            for number in (0, 4)
        ),
    ],
)
def test_what_is_no_structure_is_named(
    write: Callable[[str, str], Path], text: str, message: str
) -> None:
    path = write("x.pdb", text)
    with pytest.raises(InputError) as error:
        read_structure(path)
    assert str(error.value).startswith(f"{path}: {message}")


@needs_mkdssp
def test_the_command_writes_three_lines_a_chain(
    write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    chains = two_chains()
    files = [write("1abc.pdb.gz", pdb([chains])), write("2abc.cif", cif([{"Z": chains["A"]}]))]
    command = [sys.executable, "-m", "ribbonet", "data", "label", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    headers = [line for line in done.stdout.splitlines() if line.startswith(">")]
    assert headers == [">1abc-A", ">1abc-B", ">2abc-Z"]
    assert done.stdout.startswith(f">1abc-A\n{SEQUENCE}\n--CHHHHC--CHHHHHHHHC\n")
    out = tmp_path / "out.3line"
    subprocess.run([*command, "-o", str(out)], capture_output=True, check=True)
    assert out.read_text() == done.stdout
    (files[1]).write_text("nothing")
    failed = subprocess.run([*command, "-o", str(out)], capture_output=True, text=True, check=False)
    assert failed.returncode == 2
    assert failed.stderr.startswith(f"ribbonet: error: {files[1]}: has no protein chain")
    assert out.read_text() == done.stdout


def test_a_program_that_is_missing_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match=r"mkdssp: no such program; install it .*apt install dssp"):
        find_program("mkdssp", "dssp")


# CIF


def test_loops_single_values_quotes_and_blocks_of_text() -> None:
    text = """\
# comment
data_1ABC
_a.one   'it''s' # rest
_a.two   "5' end"
_b.text
;first
 second
;
loop_
_c.x
_c.y
1 'a b' 2
"c # d"
loop_
_d.z
? . 'loop_'
_e.v data
data_other
_a.one 3
"""
    wanted = ("_a", "_b", "_c", "_d", "_none")
    tables = read_tables(text.replace("''", "").splitlines(keepends=True), wanted)
    assert tables["_a"].rows == [["its", "5' end"]]
    assert tables["_b"].column("text") == ["first\n second"]
    assert list(tables["_c"].columns("y", "x", "w")) == [("a b", "1", "?"), ("c # d", "2", "?")]
    assert tables["_d"].column("z") == ["?", ".", "loop_"]
    assert tables["_none"].rows == []
    with pytest.raises(ValueError, match="line 1 should start with data_"):
        read_tables(["loop_\n"], wanted)
