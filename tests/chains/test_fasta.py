import bz2
import gzip
import io
import lzma
import string
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import read_fasta, read_ids
from ribbonet.chains.readers.three_line import format_three_line, read_three_line, write_three_line
from ribbonet.chains.sequences.lines import ENDS
from ribbonet.chains.sequences.residues import clean_sequence
from ribbonet.chains.sequences.rules import THREE_LETTERS
from ribbonet.errors import InputError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
    ".zst": zstd.compress,
}
TWO_RECORDS = b">sp|P1 first\nMKT\nAYI\n>2\nACDEF\n"
TWO_CHAINS = [Chain("sp|P1 first", "MKTAYI"), Chain("2", "ACDEF")]
ADVICE = "correct it, or use --on-invalid mask (read it as X) or skip (leave the record out)"


@pytest.fixture
def fasta(tmp_path: Path) -> Callable[..., Path]:
    def write(content: bytes, name: str = "a.fasta") -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return write


def complaint(chains: Iterable[Any]) -> str:
    with pytest.raises(InputError) as error:
        list(chains)
    return str(error.value)


# Opening


@pytest.mark.parametrize("suffix", COMPRESSIONS)
def test_files_may_be_compressed(fasta: Callable[..., Path], suffix: str) -> None:
    path = fasta(COMPRESSIONS[suffix](TWO_RECORDS), f"a.fasta{suffix}")
    assert list(read_fasta(path)) == TWO_CHAINS
    assert list(read_fasta(str(path))) == TWO_CHAINS


@pytest.mark.parametrize("suffix", COMPRESSIONS)
def test_compression_needs_no_suffix(fasta: Callable[..., Path], suffix: str) -> None:
    assert list(read_fasta(fasta(COMPRESSIONS[suffix](TWO_RECORDS), "a"))) == TWO_CHAINS


@pytest.mark.parametrize("suffix", COMPRESSIONS)
def test_standard_input_may_be_compressed(suffix: str) -> None:
    program = (
        "from ribbonet.chains.fasta import read_fasta\n"
        "for chain in read_fasta('-'): print(chain.header, chain.sequence)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        input=COMPRESSIONS[suffix](TWO_RECORDS),
        capture_output=True,
        env={"PATH": ""},
        check=False,
    )
    assert done.stderr == b""
    assert done.stdout.split() == b"sp|P1 first MKTAYI 2 ACDEF".split()


def test_standard_input_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TWO_RECORDS)))
    assert list(read_fasta("-")) == TWO_CHAINS
    assert not sys.stdin.closed


def test_complaints_about_standard_input_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert complaint(read_fasta("-")).startswith("standard input: is empty;")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "no.fasta"
    assert complaint(read_fasta(path)) == f"{path}: no such file"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert complaint(read_fasta(tmp_path)) == f"{tmp_path}: is a folder; give a file"


def test_a_forbidden_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbid)
    path = tmp_path / "a.fasta"
    assert complaint(read_fasta(path)) == f"{path}: cannot be read (Permission denied)"


