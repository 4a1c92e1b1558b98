"""A3M, HHblits and PSI-BLAST files: golden files made by hand, round trips, what is malformed."""

import gzip
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.chains.alphabet import RESIDUES
from ribbonet.chains.chain import Chain
from ribbonet.chains.relatives.profile_files import (
    PSSM_ORDER,
    ProfileFolder,
    read_hhm,
    read_msa,
    read_pssm,
)
from ribbonet.chains.relatives.profiles import ABSENT, depth, encode_row, profile
from ribbonet.errors import InputError

FILES = Path(__file__).parent / "profiles"


def shares(**known):
    return [known.get(letter, 0) for letter in RESIDUES]


def test_a3m_by_hand():
    made = read_msa(FILES / "small.a3m")
    assert made.sequence == "ACDE"
    rows = np.stack([encode_row(row) for row in ("ACDE", "ACDE", "A-DE", "-CWE", "XC--")])
    rows[3, 0] = rows[4, 2] = rows[4, 3] = ABSENT
    np.testing.assert_array_equal(made.profile, profile(rows))


def test_hhm_by_hand():
    made = read_hhm(FILES / "small.hhm")
    assert made.sequence == "ACDE"
    expected = [shares(A=1), shares(C=1), shares(D=0.5, E=0.25, W=0.25), shares(E=1)]
    np.testing.assert_allclose(made.profile[:, :20], expected)
    # into the second position half is deleted, and half of that stays so
    np.testing.assert_allclose(made.profile[:, 20], [0, 0.5, 0.25, 0])
    np.testing.assert_allclose(made.profile[:, 21], np.log(11) / np.log(1001))


def test_hhm_without_the_number_of_sequences_has_its_effective_ones(tmp_path):
    path = tmp_path / "a.hhm"
    path.write_text(re.sub("FILT.*\n", "", (FILES / "small.hhm").read_text()))
    expected = depth(np.array([1, 2, 2, 0]))
    np.testing.assert_allclose(read_hhm(path).profile[:, 21], expected, atol=1e-6)


def test_pssm_by_hand():
    made = read_pssm(FILES / "small.pssm")
    assert made.sequence == "ACDE"
    expected = [
        shares(A=1),
        shares(C=66 / 98, S=32 / 98),
        shares(D=1),
        shares(E=50 / 99, D=25 / 99, V=24 / 99),
    ]
    np.testing.assert_allclose(made.profile[:, :20], expected, rtol=1e-6)
    assert not made.profile[:, 20].any()
    np.testing.assert_allclose(made.profile[:, 21], [*depth(np.array([1, 7, 0])), 1], rtol=1e-6)


aligned = st.text("ACDEWXY-", min_size=12, max_size=12)
inserted = st.text("acd.", max_size=3)


@st.composite
def alignments(draw):
    """A query, rows aligned to it, and the rows as A3M writes them, insertions and all."""
    query = draw(st.text("ACDEWXY", min_size=12, max_size=12))
    rows = [query, *draw(st.lists(aligned, max_size=5))]
    cut = st.integers(0, 12)
    written = [query]
    for row in rows[1:]:
        place = draw(cut)
        written.append(row[:place] + draw(inserted) + row[place:])
    return rows, written


@given(alignments())
def test_insertions_change_nothing(tmp_path_factory, made):
    rows, written = made
    path = tmp_path_factory.mktemp("a3m") / "a.a3m"
    path.write_text("".join(f">r{n}\n{row}\n" for n, row in enumerate(written)))
    codes = np.stack([encode_row(row) for row in rows])
    for row, own in zip(rows, codes, strict=True):
        own[: len(row) - len(row.lstrip("-"))] = ABSENT
        own[len(row.rstrip("-")) :] = ABSENT
    found = read_msa(path)
    assert found.sequence == rows[0]
    np.testing.assert_array_equal(found.profile, profile(codes))


@given(st.lists(st.tuples(st.sampled_from(PSSM_ORDER), st.integers(0, 19)), min_size=1))
def test_what_a_pssm_says_is_read(tmp_path_factory, positions):
    """Position after position, all weight on one residue, given by its place in PSSM's order."""
    path = tmp_path_factory.mktemp("pssm") / "a.pssm"
    lines = ["", "Last position-specific scoring matrix computed"]
    for number, (letter, full) in enumerate(positions, 1):
        percent = [100 if place == full else 0 for place in range(20)]
        lines.append(" ".join(map(str, [number, letter, *[-1] * 20, *percent, 0.5, 0.3])))
    path.write_text("\n".join(lines))
    made = read_pssm(path)
    assert made.sequence == "".join(letter for letter, _ in positions)
    for row, (_, full) in zip(made.profile, positions, strict=True):
        assert RESIDUES.symbols[row[:20].argmax()] == PSSM_ORDER[full]
        assert row[:20].sum() == 1


