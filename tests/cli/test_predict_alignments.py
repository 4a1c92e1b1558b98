"""`ribbonet predict` of alignments, and A3M written as the HH-suite's addss.pl writes it."""

import ribbonet as package
from ribbonet.chains.relatives.profile_files import ProfileFolder

QUERY = "MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEG"
RELATIVE = "MQIFVKTLTGKTITLEVEaaPSDTIEKVKAKI--KDG"
A3M = f"#ubiquitin\n>q first\n{QUERY}\n>r\n{RELATIVE}\n"
STOCKHOLM = f"# STOCKHOLM 1.0\nq {QUERY[:18]}..{QUERY[18:]}\nr {RELATIVE.upper()}\n//\n"


def test_a3m_in_and_out(ribbonet, tmp_path):
    path = tmp_path / "family.a3m"
    path.write_text(A3M)
    made = tmp_path / "made.a3m"
    done = ribbonet("predict", path, "-o", made)
    assert done.returncode == 0, done.stderr
    assert "model accurate-msa" in done.stderr.decode()

    (tmp_path / "q.a3m").write_text(A3M)
    fasta = tmp_path / "q.fasta"
    fasta.write_text(f">q first\n{QUERY}\n")
    (expected,) = package.predict_file(fasta, source=ProfileFolder(tmp_path))
    lead = expected.probabilities.astype(float)
    lead.sort(axis=1)
    digits = "".join(str(min(int(10 * (row[2] - row[1])), 9)) for row in lead)
    assert made.read_text() == (
        "#ubiquitin\n"
        f">ss_pred PSIPRED predicted secondary structure\n{expected.states}\n"
        f">ss_conf PSIPRED confidence values\n{digits}\n"
        f">q first\n{QUERY}\n>r\n{RELATIVE}\n"
    )
    (again,) = package.predict_file(made)
    assert again.states == expected.states


def test_stockholm_is_known_by_its_first_line(ribbonet, tmp_path):
    path, a3m = tmp_path / "family.txt", tmp_path / "family.a3m"
    path.write_text(STOCKHOLM)
    a3m.write_text(A3M)
    done = ribbonet("predict", path, "--format", "fasta")
    (expected,) = package.predict_file(a3m)
    assert done.stdout.decode() == f">q\n{expected.states}\n"


def test_what_does_not_go_with_alignments(ribbonet, tmp_path):
    path, fasta = tmp_path / "family.a3m", tmp_path / "two.fasta"
    path.write_text(A3M)
    fasta.write_text(f">a\n{QUERY}\n>b\n{QUERY}\n")
    for arguments, message in [
        ((path, fasta), "is an alignment, and"),
        ((path, "--msa", tmp_path), "brings its own profile"),
        ((path, "--model", "fast", "--ray"), "--ray reads FASTA, not alignments"),
        ((fasta, "--format", "a3m", "--no-templates"), "holds one chain per file"),
    ]:
        done = ribbonet("predict", *arguments)
        assert done.returncode == 2
        assert message in done.stderr.decode()
        assert not done.stdout