@pytest.mark.parametrize("suffix", list(COMPRESSIONS)[1:])
def test_a_truncated_file_is_found_out(fasta: Callable[..., Path], suffix: str) -> None:
    content = COMPRESSIONS[suffix](TWO_RECORDS * 1000)
    path = fasta(content[: len(content) // 2], f"a.fasta{suffix}")
    assert complaint(read_fasta(path)) == f"{path}: is cut short; fetch or copy it again"


@pytest.mark.parametrize("suffix", list(COMPRESSIONS)[1:])
def test_a_file_not_compressed_as_its_name_says_is_found_out(
    fasta: Callable[..., Path], suffix: str
) -> None:
    path = fasta(TWO_RECORDS, f"a.fasta{suffix}")
    message = complaint(read_fasta(path))
    assert message.startswith(f"{path}: cannot be read (")
    assert message.endswith("); is it whole, and compressed as its name says?")


@pytest.mark.parametrize("reader", [read_fasta, read_three_line, read_ids])
def test_bytes_that_are_no_text_are_refused(
    fasta: Callable[..., Path], reader: Callable[[Path], Iterable[Any]]
) -> None:
    path = fasta(b">a\nM\x80\xff\nHH\n")
    with pytest.raises(InputError) as error:
        list(reader(path))
    assert str(error.value) == (
        f"{path}: line 2 is not text in UTF-8 (byte 0x80); save it as UTF-8, or give a text file, "
        "plain or compressed with gzip, xz, bzip2 or zstd"
    )


# FASTA


def test_headers_are_utf_8_whatever_the_locale() -> None:
    program = (
        "from ribbonet.chains.fasta import read_fasta\n"
        "for chain in read_fasta('-'): print(ascii(chain.header))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        input=">β-lactamase\nMK\n".encode(),
        capture_output=True,
        env={"PATH": "", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        check=False,
    )
    assert done.stderr == b""
    assert done.stdout.split() == [ascii("β-lactamase").encode()]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# nothing\n"])
def test_an_empty_file_is_refused(fasta: Callable[..., Path], content: bytes) -> None:
    path = fasta(content)
    assert complaint(read_fasta(path)) == (
        f"{path}: is empty; give a FASTA file with one record or more"
    )


@pytest.mark.parametrize(
    ("content", "line"), [(b"MKTAYI\n", 1), (b"\n\nATOM\n>a\nMK\n", 3), (b"\0\0\0\n", 1)]
)
def test_a_file_that_is_not_fasta_is_refused(
    fasta: Callable[..., Path], content: bytes, line: int
) -> None:
    path = fasta(content)
    assert complaint(read_fasta(path)) == (
        f"{path}: is not FASTA: line {line} should be '>' and a name; give a FASTA file"
    )


def test_fastq_is_called_by_its_name(fasta: Callable[..., Path]) -> None:
    path = fasta(b"@read\nMK\n+\nII\n")
    assert complaint(read_fasta(path)) == f"{path}: is FASTQ; convert it to FASTA"


@pytest.mark.parametrize("empty", [b">b c\n>d\nMK\n", b">b c\n*\n", b">b c\n\n", b">b c"])
def test_a_record_without_a_sequence_is_refused(fasta: Callable[..., Path], empty: bytes) -> None:
    path = fasta(b">a\nMK\n" + empty)
    assert complaint(read_fasta(path)) == (
        f"{path}: record 2 (b c): no sequence; add it, or use --on-invalid skip (leave the record "
        "out)"
    )


@pytest.mark.parametrize(
    ("sequence", "symbol", "position"),
    [
        ("MK1T", "1", 3),
        ("M*K*", "*", 2),
        ("MK**", "*", 3),
        ("MK\nT;T", ";", 4),
        ("MKß", "ß", 3),
        ("mkı", "ı", 3),
    ],
)
def test_an_invalid_symbol_is_named_with_its_place(
    fasta: Callable[..., Path], sequence: str, symbol: str, position: int
) -> None:
    path = fasta(f">a\nMKT\n>b c\n{sequence}\n".encode())
    assert complaint(read_fasta(path)) == (
        f"{path}: record 2 (b c): symbol {symbol!r} at position {position} is not a residue; "
        f"{ADVICE}"
    )


@pytest.mark.parametrize(("sequence", "symbol", "position"), [("-MKT", "-", 1), ("MK.", ".", 3)])
def test_a_gap_is_that_of_an_alignment(
    fasta: Callable[..., Path], sequence: str, symbol: str, position: int
) -> None:
    path = fasta(f">a\n{sequence}\n".encode())
    message = complaint(read_fasta(path))
    assert f"symbol {symbol!r} at position {position} is a gap, so this is a row of an" in message
    assert "--on-invalid degap" in message
    assert ".a3m" in message
    warnings: list[str] = []
    (chain,) = read_fasta(path, on_invalid="degap", on_warning=warnings.append)
    assert chain.sequence == sequence.strip("-.")
    assert warnings == [f"{path}: 1 gap taken out"]


@pytest.mark.parametrize(
    ("on_invalid", "sequences", "warning"),
    [
        ("mask", ["MXKX", "AC"], "2 invalid symbols read as X in 1 record"),
        ("skip", ["AC"], "1 record skipped"),
    ],
)
def test_invalid_symbols_are_masked_or_their_records_skipped(
    fasta: Callable[..., Path],
    on_invalid: Literal["mask", "skip"],
    sequences: list[str],
    warning: str,
) -> None:
    path = fasta(b">a\nM-K-\n>b\nAC\n")
    warnings: list[str] = []
    chains = read_fasta(path, on_invalid=on_invalid, on_warning=warnings.append)
    assert [chain.sequence for chain in chains] == sequences
    assert warnings == [f"{path}: {warning}"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b">a\nMKT\n >b\nAYI\n", "'>' stands at position 4, within the sequence; start each"),
        (b">a\nMKT>b\nAYI\n", "'>' stands at position 4, within the sequence; start each"),
        (b">a\nM\0K\0\n", "a NUL byte stands at position 2; save the file as text"),
        (b">a\n   10\nMKTAYIAKQR\n", "'10' stands for no residue, so it cannot be masked"),
        (b">a\n5 MKTAYIAKQR\n", "'5' stands for no residue, so it cannot be masked"),
        (b">a\nMKTAY(phospho)IAK\n", "'(phospho)' stands for no residue, so it cannot be"),
        (b">a\nMKT[+80]AYIAK\n", "'[+80]' stands for no residue, so it cannot be masked"),
        (b">a\nMKTAY:IAKQR\n", "':' stands for no residue, so it cannot be masked"),
        (b">a\nM,K,T\n", "',' stands for no residue, so it cannot be masked"),
        (b">a\n1MKTAYIAKQR\n11QISFVK\n", "'11' stands for no residue, so it cannot be masked"),
        (">a\nMKT\u200bAYI\n".encode(), r"'\u200b' stands for no residue, so it cannot be"),
        (">a\n\uff2d\uff2bT\n".encode(), "most of its symbols (2 of 3) are no residues; give the"),
        (b">a\nMKTAYI\x1a\n", r"'\x1a' stands for no residue, so it cannot be masked"),
    ],
)
def test_what_stands_for_no_residue_is_not_masked(
    fasta: Callable[..., Path], content: bytes, message: str
) -> None:
    assert message in complaint(read_fasta(fasta(content), on_invalid="mask"))


def test_records_are_not_lost_by_skipping_another(fasta: Callable[..., Path]) -> None:
    assert "'>' stands" in complaint(read_fasta(fasta(b">a\nMKT>b\nAYI\n"), on_invalid="skip"))
    kept = read_fasta(fasta(b">a\n   10\nMKTAYIAKQR\n>b\nAYI\n"), on_invalid="skip")
    assert [chain.id for chain in kept] == ["b"]


def test_a_warning_counts_in_numbers_from_the_first_record_on(fasta: Callable[..., Path]) -> None:
    warnings: list[str] = []
    list(read_fasta(fasta(b">a\nmx\n"), on_warning=warnings.append))
    assert warnings[0].endswith(
        ": 1 lower-case record read as upper case; 1 unknown residue (X) in 1 record"
    )


def test_skipping_leaves_out_records_without_a_sequence(fasta: Callable[..., Path]) -> None:
    assert list(read_fasta(fasta(b">a\n>b\nMK\n"), on_invalid="skip")) == [Chain("b", "MK")]


def test_one_warning_counts_all_that_was_not_taken_as_it_stands(
    fasta: Callable[..., Path],
) -> None:
    path = fasta(b">1\nmkx\n>2\nMkUU*\n>3\nMK*\n>4\nMK?x\n>5\nMK\n")
    warnings: list[str] = []
    chains = list(read_fasta(path, on_invalid="mask", on_warning=warnings.append))
    assert [chain.sequence for chain in chains] == ["MKX", "MKUU", "MK", "MKXX", "MK"]
    assert warnings == [
        f"{path}: 3 lower-case records read as upper case; "
        "4 unknown residues (U, X) in 3 records; 2 final asterisks dropped; "
        "1 invalid symbol read as X in 1 record"
    ]


def test_nothing_odd_no_warning(fasta: Callable[..., Path]) -> None:
    warnings: list[str] = []
    list(read_fasta(fasta(TWO_RECORDS), on_warning=warnings.append))
    assert warnings == []


def test_records_with_the_same_id_are_all_kept(fasta: Callable[..., Path]) -> None:
    path = fasta(b">a\nMK\n>a\nMK\n")
    assert list(read_fasta(path)) == [Chain("a", "MK"), Chain("a", "MK")]


@pytest.mark.parametrize(
    "content",
    [
        TWO_RECORDS.replace(b"\n", b"\r\n"),
        TWO_RECORDS.replace(b"\n", b"\n\n"),
        b"\n" + TWO_RECORDS.rstrip(),
        b"\xef\xbb\xbf" + TWO_RECORDS,
        b"# by hand\n" + TWO_RECORDS,
    ],
    ids=["windows", "blank lines", "no last line end", "byte-order mark", "comment"],
)
def test_line_ends_blank_lines_and_marks_change_nothing(
    fasta: Callable[..., Path], content: bytes
) -> None:
    assert list(read_fasta(fasta(content))) == TWO_CHAINS


def test_a_long_chain_is_read_whole(fasta: Callable[..., Path]) -> None:
    sequence = "ACDEFGHIKL" * 4000
    lines = "\n".join(sequence[i : i + 60] for i in range(0, len(sequence), 60))
    assert list(read_fasta(fasta(f">titin\n{lines}\n".encode()))) == [Chain("titin", sequence)]


def test_records_come_before_the_file_is_read(fasta: Callable[..., Path]) -> None:
    chains = read_fasta(fasta(TWO_RECORDS * 10_000 + b">bad\n1\n"))
    assert next(chains) == TWO_CHAINS[0]


HEADERS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\n"), min_size=1, max_size=20
).map(str.strip)
SEQUENCES = st.text(string.ascii_uppercase, min_size=1, max_size=40)