@given(
    st.lists(
        st.tuples(
            st.sampled_from(RESIDUES.symbols),
            st.lists(st.integers(0, 9999) | st.none(), min_size=20, max_size=20),
            st.integers(1, 9999),
            st.integers(1, 9999),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_an_hhm_says_is_read(tmp_path_factory, positions):
    """Deletions follow the transitions; emissions are powers of two."""
    path = tmp_path_factory.mktemp("hhm") / "a.hhm"
    lines = ["HMM    " + "\t".join(RESIDUES), "       M->M", "       0 * * 0 * 0 * * * *"]
    deleted, shares_of_gaps, into, stay = 0.0, [], 0.0, 0.0
    for number, (letter, emissions, opened, extended) in enumerate(positions, 1):
        words = ["*" if value is None else str(value) for value in emissions]
        lines += ["\t".join([f"{letter} {number}   ", *words, str(number)])]
        lines += [f"       1 * {opened} 0 * 1 {extended} 1500 0 0", ""]
        deleted = (1 - deleted) * into + deleted * stay
        shares_of_gaps.append(deleted)
        into, stay = 2 ** (-opened / 1000), 2 ** (-extended / 1000)
    path.write_text("\n".join([*lines, "//", ""]))
    made = read_hhm(path)
    assert made.sequence == "".join(letter for letter, *_ in positions)
    np.testing.assert_allclose(made.profile[:, 20], shares_of_gaps, rtol=1e-6)
    for row, (letter, emissions, *_) in zip(made.profile, positions, strict=True):
        powers = np.array([0 if value is None else 2 ** (-value / 1000) for value in emissions])
        if not powers.any():
            powers = np.array([letter == other for other in RESIDUES], float)
        np.testing.assert_allclose(row[:20], powers / powers.sum(), rtol=1e-5)


A3M, HHM, PSSM = ((FILES / f"small.{end}").read_text() for end in ("a3m", "hhm", "pssm"))
BAD = {
    "empty.a3m": ("", "holds no sequence"),
    "bare.a3m": ("ACDE\n", "line 1: a record should begin by >"),
    "symbol.a3m": (A3M.replace("-kCWE", "-kC?E"), r"line 11: symbol '\?' at position 3"),
    "columns.a3m": (A3M.replace("A-DEkk", "A-Dkk"), "line 9: the record has 3 columns .* has 4"),
    "gaps.a3m": (">q\n---\n", "line 1: the first record has no residue"),
    "empty.hhm": ("", "has no line HMM"),
    "begun.hhm": (HHM[: HHM.index("\n", HHM.index("\nHMM ") + 1) + 1], "line 17: 7 transitions"),
    "positions.hhm": (HHM[: HHM.index("A 1")], "holds no position"),
    "number.hhm": (HHM.replace("C 2 ", "C 3 "), "line 21: position 2 is expected here"),
    "short.hhm": (HHM.replace("C 2    *\t", "C 2    "), "line 21: position 2 is expected"),
    "value.hhm": (HHM.replace("*\t1000\t2000", "*\tten\t2000"), "line 24: 'ten' should be"),
    "transitions.hhm": (HHM.replace("1000\t*\t1000", "1000\t*"), "line 19: 7 transitions"),
    "count.hhm": (
        HHM.replace("out of 11", "out of many"),
        "line 6: 'many' should be a whole number",
    ),
    "residue.hhm": (HHM.replace("C 2 ", "? 2 "), r"line 21: symbol '\?'"),
    "empty.pssm": ("", "holds no position"),
    "scores.pssm": (re.sub(r" +100 .*", "", PSSM), "line 4: position 1 is expected here"),
    "number.pssm": (PSSM.replace("    3 D", "    4 D"), "line 6: position 3 is expected here"),
    "percentage.pssm": (PSSM.replace(" 66 ", " x6 "), "line 5: 'x6' should be a number"),
    "negative.pssm": (PSSM.replace(" 66 ", " -6 "), "line 5: percentages should be from 0 to 100"),
    "huge.pssm": (PSSM.replace(" 66 ", " 1e308 "), "line 5: percentages should be from 0 to 100"),
    "name.pssm": (PSSM.replace("    3 D", "    3 DD"), "line 6: 'DD' is not one residue"),
    "weight.pssm": (PSSM.replace("1.40 0.70", "1.40 nan"), "line 5: 'nan' should be a number"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_malformed_is_named_with_file_and_line(tmp_path, name):
    text, message = BAD[name]
    path = tmp_path / name
    path.write_text(text)
    reader = {".a3m": read_msa, ".hhm": read_hhm, ".pssm": read_pssm}[path.suffix]
    with pytest.raises(InputError, match=f"{re.escape(name)}: {message}"):
        reader(path)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_its_name(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "any.txt"
    path.write_text(text, encoding="utf-8")
    for reader in (read_msa, read_hhm, read_pssm):
        try:
            made = reader(path)
        except InputError as error:
            named = "any.txt" in str(error)
        else:
            named = made.profile.shape == (len(made.sequence), 22)
        assert named


@pytest.fixture
def folder(tmp_path):
    shutil.copy(FILES / "small.a3m", tmp_path / "one.a3m")
    shutil.copy(FILES / "small.hhm", tmp_path / "sp_P1_TWO.hhm")
    (tmp_path / "three.pssm.gz").write_bytes(gzip.compress(PSSM.encode()))
    return ProfileFolder(tmp_path)


def test_a_folder_gives_each_chain_its_file(folder):
    for chain, end in [("one", "a3m"), ("sp|P1|TWO first", "hhm"), ("three", "pssm")]:
        reader = {"a3m": read_msa, "hhm": read_hhm, "pssm": read_pssm}[end]
        expected = reader(FILES / f"small.{end}").profile
        np.testing.assert_array_equal(folder(Chain(chain, "AXDE")), expected)


def test_a_folder_without_the_chain_or_with_another_ones_sequence(folder, tmp_path):
    with pytest.raises(InputError, match=r"has no file for the chain '\.\./one'"):
        folder(Chain("../one", "ACDE"))
    with pytest.raises(InputError, match=r"one.a3m: .* 'one': 4 residues, not 3; make it"):
        folder(Chain("one", "ACD"))
    with pytest.raises(InputError, match=r"one.a3m: .* 'one': C at residue 2, not W"):
        folder(Chain("one", "AWDE"))
    with pytest.raises(InputError, match="none: is not a folder"):
        ProfileFolder(tmp_path / "none")


@pytest.mark.parametrize(
    "text",
    [
        ">a\nMKT\n>b\nMR-\n\0",
        ">a\nMKT\n>b\nMR-\0\n",
        "#3\t1\n>a\nMKT\n\0>a\nMKT\n>b\nMR-\n\0",
        ">a\nMKT\n\0#3\t1\n>a\nMKT\n>b\nMR-\n",
    ],
)
def test_nul_bytes_of_mmseqs_end_an_alignment(tmp_path, text):
    path = tmp_path / "a.a3m"
    path.write_text(text)
    assert read_msa(path).sequence == "MKT"
    assert read_msa(path).profile.shape == (3, 22)


def test_alignments_of_several_chains_in_one_file_are_refused(tmp_path):
    path = tmp_path / "a.a3m"
    path.write_text(">a\nMKT\n>b\nMRT\n\0>c\nAYI\n>d\nAYL\n\0")
    message = r"line 5: a second alignment, of another sequence, starts here \(after a NUL byte\)"
    with pytest.raises(InputError, match=message):
        read_msa(path)


def test_other_alignments_are_called_by_their_names(tmp_path):
    path = tmp_path / "a.a3m"
    path.write_text("CLUSTAL W\n\na MKT\n")
    with pytest.raises(InputError, match="is a Clustal alignment; convert it to A3M"):
        read_msa(path)
    path.write_text("Query profile of sequence 0\nPos\tCns\tA\n")
    with pytest.raises(InputError, match="is a profile of MMseqs2; write alignments with mmseqs"):
        read_msa(path)


def test_uniprots_accession_finds_a_profile(tmp_path):
    (tmp_path / "P12345.a3m").write_text(">q\nMKT\n")
    folder = ProfileFolder(tmp_path)
    assert folder(Chain("sp|P12345|NAME_HUMAN", "MKT")).shape == (3, 22)
