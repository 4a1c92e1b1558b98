"""Chains by bonds and ``TER``, whatever numbers and ids say; in PDB and in mmCIF."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_structures import NAMES, Listed, as_cif, as_pdb, helix, listed

from ribbonet.chains.structures.backbone import read_structure
from ribbonet.errors import InputError

FORMS = pytest.mark.parametrize("form", [as_pdb, as_cif])
Form = Callable[[list[Listed]], str]
TERS = ("TER", "TER   ", "TER      9      XXX Q9999", "TER  \t odd columns", "TERMINUS")
HELIX = helix(60)


def read(text: str) -> list[tuple[str, str]]:
    """Ids and sequences of the first model."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.file")
        path.write_text(text)
        return [(polymer.id, polymer.sequence) for polymer in next(read_structure(path))]


def sequences(text: str) -> list[str]:
    return [sequence for _, sequence in read(text)]


letters = st.text("ACDEFGHIKLMNPQRSTVWY", min_size=2, max_size=12)
numbers = st.lists(st.integers(-999, 9999), min_size=12, max_size=12)
insertions = st.lists(st.sampled_from(["", "", "A", "B"]), min_size=12, max_size=12)


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(letters, numbers, insertions, st.sampled_from("AAB 1")), max_size=4, min_size=1
    ),
    st.sampled_from(TERS),
    st.booleans(),
)
def test_numbers_and_ids_neither_skip_nor_join_residues(
    chains: list[tuple[str, list[int], list[str], str]], ter: str, mmcif: bool
) -> None:
    residues: list[Listed] = []
    for place, (sequence, numbered, codes, chain) in enumerate(chains):
        atoms = HELIX[: len(sequence)] + np.array([0, 0, 70.0 * place])
        found = listed(sequence, atoms, numbered, chain)
        for residue, code in zip(found, codes, strict=False):
            residue.insertion = code
        found[-1].ends = True
        residues += found
    found_chains = read(as_cif(residues) if mmcif else as_pdb(residues, ter))
    assert [sequence for _, sequence in found_chains] == [sequence for sequence, *_ in chains]
    assert len({id for id, _ in found_chains}) == len(chains)


@FORMS
def test_all_residues_of_one_number(form: Form) -> None:
    assert sequences(form(listed("GGAAGG", HELIX, [7] * 6))) == ["GGAAGG"]


@FORMS
@pytest.mark.parametrize("chain", ["A", " "])
@pytest.mark.parametrize("start", [1, 7, -20])
def test_where_nothing_tells_two_chains_apart_but_the_missing_bond(
    form: Form, chain: str, start: int
) -> None:
    first = listed("MKTAYI", HELIX, range(1, 7), chain)
    second = listed("GSHMAW", HELIX + np.array([0, 40, 0]), range(start, start + 6), chain)
    assert sequences(form([*first, *second])) == ["MKTAYI", "GSHMAW"]


@FORMS
def test_ids_of_chains_are_distinct(form: Form) -> None:
    residues = []
    for place, chain in enumerate("A  AB"):
        found = listed("MKT", HELIX + np.array([0, 0, 50 * place]), range(3), chain)
        found[-1].ends = True
        residues += found
    ids = [id for id, _ in read(form(residues))]
    assert ids == ["A", *(["C", "D"] if form is as_pdb else ["L1", "L2"]), "A.2", "B"]


@FORMS
@pytest.mark.parametrize(
    ("numbered", "expected"),
    [
        ([1, 2, 3, 8, 9, 10], "MKTXXXXGSH"),  # as the numbers say
        ([1, 2, 3, 2000, 2001, 2002], "MKT" + "X" * 100 + "GSH"),  # a jump is capped
        ([-3, -2, -1, 4, 5, 6], "MKTXXXXGSH"),
    ],
)
def test_where_no_bond_is_the_numbers_count_what_is_missing(
    form: Form, numbered: list[int], expected: str
) -> None:
    atoms = np.concatenate([HELIX[:3], HELIX[7:10]])
    assert sequences(form(listed("MKTGSH", atoms, numbered))) == [expected]


@FORMS
def test_insertion_codes_over_a_gap(form: Form) -> None:
    residues = listed("MKTGSH", np.concatenate([HELIX[:3], HELIX[7:10]]), [1, 2, 3, 3, 3, 4])
    for residue, code in zip(residues, ["", "", "", "E", "F", ""], strict=True):
        residue.insertion = code
    assert sequences(form(residues)) == ["MKTXGSH"]


@FORMS
def test_numbers_jump_between_bonded_residues(form: Form) -> None:
    assert sequences(form(listed("MKTGSH", HELIX, [1, 2, 3, 252, 7, 8]))) == ["MKTGSH"]


