"""The published forms: each read, each that is written read back, each guessed by its content."""

import gzip
import os
import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.biotrainer import read_biotrainer_files
from ribbonet.chains.readers.records.rows import LONGEST_FIELD as LONGEST
from ribbonet.chains.readers.registry import (
    FORMS,
    form_to_write,
    guess_form,
    read_chains,
    read_predicted,
    write_chains,
)
from ribbonet.errors import InputError

read_biotrainer = partial(read_chains, form="biotrainer")
read_csv = partial(read_chains, form="csv")
read_npz = partial(read_chains, form="netsurfp-npz")
read_uci = partial(read_chains, form="uci")

Write = Callable[[str, str], Path]

CHAINS = [
    Chain("1abc-A SET=train", "MKTAYIX", "-HGIEBC"),
    Chain("x", "ACDEF", "TSC--"),
]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return make


def complaint(read: Callable[..., object], *args: object, **options: object) -> str:
    with pytest.raises(InputError) as error:
        list(read(*args, **options))  # type: ignore[call-overload]
    return str(error.value)


DSSP = """\
==== Secondary Structure Definition by the program DSSP, NKI version 4.0
HEADER    A PROTEIN
  #  RESIDUE AA STRUCTURE BP1 BP2  ACC     N-H-->O    O-->H-N
    1    1 A M              0   0  110      0, 0.0     4,-2.1
    2    2 A a  H  >  +     0   0   69      1,-0.2     4,-2.1
    3        !              0   0    0      0, 0.0     0, 0.0
    4    5 A K  P  >  +     0   0   67      1,-0.2     4,-2.1
    5        !*             0   0    0      0, 0.0     0, 0.0
    6   -1 B W  E           0   0   67      1,-0.2     4,-2.1
"""
SS2 = """\
# PSIPRED VFORMAT (PSIPRED V4.0)

   1 M C   0.960  0.020  0.020
   2 K H   0.100  0.900  0.000
# PSIPRED VFORMAT (S4PRED V1.2.4)

   1 A E   0.100  0.100  0.800
"""
HORIZ = """\
# PSIPRED HFORMAT (PSIPRED V4.0)

Conf: 98
Pred: CH
  AA: MK
        10

Conf: 7
Pred: E
  AA: A
"""
REPROF = """\
##General
# No\t: Residue number (beginning with 1)
No\tAA\tPHEL\tRI_S\tpH\tpE\tpL\tPACC
1\tM\tL\t9\t0\t2\t96\t169
2\tK\tH\t6\t70\t10\t20\t147
"""
UCI = "# 1988\n<>\nM _\nk h\n<end>\n<>\nA e\n<>\nC _\nend\n"
DSSP_MMCIF = """\
data_1ABC
#
loop_
_pdbx_poly_seq_scheme.asym_id
_pdbx_poly_seq_scheme.seq_id
_pdbx_poly_seq_scheme.mon_id
_pdbx_poly_seq_scheme.pdb_strand_id
A 1 MET X
A 2 MSE X
A 3 TRP X
#
loop_
_dssp_struct_summary.label_comp_id
_dssp_struct_summary.label_asym_id
_dssp_struct_summary.label_seq_id
_dssp_struct_summary.secondary_structure
MET A 1 .
MSE A 2 P
LYS B 2 G
ALA B 4 ' '
#
"""
SAMPLES = {
    "dssp-mmcif": DSSP_MMCIF.replace("A 3 TRP X\n", "").replace("2 P", "2 H"),
    "three-line": ">1 one\nMK\nCH\n",
    "biotrainer": ">1 TARGET=CH SET=train MASK=11\nMK\n",
    "netsurfp-csv": "\ufeffinput,dssp3,dssp8,disorder,cb513_mask\nM K,C H,C H,1.0 1.0,1.0 1.0\n",
    "csv": "seq,sst3,sst8\nMK,CH,CH\n",
    "uci": "<>\nM _\nK h\n<end>\n",
    "dssp": "\n".join(DSSP.splitlines()[:5]),
    "ss2": "\n".join(SS2.splitlines()[:4]),
    "horiz": HORIZ[: HORIZ.index("\n\nConf: 7")],
    "reprof": REPROF,
    "rcsb": ">1ABC:A:sequence\nMK\n>1ABC:A:secstr\n H\n",
    "fas-conf": ">1\nMK\nCH\n0.8 0.1\n0.1 0.8\n0.1 0.1\n",
    "raptorx-ss3": "#DeepConCNF_SS3: three-class\n#H E C\n\n1 M C 0.1 0.1 0.8\n2 K H 0.8 0.1 0.1\n",
    "raptorx-ss8": "#RaptorX-SS8: eight-class\n#H G I E B T S L\n\n"
    "1 M L 0 0 0 0 0 0 0 1\n2 K H 1 0 0 0 0 0 0 0\n",
    "table": "#\tAA\tSS\tHelix\tSheet\tCoil\n1\tM\tC\t0.1\t0.1\t0.8\n2\tK\tH\t0.7\t0\t0.3\n",
    "jsonl": '{"id":"1","description":"","length":2,"sequence":"MK","states":"CH",'
    '"p_helix":[0.1,0.7],"p_strand":[0.1,0.0],"p_coil":[0.8,0.3]}\n',
}


