"""Records of any reader: ids that stay apart, wrong ones masked or left out, the others kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import stem_of
from ribbonet.chains.readers.records.entry import Ids
from ribbonet.chains.readers.registry import FORMS, guess_form, read_chains, write_chains
from ribbonet.errors import InputError

Text = Callable[[list[str]], str]


def complaint(read: Callable[..., object], *args: object, **options: object) -> str:
    with pytest.raises(InputError) as error:
        list(read(*args, **options))  # type: ignore[call-overload]
    return str(error.value)


def table(heading: str, row: str) -> Text:
    return lambda ids: heading + "".join(row.format(id) for id in ids)


def dssp(ids: list[str]) -> str:
    heading = f"{'  #  RESIDUE AA STRUCTURE':115}   X-CA   Y-CA   Z-CA           CHAIN AUTHCHAIN"
    rows = [
        f"{n:5}{1:5} > M  H           0   0  110{'':78}{'   0.0' * 3:>20}{id:>17}{id:>10}"
        for n, id in enumerate(ids, 1)
    ]
    return "\n".join(["==== Secondary Structure Definition", heading, *rows, ""])


WORDS = st.text("aZ1.|_-", min_size=1, max_size=4)
ONE_LINE = st.text("aZ1.,;|_- '=", min_size=1, max_size=6).map(str.strip).filter(bool)
WRITERS: dict[str, tuple[Text, Any]] = {
    "three-line": (lambda ids: "".join(f">{id}\nM\nH\n" for id in ids), WORDS),
    "biotrainer": (lambda ids: "".join(f">{id} TARGET=H\nM\n" for id in ids), WORDS),
    "rcsb": (
        lambda ids: "".join(f">1ABC:{id}:sequence\nM\n>1ABC:{id}:secstr\nH\n" for id in ids),
        WORDS,
    ),
    "fas-conf": (lambda ids: "".join(f">{id}\nMK\nHH\n0 0\n1 1\n0 0\n" for id in ids), WORDS),
    "dssp": (dssp, st.text("AZ19a", min_size=1, max_size=4)),
    "csv": (table("id,seq,sst3\n", "{},M,H\n"), ONE_LINE),
    "netsurfp-csv": (  # a separator at the end of a row ends an empty cell
        table("input;dssp3;pdbid\n", "M;H;{}\n"),
        ONE_LINE.filter(lambda id: not id.endswith(";")),
    ),
    "table": (
        table("id,position,residue,state,p_helix,p_strand,p_coil\n", "{},1,M,H,1,0,0\n"),
        ONE_LINE.filter(lambda id: not id.startswith(">")),
    ),
    "jsonl": (
        table("", '{{"id": "{}", "sequence": "M", "states": "H"}}\n'),
        ONE_LINE,
    ),
}


@given(st.data(), st.sampled_from(list(WRITERS)))
def test_as_many_ids_come_out_as_went_in(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, form: str
) -> None:
    text, ids = WRITERS[form]
    given_ids = data.draw(st.lists(ids, min_size=1, max_size=5, unique=True))
    path = tmp_path_factory.getbasetemp() / "a file.of chains"
    path.write_text(text(given_ids), encoding="utf-8")
    assert guess_form(path) == form
    chains = list(read_chains(path))
    assert [chain.sequence[0] for chain in chains] == ["M"] * len(given_ids)
    assert len({chain.id for chain in chains}) == len(given_ids)
    for target in ("three-line", "biotrainer", "csv", "netsurfp-csv"):
        written = path.with_name("written")
        write_chains(written, chains, target)
        back = [chain.id for chain in read_chains(written, form=target, states=STATES8)]
        assert back == [chain.id for chain in chains]


NAMES = ["a b.ss2", "a c.ss2", "a.1.ss2", "a.2.ss2", "a.ss2.gz", "a.b.c.ss2.xz"]


def test_files_whose_names_have_blanks_or_points_stay_apart() -> None:
    assert [stem_of(name) for name in NAMES] == ["a_b", "a_c", "a.1", "a.2", "a", "a.b.c"]


@given(st.lists(st.text("a _\t2", min_size=1).filter(str.strip), max_size=9))
def test_ids_are_one_word_each_and_as_many_as_names(names: list[str]) -> None:
    ids = Ids()
    found = {name: ids(name) for name in names}
    assert len({*found.values()}) == len(found)
    assert all(len(id.split()) == 1 for id in found.values())
    assert [ids(name) for name in names] == [found[name] for name in names]


BAD: dict[str, tuple[str, list[str], list[str], str]] = {
    # the file, what is left by masking and by skipping, and what is said of the first wrong record
    "residue": (">a\nM1T\nHHH\n>b\nMK\nHH\n", ["a", "b"], ["b"], "line 2: symbol '1'"),
    "length": (">a\nMKT\nHH\n>b\nMK\nHH\n", ["b"], ["b"], "line 3: chain 'a' has 3 residues and 2"),
    "line": (
        ">a\nMKT\n>b\nMK\nHH\n",
        ["b"],
        ["b"],
        "line 1: this chain has a sequence and no labels",
    ),
    "more": (">a\nM\nH\nM\n>b\nMK\nHH\n", ["b"], ["b"], "line 4 should be '>' and a name"),
    "row": ("seq,sst3,id\nM,H\nMK,HH,b\n", ["b"], ["b"], "line 2: this row has not the 3 columns"),
    "cell": ("seq,sst3,id\nM?,HH,a\nMK,HH,b\n", ["a", "b"], ["b"], "line 2: symbol '?'"),
    "empty": ("seq,sst3,id\n,,a\nMK,HH,b\n", ["b"], ["b"], "line 2: no sequence"),
    "mask": (
        ">a TARGET=HH MASK=1\nMK\n>b TARGET=HH\nMK\n",
        ["b"],
        ["b"],
        "line 1: the mask is not a 0 or 1 for each of the 2 labels",
    ),
    "json": (
        '{"id":"a","sequence":"M"}\n{"id":"b","sequence":"MK","label":"HH"}\n',
        ["b"],
        ["b"],
        "line 1: is no object of a chain: it lacks 'states or labels",
    ),
    "broken": (
        '{"id":"x","sequence":"M","label":"H"}\n{"sequence"\n',
        ["x"],
        ["x"],
        "line 2: is not JSON (at character",
    ),
    "newline": (
        '{"id":"a\\n>x","sequence":"M","label":"H"}\n{"id":"b","sequence":"MK","label":"HH"}\n',
        ["a_>x", "b"],
        ["a_>x", "b"],
        "",
    ),
    "uci": ("<>\nM h\nK ?\n<end>\n<>\nM h\n<end>\n", ["file_001"], ["file_001"], "line 3: 'K ?'"),
    "ss2": (
        "# PSIPRED VFORMAT\n\n 1 M H 0 1 x\n# PSIPRED VFORMAT\n\n 1 M H 0 1 0\n",
        ["file_2"],
        ["file_2"],
        "line 3: 'x' should be a number",
    ),
    "table": (
        "id,position,residue,state,p_helix,p_strand,p_coil\n"
        "a,1,M,H,1,0,x\na,2,M,H,1,0,0\nb,1,M,H,1,0,0\n",
        ["b"],
        ["b"],
        "line 2: 'x' should be a number",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_one_wrong_record_never_costs_the_others(tmp_path: Path, case: str) -> None:
    text, masked, skipped, message = BAD[case]
    path = tmp_path / "file"
    path.write_text(text)
    if message:
        assert f"{path}: {message}" in complaint(read_chains, path)
    left_out: list[int] = []
    for on_invalid, ids in (("mask", masked), ("skip", skipped)):
        left_out.clear()
        warnings: list[str] = []
        chains = read_chains(
            path,
            on_invalid=on_invalid,  # type: ignore[arg-type]
            on_skip=lambda number, *_: left_out.append(number),
            on_warning=warnings.append,
        )
        assert [chain.id for chain in chains] == ids
        assert len(left_out) == 2 - len(ids)
        assert bool(warnings) == bool(message)


def test_nothing_left_is_an_error_that_names_the_first(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(">a\nM1\nHHH\n>b\nM\nHH\n")
    message = complaint(read_chains, path, on_invalid="skip")
    assert message.startswith(f"no record is left of 2; the first is wrong: {path}: line 2: symbol")


def test_gaps_of_an_alignment_are_named_or_taken_out(tmp_path: Path) -> None:
    path = tmp_path / "aligned.3line"
    path.write_text(">a\nM-KT.\nH-HEC\n")
    message = complaint(read_chains, path)
    assert "symbol '-' at position 2 of the sequence is a gap" in message
    assert "--on-invalid degap" in message
    warnings: list[str] = []
    chains = read_chains(path, on_invalid="degap", on_warning=warnings.append)
    assert list(chains) == [Chain("a", "MKT", "HHE")]
    assert warnings == [f"{path}: 2 gaps taken out"]


def test_a_final_asterisk_without_a_label_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(">a\nMKT*\nHHH\n>b\nMK*\nHHH\n")
    assert [chain.sequence for chain in read_chains(path)] == ["MKT", "MKX"]


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        (">a\nMKTA\nYI\nHHHH\nEC\n", Chain("a", "MKTAYI", "HHHHEC")),
        (">a\nMKT\n   \n", Chain("a", "MKT", "CCC")),
        (">a\rMKT\rHHH\r", Chain("a", "MKT", "HHH")),
        ("seq;sst3;id\nMKT;HHH;a\n", Chain("a", "MKT", "HHH")),
        ("seq\tsst3\tid\nMKT\tHHH\ta\n", Chain("a", "MKT", "HHH")),
        (
            "id,seq,sst3\nsp|P1|X, putative, like,MKT,HHH\n",
            Chain("sp|P1|X,_putative,_like", "MKT", "HHH"),
        ),
        ('[{"id": "a",\n "seq": "MKT", "label": "HHH"}]\n', Chain("a", "MKT", "HHH")),
        ('{"sequences": [{"id": "a", "seq": "MKT", "q3": "HHH"}]}', Chain("a", "MKT", "HHH")),
    ],
)
def test_other_ways_to_write_the_same(tmp_path: Path, text: str, chain: Chain) -> None:
    path = tmp_path / "file"
    path.write_bytes(text.encode())
    assert list(read_chains(path)) == [chain]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\xff\xfe>\0a\0", "is text in UTF-16"),
        (b"PK\x03\x04 xl/worksheets", "is a spreadsheet (.xlsx); save the sheet as CSV"),
        (b"data_1ABC\n_entry.id 1ABC\n", "is a structure (mmCIF); label its chains first"),
        (b"ATOM      1  N   MET A   1 \n", "is a structure (PDB); label its chains first"),
        (b"<html>", "is a web page (HTML)"),
        (b"CLUSTAL W\n", "is a Clustal alignment"),
        (b'{"a": 1}', "is JSON of no known form"),
    ],
)
def test_what_has_no_form_is_called_what_it_is(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert f"{path}: {what}" in complaint(read_chains, path)


TWICE = 2 * "MKTAYIAKQRQISFVK"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f">a\n{TWICE}\n{4 * 'CCHHHHEE'}\n{4 * 'CCHHHHEE'}\n{4 * '0123'}{4 * '4567'}\n", "line 3"),
        (f">a\n{TWICE}\n{4 * 'CHEC'}{4 * 'HCEE'}\n" + 2 * f"{4 * 'NNSS'}{4 * 'SSSN'}\n", "line 3"),
        ("id,seq,ss8,label\na,MK,HH,01\n", "the columns ss8 and label are all labels"),
        ("id,seq,sst3,label\na,MK,HH,01\n", "line 2: the two columns of labels contradict"),
        ("id,seq,sst3,sst8\na,MKT,HHC,CBS\n", "line 2: the two columns of labels contradict"),
        ("id,seq,sequence,sst3\na,MK,KM,HH\n", "the columns seq and sequence are all sequences"),
        ("id,seq,sst8\n1,a,MK,HH\n2,b,MK,HH\n", "line 2: has a cell more than line 1"),
        ('"id","residue","label"\n"1","a","M","H"\n', "line 2: has a cell more than line 1"),
        ("id,residue,label,label\na,M,H,E\n", "line 1 names the column 'label' twice"),
        ("id,residue,label,value\na,M,H,0.5\n", "has the columns label and value"),
        ("id,pos,residue,label\na,2,K,H\na,1,M,E\n", "pos falls from 2 to 1; sort the rows"),
        ("id,Position,residue,label\na,2,K,H\na,1,M,E\n", "Position falls from 2 to 1"),
        ('{"sequence": "MK", "labels": [0.2, 0.7]}\n', "'0.2', is not one symbol; give numbers as"),
        ('{"sequence": "MK", "labels": ["H", 10]}\n', "item 2 of labels, '10', is not one symbol"),
        ('{"sequence": "MK", "labels": ["H", null]}\n', "item 2 of labels, 'None', is not one"),
        (
            '{"sequence": ["MK", "TA"], "labels": ["HE", "CC"]}\n',
            "item 1 of sequence, 'MK', is not",
        ),
        ('{"sequence": "MK", "states": "HH", "labels": "HE"}\n', "has unlike states and labels"),
        ('{"sequence": "MK", "q8": "HH", "label": "01"}\n', "has unlike label and q8"),
        ('{"sequence": "MK", "values": [1, 2], "labels": "HE"}\n', "has both values and labels"),
        ('{"sequence": "MK", "values": [1, Infinity]}\n', "has inf among its values"),
        ('{"sequence": "MK", "values": [1, true]}\n', "has True among its values"),
        ('{"sequence": "MK", "labels": "HE", "labels": "EE"}\n', "has the key 'labels' twice"),
        (
            '{"train": [{"sequence": "MK", "labels": "HE"}], "test": [{"sequence": "M"}]}\n',
            "holds several lists of records ('train', 'test')",
        ),
        (">a TARGET=HE TARGET=EE\nMK\n", "line 1: has TARGET= or MASK= twice"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        list(read_chains(path, states=None))
    assert message in str(error.value)
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        ("id,seq,sst8\na,MK,HE,\n", Chain("a", "MK", "HE")),
        ("seq,sst8,id\nMK,HE,a,,\n", Chain("a", "MK", "HE")),
        ("id,seq,sst8,mask\na,MK,HE,01\n", Chain("a", "MK", "-E")),
        ("id,seq,sst8,resolved\na,MK,HE,1 0\n", Chain("a", "MK", "H-")),
        ("id,seq,sst8,disorder\na,MK,HE,0 0\n", Chain("a", "MK", "HE")),
        ("id,resnum,residue,label\na,7,M,H\na,9,K,E\n", Chain("a", "MK", "HE")),
        ("id,pos,residue,label\na,52,M,H\na,52,K,E\n", Chain("a", "MK", "HE")),
        ('{"id": "a", "sequence": "MK", "labels": [0.0, true]}\n', Chain("a", "MK", "01")),
        (
            '{"meta": [1], "data": [{"id": "a", "sequence": "MK", "q8": "HE"}]}\n',
            Chain("a", "MK", "HE"),
        ),
    ],
)
def test_what_stands_beside_is_heeded(tmp_path: Path, text: str, chain: Chain) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text)
    assert list(read_chains(path, states=None)) == [chain]


def test_rows_of_one_structure_are_told_apart_by_their_chain(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,chain,residue,label\n1abc,A,M,H\n1abc,A,K,E\n1abc,B,T,C\n")
    found = [(chain.id, chain.sequence) for chain in read_chains(path)]
    assert found == [("1abc-A", "MK"), ("1abc-B", "T")]


def test_every_form_is_found_and_says_what_it_is() -> None:
    assert {"three-line", "rcsb", "cullpdb", "flip", "fas-conf", "raptorx-ss8"} <= {*FORMS}
    assert list(FORMS)[-1] == "three-line"
    assert all(form.summary and form.remedy for form in FORMS.values())


@pytest.mark.parametrize("header", [">a", ">1ABC:A:sequence"])
def test_a_record_without_an_end_costs_no_memory(tmp_path: Path, header: str) -> None:
    path = tmp_path / "genome.fasta"
    path.write_text(f"{header}\n" + ("ACGT" * 20 + "\n") * 300_000)
    assert "line 1: this record is longer than 16 MiB" in complaint(read_chains, path)


def test_half_of_a_character_in_an_id_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "\\ud800", "sequence": "MKT", "states": "CCC"}\n')
    with pytest.raises(InputError, match="line 1: the id holds half of a character"):
        list(read_chains(path))


def test_a_table_of_many_columns_is_read_in_little_time(tmp_path: Path) -> None:
    names = ",".join(f"c{n}" for n in range(100_000))
    path = tmp_path / "wide.csv"
    path.write_text(f"id,seq,sst3,{names}\na,MKT,CHE{',' * 100_000}\n")
    assert [chain.labels for chain in read_chains(path)] == ["CHE"]
