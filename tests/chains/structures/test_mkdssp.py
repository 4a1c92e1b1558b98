"""Labels are mkdssp's own, wherever it can read the file as it is."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_structures import Listed, as_cif, as_pdb, helix, listed, sheet

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.registry import read_chains
from ribbonet.chains.structures.mkdssp import label_structure
from ribbonet.errors import InputError

CASES = Path(__file__).parents[2] / "cases"
HEADER = (
    "HEADER    MADE UP                                 01-JAN-00   1ABC\n"
    "CRYST1    1.000    1.000    1.000  90.00  90.00  90.00 P 1           1\n"
)
pytestmark = pytest.mark.skipif(
    shutil.which("mkdssp") is None, reason="needs mkdssp (Debian package dssp)"
)


def by_mkdssp(path: Path, folder: Path) -> list[tuple[str, str]]:
    """Sequences and labels of mkdssp's own reading of a PDB file."""
    given, made = folder / "in.pdb", folder / "out.dssp"
    given.write_text(HEADER + path.read_text())
    command = ["mkdssp", "--output-format", "dssp", str(given), str(made)]
    subprocess.run(command, check=True, capture_output=True)
    return [
        (chain.sequence, chain.labels or "")
        for chain in read_chains(made, form="dssp", states=STATES8)
    ]


def test_bonded_residues_with_a_jump_in_their_numbers(tmp_path: Path) -> None:
    lengths = {}
    for path in sorted((CASES / "06-numbering-skips-bonded-residues").glob("*.pdb")):
        found = [(chain.sequence, chain.labels) for chain in label_structure(path)]
        assert found == by_mkdssp(path, tmp_path)
        lengths[path.stem] = len(found[0][0])
    assert lengths == {"2cayA": 132, "3nzmA": 163, "1h4aX": 173}


def test_a_structure_on_whose_sheets_mkdssp_dies_in_its_other_format(tmp_path: Path) -> None:
    path = CASES / "07-mkdssp-duplicate-key" / "3ii2A.pdb"
    (chain,) = label_structure(path)
    assert len(chain) == 150
    assert [(chain.sequence, chain.labels)] == by_mkdssp(path, tmp_path)


@pytest.mark.parametrize("ter", ["TER     105      ALA    26", "TER", "TER  X", None])
def test_both_chains_of_a_file_without_ids(tmp_path: Path, ter: str | None) -> None:
    text = (CASES / "03-ter-drops-second-chain" / "tleap.pdb").read_text()
    lines = text.splitlines()
    kept = [ter if line.startswith("TER") else line for line in lines]
    path = tmp_path / "tleap.pdb"
    path.write_text("\n".join(line for line in kept if line is not None) + "\n")
    sequence, labels = "LVFFAEDVGSNKGAIIGLMVGGVVIA", "CEEEEEEEEESCCSEEEEEEEEEEEC"
    assert list(label_structure(path)) == [
        Chain("tleap-A", sequence, labels),
        Chain("tleap-B", sequence, labels),
    ]


def test_residues_of_simulations_are_known() -> None:
    (chain,) = label_structure(CASES / "12-md-residue-names" / "amber.pdb")
    assert chain.sequence == "MDIRQGPKEPFRDYVDRFYKTLRAEQASQEVKNWMTETLLVQNANPDCK"
    assert chain.labels == "CCCCCCTTSCHHHHHHHHHHHHHTTTCCHHHHHHHHHTHHHHTSCTTTC"


def test_conformations_that_are_occupied_alike(tmp_path: Path) -> None:
    """Shifted so far that the bonds to the last conformation are broken, those to the first not."""
    for order in ("AB", "BA"):
        residues = listed("MKTAYIAKQR", helix(10), range(1, 11))
        residues[4].conformations = [(order[0], 0.5, 0.0), (order[1], 0.5, 2.0)]
        residues[-1].ends = True
        path = tmp_path / "x.pdb"
        path.write_text(as_pdb(residues))
        ours = "".join(chain.labels or "" for chain in label_structure(path))
        (theirs,) = (labels for _, labels in by_mkdssp(path, tmp_path))
        assert ours == theirs.replace("-", "")