@pytest.mark.parametrize("form", SAMPLES)
def test_a_form_is_guessed_from_the_content(write: Write, tmp_path: Path, form: str) -> None:
    path = write("any.name", SAMPLES[form])
    assert guess_form(path) == form
    chain = next(read_chains(path))
    assert (chain.sequence[0], chain.labels) == ("M", "CH")
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(SAMPLES[form].encode()))
    assert guess_form(packed) == form


def test_every_form_has_a_sample_or_is_binary() -> None:
    assert set(FORMS) - set(SAMPLES) == {"netsurfp-npz", "cullpdb", "flip", "residues"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("hello\n", "has no form of labelled chains"),
        ("aback\txb@k-\t0>1<<\t0\n", "is NETtalk's dictionary, of words and not of chains"),
    ],
)
def test_what_has_no_form_is_named(write: Write, text: str, message: str) -> None:
    path = write("file", text)
    assert complaint(guess_form, path).startswith(f"{path}: {message}; give one of biotrainer,")


@pytest.mark.parametrize("form", SAMPLES)
def test_a_pipe_is_read_as_a_file_is(write: Write, tmp_path: Path, form: str) -> None:
    path = write("any.name", SAMPLES[form])
    (tmp_path / "pipe").mkdir()
    pipe = tmp_path / "pipe" / "any.name"
    os.mkfifo(pipe)
    content = gzip.compress(SAMPLES[form].encode())
    writer = threading.Thread(target=pipe.write_bytes, args=(content,))
    writer.start()
    found = list(read_chains(pipe))
    writer.join()
    assert found == list(read_chains(path))


def test_what_is_wrong_with_a_pipe_names_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("seq,sst3\nMK,CCC\n",))
    writer.start()
    message = complaint(read_chains, pipe)
    writer.join()
    assert message.startswith(f"{pipe}: line 2: chain 'pipe_000' has 2 residues and 3 labels")
    assert "is a folder; give a file" in complaint(read_chains, tmp_path)
    assert "no such file" in complaint(read_chains, tmp_path / "nothing")


def test_labels_of_mkdssp_4_in_mmcif(write: Write) -> None:
    """A residue that is not resolved has no label; P is coil; unknown numbers are gaps."""
    path = write("1abc.cif", DSSP_MMCIF)
    assert list(read_chains(path, states=STATES8)) == [
        Chain("1abc-X", "MMW", "CC-"),
        Chain("1abc-B", "XKXA", "-G-C"),
    ]
    damaged = write("damaged.cif", DSSP_MMCIF.replace("B 2 G", "B two G"))
    assert "damaged.cif: chain 'B': row 3 of _dssp_struct_summary: 'two', 'G' are no" in complaint(
        read_chains, damaged
    )
    assert next(read_chains(damaged, on_invalid="skip")).id == "damaged-X"
    plain = write("plain.cif", "data_1ABC\nloop_\n_atom_site.id\n1\n")
    assert "is a structure (mmCIF); label its chains first" in complaint(read_chains, plain)


def test_an_extension_that_says_otherwise_is_refused() -> None:
    assert form_to_write("a.netsurfp.csv", "csv") == "csv"
    assert form_to_write("a.out.gz", "uci") == form_to_write("a.uci") == "uci"
    for name, form in [("a.csv.gz", "three-line"), ("a.3line", "csv"), ("a.jsonl", "uci")]:
        message = complaint(form_to_write, name, form)
        assert message.startswith(f"{name}: ")
        assert f"of another format than {form}; end the name" in message


