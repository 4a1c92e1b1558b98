"""Profiles of alignments, by hand and beside the definition spelled out; the search for real."""

import gzip
import shutil
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ribbonet.chains.arrays import ArrayFile, by_sequence
from ribbonet.chains.chain import Chain
from ribbonet.chains.relatives import profiles
from ribbonet.chains.relatives.profiles import (
    ABSENT,
    GAP,
    NEGLIGIBLE,
    ODD,
    encode_row,
    find_profiles,
    profile,
    stored_profiles,
    write_profiles,
)
from ribbonet.errors import InputError


def spelled_out(rows):
    """The definition, cell by cell."""
    columns = [[int(c) for c in column] for column in rows.T]
    weights = []
    for row in rows:
        shares = []
        for cell, column in zip(row, columns, strict=True):
            counts = Counter(c for c in column if c < 20)
            if cell < 20:
                shares.append(1 / (len(counts) * counts[int(cell)]))
        weights.append(np.mean(shares) if shares else NEGLIGIBLE)
    result = np.zeros((len(columns), 22))
    for place, column in enumerate(columns):
        shares = np.zeros(21)
        for cell, weight in zip(column, weights, strict=True):
            if cell <= GAP:
                shares[cell] += weight
        if shares[:20].sum():
            result[place, :20] = shares[:20] / shares[:20].sum()
        if shares.sum():
            result[place, 20] = shares[20] / shares.sum()
        covered = sum(cell <= GAP for cell in column[1:])
        result[place, 21] = min(np.log(1 + covered) / np.log(1001), 1)
    return result


shapes = st.tuples(st.integers(1, 6), st.integers(1, 8))


@given(arrays(np.uint8, shapes, elements=st.sampled_from([0, 1, 2, 19, GAP, ABSENT, ODD])))
def test_profiles_are_as_defined(rows):
    made = profile(rows)
    assert made.dtype == np.float32
    np.testing.assert_allclose(made, spelled_out(rows), atol=1e-6)
    sums = made[:, :20].sum(axis=1)
    assert np.isclose(sums, np.where((rows < 20).any(axis=0), 1, 0), atol=1e-5).all()


def test_by_hand():
    """Weights 1/3 + 1/2, 1/3 + 1/2 and 1/3, each over the residues of its row."""
    made = profile(np.stack([encode_row(row) for row in ("AC", "AD", "A-")]))
    np.testing.assert_allclose(made[0, [0, 1, 20]], [1, 0, 0])
    np.testing.assert_allclose(made[1, [1, 2, 20]], [0.5, 0.5, (1 / 3) / (5 / 6 + 1 / 3)])
    np.testing.assert_allclose(made[:, 21], np.log(3) / np.log(1001))


def test_the_size_of_parts_changes_nothing(monkeypatch):
    rows = np.random.default_rng(0).integers(0, profiles.KINDS, (40, 30), np.uint8)
    whole = profile(rows)
    monkeypatch.setattr(profiles, "PART", 70)
    np.testing.assert_array_equal(profile(rows), whole)


def test_a_chain_alone_has_its_own_residues_and_no_depth():
    made = profile(encode_row("AYX")[None])
    expected = np.zeros((3, 22))
    expected[0, 0] = expected[1, 19] = 1
    np.testing.assert_array_equal(made, expected)


def test_more_than_a_thousand_rows_are_as_deep_as_a_thousand():
    rows = np.zeros((1400, 2), np.uint8)
    rows[1001:, 1] = ABSENT
    np.testing.assert_allclose(profile(rows)[:, 21], [1, 1])


def letters(rng, number):
    return "".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWY"), number))


@pytest.fixture(params=[False, True], ids=["MMseqs2", "jackhmmer"])
def program(request, monkeypatch, tmp_path):
    """Each program that finds homologues."""
    if request.param:
        pytest.importorskip("pyhmmer")
        monkeypatch.setenv("PATH", str(tmp_path))
    elif shutil.which("mmseqs") is None:
        pytest.skip("needs mmseqs2")


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """A chain with four homologues of 85 % identity, others without, and what was found."""
    rng = np.random.default_rng(7)
    query = letters(rng, 120)
    chains = [
        Chain("alone", letters(rng, 80)),
        Chain("sp|P1|QUERY and more", query[:50] + "X" + query[51:]),
        Chain("short", "A"),
    ]
    fasta = tmp_path_factory.mktemp("search") / "homologues.fasta.gz"
    relatives = [
        "".join(letter if rng.random() < 0.85 else letters(rng, 1) for letter in query)
        for _ in range(4)
    ]
    records = [f">h{n} relative\n{text}\n" for n, text in enumerate(relatives)]
    records += [f">h9\n{relatives[0][:60] + relatives[0][70:]}\n", f">sp|P1|QUERY\n{query}\n"]
    records += [f">u{n}\n{letters(rng, 100)}\n" for n in range(20)]
    fasta.write_bytes(gzip.compress("".join(records).encode()))
    return chains, fasta, relatives


