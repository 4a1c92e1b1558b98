"""Outputs that would destroy an input, or be of another form than their name says."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from xopen import xopen

DATA = ">a\nMKTAYIAK\nCHHHHHCC\n>b\nGGGGVVVV\nCCCCEEEE\n"
FASTA = ">a\nMKTAYIAK\n"


@pytest.fixture
def files(tmp_path):
    (tmp_path / "in.fasta").write_text(FASTA)
    (tmp_path / "in.3line").write_text(DATA)
    (tmp_path / "same.3line").hardlink_to(tmp_path / "in.3line")
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        "predict in.fasta -o in.fasta --model fast",
        "predict in.fasta -o ./in.fasta --model fast --format csv",
        "evaluate fast in.3line --report in.3line",
        "evaluate fast in.3line --report same.3line",
        "data convert in.3line same.3line",
        "data profiles in.3line --homologues in.fasta -o in.3line",
        "data profiles in.3line --homologues in.fasta -o in.fasta",
    ],
)
def test_an_input_is_not_overwritten(ribbonet, files, command):
    done = ribbonet(*command.split(), cwd=files)
    assert done.returncode == 2
    assert b"is to be read and would be overwritten; choose another" in done.stderr
    assert (files / "in.fasta").read_text() == FASTA
    assert (files / "in.3line").read_text() == DATA


@pytest.mark.parametrize(
    ("command", "endings"),
    [
        ("evaluate fast in.3line --report out.pdf", b".html or .htm"),
        ("data profiles in.fasta --homologues in.fasta -o out.h5", b".npz"),
        ("data templates in.3line -o out", b".templates"),
        ("data embed in.fasta --model esm -o out.npz", b".h5 or .hdf5"),
        ("figure layer -o out.png", b".svg"),
        ("export fast out.pt", b".onnx"),
    ],
)
def test_a_name_says_the_format_that_is_written(ribbonet, files, command, endings):
    done = ribbonet(*command.split(), cwd=files)
    assert done.returncode == 2
    assert b": end the name with " + endings in done.stderr


def test_parts_go_to_a_new_folder(ribbonet, files):
    done = ribbonet("data", "split", "in.3line", "-o", ".", cwd=files)
    assert done.returncode == 2
    assert b".: exists and is not an empty folder; choose another folder" in done.stderr


EXTENSIONS = (
    ("out.csv", b"id,"),
    ("out.ss2", b"# PSIPRED"),
    ("out", b">a\n"),
    ("v1.2/", b""),
    ("out.3line", b">a\nMKTAYIAK\n"),
    ("OUT.CSV", b"id,"),
    ("out.fasta", b">a\n"),
    ("out.svg", b"<svg "),
    ("out.pdf", b"%PDF-"),
    ("out.png", b"\x89PNG"),
)


def test_the_end_of_a_name_tells_the_format(ribbonet, files):
    for name, start in EXTENSIONS:
        done = ribbonet("predict", "in.fasta", "--model", "fast", "-o", name, cwd=files)
        assert done.returncode == 0
        assert name.endswith("/") or (files / name).read_bytes().startswith(start)


@pytest.mark.parametrize("name", ["out.gif", "out.gff33", "out.3lines", "a.html.gz"])
def test_an_extension_that_names_no_format_is_an_error(ribbonet, files, name):
    done = ribbonet("predict", "in.fasta", "--model", "fast", "-o", name, cwd=files)
    assert done.returncode == 2
    assert b"names no format; end the name by one of .3line, " in done.stderr
    assert not (files / name).exists()
    done = ribbonet(
        *["predict", "in.fasta", "--model", "fast", "--format", "csv", "-o"], name, cwd=files
    )
    assert done.returncode == 0  # whoever names the format may name the file


@pytest.mark.parametrize("end", ["gz", "xz", "bz2", "zst"])
def test_the_end_of_a_name_tells_the_compression(ribbonet, files, end):
    plain, name = files / "plain.csv", f"out.csv.{end}"
    for output in (plain.name, name):
        done = ribbonet("predict", "in.fasta", "--model", "fast", "-o", output, cwd=files)
        assert done.returncode == 0
    with xopen(files / name, "rb", threads=0) as file:
        assert file.read() == plain.read_bytes()
    assert (files / name).read_bytes()[:2] in (b"\x1f\x8b", b"\xfd7", b"BZ", b"\x28\xb5")
    (files / "bad.fasta").write_text(">a\n123\n")
    skip = ("--model", "fast", "--on-invalid", "skip")
    done = ribbonet("predict", "bad.fasta", *skip, "-o", f"none.{end}", cwd=files)
    assert done.returncode == 0
    with xopen(files / f"none.{end}", "rb", threads=0) as file:
        assert file.read() == b""


def test_parquet_is_compressed_within(ribbonet, files):
    done = ribbonet("predict", "in.fasta", "-o", "out.parquet.gz", cwd=files)
    assert done.returncode == 2
    message = b"out.parquet.gz: .parquet is compressed within; name it out.parquet\n"
    assert message in done.stderr
    assert not (files / "out.parquet.gz").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no /dev/full")
@pytest.mark.parametrize("words", ["", "-o /dev/full", "--format csv"])
def test_a_full_disk_is_said_in_a_line(files, words):
    command = f"{sys.executable} -m ribbonet predict in.fasta --model fast {words} > /dev/full"
    done = subprocess.run(command, shell=True, cwd=files, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        b"ribbonet: error: the output cannot be written (No space left on device)\n"
    )


def test_compressed_inputs_are_spared_too(ribbonet, files):
    whole = gzip.compress(FASTA.encode())
    (files / "in.fasta.gz").write_bytes(whole)
    done = ribbonet("predict", "in.fasta.gz", "-o", "in.fasta.gz", cwd=files)
    assert done.returncode == 2
    assert (files / "in.fasta.gz").read_bytes() == whole