@given(st.lists(st.builds(Chain, HEADERS, SEQUENCES), min_size=1))
def test_any_header_is_kept(chains: list[Chain]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.fasta"
        text = "".join(f">{chain.header}\n{chain.sequence}\n" for chain in chains)
        path.write_bytes(text.encode())
        assert list(read_fasta(path)) == chains


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("MK 1", f"sequence: symbol '1' at position 3 is not a residue; {ADVICE}"),
        (
            " *",
            "sequence: no sequence; add it, or use --on-invalid skip (leave the record out)",
        ),
    ],
)
def test_a_sequence_by_itself_is_held_to_the_same_rules(text: str, message: str) -> None:
    assert clean_sequence("mk\tUX *\n") == "MKUX"
    assert clean_sequence("M-K", "mask") == "MXK"
    assert clean_sequence("M-K", "skip") == ""
    with pytest.raises(InputError) as error:
        clean_sequence(text)
    assert str(error.value) == message


# Three lines a chain


@st.composite
def labelled_chains(draw: st.DrawFn) -> Chain:
    sequence = draw(SEQUENCES)
    labels = st.text("HEC-", min_size=len(sequence), max_size=len(sequence))
    return Chain(draw(HEADERS), sequence, draw(labels))


@given(st.lists(labelled_chains(), min_size=1))
def test_reading_undoes_writing(chains: list[Chain]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.3line"
        with path.open("w", encoding="utf-8", newline="\n") as file:
            for chain in chains:
                write_three_line(file, chain)
        assert list(read_three_line(path)) == chains


@pytest.mark.parametrize("suffix", COMPRESSIONS)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\n\n"])
def test_three_lines_may_be_compressed(
    fasta: Callable[..., Path], suffix: str, line_end: bytes
) -> None:
    content = b">a b\nmkT\nH-C\n>c\nX\nE\n".replace(b"\n", line_end)
    path = fasta(COMPRESSIONS[suffix](content), f"a.3line{suffix}")
    assert list(read_three_line(path)) == [Chain("a b", "MKT", "H-C"), Chain("c", "X", "E")]


def test_eight_states_are_reduced_or_kept(fasta: Callable[..., Path]) -> None:
    path = fasta(b">a\nACDEFGHIKLMN\nHGIEBTSCP _-\n")
    assert [chain.labels for chain in read_three_line(path)] == ["HHHEECCCCCC-"]
    assert [chain.labels for chain in read_three_line(path, states=STATES8)] == ["HGIEBTSCCCC-"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; give three lines a chain: '>' and a name, sequence, labels"),
        (
            b">a\nMK\nHH\nMK\n",
            "line 4 should be '>' and a name; "
            "give a file with three lines a chain: name, sequence, labels",
        ),
        (
            b">a\nMK\nHH\n\n>b\nMK\n",
            "line 5: this chain has a sequence and no labels, as in FASTA; give labelled chains",
        ),
        (
            b">a\nMK\n>b\nMK\nHH\n",
            "line 1: this chain has a sequence and no labels, as in FASTA; give labelled chains",
        ),
        (
            b">a\nMKTAYIAKQRQISFVKSH\nFSRQLEERLGLIEVQADNW\n",
            "line 3: reads as residues, as in FASTA, not as labels; give labelled chains",
        ),
        (b">a", "line 1: this chain lacks its sequence and its labels; add the lines"),
        (b">a b\nMKT\nHH\n", "line 3: chain 'a' has 3 residues and 2 labels; correct the line"),
        (
            b">a\nMKT\nHQH\n",
            "line 3: symbol 'Q' at position 2 is not one of HGIEBTSCP _-; correct the line",
        ),
        (
            b">a\nM1T\nHHH\n",
            "line 2: symbol '1' at position 2 is not one of ACDEFGHIKLMNPQRSTVWYBJOUXZ; "
            "correct the line",
        ),
    ],
)
def test_a_bad_line_is_named(fasta: Callable[..., Path], content: bytes, message: str) -> None:
    path = fasta(content)
    assert complaint(read_three_line(path)) == f"{path}: {message}"