def test_hydroxyproline_has_a_hydrogen_and_proline_has_none(tmp_path: Path) -> None:
    path = tmp_path / "x.pdb"
    for names in (["PRO"] * 4, ["ALA"] * 4):
        residues = listed("GGGGGGGGGGGG", helix(12), range(1, 13))
        for residue, name in zip(residues[4:8], names, strict=True):
            residue.name = name
        residues[-1].ends = True
        path.write_text(as_pdb(residues))
        (chain,) = label_structure(path)
        assert [(chain.sequence, chain.labels)] == by_mkdssp(path, tmp_path)
        if names[0] == "PRO":
            path.write_text(
                as_pdb([replace(r, name="HYP" if r.name == "PRO" else r.name) for r in residues])
            )
            (modified,) = label_structure(path)
            assert modified.sequence == chain.sequence
            assert modified.labels != chain.labels


@pytest.mark.parametrize("form", [as_pdb, as_cif])
def test_more_chains_than_there_are_letters(
    form: Callable[[list[Listed]], str], tmp_path: Path
) -> None:
    residues: list[Listed] = []
    for place in range(70):
        for letters, strand in zip(("TVTVTVTVT", "KVKVKVKVK"), sheet(), strict=True):
            found = listed(letters, strand + np.array([0, 0, 60.0 * place]), range(1, 10), "A")
            found[-1].ends = True
            residues += found
    path = tmp_path / "sheets"
    path.write_text(form(residues))
    chains = list(label_structure(path))
    assert len({chain.id for chain in chains}) == 140
    assert {chain.labels for chain in chains[:2]} == {chain.labels for chain in chains}
    assert "EEEEE" in (chains[0].labels or "")


def test_chains_of_d_amino_acids_are_seen_by_mkdssp_and_left_out(tmp_path: Path) -> None:
    first, second = sheet()
    mirrored = [replace(r, name="DVA") for r in listed("V" * 9, second, range(1, 10), "B")]
    path = tmp_path / "x.pdb"
    path.write_text(as_pdb([*listed("TVTVTVTVT", first, range(1, 10)), *mirrored]))
    warnings: list[str] = []
    (chain,) = label_structure(path, on_warning=warnings.append)
    assert "EEEEE" in (chain.labels or "")
    assert warnings == [f"{path}: left out, of D-amino acids: chain B"]


def test_names_that_are_read_as_unknown_are_said(tmp_path: Path) -> None:
    residues = listed("MKTAY", helix(5), range(5))
    residues[2].name = "QQQ"
    path = tmp_path / "x.pdb"
    path.write_text(as_pdb(residues))
    warnings: list[str] = []
    (chain,) = label_structure(path, on_warning=warnings.append)
    assert (chain.sequence, warnings) == ("MKXAY", [f"{path}: residues read as X: QQQ (1)"])


@pytest.mark.parametrize("names", [("CA",), ("N", "CA", "C")])
def test_without_a_whole_backbone_there_are_no_labels(
    names: tuple[str, ...], tmp_path: Path
) -> None:
    atoms = helix(5)[:, 1:] if names == ("CA",) else helix(5)
    path = tmp_path / "x.pdb"
    path.write_text(as_pdb([replace(r, names=names) for r in listed("MKTAY", atoms, range(5))]))
    with pytest.raises(InputError, match="no residue has all of N, CA, C and O, by which DSSP"):
        list(label_structure(path))


def test_a_chain_that_a_periodic_box_cuts_is_warned_of(tmp_path: Path) -> None:
    atoms = helix(30)
    atoms[10:20] += [60, 0, 0]
    path = tmp_path / "md.pdb"
    path.write_text(as_pdb(listed("MKTAYIAKQR" * 3, atoms, range(1, 31))))
    warnings: list[str] = []
    found = list(label_structure(path, on_warning=warnings.append))
    assert [chain.id for chain in found] == ["md-A", "md-A.2", "md-A.3"]
    (warning,) = warnings
    assert warning.startswith(f"{path}: no bond joins residues 10 and 11, ")
    assert "Å apart (chain A.2); 20 and 21, " in warning
    assert "make it whole first (gmx trjconv -pbc whole)" in warning


