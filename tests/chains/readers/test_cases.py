"""Files found in the field: what each reads as, or is called."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import ribbonet
from ribbonet.chains.arrays import ArrayFile
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import read_fasta
from ribbonet.chains.readers.registry import (
    guess_form,
    is_labelled,
    read_chains,
    read_predicted,
)
from ribbonet.chains.readers.three_line import read_three_line
from ribbonet.errors import InputError

CASES = Path(__file__).parents[2] / "cases"
UBIQUITIN = "CEEEEEECCCCEEEEEECCCCCHHHHHHHHHHHCCCCCCCCEEEECCEECCCCCECHHCC"


def complaint(read: Callable[..., object], *args: object, **options: object) -> str:
    with pytest.raises(InputError) as error:
        list(read(*args, **options))  # type: ignore[call-overload]
    return str(error.value)


def test_01_asterisks_with_labels_are_residues_that_are_not_standard() -> None:
    path = CASES / "01-kaggle-asterisk/pisces.csv"
    warnings: list[str] = []
    chains = list(read_chains(path, states=None, on_warning=warnings.append))
    assert [chain.id for chain in chains] == ["1FV1-F", "1O06-A", "1QOW-D", "1AMT-C", "4Z0W-B"]
    assert chains[2].sequence == "CTFTLPGGGGVCTLTSECIX"
    assert chains[4].sequence == "XAPAPFVPAAXAVXLAXLAALXG"
    assert chains[4].labels == "CCCTTTGGGGGGGGGGGGGGGCC"
    assert warnings == [f"{path}: 7 asterisks (a residue that is not standard) read as X"]


def test_05_chain_ids_of_several_letters_stay_apart() -> None:
    chains = list(read_chains(CASES / "05-dssp3-long-chain-ids/4ybb.dssp", states=None))
    assert [chain.id for chain in chains] == [f"4ybb-A{letter}" for letter in "ABCDE"]
    assert [len(chain) for chain in chains] == [26] * 5
    assert {chain.labels for chain in chains} == {"CEEEEEEEEESCCSEEEEEEEEEEEC"}


@pytest.mark.parametrize(
    ("case", "name"), [("08-h5-index-keys", "num"), ("09-uniprot-h5-accession", "uniprot")]
)
def test_08_and_09_each_chain_has_its_own_array(case: str, name: str) -> None:
    """The arrays hold the labels, and noise."""
    pytest.importorskip("h5py", reason="needs the extra embeddings")
    arrays = ArrayFile(CASES / case / f"{name}.h5")
    chains = list(read_three_line(CASES / case / f"{name}.3line"))
    assert len(chains) == 9
    inputs = np.concatenate([arrays(chain) for chain in chains])
    states = np.array([*"".join(chain.labels or "" for chain in chains)])
    targets = (states[:, None] == np.array([*"HEC"])).astype(float)
    weights, *_ = np.linalg.lstsq(np.c_[inputs, np.ones(len(inputs))], targets, rcond=None)
    found = (np.c_[inputs, np.ones(len(inputs))] @ weights).argmax(axis=1)
    assert (found == targets.argmax(axis=1)).mean() > 0.95


def test_16_the_three_files_of_flip() -> None:
    folder = CASES / "16-flip-three-files"
    chains = list(read_chains(folder / "sampled.fasta", states=None))
    assert [chain.id for chain in chains] == ["1es5-A", "2a6h-E", "5b1a-P"]
    assert [len(chain) for chain in chains] == [262, 99, 261]
    assert [int(chain.mask.sum()) for chain in chains] == [260, 95, 259]
    assert chains[0].description == "SET=train VALIDATION=False"
    for name in ("sequences.fasta", "mask.fasta"):
        assert "holds no labels; give the file of labels" in complaint(read_chains, folder / name)


def test_fasta_beside_the_sequences_of_flip_is_no_labels(tmp_path: Path) -> None:
    """As the sequences themselves are none."""
    for name in ("sequences.fasta", "more.fasta"):
        (tmp_path / name).write_text(">a\nMKTAYIAKQRQISFVKSHFSRQL\n>b\nACDEFGHIKLMNPQRS\n")
        assert [chain.id for chain in ribbonet.read(tmp_path / name)] == ["a", "b"]
    (tmp_path / "sampled.fasta").write_text(">a\nHHHHHHEEEEEEECCCCCCCCCC\n>b\nHHHHHHHHCCCCEEEE\n")
    assert is_labelled(tmp_path / "sampled.fasta")


def test_16_labels_without_sequences_say_where_these_belong(tmp_path: Path) -> None:
    labels = CASES / "16-flip-three-files/sampled.fasta"
    (tmp_path / "sampled.fasta").write_bytes(labels.read_bytes())
    message = complaint(read_chains, tmp_path / "sampled.fasta")
    assert "line 1: this chain has labels and no sequence" in message
    assert "put it beside this one as sequences.fasta" in message


def test_18_rcsbs_file_of_states() -> None:
    path = CASES / "18-rcsb-ss-txt/ss2.txt"
    assert list(read_chains(path)) == [
        Chain("1FV1-F", "NPVVHFFKNIVTPRTPPPSQ", "CCCCCECCCCCCCCCCCCCC"),
        Chain("1O06-A", "EEDPDLKAAIQESLREAEEA", "CCCHHHHHHHHHHHHHHHCC"),
    ]
    # the states of the other file are one more than its residues
    message = complaint(read_chains, CASES / "18-rcsb-ss-txt/ss.txt")
    assert (
        "chain '101M-A' has 154 residues and 155 labels; correct the records of RCSB's" in message
    )
    for name in ("ss.txt", "ss2.txt"):
        message = complaint(read_fasta, CASES / "18-rcsb-ss-txt" / name)
        assert "record 2 (" in message
        assert "is of RCSB's ss.txt, in which states follow each sequence" in message


WRAPPED = """\
>1ABC:AA:sequence
MKTAYIAKQR
QISFV
>1ABC:AA:secstr
  HHHHHH
 EE