@pytest.mark.parametrize("form", ["three-line", "biotrainer", "netsurfp-csv", "csv"])
def test_what_is_written_reads_back(tmp_path: Path, form: str) -> None:
    path = tmp_path / "out.gz"
    assert write_chains(path, CHAINS, form) == 2
    assert guess_form(path) == form or {guess_form(path), form} == {"three-line", "biotrainer"}
    back = list(read_chains(path, states=STATES8))
    assert [(c.sequence, c.labels) for c in back] == [(c.sequence, c.labels) for c in CHAINS]
    if form != "netsurfp-csv":
        assert [c.id for c in back] == ["1abc-A", "x"]
    three = [c.labels for c in read_chains(path)]
    assert three == ["-HHHEEC", "CCC--"]


SYMBOLS = st.tuples(st.sampled_from("ACDEFGHIKLMNPQRSTVWYX"), st.sampled_from("GHIEBTSC-"))


@given(st.lists(st.lists(SYMBOLS, min_size=1), min_size=1))
def test_any_chains_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list) -> None:  # type: ignore[type-arg]
    folder = tmp_path_factory.getbasetemp()
    chains = [
        Chain(f"c{n}", *("".join(column) for column in zip(*pairs, strict=True)))
        for n, pairs in enumerate(rows)
    ]
    for form in ("three-line", "biotrainer", "csv"):
        write_chains(folder / "file", chains, form)
        assert list(read_chains(folder / "file", states=STATES8, form=form)) == chains


def test_an_id_with_a_comma_or_a_quote_survives_csv(tmp_path: Path) -> None:
    chains = [Chain('a,"b"', "MK", "HH")]
    write_chains(tmp_path / "x.csv", chains, "csv")
    assert list(read_csv(tmp_path / "x.csv")) == chains


ROWS = [("1abc", "MK", "HC"), ("2abc", "AY", "EC")]


def table(*rows: Iterable[str], by: str = ",") -> str:
    return "".join(by.join(row) + "\n" for row in rows)


@pytest.mark.parametrize(
    ("heading", "by"), [("id,seq,sst3", "\t"), ("seq,id,sst3", "\t"), ("seq,sst3", ",;\t")]
)
@pytest.mark.parametrize("names", [("1", "2"), ("first", "second"), ('"a b"', '"c"')])
def test_row_names_without_a_column_are_refused(
    write: Write, heading: str, by: str, names: tuple[str, ...]
) -> None:
    columns = heading.split(",")
    cells = [dict(zip(("id", "seq", "sst3"), row, strict=True)) for row in ROWS]
    rows = [(name, *(row[c] for c in columns)) for name, row in zip(names, cells, strict=True)]
    for sign in by:
        message = complaint(read_chains, write("a.csv", table(columns, *rows, by=sign)))
        assert "line 2: has a cell more than line 1, perhaps the name of the row (" in message
        assert "in R, row.names = FALSE" in message
        named = write("b.csv", table(("Unnamed: 0", *columns), *rows, by=sign))
        assert [chain.sequence for chain in read_chains(named)] == ["MK", "AY"]


def test_row_names_do_not_part_the_residues_of_a_chain(write: Write) -> None:
    rows = [("r1", "a", "1", "M", "H"), ("r2", "a", "2", "K", "C")]
    path = write("a.csv", table(("id", "position", "residue", "label"), *rows))
    assert "line 2: has a cell more than line 1" in complaint(read_chains, path, states=None)
    heading = ("id", "position", "residue", "state", "p_helix", "p_strand", "p_coil")
    path = write("b.csv", table(heading, *((*row, "1", "0", "0") for row in rows)))
    assert "line 3: a chain begins here with residue 2" in complaint(read_chains, path)
    path = write("c.csv", table(("id", "seq", "sst3"), ("r1", *ROWS[0]), ("r2", *ROWS[1])))
    warnings: list[str] = []
    ids = [chain.id for chain in read_chains(path, on_warning=warnings.append)]
    assert ids == ["r1,1abc", "r2,2abc"]
    assert warnings == [f"{path}: 2 ids of several cells, as nothing is quoted"]