def test_an_odd_label_among_eight_states_is_named(fasta: Callable[..., Path]) -> None:
    path = fasta(b">a\nMK\nHQ\n")
    assert complaint(read_three_line(path, states=STATES8)) == (
        f"{path}: line 3: symbol 'Q' at position 2 is not one of GHIEBTSC-; correct the line"
    )


def test_a_chain_without_labels_has_no_three_lines() -> None:
    with pytest.raises(ValueError, match=r"^chain 'a' has no labels to write$"):
        format_three_line(Chain("a b", "MK"))


# Ids


def test_ids_may_be_headers(fasta: Callable[..., Path]) -> None:
    assert read_ids(fasta(b">a first\nb\n# no\n>\n>")) == {"a", "b"}


def test_ids_are_first_words(fasta: Callable[..., Path]) -> None:
    path = fasta(b"# similar to test chains\n1ubq-A\n\n2abc-B  why\n1ubq-A\r\n")
    assert read_ids(path) == {"1ubq-A", "2abc-B"}


# The real files


@pytest.mark.parametrize(
    ("file", "chains", "labelled"),
    [
        ("netsurfp2_train.3line.gz", 9712, 2_319_963),
        ("netsurfp2_valid.3line.gz", 1080, 262_853),
        ("cb513_q3.3line", 511, 83_427),
        ("ts115_q3.3line", 115, 27_501),
        ("casp12_q3.3line", 20, 6_004),
        ("qian_sejnowski_1988_train.3line", 111, 18_105),
        ("qian_sejnowski_1988_test.3line", 17, 3_520),
        pytest.param("pdb_train_q8.3line.xz", 72_885, 16_887_584, marks=pytest.mark.slow),
    ],
)
def test_real_files_have_the_residues_they_should(
    shared_data: Path, file: str, chains: int, labelled: int
) -> None:
    read = [int(chain.mask.sum()) for chain in read_three_line(shared_data / file)]
    assert (len(read), sum(read)) == (chains, labelled)


@pytest.mark.parametrize("name", ["cb513", "ts115", "casp12"])
def test_eight_states_of_real_files_reduce_to_their_three(shared_data: Path, name: str) -> None:
    three = read_three_line(shared_data / f"{name}_q3.3line")
    eight = read_three_line(shared_data / f"{name}_q8.3line")
    assert [chain.labels for chain in three] == [chain.labels for chain in eight]


@pytest.mark.parametrize(("name", "count"), [("train", 452), ("valid", 370)])
def test_excluded_ids_are_those_of_chains(shared_data: Path, name: str, count: int) -> None:
    ids = read_ids(shared_data / f"exclude_{name}.txt")
    assert len(ids) == count
    assert ids <= {c.id for c in read_three_line(shared_data / f"netsurfp2_{name}.3line.gz")}


def test_records_left_out_are_told_of_one_by_one(tmp_path):
    path = tmp_path / "bad.fasta"
    path.write_text(">a\nMKT\n>b some\nMK;T\n>c\n>d\nMKT\n")
    left_out = []
    chains = read_fasta(path, on_invalid="skip", on_skip=lambda *told: left_out.append(told))
    assert [chain.id for chain in chains] == ["a", "d"]
    assert left_out == [
        (2, "b some", "symbol ';' at position 3 is not a residue"),
        (3, "c", "no sequence"),
    ]