def test_numbers_beyond_any_protein_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.cif"
    atoms = np.concatenate([HELIX[:3], HELIX[7:10]])
    path.write_text(as_cif(listed("MKTGSH", atoms, [1, 2, 3, 10**9, 10**9 + 1, 10**9 + 2])))
    with pytest.raises(InputError, match=r"x\.cif: residue 1000000000 follows residue 3: no prot"):
        list(read_structure(path))


def test_more_than_9999_residues_in_hybrid_36() -> None:
    residues = listed("MKTGSH", np.concatenate([HELIX[:3], HELIX[7:10]]), range(6))
    text = as_pdb(residues)
    for number, code in enumerate(["9997", "9998", "9999", "A004", "A005", "A006"]):
        text = text.replace(f" A{number:4d} ", f" A{code} ")
    assert sequences(text) == ["MKTXXXXGSH"]


def test_numbers_that_do_not_fit_are_no_obstacle() -> None:
    text = as_pdb(listed("MKAAGSH", HELIX, range(7)))
    for number in range(7):
        text = text.replace(f" A{number:4d} ", " A**** ")
    assert sequences(text) == ["MKAAGSH"]


@FORMS
@pytest.mark.parametrize(
    ("name", "letter"),
    [
        *((name, "H") for name in ("HID", "HIE", "HIP", "HSD", "HSE", "HSP")),
        *((name, "C") for name in ("CYX", "CYM", "CSO")),
        *((name, "D") for name in ("ASH",)),
        *((name, "E") for name in ("GLH", "PCA")),
        *((name, "K") for name in ("LYN", "LYP", "MLY", "KCX")),
        ("QLN", "Q"), ("TRPU", "W"), ("TYRH", "Y"), ("PHEU", "F"),
        ("MSE", "M"), ("SEP", "S"), ("TPO", "T"), ("PTR", "Y"), ("HYP", "P"),
        ("NALA", "A"), ("CALA", "A"), ("NHIE", "H"), ("CCYX", "C"), ("HISB", "H"), ("CYS2", "C"),
        ("SEC", "U"), ("PYL", "O"), ("UNK", "X"), ("DAL", "X"), ("QQQ", "X"),
    ],
)  # fmt: skip
def test_names_of_simulations_and_of_modified_residues(form: Form, name: str, letter: str) -> None:
    residues = listed("GGGG", HELIX, range(4))
    residues[1].name = name
    residues[2] = replace(residues[2], name=name, hetero=True)
    assert sequences(form(residues)) == [f"G{letter}{letter}G"]


@FORMS
def test_what_is_no_residue_of_a_chain_is_left_out(form: Form) -> None:
    far = HELIX + np.array([0, 0, 300.0])
    ace = Listed("ACE", HELIX[0], 0, hetero=True, names=("C", "O", "CH3"))
    nme = Listed("NME", HELIX[5] + 5, 6, hetero=True, names=("N", "C"))
    others = [
        Listed("HOH", far[0], 201, hetero=True, names=("O",)),
        Listed("CA", far[5], 202, hetero=True, names=("CA",)),
        Listed("GLU", far[10], 203, hetero=True),
        Listed("DAL", far[15], 204, hetero=True),
        Listed("LIG", far[20], 205, hetero=True),
        Listed("MSE", far[25], 206, chain="L", hetero=True),
        Listed("DA", far[30], 207, names=("P", "O5'", "C5'", "C4'")),
    ]
    chain = [ace, *listed("MKTAY", HELIX, range(1, 6)), nme]
    assert read(form([*chain, *others])) == [("A", "MKTAY")]
    chain[-1].ends = True
    assert read(form([*chain, *others])) == [("A", "MKTAY")]


def test_a_peptide_behind_ter_and_segments_of_blank_chains() -> None:
    text = as_pdb(listed("MKTAY", HELIX, range(1, 6), " "))
    lines = text.splitlines()
    marked = [f"{line:72s}{'PROA' if n < 8 else 'PROB'}" for n, line in enumerate(lines[:-1])]
    assert read("\n".join(marked)) == [("A", "MK"), ("B", "TAY")]


def test_ids_of_two_letters() -> None:
    text = as_pdb(listed("MKTAY", HELIX, range(1, 6), "b")).replace(" b", "Ab")
    assert read(text) == [("Ab", "MKTAY")]


def test_a_second_structure_behind_end_is_not_left_out_in_silence() -> None:
    first, second = (as_pdb(listed(s, HELIX, range(6))) for s in ("MKTAY", "GSHMA"))
    with pytest.raises(InputError, match="line 22: another structure begins after END"):
        read(first + second)
    assert sequences(first + first) == ["MKTAY"]  # frames of a trajectory