@pytest.mark.parametrize("heading", ["id seq sst3", '"id" "residue" "label"', "n seq ss q3"])
def test_tables_of_spaces_and_of_another_encoding_are_named(write: Write, heading: str) -> None:
    path = write("a.csv", f"{heading}\n1 MK HC\n")
    assert "is a table separated by spaces" in complaint(read_chains, path)
    path.write_bytes("id,seq,sst3\ncha\xeene,MK,HC\n".encode("latin-1"))
    assert "line 2 is not text in UTF-8" in complaint(read_chains, path)


def test_the_form_to_write_is_told_by_the_name() -> None:
    assert form_to_write("a.3line.gz") == "three-line"
    assert form_to_write("a.netsurfp.csv") == "netsurfp-csv"
    assert form_to_write("a.csv") == "csv"
    assert "the extension names no format; use one of" in complaint(form_to_write, "a.txt")


def test_what_cannot_be_written_is_refused_and_nothing_left(tmp_path: Path) -> None:
    assert "dssp is a format that is read but not written" in complaint(
        write_chains, tmp_path / "a", CHAINS, "dssp"
    )
    for form in ("three-line", "biotrainer", "csv", "netsurfp-csv"):
        message = complaint(write_chains, tmp_path / "a", [Chain("a", "MK")], form)
        assert "chain 'a' has no labels to write; write another form" in message
    message = complaint(write_chains, tmp_path / "a", CHAINS, "uci")
    assert "which this format cannot mark; write another form" in message
    assert list(tmp_path.iterdir()) == []


# biotrainer


def test_biotrainer_masks_and_keeps_its_header(write: Write) -> None:
    path = write("a.fasta", ">1 TARGET=HGC SET=test MASK=101\nMK\nT\n\n>2 TARGET=E\nm\n")
    assert list(read_biotrainer(path)) == [Chain("1 SET=test", "MKT", "H-C"), Chain("2", "M", "E")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (">1 TARGET=HH\nMK\n>2 SET=train\nMK\n", "line 3: this record has no TARGET=; correct"),
        (">1 TARGET=HH MASK=1\nMK\n", "line 1: the mask is not a 0 or 1 for each of the 2 labels"),
        (">1 TARGET=HH MASK=12\nMK\n", "line 1: the mask is not a 0 or 1"),
        (
            ">1 TARGET=HHH\nMK\n",
            "line 1: chain '1' has 2 residues and 3 labels; correct the record",
        ),
        (">1 TARGET=HZ\nMK\n", "line 1: symbol 'Z' at position 2"),
        ("MK\n", "line 1 should be '>' and a name"),
        ("\n", "is empty"),
        (">1 TARGET=H\nM\n> \nK\n", "line 3: '>' stands without a name; add it"),
    ],
)
def test_biotrainer_errors_name_the_line(write: Write, text: str, message: str) -> None:
    path = write("a.fasta", text)
    assert f"{path}: {message}" in complaint(read_biotrainer, path)


def test_biotrainer_in_three_files(write: Write) -> None:
    sequences = write("sequences.fasta", ">2\nMK\n>1 x\nAC\nD\n")
    labels = write("sampled.fasta", ">1 SET=train VALIDATION=False\nHEC\n>2 SET=test\nCC\n")
    mask = write("mask.fasta", ">1\n011\n>2\n11\n")
    first = Chain("1 SET=train VALIDATION=False", "ACD", "-EC")
    second = Chain("2 SET=test", "MK", "CC")
    assert list(read_biotrainer_files(sequences, labels, mask)) == [first, second]
    assert next(read_biotrainer_files(sequences, labels)).labels == "HEC"
    lacking = write("other.fasta", ">1\nACD\n")
    assert "has no record '2'; add it" in complaint(read_biotrainer_files, lacking, labels)
    nameless = write("nameless.fasta", ">\nACD\n")
    message = f"{nameless}: line 1: '>' stands without a name; add it"
    assert complaint(read_biotrainer_files, nameless, labels) == message
    assert complaint(read_biotrainer_files, sequences, nameless) == message
    assert complaint(read_biotrainer_files, sequences, labels, nameless) == message


# NetSurfP-2.0


def test_csv_of_netsurfp_with_its_marks(write: Write) -> None:
    path = write(
        "CB513.csv",
        "\ufeffinput, dssp3,dssp8,disorder,cb513_mask\r\n"
        "M K T,C H E,C G B,1.0 0.0 1.0,1 1 1\r\nA,H,I,1.0,0.0\r\n",
    )
    assert list(read_csv(path)) == [Chain("CB513_000", "MKT", "C-E"), Chain("CB513_001", "A", "-")]
    assert [c.labels for c in read_csv(path, states=STATES8)] == ["C-B", "-"]


