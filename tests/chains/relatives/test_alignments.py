"""Alignments in A3M, A2M, aligned FASTA and Stockholm: a family in each, what is malformed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.chains.chain import Chain
from ribbonet.chains.relatives.alignment_files import AlignmentFiles, is_alignment
from ribbonet.chains.relatives.alignments import read_alignment
from ribbonet.errors import InputError

ROWS = {"query": "AC--DEF", "one/1-7": "ACKKDEF", "two": "-CK-D--"}
AS_A3M = ["ACDEF", "ACkkDEF", "-CkD--"]
FORMS = {
    "a.a3m": "#family\n>ss_pred\nCCCCC\n>query\nACDEF\n>one/1-7\nACkkDEF\n>two\n-CkD--\n",
    "a.a2m": ">query\nAC..DEF\n>one/1-7\nACkkDEF\n>two\n-Ck.D--\n",
    "fasta.a3m": "".join(f">{id}\n{row[:4]}\n{row[4:]}\n" for id, row in ROWS.items()),
    "a.sto": "# STOCKHOLM 1.0\n#=GF ID x\n\n"
    + "".join(f"{id:10} {row}\n" for id, row in ROWS.items())
    + "#=GC SS_cons  HHHHHHH\n//\n",
    "blocks.txt": "# STOCKHOLM 1.0\n"
    + "".join(f"{id} {row[:3].replace('-', '.')}\n" for id, row in ROWS.items())
    + "\n"
    + "".join(f"{id}\t{row[3:].lower()}\n" for id, row in ROWS.items())
    + "//\n",
}


@pytest.mark.parametrize("name", FORMS)
def test_a_family_in_each_form(tmp_path, name):
    path = tmp_path / name
    path.write_text(FORMS[name])
    assert is_alignment(path)
    made = read_alignment(path)
    assert made.headers == list(ROWS)
    assert made.rows == AS_A3M
    assert made.preamble == ("#family\n" if name == "a.a3m" else "")
    assert made.profile.shape == (5, 22)
    again = tmp_path / "again.a3m"
    again.write_text(made.a3m)
    assert read_alignment(again).rows == AS_A3M


def test_insertions_of_the_query_become_columns(tmp_path):
    path = tmp_path / "a.a3m"
    path.write_text(">q\nACkDE\n>one\nACDE\n>two\nACwwDE\n")
    assert read_alignment(path).rows == ["ACKDE", "AC-DE", "AC-wwDE"]


def test_fasta_is_no_alignment(tmp_path):
    path = tmp_path / "a.fasta"
    path.write_text(">a\nMKT\n")
    assert not is_alignment(path)
    assert not is_alignment(tmp_path / "none.fasta")


@pytest.mark.parametrize("start", ["\ufeff", "\n\n", "\ufeff\n"])
def test_stockholm_may_start_with_a_mark_or_blank_lines(tmp_path, start):
    path = tmp_path / "a.aln"
    path.write_text(f"{start}# STOCKHOLM 1.0\na MKT\nb MRT\n//\n", encoding="utf-8")
    assert is_alignment(path)
    assert read_alignment(path).rows == ["MKT", "MRT"]


residues = st.text("ACDEWXY", min_size=1, max_size=12)


@given(residues, st.lists(st.text("ACDEWXY-", min_size=30, max_size=30), max_size=4), st.data())
def test_stockholm_and_aligned_fasta_say_the_same(tmp_path_factory, query, rows, data):
    columns = sorted(
        data.draw(st.sets(st.integers(0, 29), min_size=len(query), max_size=len(query)))
    )
    letters = ["-"] * 30
    for column, letter in zip(columns, query, strict=True):
        letters[column] = letter
    rows = ["".join(letters), *rows]
    folder = tmp_path_factory.mktemp("same")
    fasta, stockholm = folder / "a.a3m", folder / "a.sto"
    fasta.write_text("".join(f">r{n}\n{row}\n" for n, row in enumerate(rows)))
    body = "".join(f"r{n} {row}\n" for n, row in enumerate(rows))
    stockholm.write_text(f"# STOCKHOLM 1.0\n{body}//\n")
    one, other = read_alignment(fasta), read_alignment(stockholm)
    assert one.rows == other.rows
    assert one.sequence == query
    for row, made in zip(rows, one.rows, strict=True):
        assert made.replace("-", "").upper() == row.replace("-", "")
        assert sum(not letter.islower() for letter in made) == len(query)


WRONG = {
    "symbol.sto": ("a MK?\n//\n", r"line 2: symbol '\?'"),
    "words.sto": ("a MKT MKT\n//\n", "line 2: should be a name and an aligned sequence"),
    "alone.sto": ("a\n//\n", "line 2: should be a name"),
    "short.sto": ("a MKT\nb MK\n//\n", "line 3: b has 2 columns, and the first sequence has 3"),
    "cut.sto": ("a MKT\n", "ends without //"),
    "empty.sto": ("//\n", "holds no sequence"),
    "gaps.sto": ("a ---\nb MKT\n//\n", "line 2: the first sequence has no residue"),
    "two.sto": ("a MKT\n//\n# STOCKHOLM 1.0\nb MKT\n//\n", "line 4: a second alignment"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_malformed_is_named(tmp_path, name):
    text, message = WRONG[name]
    path = tmp_path / name
    path.write_text(f"# STOCKHOLM 1.0\n{text}")
    with pytest.raises(InputError, match=f"{name}: {message}"):
        read_alignment(path)


QUERY = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPI"
LABELS = "CCHHHHHHHHHHTTSCEEEEEECCCCEEEEECCHHC"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f">a\n{QUERY}\n{LABELS}\n", "line 1: half of the sequence reads as labels"),
        (f">a\n{QUERY}\n{LABELS.lower()}\n", "line 1: half of the sequence reads as labels"),
        (f">a\n{QUERY}\n{LABELS.replace('C', '-')}\n", "line 1: half of the sequence"),
        (f">a\n{QUERY}\n{'01' * 18}\n", "line 1: half of the sequence reads as labels"),
        (f">a\n{QUERY}\n{LABELS}\n>b\n{QUERY}\n{LABELS}\n", "line 1: half of the"),
        (f">a\n{QUERY}\n>b\n{LABELS}\n", "line 3: the record reads as labels"),
        (f">a\n{QUERY}\0{QUERY}\n", "line 2: a NUL byte stands within it"),
    ],
)
def test_labels_and_other_bytes_are_no_rows(tmp_path, text, message):
    path = tmp_path / "a.a3m"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_alignment(path)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_utf_16_is_named(tmp_path, encoding):
    path = tmp_path / "a.a3m"
    path.write_bytes(f">a\n{QUERY}\n".encode(encoding))
    with pytest.raises(InputError, match="is text in UTF-16; save it as UTF-8"):
        read_alignment(path)


def test_gaps_are_no_labels(tmp_path):
    gaps = "-" * (len(QUERY) - 2)
    path = tmp_path / "a.a3m"
    path.write_text(f">a\n{QUERY}\n{gaps}MK\n>b\n{gaps}MK\n{QUERY}\n")
    assert read_alignment(path).sequence == f"{QUERY}MK"


def test_the_alignment_of_a_complex_is_no_chains(tmp_path):
    path = tmp_path / "a.a3m"
    path.write_text("#5\t2\n>101\nACDEF\n")
    assert read_alignment(path).sequence == "ACDEF"
    path.write_text("#5,3\t1,1\n>101\t102\nACDEFMKT\n")
    with pytest.raises(InputError, match=r"is the alignment of a complex \(chains of 5,3 residues"):
        read_alignment(path)


def test_files_give_each_chain_its_profile(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.a3m").write_text(f">{name}\nACDEF\n>other\nAC{name.upper()}EF\n")
    files = AlignmentFiles([tmp_path / "a.a3m", tmp_path / "b.a3m"])
    assert [chain.id for chain in files.chains] == ["a", "b"]
    a, b = map(files, files.chains)
    assert a[2, 0] > 0
    assert b[2, 0] == 0
    with pytest.raises(KeyError):
        files(Chain("c", "ACDEF"))


def test_two_files_of_one_query_are_refused(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.a3m").write_text(f">q\nACDEF\n>{name}\nACDEF\n")
    with pytest.raises(InputError, match=r"b.a3m: its first sequence is that of .*a.a3m"):
        AlignmentFiles([tmp_path / "a.a3m", tmp_path / "b.a3m"])