@pytest.mark.parametrize("suffix", COMPRESSIONS)
def test_reading_tells_how_far_it_is(tmp_path, suffix):
    path = tmp_path / f"many.fasta{suffix}"
    path.write_bytes(COMPRESSIONS[suffix](b">a\nMKT\n" * 100))
    files = []
    chains = read_fasta(path, on_open=files.append)
    assert files == []
    next(chains)
    assert 0 < files[0].tell() <= path.stat().st_size
    for _ in chains:
        last = files[0].tell()
    assert last == path.stat().st_size


SPOILT = st.tuples(st.integers(0, 10**6), st.binary(max_size=8), st.integers(0, 20))


@settings(max_examples=200)
@given(
    text=st.binary(max_size=60) | st.just(TWO_RECORDS * 40),
    suffix=st.sampled_from(list(COMPRESSIONS)),
    spoilt=st.lists(SPOILT, max_size=4),
    on_invalid=st.sampled_from(["error", "mask", "skip"]),
)
def test_any_bytes_are_read_or_refused_in_one_line(
    tmp_path_factory, text, suffix, spoilt, on_invalid
):
    content = bytearray(COMPRESSIONS[suffix](text))
    for place, inserted, lost in spoilt:
        start = place % (len(content) + 1)
        content[start : start + lost] = inserted
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    refusal = f"{path}: nothing is wrong"
    try:
        for chain in read_fasta(path, on_invalid=on_invalid):
            assert len(chain.codes) == len(chain) > 0
    except InputError as error:
        refusal = str(error)
    assert refusal.startswith(f"{path}: ")
    assert "\n" not in refusal


def test_white_space_within_a_sequence_is_dropped(tmp_path):
    path = tmp_path / "blocks.fasta"
    path.write_text(">a\nMKTAYIAKQR QISFVKSHFS\nRQLEE\tRLGLI\n")
    assert [chain.sequence for chain in read_fasta(path)] == ["MKTAYIAKQRQISFVKSHFSRQLEERLGLI"]


def test_three_lines_a_chain_are_no_fasta(tmp_path):
    path = tmp_path / "states.3line"
    sequence, labels, blanks = "MKTAYIAKQRQISFVK", "CCHHHHHHHHHHEEEC", "  HHHHHHHHHHEEE "
    for body in (
        f"{sequence}\n{labels}",
        f"{labels}\n{sequence}",
        f"{sequence}\n{blanks}",
        f"{sequence[:9]}\n{sequence[9:]}\n{labels[:4]}\n{labels[4:]}",
        f"{2 * sequence}\n{12 * 'D'}{20 * 'O'}",
    ):
        path.write_text(f">a\n{body}\n")
        with pytest.raises(
            InputError, match=r"record 1 \(a\): half of the sequence reads as labels"
        ):
            list(read_fasta(path))
    for proteins in ("GSGSGSGSGSGSGSGS\nGSGSGSGSGSGSGSGS", "MKTAYIAKQRQISFVK\nGGSGGSGGSGGSGGSG"):
        path.write_text(f">a\n{proteins}\n")
        assert len(next(read_fasta(path))) == 32


CHAIN = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSG"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (f"{CHAIN}\n\nBest regards\nA. Smith", "'Best regards' reads as text, not as residues"),
        (f"{CHAIN}\nDownload FASTA", "'Download FASTA' reads as text"),
        (f"a description over\ntwo lines\n{CHAIN}", "'a description over' reads as text"),
        (f"{CHAIN.lower()}\nhere it ends", "'here it ends' reads as text"),
        (f"{CHAIN}\n{'C' * 9}{'H' * 31}{'E' * 9}", "line 2 of the sequence reads as labels"),
        (f"{CHAIN}\n\n{'CSTTHHHHHHGGTTEEEEEECC' * 2}", "line 2 of the sequence reads as labels"),
        (f"{CHAIN[:47]}\nEND", "the last line, END, reads as the end of another format"),
        (f"{CHAIN[:47]}\nTER\nEND", "the last line, END, reads as the end of another format"),
        (f"{CHAIN[:30]}\n{CHAIN[30:47]}\nTER\n", "the last line, TER, reads as the end"),
        (f"{CHAIN}\nEnd", "the last line, End, reads as the end of another format"),
        (f"{CHAIN[:47]}\n\nSTOP", "the last line, STOP, reads as the end of another format"),
        ("MKTAYIApSKQR", "'Ac' and 'p' stand here for modifications"),
        ("ACE ALA GLY SER NME", "'ACE', among names of three letters, is no amino acid's"),
        ("Ala-Gly\nSer-NH2", "'NH2', among names of three letters, is no amino acid's"),
        ("MetMseLysAlaGly", "'Mse', among names of three letters, is no amino acid's"),
        ("MdKdTpAv" * 5, "capitals and small letters stand in turn, as SaProt"),
        ("AcMKTAYIAKQR", "'Ac' and 'p' stand here for modifications"),
        ("proteins.fasta", "'proteins.fasta' is the name of a file, not a sequence"),
        ("/home/ada/my.prots.fa.gz", "'/home/ada/my.prots.fa.gz' is the name of a file"),
        ("C:\\Users\\ada\\1ubq.pdb", "1ubq.pdb' is the name of a file"),
        ("1UBQ.PDB", "'1UBQ.PDB' is the name of a file"),
        ("model_a.cif\nmodel_b.cif", "'model_a.cif' is the name of a file"),
    ],
)
@pytest.mark.parametrize("on_invalid", ["error", "mask"])
def test_what_is_beside_a_sequence_is_not_read_as_residues(
    fasta: Callable[..., Path], body: str, what: str, on_invalid: Literal["error", "mask"]
) -> None:
    assert what in complaint(read_fasta(fasta(f">a\n{body}\n".encode()), on_invalid=on_invalid))