@pytest.mark.usefixtures("program")
def test_homologues_are_found_and_counted(searched):
    chains, fasta, relatives = searched
    alone, known, short = find_profiles(chains, fasta, threads=1)
    np.testing.assert_array_equal(alone, profile(encode_row(chains[0].sequence)[None]))
    np.testing.assert_array_equal(short, profile(encode_row("A")[None]))

    rows = np.stack([encode_row(row) for row in [chains[1].sequence, *relatives]])
    assert known.shape == (120, 22)
    middle = slice(20, 45)
    agreeing = known[middle, :20].argmax(axis=1) == profile(rows)[middle, :20].argmax(axis=1)
    assert agreeing.mean() > 0.8
    np.testing.assert_allclose(np.expm1(known[middle, 21] * np.log(1001)), 5, rtol=1e-4)
    assert known[58:72, 20].max() > 0.1
    assert known[middle, 20].max() == 0


@pytest.mark.usefixtures("program")
def test_what_is_no_fasta_of_proteins_is_named(searched, tmp_path):
    chains, _, _ = searched
    path = tmp_path / "bad.fasta"
    path.write_text("MKT\n")
    with pytest.raises(InputError, match=r"bad.fasta: is not FASTA"):
        list(find_profiles(chains, path))
    sequence, states = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ", "CCCHHHHHHHHHHHHHHHHHHHHHHHCCCCCCC"
    for text, message in (
        (f">a\n{sequence}\n{states}\n", "half of the sequence reads as labels"),
        (f">a\n{'ACGTTGCAAC' * 20}\n", "its records look like nucleotides; give FASTA of"),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match=message):
            list(find_profiles(chains, path))
    with pytest.raises(InputError, match=r"none.fasta: no such file"):
        list(find_profiles(chains, tmp_path / "none.fasta"))


def test_without_both_programs_the_package_of_one_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(profiles, "find_spec", lambda name: None)
    (tmp_path / "any.fasta").write_text(">b\nMKT\n")
    with pytest.raises(InputError, match=r"mmseqs: no such program; .*mmseqs2"):
        list(find_profiles([Chain("a", "MKT")], tmp_path / "any.fasta"))


@settings(max_examples=20)
@given(st.lists(st.text("ACDX", min_size=1, max_size=5), min_size=1, max_size=4, unique=True))
def test_written_profiles_come_back(tmp_path_factory, sequences):
    path = tmp_path_factory.mktemp("written") / "p.npz"
    chains = [Chain("one id", text) for text in sequences]
    profiles = [profile(encode_row(chain.sequence)[None]) for chain in chains]
    write_profiles(path, [*chains, chains[0]], [*profiles, profiles[0]], by_sequence)
    file = ArrayFile(path, by_sequence)
    for chain, own in zip(chains, profiles, strict=True):
        np.testing.assert_array_equal(file(chain), own)


def test_stored_profiles_are_closed_before_their_file_goes():
    chain = Chain("a", "MKT")

    def compute(chains):
        return [profile(encode_row(chain.sequence)[None]) for chain in chains]

    with stored_profiles([chain, chain], compute, "nothing else") as source:
        np.testing.assert_array_equal(source(chain), compute([chain])[0])
    with pytest.raises(InputError, match="cannot be read"):
        source(chain)


def test_two_chains_of_one_id_are_refused(tmp_path):
    chains = [Chain("a", "MK"), Chain("a", "MT")]
    with pytest.raises(InputError, match="two chains have the id 'a'"):
        write_profiles(tmp_path / "p.npz", chains, [np.zeros((2, 22), np.float32)] * 2)
    assert not (tmp_path / "p.npz").exists()