def test_csv_of_the_longest_chain(tmp_path: Path) -> None:
    titin = Chain("titin_000", "M" * 34_350, "H" * 34_350)
    write_chains(tmp_path / "titin.csv", [titin], "netsurfp-csv")
    assert list(read_csv(tmp_path / "titin.csv")) == [titin]


def test_csv_with_ids_and_one_column_of_states(write: Write) -> None:
    path = write("a.csv", "pdb_id,chain_code,seq,sst8,len\n1A30,C,EDL,CTT,3\n")
    assert list(read_csv(path)) == [Chain("1A30-C", "EDL", "CCC")]
    assert list(read_csv(path, states=STATES8)) == [Chain("1A30-C", "EDL", "CTT")]


@pytest.mark.parametrize(
    "heading",
    [
        "PDB_ID,Chain,Sequence,SS3,SS8",
        "pdb id;chain-code;seq;q3;DSSP8",
        "entry\tchain_id\tAA_seq\tsst3\tlabels",
        " id , chain , sequence , Q3 , Q8 ",
    ],
)
def test_columns_are_known_by_several_names(write: Write, heading: str) -> None:
    parted = next(mark for mark in "\t;," if mark in heading)
    row = parted.join(["1A30", "C", "EDL", "CCH", "CTG"])
    path = write("a.csv", f"{heading}\n{row}\n")
    assert list(read_chains(path)) == [Chain("1A30-C", "EDL", "CCH")]
    assert list(read_chains(path, states=STATES8)) == [Chain("1A30-C", "EDL", "CTG")]


def test_tables_that_are_not_read_are_described(write: Write) -> None:
    by_residue = write("a.csv", "n,seq,ss3\n1,M,C\n2,K,H\n3,T,H\n4,A,H\n")
    message = complaint(read_chains, by_residue)
    assert "a.csv: has a residue, not a chain, in each row; name its columns id, res" in message
    message = complaint(read_chains, write("b.csv", "PDB,peptide,sst\n1ABC,MK,CC\n"))
    assert "b.csv: is a table of the columns PDB, peptide, sst; with one chain per row" in message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "line 1 should name the columns input, dssp3, dssp8 or seq, sst3, sst8"),
        ("seq,sst3,sst8\nMK,CC,CC\nMK,CC\n", "line 3: this row has not the 3 columns of line 1"),
        ("seq,sst3,sst8\nMK,C,C\n", "line 2: chain 'a_000' has 2 residues and 1 labels; correct"),
        ("seq,sst3,sst8\nM1,CC,CC\n", "line 2: symbol '1' at position 2"),
        ("input,dssp3,disorder\nM K,C C,1.0\n", "line 2: 2 labels, and 1 values in the column dis"),
        ("input,dssp3,disorder\nM,C,x\n", "line 2: 'x' should be a number"),
        (f"seq,sst3,sst8\nM,C,C\n{'M' * (LONGEST + 1)},C,C\n", "line 3: field larger than"),
        (f"{'M' * (LONGEST + 1)},C,C\n", "line 1: field larger than"),
    ],
    ids=lambda value: value[:60],
)
def test_csv_errors_name_the_line(write: Write, text: str, message: str) -> None:
    path = write("a.csv", text)
    assert f"{path}: {message}" in complaint(read_csv, path)


def features(sequence: str, states: str, ordered: str, evaluated: str) -> np.ndarray:
    """Residues as NetSurfP-2.0 holds them."""
    array = np.zeros((9, 68), np.float32)
    for i, (r, s, o, e) in enumerate(zip(sequence, states, ordered, evaluated, strict=True)):
        if r != "X":
            array[i, "ACDEFGHIKLMNPQRSTVWY".index(r)] = 1
        array[i, 50:53] = 1, int(o), int(e)
        if s != "-":
            array[i, 57 + "GHIBESTC".index(s)] = 1
    return array