@pytest.mark.parametrize("missing", [b"nan", b"None", b"null"])
def test_what_programs_write_for_none_is_no_peptide(
    fasta: Callable[..., Path], missing: bytes
) -> None:
    path = fasta(b">a\n" + missing + b"\n>b\nNAN\n")
    assert f"record 1 (a): no sequence, but '{missing.decode()}'" in complaint(read_fasta(path))
    assert list(read_fasta(path, on_invalid="skip")) == [Chain("b", "NAN")]


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        (f"{CHAIN}\n\nThanks", "1 line looks like text, read as residues"),
        (f"Lysozyme\n{CHAIN}", "1 line looks like text, read as residues"),
        (f"{CHAIN[:30]}\n\n{CHAIN}", "1 record read on below a blank line"),
        (f"{CHAIN}\n{'D' * 9}{'O' * 39}", "1 line looks like labels, read as residues"),
        (f"{CHAIN}\nCHAIN A LENGTH FIFTY", "1 line looks like text, read as residues"),
        (f"A PROTEIN FAMILY\n{CHAIN}", "1 line looks like text, read as residues"),
        (f"{CHAIN}\nEND", "1 line looks like text, read as residues"),
        (f"{CHAIN[:20]}\n{CHAIN[:20]}\nTER", "1 line looks like text, read as residues"),
        ("CCSTTHHHHHHHHTTGGGSEEEEEEECC", "1 record looks like states, read as residues"),
        ("TTTHHHHHHHHTTSSEEEEETTSSGGGTTEEEE", "1 record looks like states, read as residues"),
        ("LLLLHHHHHHHHHLLLLEEEEELLLLHHHHHLLLL", "1 record looks like states, read as residues"),
        ("CCHHHHHHHCCEEEECC", "1 record looks like states, read as residues"),
        ("HPHPPHHPHPPHPHHPPHPHHHPPH", "1 record looks like states, read as residues"),
        ("ooooooMMMMMMMMMMMMMMMMMMMiiiiii", "1 line looks like text, read as residues"),
        ("myoglobin", "1 line looks like text, read as residues"),
        ("the protein is small", "1 line looks like text, read as residues"),
    ],
)
def test_what_may_be_beside_a_sequence_is_warned_of(
    fasta: Callable[..., Path], body: str, warning: str
) -> None:
    warnings: list[str] = []
    list(read_fasta(fasta(f">a\n{body}\n".encode()), on_warning=warnings.append))
    assert warning in warnings[0]


@pytest.mark.parametrize(
    "body",
    [
        *("H" * 12, "HHHHHHC", "CHHHHHHC", "P" * 30, "L" * 30, "GGGGS" * 6, "VPGVG" * 8),
        *("MKHHHHHHPP", "ECECECECECG", "MSOGK", "mkta yiak qrqi sf"),
    ],
)
def test_peptides_of_few_letters_are_not_warned_of(fasta: Callable[..., Path], body: str) -> None:
    warnings: list[str] = []
    list(read_fasta(fasta(f">a\n{body}\n".encode()), on_warning=warnings.append))
    assert "looks like" not in "".join(warnings)


def test_a_record_of_the_labels_above_is_refused(fasta: Callable[..., Path]) -> None:
    labels = "CCHHHHHHHHHHHHHHTTCCEEEEEECCCCCHHHHHHHHCCTTCEEEECC"
    path = fasta(f">a\n{CHAIN}\n>a states\n{labels}\n".encode())
    message = "record 2 (a states): reads as labels of the record above; leave the records of"
    assert message in complaint(read_fasta(path, on_invalid="skip"))
    path = fasta(f">a\n{CHAIN}\n>tag\n{'H' * 6}{CHAIN[:20]}\n>END\nEND\n".encode())
    warnings: list[str] = []
    assert len(list(read_fasta(path, on_warning=warnings.append))) == 3
    assert not warnings


def test_half_cystines_of_dssp_are_cysteines(fasta: Callable[..., Path]) -> None:
    given, meant = "MKTaYIAKbRQISFVaSHFSRQLEbRLGLc", "MKTCYIAKCRQISFVCSHFSRQLECRLGLC"
    masked = "MKTaYIAKaRQISFVaSHFSRQLEERLGLI"
    path = fasta(f">a\n{given}\n>b\n{masked}\n>c\nKaLaK\n".encode())
    warnings: list[str] = []
    found = [chain.sequence for chain in read_fasta(path, on_warning=warnings.append)]
    assert found == [meant, masked.upper(), "KALAK"]
    assert "; 5 half-cystines in DSSP's lower-case letters read as C" in warnings[0]
    labelled = fasta(f">a\n{given}\n{'CH' * 15}\n".encode())
    assert next(read_three_line(labelled)).sequence == meant


