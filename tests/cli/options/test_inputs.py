"""What `ribbonet predict` takes as inputs, what it says of mistakes, and how it sums up."""

import json

import pytest

from ribbonet import load_model

A, B = ">a\nMKTAYIAKQR\n", ">c\n\n>d\nGG1GG\n"


@pytest.fixture
def files(tmp_path):
    (tmp_path / "a.fasta").write_text(A)
    (tmp_path / "b.fasta").write_text(">b\nQISFVKSHF\n")
    (tmp_path / "bad.fasta").write_text(B)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.fasta").write_text(A)
    return tmp_path


def predict(ribbonet, files, *words):
    return ribbonet("predict", "--model", "fast", *words, cwd=files)


def headers(done):
    return done.stdout.decode().splitlines()[::3]


def test_several_files_and_patterns_are_one_output_in_their_order(ribbonet, files):
    done = predict(ribbonet, files, "b.fasta", "a.fasta")
    assert headers(done) == [">b", ">a"]
    assert done.stderr.startswith(b"ribbonet: 2 records, 19 residues, 0 masked, 0 skipped; model f")
    alone = predict(ribbonet, files, "b.fasta").stdout + predict(ribbonet, files, "a.fasta").stdout
    assert done.stdout == alone
    assert headers(predict(ribbonet, files, "[ab].fasta")) == [">a", ">b"]
    assert predict(ribbonet, files, "a.fasta", "b.fasta", "-o", "out/").returncode == 0
    assert sorted(path.name for path in (files / "out").iterdir()) == [
        "a.3line",
        "b.3line",
        "index.tsv",
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("P69905", "https://rest.uniprot.org/uniprotkb/P69905.fasta"),
        ("A0A024R1R8", "https://rest.uniprot.org/uniprotkb/A0A024R1R8.fasta"),
        ("1UBQ", "https://www.rcsb.org/fasta/entry/1UBQ"),
        ("1ubq_A", "https://www.rcsb.org/fasta/entry/1ubq"),
        ("NP_000509.1", "https://www.ncbi.nlm.nih.gov/protein/NP_000509.1"),
        ("MKTAYIAKQRQISF", "looks like a sequence: give it as `ribbonet predict --sequence"),
        ("mktayiakqrqisfvkshfsrqleerlglievq", "looks like a sequence"),
        ("https://a.b/c.fasta", "no such file; it is an address: download it and give that file"),
        ("proteins", "proteins: no such file\n"),
        ("none.fasta", "none.fasta: no such file\n"),
        ("*.fsa", "*.fsa: matches no file"),
        ("a.fasta folder", "folder: is a folder; give one folder alone, or files"),
        ("- -", "- is standard input, which can be read once"),
        ("--sequence P69905", "looks like an accession of UniProt"),
        ("--sequence a.fasta", "is a file; give it without --sequence"),
        ("a.fasta b.fasta --ray", "--ray reads files by their names; give one FASTA file"),
        ("a.fasta --summary a.fasta", "a.fasta: is to be read and would be overwritten"),
        ("a.fasta -o x.csv --summary x.csv", "--summary and --output name one file"),
        ("a.fasta -o x.csv --summary x.csv.skipped.tsv", "--summary and --output name one file"),
        ("a.fasta -o x/ --summary x.skipped.tsv", "--summary and --output name one file"),
    ],
)
def test_what_is_no_file_is_said_with_what_to_do(ribbonet, files, words, message):
    done = predict(ribbonet, files, *words.split())
    assert done.returncode == 2
    assert done.stderr.startswith(b"ribbonet: error: ")
    assert message in done.stderr.decode()
    assert done.stdout == b""


def test_the_hint_is_given_by_other_commands_too(ribbonet, files):
    done = ribbonet("train", "P69905", "-o", "model", cwd=files)
    assert done.returncode == 2
    assert b"P69905: no such file; it looks like an accession of UniProt" in done.stderr


@pytest.mark.parametrize(
    ("choice", "text", "counts"),
    [
        ("mask", ">b\nQISFVKSHF\n>d\nGG1G!\n", [2, 14, 2, 0]),
        ("skip", ">b\nQISFVKSHF\n>c\n\n>d\nGG1GG\n", [1, 9, 0, 2]),
        ("skip", ">d\nGG1GG\n", [0, 0, 0, 1]),
    ],
)
@pytest.mark.parametrize("output", [None, "out.csv"])
def test_the_summary_counts_what_was_done(ribbonet, files, choice, text, counts, output):
    (files / "bad.fasta").write_text(text)
    words = [] if output is None else ["-o", output]
    done = predict(
        ribbonet, files, "bad.fasta", "--on-invalid", choice, "--summary", "s.json", *words
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads((files / "s.json").read_text())
    assert summary["model_sha256"] == load_model("fast").digest
    assert [summary[key] for key in ("records", "residues", "masked", "skipped")] == counts
    assert (summary["input"], summary["output"]) == (["bad.fasta"], output)
    assert summary["options"]["format"] == ("three-line" if output is None else "csv")
    last = done.stderr.decode().splitlines()[-1]
    assert f"{counts[2]} masked, {counts[3]} skipped; model fast, sha256 " in last


def test_the_summary_of_a_folder(ribbonet, files):
    (files / "folder" / "b.fasta").write_text(">b\nMK1\n>c\n\n")
    words = ("folder", "-o", "out", "--on-invalid", "skip")
    done = predict(ribbonet, files, *words)
    said = b"ribbonet: 1 record, 10 residues, 0 masked, 2 skipped; model fast"
    assert said in done.stderr


def test_quiet_leaves_warnings_and_nothing_else(ribbonet, files):
    assert predict(ribbonet, files, "a.fasta", "--quiet").stderr == b""
    done = predict(ribbonet, files, "bad.fasta", "-q", "--on-invalid", "skip")
    assert all(line.startswith(b"ribbonet: warning: ") for line in done.stderr.splitlines())


def test_help_version_and_completion(ribbonet):
    assert ribbonet("-h").stdout == ribbonet("--help").stdout
    assert b"Exit codes: 0 done" in ribbonet("-h").stdout
    assert ribbonet("predict", "-h").stdout == ribbonet("predict", "--help").stdout
    assert ribbonet("data", "convert", "-h").returncode == 0
    assert ribbonet("-V").stdout == ribbonet("--version").stdout
    assert b"--install-completion" in ribbonet("-h").stdout