>1ABC:AA:disorder
X---------
----X
>1ABC:a:sequence
MK
>1ABC:a:secstr

"""


def test_18_blanks_that_an_editor_took_and_disorder(tmp_path: Path) -> None:
    path = tmp_path / "ss_dis.txt"
    path.write_text(WRAPPED)
    first, second = read_chains(path)
    assert first == Chain("1ABC-AA", "MKTAYIAKQRQISFV", "-CHHHHHHCCCEEC-")
    assert second == Chain("1ABC-a", "MK", "CC")


def test_20_a_lone_stop_is_left_out_and_another_masked() -> None:
    path = CASES / "20-empty-and-star/prodigal.faa"
    warnings: list[str] = []
    chains = list(read_fasta(path, on_invalid="mask", on_warning=warnings.append))
    assert [chain.id for chain in chains] == ["c1_2", "c1_3"]
    assert chains[0].sequence == "MRFNINKSELLNALTXVSKGTASRSTIPVLSGVYIKAEGMG"
    assert warnings == [
        f"{path}: 2 final asterisks dropped; 1 invalid symbol read as X in 1 record; "
        "1 record without a sequence left out"
    ]
    skipped = read_fasta(path, on_invalid="skip", on_warning=warnings.append)
    assert [chain.id for chain in skipped] == ["c1_3"]
    assert "2 records skipped" in warnings[-1]


@pytest.mark.parametrize(
    ("name", "form", "id", "labels"),
    [
        ("netsurfp3-biolib.csv", "table", "netsurfp3-biolib", UBIQUITIN),
        ("netsurfp3.json", "jsonl", "x", UBIQUITIN),
        ("flip.jsonl", "jsonl", "1es5-A", UBIQUITIN),
        ("tab.fasta", "biotrainer", "a", UBIQUITIN),
        ("L.3line", "three-line", "a", UBIQUITIN.replace("C", "L")),
    ],
)
def test_22_published_tables(name: str, form: str, id: str, labels: str) -> None:
    path = CASES / "22-other-published-tables" / name
    assert guess_form(path) == form
    (chain,) = read_chains(path, states=None)
    assert (chain.id, len(chain), chain.labels) == (id, 60, labels)
    assert chain.sequence.startswith("MQIFVKTLTGKTITLEVEPSD")


def test_22_predictions_with_their_probabilities() -> None:
    folder = CASES / "22-other-published-tables"
    (porter,) = read_predicted(folder / "2FLGA.ss8")
    assert porter.chain.id == "2FLGA"
    assert (porter.chain.labels or "").startswith("CCCCEEEEEECCCTT")
    assert porter.probabilities is not None
    np.testing.assert_allclose(porter.probabilities[3], [0.1311, 0.1821, 0.6868], atol=1e-3)
    (s4pred,) = read_predicted(folder / "1qys_ss_conf.fas")
    assert (s4pred.chain.id, len(s4pred.chain)) == ("1QYS_1|CHAIN", 94)
    assert s4pred.probabilities is not None
    likeliest = "".join("HEC"[n] for n in s4pred.probabilities.argmax(axis=1))
    assert likeliest == s4pred.chain.labels
    (biolib,) = read_predicted(folder / "netsurfp3-biolib.csv")
    assert biolib.probabilities is not None
    np.testing.assert_allclose(biolib.probabilities[1], [0.1, 0.8, 0.1], atol=1e-6)


@pytest.mark.parametrize("shape", [(2, 700 * 57), (2, 700, 57)])
def test_22_cullpdbs_array(tmp_path: Path, shape: tuple[int, ...]) -> None:
    empty = CASES / "22-other-published-tables/cullpdb+profile.npy"
    assert guess_form(empty) == "cullpdb"
    message = complaint(read_chains, empty)
    assert f"{empty}: record 1 of CullPDB's array: no sequence" in message
    array = np.zeros((2, 700, 57), np.float32)
    array[:, :, 21] = array[:, :, 30] = 1
    for n, (residue, state) in enumerate(zip("MKXW", "LHS-", strict=True)):
        array[0, n, [21, 30]] = 0, state == "-"
        array[0, n, "ACEDGFIHKMLNQPSRTWVYX".index(residue)] = 1
        if state != "-":
            array[0, n, 22 + "LBEGIHST".index(state)] = 1
    array[1, 0, [8, 21, 22, 30]] = 1, 0, 1, 0
    np.save(tmp_path / "a.npy", array.reshape(shape))
    assert list(read_chains(tmp_path / "a.npy", states=None)) == [
        Chain("a_000", "MKXW", "CHS-"),
        Chain("a_001", "K", "C"),
    ]
    by_python_2 = (tmp_path / "a.npy").read_bytes().replace(b"(2, 700", b"(2L,700", 1)
    (tmp_path / "a.npy").write_bytes(by_python_2)
    assert len(list(read_chains(tmp_path / "a.npy", states=None))) == 2
    np.save(tmp_path / "b.npy", np.zeros((2, 5)))
    assert "is an array of shape (2, 5) of float64" in complaint(read_chains, tmp_path / "b.npy")
