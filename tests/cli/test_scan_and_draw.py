"""`ribbonet scan`, `ribbonet draw` and `ribbonet predict --smooth`, as a shell runs them."""

import pytest

FASTA = ">a one\nMKTAYIAKQR\n>b\nGGVVGG\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in.fasta").write_text(FASTA)
    return tmp_path


def test_a_scan_is_a_table_or_a_heat_map_and_predictions_are_drawn(ribbonet, folder):
    done = ribbonet("scan", "in.fasta", "--model", "fast", "--positions", "2-3,6", cwd=folder)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "id,position,residue,mutant,change,states,helix,strand,coil"
    assert len(lines) == 1 + 2 * 3 * 19
    assert lines[1].startswith("a,2,K,A,")
    done = ribbonet(
        *("scan", "--sequence", "MKTAY", "--model", "fast", "-o", "map.svg", "--colours", "grey"),
        cwd=folder,
    )
    assert b"95 mutants predicted, written to map.svg" in done.stderr
    assert (folder / "map.svg").read_text().startswith("<svg ")
    ribbonet("predict", "in.fasta", "--model", "fast", "-o", "p.jsonl", cwd=folder)
    draw = ("draw", "p.jsonl", "-o", "p.svg", "--width", "85", "--track", "states")
    done = ribbonet(*draw, "--reference", "p.jsonl", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert b"2 chains drawn to p.svg" in done.stderr
    assert 'width="85.0mm"' in (folder / "p.svg").read_text()


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("scan in.fasta --positions 3-1", "--positions 3-1: '3-1' is no position; write 10-20,35"),
        ("scan in.fasta -o out.xlsx", "end the name with one of .csv, .tsv, .jsonl, .svg"),
        ("scan in.fasta --model fast --positions 8", "8 is not in b; give some from 1 to 6"),
        ("scan", "give either FASTA files"),
        ("scan in.fasta --wrap 20 -o out.csv", "--wrap: for a heat map only"),
        ("scan in.fasta --width 90 --colours safe", "--width, --colours: for a heat map only"),
        ("scan in.fasta --model topology", "the model 'topology': a scan needs a model of"),
        ("draw in.fasta -o in.fasta", "is to be read and would be overwritten"),
        ("draw in.fasta -o out.svg --wrap 2", "wrap = 2: give residues on a line, 10 or more"),
    ],
)
def test_bad_usage_is_said_and_nothing_is_written(ribbonet, folder, command, message):
    done = ribbonet(*command.split(), cwd=folder)
    assert done.returncode == 2
    assert message in done.stderr.decode()
    assert [path.name for path in folder.iterdir()] == ["in.fasta"]


def test_predictions_are_smoothed(ribbonet, folder):
    (folder / "in.fasta").write_text(">a\nGGGKGGGAEAGGVGGPKGGGTTGG\n")
    done = ribbonet("predict", "in.fasta", "--model", "fast", "--smooth", "-q", cwd=folder)
    assert done.returncode == 0, done.stderr
    states = done.stdout.decode().splitlines()[2]
    assert "CHC" not in states
    assert "CEC" not in states
    done = ribbonet("predict", "in.fasta", "--smooth", "--states", "8", cwd=folder)
    assert done.returncode == 2
    assert b"smooth: is for three states" in done.stderr