# The command


def label(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ribbonet", "data", "label", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_ids_are_as_distinct_as_files_and_chains(tmp_path: Path) -> None:
    text = as_pdb(listed("MKTAY", helix(5), range(5)))
    names = [
        "a/1abc.pdb",
        "b/1abc.pdb",
        "my file.pdb",
        "my_file.pdb",
        "1abc.m.1.pdb",
        "1abc.m.2.pdb",
    ]
    files = [tmp_path / name for name in names]
    for file in files:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    ids = [line[1:] for line in label(*files).stdout.splitlines() if line.startswith(">")]
    assert ids == ["1abc-A", "1abc-A.2", "my_file-A", "my_file-A.2", "1abc.m.1-A", "1abc.m.2-A"]


@pytest.mark.parametrize(("scale", "length"), [(0.1, "0.15"), (0, "0"), (10, "15")])
def test_coordinates_in_another_unit_are_refused(tmp_path: Path, scale: float, length: str) -> None:
    path = tmp_path / "a.pdb"
    path.write_text(as_pdb(listed("MKTAYIAKQR", scale * helix(10), range(10))))
    with pytest.raises(InputError, match=f"C-alpha and C of a residue are {length} Å apart"):
        list(label_structure(path))


def test_a_second_structure_in_a_file_is_warned_of(tmp_path: Path) -> None:
    models = [as_pdb(listed(s, helix(10), range(10))) for s in ("MKTAYIAKQR", "ACDEFGHIKL")]
    path = tmp_path / "a.pdb"
    for second, number in ((0, 0), (1, 1)):
        both = (models[0], models[second])
        rows = (model.replace("END\n", "") for model in both)
        path.write_text("".join(f"MODEL        1\n{model}ENDMDL\n" for model in rows))
        warnings: list[str] = []
        (chain,) = label_structure(path, on_warning=warnings.append)
        assert chain.sequence == "MKTAYIAKQR"
        assert len(warnings) == number
        assert all("the second model has other chains" in own for own in warnings)


def test_one_that_fails_does_not_cost_the_others(tmp_path: Path) -> None:
    text = as_pdb(listed("MKTAYIAKQR", helix(10), range(10)))
    good, bad, other = (tmp_path / f"{name}.pdb" for name in ("good", "bad", "other"))
    good.write_text(text)
    other.write_text(text)
    row = text.splitlines()[17]
    bad.write_text(text.replace(row, row[:30] + "    nope" + row[38:]))
    done = label(good, bad, other, tmp_path / "missing.pdb")
    assert done.returncode == 3
    assert [line for line in done.stdout.splitlines() if line[0] == ">"] == [">good-A", ">other-A"]
    assert done.stderr.splitlines() == [
        f"ribbonet: error: {bad}: line 18: 'nope' is no coordinate or occupancy; correct the file, "
        "or give another",
        f"ribbonet: error: {tmp_path}/missing.pdb: no such file",
        "ribbonet: 2 of 4 structures could not be labelled",
    ]
    skipped = label(good, bad, other, "--on-invalid", "skip", "-o", tmp_path / "out.3line")
    assert (skipped.returncode, (tmp_path / "out.3line").read_text()) == (0, done.stdout)
    assert skipped.stderr.startswith(f"ribbonet: warning: left out: {bad}: line 18")
    masked = label(bad, "--on-invalid", "mask")
    assert masked.returncode == 0
    assert masked.stdout.splitlines()[1:] == ["MKTAYIAKQR", "CCCC-CTTTC"]
    alone = label(bad)
    assert (alone.returncode, alone.stdout) == (2, "")
    assert label(bad, tmp_path / "missing.pdb").returncode == 2