def test_arrays_of_netsurfp(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    data = np.stack([features("MKXTA", "GEB-C", "11111", "01111"), features("W", "S", "0", "1")])
    np.savez_compressed(path, data=data, pdbids=np.array(["1abc-A", "2xyz-B"]))
    assert guess_form(path) == "netsurfp-npz"
    assert list(read_npz(path, states=STATES8)) == [
        Chain("1abc-A", "MKXTA", "-EB-C"),
        Chain("2xyz-B", "W", "-"),
    ]
    assert next(read_npz(path)).labels == "-EE-C"


def test_other_arrays_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, data=np.zeros((1, 2, 3)), pdbids=np.array(["a"]))
    assert f"{path}: data has shape (1, 2, 3) of float64" in complaint(read_npz, path)
    np.savez(path, other=np.zeros(1))
    assert f"{path}: is not an .npz of the arrays data and pdbids" in complaint(read_npz, path)
    path.write_bytes(b"PK\x03\x04 nothing")
    assert "is not an .npz" in complaint(read_npz, path)


# UCI 1988


def test_uci_with_its_oddities(write: Write) -> None:
    path = write("p.test", UCI)
    assert list(read_uci(path)) == [
        Chain("p.test_000", "MK", "CH"),
        Chain("p.test_001", "A", "E"),
        Chain("p.test_002", "C", "C"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<>\nM x\n", "line 2: 'M x' should be a residue and h, e or _, or <> or <end>; correct"),
        ("<>\nM\n", "line 2: 'M' should be"),
        ("<>\n? h\n", "line 2: '? h' should be a residue"),
        ("# only this\n", "holds no chain"),
    ],
)
def test_uci_errors_name_the_line(write: Write, text: str, message: str) -> None:
    path = write("a", text)
    assert f"{path}: {message}" in complaint(read_uci, path)


def test_the_data_of_1988_survive_their_own_form(shared_data: Path, tmp_path: Path) -> None:
    source = list(read_chains(shared_data / "qian_sejnowski_1988_test.3line"))
    write_chains(tmp_path / "x.uci", source, "uci")
    back = list(read_uci(tmp_path / "x.uci"))
    assert [(c.sequence, c.labels) for c in back] == [(c.sequence, c.labels) for c in source]


# DSSP


def test_dssp_breaks_chains_and_cystines(write: Write) -> None:
    path = write("1xyz.dssp", DSSP)
    assert list(read_chains(path, states=STATES8)) == [
        Chain("1xyz-A", "MCXXK", "CH--C"),
        Chain("1xyz-B", "W", "E"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("==== Secondary\n", "lacks the heading"),
        (DSSP[: DSSP.index("    1    1")], "holds no residue"),
        (DSSP.replace("    1    1 A M", "    1    x A M"), "line 4: '    1    x A M      ' is no"),
        (DSSP.replace("A a  H", "A a  Q"), "chain 'A': symbol 'Q' at position 2"),
        (
            DSSP.replace("O-->H-N", "Z-CA").rstrip()[:-9],
            "line 9: the file is cut off here; make the",
        ),
        (
            f"==== Secondary\n   99  2  0  0  0 TOTAL NUMBER OF RESIDUES, NUMBER OF CHAINS\n{DSSP}",
            "of the 99 residues that its header counts, so it is cut off",
        ),
    ],
)
def test_dssp_errors_name_the_line(write: Write, text: str, message: str) -> None:
    path = write("a.dssp", text)
    assert message in complaint(read_chains, path, form="dssp")


# Predictors


def test_ss2_probabilities_are_put_in_our_order(write: Write) -> None:
    first, second = read_predicted(write("t1.ss2", SS2))
    assert first.chain == Chain("t1", "MK", "CH")
    assert first.probabilities == pytest.approx(np.array([[0.02, 0.02, 0.96], [0.9, 0, 0.1]]))
    assert second.chain == Chain("t1_2", "A", "E")


def test_horiz_tells_no_probabilities(write: Write) -> None:
    (only,) = read_predicted(write("t1.horiz", HORIZ))
    assert only.chain == Chain("t1", "MKA", "CHE")
    assert only.probabilities is None


HEADING = "id,position,residue,state,p_helix,p_strand,p_coil\n"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("0.8,0.1,0.1", None),
        ("0.81,0.12,0.1", None),
        ("80,10,10", None),
        ("0.8,0.7,0.7", "probabilities should sum to 1 or 100, and those of residue 1 do to 2.2"),
        ("4.2,0.3,0.3", "probabilities should sum to 1 or 100"),
        ("2.5,-1,0.3", "probabilities should be above 0"),
        ("-0.2,-2.3,-2.3", "probabilities should be above 0"),
    ],
)
def test_what_is_no_probabilities_is_refused(write: Write, row: str, message: str | None) -> None:
    path = write("a.csv", HEADING + "".join(f"a,{n},M,H,{row}\n" for n in range(1, 9)))
    if message is not None:
        assert message in complaint(read_predicted, path)
        return
    (only,) = read_predicted(path)
    assert only.probabilities == pytest.approx(np.array([[0.8, 0.1, 0.1]] * 8), abs=0.02)


