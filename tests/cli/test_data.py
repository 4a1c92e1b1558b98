"""`ribbonet data`, run as a process."""

import json
import shutil

import numpy as np
import pytest

needs_mmseqs = pytest.mark.skipif(
    shutil.which("mmseqs") is None, reason="needs mmseqs (Debian package mmseqs2)"
)


def test_convert_guesses_both_forms(ribbonet, tmp_path):
    table = tmp_path / "cb513.csv"
    table.write_text("seq,sst3,sst8\nMK,CH,TG\n")
    done = ribbonet("data", "convert", table, tmp_path / "out.3line")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.decode() == f"ribbonet: 1 chain written to {tmp_path / 'out.3line'}\n"
    assert (tmp_path / "out.3line").read_text() == ">cb513_000\nMK\nTG\n"


def test_convert_to_a_form_and_states_by_name(ribbonet, tmp_path):
    source = tmp_path / "in"
    source.write_text(">1\nMK\nTG\n")
    done = ribbonet(
        "data", "convert", source, tmp_path / "out", "--to", "biotrainer", "--states", "3"
    )
    assert done.returncode == 0
    assert (tmp_path / "out").read_text() == ">1 TARGET=CH\nMK\n"


def test_what_is_wrong_is_said_in_a_line(ribbonet, tmp_path):
    source = tmp_path / "in"
    source.write_text(">1\nMK\nTGG\n")
    done = ribbonet("data", "convert", source, tmp_path / "out.3line")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == (
        f"ribbonet: error: {source}: line 3: chain '1' has 2 residues and 3 labels; "
        "correct the line\n"
    )
    assert not (tmp_path / "out.3line").exists()
    done = ribbonet("data", "convert", source, tmp_path / "out", "--to", "word")
    assert done.returncode == 2
    assert b"'word' is not a format; give one of biotrainer, flip" in done.stderr


def test_list_names_licence_citation_and_place(ribbonet):
    text = ribbonet("data", "list").stdout.decode()
    assert "cb513: CB513, eight states, the evaluated residues labelled, 511 chains\n" in text
    assert "  licence   non-commercial research use" in text
    rows = json.loads(ribbonet("data", "list", "--json").stdout)
    assert {"name", "summary", "chains", "licence", "citation", "urls", "sha256"} <= set(rows[0])


def test_fetch_refuses_a_name_it_does_not_know(ribbonet):
    done = ribbonet("data", "fetch", "cb514")
    assert done.returncode == 2
    assert b"ribbonet: error: 'cb514' is no data set; give one of cb513, ts115" in done.stderr


@needs_mmseqs
def test_split_keeps_homologues_together(ribbonet, tmp_path):
    rng = np.random.default_rng(0)
    sequences = ["".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWY"), 100)) for _ in range(20)]
    sequences.append(sequences[0][:60] + sequences[1][:40])
    chains = "".join(f">c{n}\n{s}\n{'H' * 100}\n" for n, s in enumerate(sequences))
    (tmp_path / "in").write_text(chains)
    done = ribbonet("data", "split", tmp_path / "in", "-o", tmp_path / "out", "--threads", 1)
    assert done.returncode == 0, done.stderr
    said = done.stderr.decode()
    assert "21 chains in 19 families at 25 % identity, the largest of 3" in said
    parts = {n: (tmp_path / "out" / f"{n}.3line").read_text() for n in ("train", "valid", "test")}
    assert sum(text.count(">") for text in parts.values()) == 21
    together = [name for name, text in parts.items() if ">c0\n" in text]
    assert all(f">c{n}\n" in parts[together[0]] for n in (0, 1, 20))
    done = ribbonet("data", "split", tmp_path / "in", "-o", tmp_path / "k", "--folds", 4)
    assert done.returncode == 0
    assert [(tmp_path / "k" / f"fold{n}.3line").exists() for n in (1, 2, 3, 4)] == [True] * 4
    both = ("--folds", 4, "--shares", "50,50")
    done = ribbonet("data", "split", tmp_path / "in", "-o", tmp_path / "l", *both)
    assert done.returncode == 2
    assert b"--folds makes parts of one size; leave --shares out" in done.stderr


def test_casp13_is_said_not_to_be_there(ribbonet):
    done = ribbonet("data", "fetch", "casp13")
    assert done.returncode == 2
    assert b"no published table of labels" in done.stderr
    assert b"casp13 is not here" in ribbonet("data", "list").stderr


def test_a_wrong_record_is_left_out_or_masked(ribbonet, tmp_path):
    source, target = tmp_path / "some.3line", tmp_path / "out.3line"
    source.write_text(f"{THREE}>bad\nM1TAYI\nCHHHHC\n>short\nMKT\nC\n")
    done = ribbonet("data", "convert", source, target)
    assert done.returncode == 2
    assert b"line 5: symbol '1' at position 2 is not one of" in done.stderr
    assert not target.exists()
    done = ribbonet("data", "convert", source, target, "--on-invalid", "mask")
    assert done.returncode == 0
    assert target.read_text() == f"{THREE}>bad\nMXTAYI\nCHHHHC\n"
    assert b"record 3 (short) is left out: chain 'short' has 3 residues and 1 labels" in done.stderr
    assert b"1 invalid symbol read as X in 1 record; 1 record skipped" in done.stderr


THREE = ">ok\nMKTAYIAKQRQISFVKSHFSRQ\nCHHHHHHHHCCEEEEEECCCCC\n"
