"""Labels from structures; the structures are made here, the program is the real mkdssp."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from made_structures import Chains, backbone, cif, helix, pdb, sheet

from ribbonet.chains.chain import Chain
from ribbonet.chains.structures.backbone import read_structure
from ribbonet.chains.structures.mkdssp import label_structure
from ribbonet.errors import InputError
from ribbonet.system.programs import find_program

needs_mkdssp = pytest.mark.skipif(
    shutil.which("mkdssp") is None, reason="needs mkdssp (Debian package dssp)"
)
SEQUENCE = "MKTAYIAKQRQISFVKSHFS"


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


def test_modified_residues_are_their_parents(write: Callable[[str, str], Path]) -> None:
    text = pdb([{"A": ("MKTAY", helix(5), set())}])
    text = text.replace("MET", "MSE").replace("THR", "XYZ")
    text = text.replace("SEQRES", "MODRES 1ABC XYZ A    3  THR  PHOSPHOTHREONINE\nSEQRES", 1)
    (model,) = read_structure(write("x.pdb", text))
    assert [polymer.sequence for polymer in model] == ["MKTAY"]


def test_nucleotides_and_water_are_no_protein(write: Callable[[str, str], Path]) -> None:
    text = pdb([{"A": ("GG", helix(2), set())}]).replace("GLY", "  G").replace(" CA ", " P  ")
    with pytest.raises(InputError, match=r"x\.pdb: has no protein chain; give a PDB or mmCIF"):
        list(read_structure(write("x.pdb", text)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no protein chain"),
        (
            "data_x\nloop_\n_atom_site.id\n_atom_site.x\n1 2 3\n",
            "line 2: Wrong number of values in loop",
        ),
        ("ATOM      1  N   ALA A   1       x.000   0.000   0.000\n", "line 1: 'x.000' is no coord"),
        *(
            (
                cif([{"A": ("MKT", helix(3), set())}]).replace(
                    " A 1 3 103 ", f" A 1 {number} 103 "
                ),
                f"chain 'A' has 3 residues, and an atom of residue {number}; correct",
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
        list(read_structure(path))
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
    assert failed.returncode == 3
    assert failed.stderr.startswith(f"ribbonet: error: {files[1]}: has no protein chain")
    assert out.read_text() == done.stdout.partition(">2abc")[0]


def test_a_program_that_is_missing_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match=r"mkdssp: no such program; install it .*apt install dssp"):
        find_program("mkdssp", "dssp")