PREDICTED = {"ss2", "horiz", "reprof", "raptorx-ss3", "raptorx-ss8", "fas-conf", "table", "jsonl"}


@pytest.mark.parametrize("form", SAMPLES)
def test_predictions_read_as_labels_are_said(write: Write, form: str) -> None:
    warnings: list[str] = []
    list(read_chains(write("a", SAMPLES[form]), on_warning=warnings.append))
    assert any("prediction" in warning for warning in warnings) == (form in PREDICTED)


def test_lower_case_in_labelled_chains_is_said(write: Write) -> None:
    warnings: list[str] = []
    path = write("a.3line", ">a\nMKtaY\nCHHHC\n>b\nMKT\nCCC\n")
    assert [c.sequence for c in read_chains(path, on_warning=warnings.append)] == ["MKTAY", "MKT"]
    assert warnings == [f"{path}: 1 lower-case record read as upper case"]


@pytest.mark.parametrize("value", ["1_000", "1,5", "inf", "١", "True", ""])
def test_numbers_in_quotes_are_decimal_numbers_in_json(write: Write, value: str) -> None:
    text = f'{{"id": "a", "sequence": "MKT", "values": [1, "2.5", "{value}"]}}'
    message = complaint(read_chains, write("a.jsonl", text), states=None)
    assert f"has values of which '{value}' should be a number" in message
    path = write("a.jsonl", text.replace(f'"{value}"', '"NA"'))
    (chain,) = read_chains(path, states=None)
    assert str(chain.values) == "(1.0, 2.5, nan)"


def test_reprof_counts_in_per_cent(write: Write) -> None:
    (only,) = read_predicted(write("t1.reprof", REPROF))
    assert only.chain == Chain("t1", "MK", "CH")
    assert only.probabilities == pytest.approx(
        np.array([[0, 2 / 98, 96 / 98], [0.7, 0.1, 0.2]]), abs=1e-6
    )


def test_three_lines_are_predictions_too(write: Write) -> None:
    (only,) = read_predicted(write("a", ">1\nMK\nHG\n"))
    assert (only.chain, only.probabilities) == (Chain("1", "MK", "HG"), None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SS2.replace("   2 K", "   3 K"), "line 4: row 2 of a chain is expected here; correct"),
        (SS2.replace("0.960", "x"), "line 3: 'x' should be a number"),
        (SS2.replace("K H", "K Q"), "chain 1: symbol 'Q' at position 2"),
        (SS2.replace("0.960", "-0.96"), "chain 1: probabilities should be above 0"),
        ("# PSIPRED VFORMAT\n", "holds no residue"),
        ("# PSIPRED HFORMAT\n", "holds no residue"),
        (HORIZ.replace("Pred: CH", "Pred: C"), "chain 1: chain 't' has 3 residues and 2 labels"),
    ],
)
def test_errors_in_predictions_name_the_line(write: Write, text: str, message: str) -> None:
    path = write("t.ss2", text)
    assert f"{path}: {message}" in complaint(read_predicted, path)


RANGES = """\
data_X
loop_
_struct_conf_type.id
_struct_conf_type.criteria
HELX_RH_AL_P DSSP
STRN DSSP
#
"""


def test_mkdssps_ranges_are_named(tmp_path: Path) -> None:
    """Without --write-experimental mkdssp 4 writes no state of each residue."""
    path = tmp_path / "x.cif"
    path.write_text(RANGES)
    with pytest.raises(InputError, match=r"has DSSP's states as ranges .*; label it with ribbonet"):
        list(read_chains(path))
    path.write_text(RANGES.replace(" DSSP", " ?"))
    with pytest.raises(InputError, match=r"is a structure \(mmCIF\); label its chains first"):
        list(read_chains(path))


def test_a_table_with_a_nul_byte_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"seq,sst3\nM\0T,CCC\n")
    with pytest.raises(InputError, match=r"x.csv: is not text \(it holds a NUL byte\)"):
        list(read_chains(tmp_path / "x.csv"))
