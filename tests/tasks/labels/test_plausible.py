"""Labels are taken for secondary structure where proteins have it so, and nowhere else."""

import pytest
from real_sets import STRUCTURE, parts

from ribbonet.chains.readers.three_line import read_three_line
from ribbonet.tasks.labels.plausible import implausible


def labels_of(path):
    return [chain.labels or "" for chain in read_three_line(path, states=None)]


@pytest.mark.parametrize("file", STRUCTURE)
def test_real_sets_and_parts_of_them_pass(shared_data, file):
    labels = labels_of(shared_data / file)
    assert implausible(labels) is None
    assert not any(map(implausible, parts(labels, (2, 5, 10), 50)))


def test_real_chains_pass_one_by_one(shared_data):
    labels = labels_of(shared_data / "pdb_valid_q8.3line")
    assert [own for own in labels if implausible([own])] == []


@pytest.mark.parametrize("symbols", ["01", "-B", "PS", "TI", "BE", "SE", "CB", "CH", "CE", "CS"])
def test_binding_residues_never_pass(shared_data, symbols):
    table = str.maketrans("01", symbols)
    path = shared_data / "tasks" / "binding_small_train.3line.xz"
    labels = [own.translate(table) for own in labels_of(path)]
    assert implausible(labels) is not None


def test_membrane_topology_never_passes(shared_data):
    labels = labels_of(shared_data / "tasks" / "tmbed_train.3line.xz")
    assert implausible(labels) is not None
    assert all(implausible([own]) is not None for own in labels)


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        (["HHHHHHHHHHEEEEEEEEEE"], "no residue is labelled C"),
        (["---HHHHHHHHHHHHH-----"], "no residue is labelled C"),
        (["C" * 30] * 4, "all residues have one state, C"),
        (["CCCCCCCCCCBCCCCCCCCBCCC"], "DSSP's B does not occur without H, E, T and S"),
        (["HHCI" * 20], None),
        (["HCII" * 20], "50 % of the residues have I, in proteins few do"),
        (["C" * 50 + "H" * 60] * 20, "no residue of many chains is in a strand"),
        (
            ["C" * 2 + "E" * 20 + "H" * 100] * 20,
            "2 % of the residues are coil, in proteins some 40 % are",
        ),
    ],
)
def test_the_reason_is_given(labels, reason):
    assert implausible(labels) == reason


def test_one_helical_chain_and_one_of_coil_pass():
    assert implausible(["--CC" + "H" * 60 + "C--"]) is None
    assert implausible(["---T" + "H" * 60 + "T---"]) is None
    assert implausible(["-T" + "H" * 60 + "T-HHHHHHHH-"]) == "no residue is labelled C"
    assert implausible(["C" * 40]) is None
    assert implausible(["HHHHHHH"]) is None