def test_a_pdb_file_that_is_cut_off_is_found_out() -> None:
    whole = as_pdb(listed("MKTAY", HELIX, range(1, 6)))
    atoms = "".join(line for line in whole.splitlines(keepends=True) if line.startswith("ATOM"))
    header = "HEADER    HYDROLASE                               01-JAN-00   1ABC\n"
    assert sequences(atoms) == sequences(atoms.rstrip()) == sequences(header + whole) == ["MKTAY"]
    assert sequences(f"{header}{atoms}TER\n") == ["MKTAY"]
    for cut in (atoms.rstrip()[:-5], header + atoms, f"{atoms}AT"):
        with pytest.raises(InputError, match=r"line 2[01]: the file is cut off here"):
            read(cut)
    lines = atoms.splitlines(keepends=True)
    for left_out in (1, 2, 3):  # of the backbone of the last residue
        short = "".join(lines[:-left_out])
        with pytest.raises(InputError, match="add END if it is whole"):
            read(short)
        assert sequences(f"{short}TER\n") == ["MKTAY"]
    assert sequences("".join(lines[:-4])) == ["MKTA"]


@pytest.mark.parametrize("ends", [False, True], ids=["rows alone", "# behind each table"])
def test_an_mmcif_file_is_whole_or_refused_wherever_it_is_cut(ends: bool) -> None:
    text = as_cif(listed("MKT", HELIX, range(1, 4)))
    if ends:
        text = text.replace("loop_", "loop_\n_a.b\n1\n#\nloop_", 1)
    assert sequences(text) == ["MKT"]
    silent = set()
    for length in range(text.index("ATOM") + 1, len(text.rstrip("#\n"))):
        with suppress(InputError):
            silent.add((sequences(text[:length])[0], text[:length][-1:]))
    # a file without ends may be cut behind a residue
    assert silent <= (set() if ends else {("M", "\n"), ("MK", "\n")})


def test_columns_are_read_in_any_encoding_and_with_any_line_ends() -> None:
    text = "REMARK   caf\xe9\n" + as_pdb(listed("MKTAY", HELIX, range(5)))
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.pdb")
        for end in ("\n", "\r\n", "\r"):
            path.write_bytes(text.replace("\n", end).encode("latin-1"))
            (model,) = read_structure(path)
            assert [polymer.sequence for polymer in model] == ["MKTAY"]


# Conformations


@FORMS
@pytest.mark.parametrize(
    ("conformations", "shift"),
    [
        ([("A", 0.7, 0.0), ("B", 0.3, 0.5)], 0.0),
        ([("A", 0.3, 0.0), ("B", 0.7, 0.5)], 0.5),
        ([("A", 0.5, 0.0), ("B", 0.5, 0.5)], 0.5),  # the last one, as for mkdssp
        ([("A", 0.3, 0.0), ("B", 0.4, 0.5), ("C", 0.3, 0.25)], 0.5),
        ([("", 0.4, 0.0), ("A", 0.6, 0.5)], 0.5),
    ],
)
def test_the_conformation_occupied_most_counts(
    form: Form,
    conformations: list[tuple[str, float, float]],
    shift: float,
    write: Callable[[str, str], Path],
) -> None:
    residues = listed("MKTAY", HELIX, range(5))
    residues[2].conformations = conformations
    (model,) = read_structure(write("x.file", form(residues)))
    (polymer,) = model
    assert polymer.sequence == "MKTAY"
    assert polymer.residues[2].atoms["CA"] == pytest.approx(HELIX[2][1] + shift, abs=0.001)


@FORMS
@pytest.mark.parametrize(
    ("first", "second", "letter"), [(0.7, 0.3, "S"), (0.3, 0.7, "T"), (0.5, 0.5, "S")]
)
def test_of_several_residues_at_one_place_that_which_is_occupied_most(
    form: Form, first: float, second: float, letter: str
) -> None:
    residues = listed("MKSAY", HELIX, range(5))
    residues[2].conformations = [("A", first, 0.0)]
    other = replace(residues[2], name="THR", conformations=[("B", second, 0.0)])
    assert sequences(form([*residues[:3], other, *residues[3:]])) == [f"MK{letter}AY"]


def test_conformations_listed_one_behind_the_other() -> None:
    residues = listed("MKSAY", HELIX, range(5))
    for residue in residues[1:4]:
        residue.conformations = [("A", 0.5, 0.0)]
    others = [replace(r, conformations=[("B", 0.5, 0.2)]) for r in residues[1:4]]
    assert sequences(as_pdb([*residues[:4], *others, residues[4]])) == ["MKSAY"]