@pytest.mark.parametrize(
    "body",
    [
        f"{CHAIN[:20]}\n\n{CHAIN[20:40]}\n\n{CHAIN[40:]}",
        f"{CHAIN[:20].lower()}\n{CHAIN[20:]}",
        f"{CHAIN[:10].lower()} {CHAIN[10:20].lower()}\n{CHAIN[20:30].lower()}",
        f"{CHAIN[:10]} {CHAIN[10:20]}\n{CHAIN[20:30].lower()} {CHAIN[30:33]}",
        f"{CHAIN[:10]} {CHAIN[10:20]}\n{CHAIN[20:30]}",
        f"# a comment of some words\n{CHAIN[:20]}\n{CHAIN[20:]}",
        "GSGSGSGSGSGSGSGSGSGSGSGSGSGS\nMKT",
        "MKT AYI AKQ RQI ALA",
        "MGCCGCSGGCGSGCGGCGSGCGGCGSGCGGCGSGCGGCGSGCGGCGSSCC\nVPV",
    ],
    ids=[
        "spaced",
        "masked",
        "blocks",
        "masked blocks",
        "one block",
        "comment",
        "linker",
        "threes",
        "cysteines",
    ],
)
def test_unusual_lines_of_residues_are_read(fasta: Callable[..., Path], body: str) -> None:
    warnings: list[str] = []
    (chain,) = read_fasta(fasta(f">a\n{body}\n".encode()), on_warning=warnings.append)
    lines = (line for line in body.upper().split("\n") if line[:1] != "#")
    assert chain.sequence == "".join("".join(lines).split())
    assert all(warning.endswith(": 1 lower-case record read as upper case") for warning in warnings)


# Conventions of others


@pytest.mark.parametrize(
    ("content", "chains"),
    [
        (
            b">P1;CRAB\nalpha crystallin\n  MDITIHNPLI RRPLFSWLAP\n  SRIFDQ*\nC;Species: duck\n",
            [Chain("CRAB alpha crystallin", "MDITIHNPLIRRPLFSWLAPSRIFDQ")],
        ),
        (b">P1;A\n\nMKT*\n>F1;B\nb\nAYI*\n", [Chain("A", "MKT"), Chain("B b", "AYI")]),
        (b">P1;odd\nMKT\n", [Chain("P1;odd", "MKT")]),
        (b">a\n  1 mktayiakqr qisfvkshfs\n 21 rqlee\n", [Chain("a", "MKTAYIAKQRQISFVKSHFSRQLEE")]),
        (
            b">a\nMKTAYIAKQR QISFVKSHFS   20\nRQLEE    25\n",
            [Chain("a", "MKTAYIAKQRQISFVKSHFSRQLEE")],
        ),
        (b">a\nMet Lys Thr\n", [Chain("a", "MKT")]),
        (b">a\nMET LYS THR\nALA TYR\n", [Chain("a", "MKTAY")]),
        (b">a\nMetLysThrAlaTyr\n", [Chain("a", "MKTAY")]),
        (b">a\nMet-Lys-Thr-Sec*\n", [Chain("a", "MKTU")]),
        (b">a\nMETLYSTHRALATYR\n", [Chain("a", "MKTAY")]),
        (b">a\nALAALAALAALAALAALA\n", [Chain("a", "ALAALAALAALAALAALA")]),
        (b">a\rMKT\rAYI\r>b\rMK\r", [Chain("a", "MKTAYI"), Chain("b", "MK")]),
        (b"; by hand\n>a\nMKT\n;AYI\n# no\nAYI\n", [Chain("a", "MKTAYI")]),
        (b">a\x01second name of nr\nMKT\n", [Chain("a\x01second name of nr", "MKT")]),
    ],
)
def test_conventions_of_others_are_read(
    fasta: Callable[..., Path], content: bytes, chains: list[Chain]
) -> None:
    assert list(read_fasta(fasta(content))) == chains


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b">P1;A\ntext of a description\nMKT\n", "starts as a record of PIR"),
        (b">1ABC:A:sequence\nMKT\n>1ABC:A:secstr\n HH\n", "is of RCSB's ss.txt"),
        (b">a\n 1 mkt\n 9 ayi\n", "symbol '1' at position 1 is not a residue"),
        (b">a\rb c\nMKT\n", "a carriage return stands in its header"),
        (b">\0a\0\n\0M\0K\0\n\0", "a NUL byte stands at position 1"),
        (b"\xff\xfe>\0a\0\n\0", "is text in UTF-16"),
        (b"PK\x03\x04 \0 xl/workbook.xml", "is a spreadsheet (.xlsx); save the sheet as CSV"),
        (b"PK\x03\x04 \0 a.fasta", "is a zip archive"),
        (b"%PDF-1.7\n>\n", "is a PDF document"),
        (b"<!DOCTYPE html>\n<p>404</p>\n", "is a web page (HTML), not the file"),
        (b"  <html>", "is a web page (HTML), not the file"),
        (b"# STOCKHOLM 1.0\n\na MKT\n//\n", "is a Stockholm alignment"),
        (b"CLUSTAL O(1.2.4)\n\na MKT\n", "is a Clustal alignment"),
        (b" 2 3\na MKT\nb MRT\n", "is a PHYLIP alignment"),
        (b"##gff-version 3\na\t.\tCDS\t1\t9\t.\t+\t0\tID=1\n", "is GFF"),
        (b"LOCUS       AB000263  368 bp\n", "is a GenBank record"),
        (b"ID   001R_FRG3G   Reviewed;\n", "is a UniProt or EMBL record"),
        (b"data_1ABC\n#\nloop_\n", "is a structure (mmCIF)"),
        (b"HEADER    HYDROLASE   01-JAN-00   1ABC\n", "is a structure (PDB)"),
        (
            b"\x83\xa7encoder\xa5Mol*\xa7version",
            "is a structure in BinaryCIF; download or save",
        ),
        (b"\xde\x00\x24\xabmmtfVersion\xa51.0.0", "is a structure in MMTF; download"),
        (b'{"id": "a", "sequence": "MKT"}\n', "is JSON"),
        (b"Query profile of sequence 0\nPos\tCns\tA\n", "is a profile of MMseqs2"),
        (b"@HD\tVN:1.6\n", "is SAM"),
    ],
)
def test_what_is_no_fasta_is_named(fasta: Callable[..., Path], content: bytes, what: str) -> None:
    message = complaint(read_fasta(fasta(content)))
    assert what in message
    assert "\n" not in message


def test_a_database_of_mmseqs_is_named(fasta: Callable[..., Path]) -> None:
    path = fasta(b"MKT\n\0MKA\n\0", "db")
    fasta(b"\0\0\0\0", "db.dbtype")
    assert complaint(read_fasta(path)).startswith(f"{path}: is a database of MMseqs2; write FASTA")


@pytest.mark.parametrize("on_invalid", ["mask", "skip"])
def test_headers_in_another_encoding_stay_apart_where_records_may_be_odd(
    fasta: Callable[..., Path], on_invalid: Literal["mask", "skip"]
) -> None:
    path = fasta(b">caf\xe9\nMKT\n>caf\xe8\nAYI\n")
    assert [c.id for c in read_fasta(path, on_invalid=on_invalid)] == ["caf\\xe9", "caf\\xe8"]


def test_masking_leaves_out_records_without_a_sequence(fasta: Callable[..., Path]) -> None:
    path = fasta(b">a\n*\n>b\nMK*T*\n>c\n\n")
    warnings: list[str] = []
    left_out: list[tuple[int, str, str]] = []
    chains = read_fasta(
        path,
        on_invalid="mask",
        on_warning=warnings.append,
        on_skip=lambda *told: left_out.append(told),
    )
    assert list(chains) == [Chain("b", "MKXT")]
    assert left_out == [(1, "a", "no sequence"), (3, "c", "no sequence")]
    assert warnings == [
        f"{path}: 1 final asterisk dropped; 1 invalid symbol read as X in 1 record; "
        "2 records without a sequence left out"
    ]


@pytest.mark.parametrize("on_invalid", ["error", "skip"])
def test_a_sequence_that_is_no_proteins_costs_no_memory(
    fasta: Callable[..., Path], on_invalid: Literal["error", "skip"]
) -> None:
    path = fasta(b">a\nMK\n>b\n" + b"M" * 40_000_000 + b"\n>c\nMK\n")
    tracemalloc.start()
    chains = read_fasta(path, on_invalid=on_invalid)
    if on_invalid == "skip":
        assert [chain.id for chain in chains] == ["a", "c"]
    else:
        assert f"{path}: record 2 (b): more than 1,000,000 residues" in complaint(chains)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 64 << 20


def naive_fasta(text: str) -> list[tuple[str, str]]:
    """Read FASTA line by line."""
    records: list[list[str]] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if line.startswith(">"):
            records.append([line[1:].strip(), ""])
        elif records and not line.startswith(("#", ";")):
            records[-1][1] += "".join(line.split())
    return [(header, sequence.upper()) for header, sequence in records]


LINES = st.lists(st.text("ACDEFGHIKLMNPQRSTVWYXmkt \t", max_size=9), max_size=4).map("\n".join)
NO_NAMES = LINES.filter(str.strip).filter(
    lambda lines: (
        not any(
            word.upper() in THREE_LETTERS or word.upper().encode() in ENDS for word in lines.split()
        )
        and all(line.isupper() or len(line.split()) < 2 for line in lines.split("\n"))
    )
)
"""Sequences without names of three letters, words and ends of other formats, which `read_fasta`
tells apart."""
RECORDS = st.lists(st.tuples(HEADERS, NO_NAMES), min_size=1, max_size=6)


@settings(max_examples=200)
@given(records=RECORDS, end=st.sampled_from(["\n", "\r\n"]), block=st.integers(1, 40))
def test_blocks_of_any_size_read_as_line_by_line(
    tmp_path_factory: pytest.TempPathFactory,
    records: list[tuple[str, str]],
    end: str,
    block: int,
) -> None:
    path = tmp_path_factory.getbasetemp() / "blocks.fasta"
    text = "".join(f">{header}\n{lines}\n" for header, lines in records)
    path.write_bytes(text.replace("\n", end).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ribbonet.chains.open.BLOCK", block)
        found = list(read_fasta(path))
    assert [(chain.header, chain.sequence) for chain in found] == naive_fasta(text)


def test_a_tail_of_glycine_is_no_line_of_states(fasta: Callable[..., Path]) -> None:
    """The last line of a natural protein, wrapped at 60 residues, has states' letters alone."""
    above, tail = "MKTAYIAKQRQISFVKSHFS" * 3, "GEGGGGHGGEGGGHGGGGGHGSGGG"
    (chain,) = read_fasta(fasta(f">a\n{above}\n{tail}\n".encode()))
    assert chain.sequence == above + tail