def test_chains_of_a_million_residues_in_the_sequence_alone(tmp_path: Path) -> None:
    """Numbers in mmCIF that count residues nobody declared cost neither time nor memory."""
    path = tmp_path / "x.cif"
    text = as_cif(listed("MKT", HELIX, range(3)))
    path.write_text(text.replace("L0 ? . 2 ", "L0 ? 1000000000 1000000000 "))
    (model,) = read_structure(path)
    assert [polymer.sequence for polymer in model] == ["MKT"]
    assert NAMES["M"] == model[0].residues[0].name


def with_modified(*places: int) -> list[Listed]:
    """Ten residues of one chain, some of them selenomethionine."""
    residues = listed("GKTAYIGSHW", HELIX, range(1, 11))
    return [
        replace(residue, name="MSE", hetero=True) if place in places else residue
        for place, residue in enumerate(residues)
    ]


@FORMS
@pytest.mark.parametrize("ends", [True, False])
@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([0], "MKTAYIGSHW"),
        ([4], "GKTAMIGSHW"),
        ([9], "GKTAYIGSHM"),
        ([4, 5], "GKTAMMGSHW"),
        ([0, 4, 7], "MKTAMIGMHW"),
    ],
)
def test_modified_residues_listed_behind_the_chain_are_where_they_are_bonded(
    form: Form, places: list[int], expected: str, ends: bool
) -> None:
    residues = with_modified(*places)
    assert sequences(form(residues)) == [expected]
    chain = [residue for place, residue in enumerate(residues) if place not in places]
    chain[-1] = replace(chain[-1], ends=ends)
    listed_apart = [*chain, *(residues[place] for place in places)]
    assert read(form(listed_apart)) == [("A", expected)]
    other = [replace(r, chain="B", atoms=r.atoms + np.array([0, 40, 0])) for r in listed_apart]
    heterogens = [r for r in (*listed_apart, *other) if r.hetero]
    both = [r for r in (*listed_apart, *other) if not r.hetero] + heterogens
    assert read(form(both)) == [("A", expected), ("B", expected)]


@pytest.mark.parametrize("places", [[0], [4], [0, 4, 5], [9]])
def test_a_chain_that_biopython_divides_at_modified_residues(
    tmp_path: Path, places: list[int]
) -> None:
    """Its mmCIF numbers each stretch of heterogens, and each between them, as a molecule."""
    pdb = pytest.importorskip("Bio.PDB", reason="needs Biopython")
    other = listed("MKTAYI", HELIX + np.array([0, 0, 70]), range(11, 17), "A")
    residues = [*with_modified(*places), *other]
    residues[9] = replace(residues[9], ends=True)
    (tmp_path / "x.pdb").write_text(as_pdb(residues))
    written = pdb.MMCIFIO()
    written.set_structure(pdb.PDBParser(QUIET=True).get_structure("x", tmp_path / "x.pdb"))
    written.save(str(tmp_path / "x.cif"))
    whole = "".join("M" if n in places else letter for n, letter in enumerate("GKTAYIGSHW"))
    assert sequences((tmp_path / "x.cif").read_text()) == [whole, "MKTAYI"]


@FORMS
def test_a_byte_order_mark_costs_no_atom(tmp_path: Path, form: Form) -> None:
    text = form(listed("MKTAYI", HELIX, range(1, 7))).encode()
    (tmp_path / "x").write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    ((polymer,),) = read_structure(tmp_path / "x")
    assert (polymer.sequence, all(r.resolved for r in polymer.residues)) == ("MKTAYI", True)


@FORMS
@pytest.mark.parametrize("number", [300, 5])
def test_a_free_modified_residue_is_a_ligand(form: Form, number: int) -> None:
    chain = listed("GKTAYIGSHW", HELIX, range(1, 11))
    free = replace(chain[3], name="MSE", hetero=True, number=number, atoms=chain[3].atoms + 25)
    assert sequences(form([*chain, free])) == ["GKTAYIGSHW"]


@FORMS
@pytest.mark.parametrize("chain", ["A", " "])
def test_where_a_periodic_box_cuts_a_chain_is_noted(tmp_path: Path, form: Form, chain: str) -> None:
    whole = listed("GKTAYIGSHW", HELIX, range(1, 11), chain)
    cut = [
        replace(r, atoms=r.atoms + np.array([60, 0, 0])) if 3 < r.number < 7 else r for r in whole
    ]
    (tmp_path / "x").write_text(form(cut))
    (model,) = read_structure(tmp_path / "x")
    assert [polymer.sequence for polymer in model] == ["GKT", "AYI", "GSHW"]
    assert [len(polymer.torn) for polymer in model] == [0, 1, 1]
    assert model[1].torn[0].startswith("3 and 4, ")
    (tmp_path / "y").write_text(form(whole))
    assert [polymer.torn for polymer in next(read_structure(tmp_path / "y"))] == [[]]
