"""Homologues, splits and distances; the program is the real MMseqs2."""

import shutil
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.three_line import read_three_line
from ribbonet.chains.relatives import splits
from ribbonet.chains.relatives.homologues import Pair, deal, families, homologues, nearest
from ribbonet.chains.relatives.splits import Split, read_shares, split_chains, write_parts
from ribbonet.errors import InputError
from ribbonet.evaluation.distance import by_identity
from ribbonet.tasks.structure_scores import Leaked, Near

needs_mmseqs = pytest.mark.skipif(
    shutil.which("mmseqs") is None, reason="needs mmseqs (Debian package mmseqs2)"
)
RESIDUES = np.array(list("ACDEFGHIKLMNPQRSTVWY"))


def made(number: int, seed: int = 0, length: int = 120) -> list[Chain]:
    """Unrelated chains."""
    rng = np.random.default_rng(seed)
    return [
        Chain(f"made{n}", "".join(rng.choice(RESIDUES, length)), "C" * length)
        for n in range(number)
    ]


def mutant(chain: Chain, share: float, seed: int = 1) -> Chain:
    """A chain of which a share of the residues is changed, so that they differ."""
    rng = np.random.default_rng(seed)
    letters = np.array(list(chain.sequence))
    for place in rng.choice(len(letters), int(share * len(letters)), replace=False):
        letters[place] = rng.choice(RESIDUES[letters[place] != RESIDUES])
    return Chain(f"{chain.id}-mutant", "".join(letters), chain.labels)


@needs_mmseqs
def test_planted_homologues_are_found() -> None:
    chains = made(20)
    planted = [mutant(chains[3], 0.4), Chain("same", chains[5].sequence), *made(1, seed=9)]
    found = {(p.query, p.target): p.identity for p in homologues(planted, chains)}
    assert set(found) == {(0, 3), (1, 5)}
    assert found[0, 3] == pytest.approx(0.6, abs=0.1)
    assert found[1, 5] == 1
    assert {(p.query, p.target) for p in homologues(planted, chains, identity=0.9)} == {(1, 5)}


@needs_mmseqs
def test_short_and_odd_sequences_that_are_the_same() -> None:
    chains = [Chain("a", "MKT"), Chain("b", "XUOZB" * 20), Chain("c", "MKV")]
    found = {(p.query, p.target) for p in homologues(chains, [*chains[::-1], chains[0]])}
    assert found == {(0, 2), (0, 3), (1, 1), (2, 0)}


@needs_mmseqs
def test_the_nearest_of_all() -> None:
    chains = made(10)
    near = [mutant(chains[2], 0.5, seed=3), mutant(chains[2], 0.2, seed=4)]
    first, second = nearest([chains[2], *made(1, seed=5)], near)
    assert first is not None
    assert first[1] == "made2-mutant"
    assert first[0] == pytest.approx(0.8, abs=0.05)
    assert second is None


LINKS = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)))


@given(LINKS)
def test_families_are_what_links_reach(links: list[tuple[int, int]]) -> None:
    found = families(20, [Pair(a, b, 1) for a, b in links])
    assert sorted(chain.from_iterable(found)) == list(range(20))
    family_of = {place: n for n, family in enumerate(found) for place in family}
    assert all(family_of[a] == family_of[b] for a, b in links)
    reached = {0}
    for _ in range(20):
        reached |= {x for link in links for x in link if reached & set(link)}
    assert set(found[family_of[0]]) == reached
    assert sorted(map(len, found), reverse=True) == [len(family) for family in found]


@given(st.lists(st.integers(1, 9), min_size=3), st.integers(0, 5))
def test_parts_have_their_shares(sizes: list[int], seed: int) -> None:
    ends = np.cumsum(sizes)
    groups = [list(range(e - s, e)) for s, e in zip(sizes, ends.tolist(), strict=True)]
    parts = deal(groups, [8, 1, 1], seed)
    assert sorted(chain.from_iterable(parts)) == list(range(sum(sizes)))
    for group in groups:
        assert sum(bool(set(group) & set(part)) for part in parts) == 1
    for part, share in zip(parts, (0.8, 0.1, 0.1), strict=True):
        assert len(part) <= share * sum(sizes) + max(sizes)
    assert deal(groups, [8, 1, 1], seed) == parts


@needs_mmseqs
def test_no_pair_stands_across_a_split(tmp_path: Path) -> None:
    chains = made(60)
    chains += [mutant(chains[n], 0.3 + 0.02 * n, seed=n) for n in range(15)]
    split = split_chains(chains, [8, 1, 1])
    assert all(split.parts)
    part_of = {place: n for n, part in enumerate(split.parts) for place in part}
    assert len(part_of) == 75
    assert all(part_of[n] == part_of[60 + n] for n in range(15))
    pairs = homologues(chains, chains, sensitivity=7.5)
    assert len(pairs) >= 75 + 2 * 15
    assert all(part_of[pair.query] == part_of[pair.target] for pair in pairs)

    names = ["train", "valid", "test"]
    write_parts(tmp_path / "out", chains, names, split)
    for name, part in zip(names, split.parts, strict=True):
        written = list(read_three_line(tmp_path / "out" / f"{name}.3line"))
        assert written == [chains[place] for place in part]
    rows = (tmp_path / "out" / "families.tsv").read_text().splitlines()
    assert rows[0] == "id\tfamily\tpart"
    assert len(rows) == 76


@needs_mmseqs
def test_too_few_families_are_refused() -> None:
    chains = [Chain("a", "MKT", "HHH")] * 10
    with pytest.raises(InputError, match="are 1 families at this identity, too few for 3 parts"):
        split_chains(chains, [8, 1, 1])


@pytest.mark.parametrize("text", ["80", "a,b", "80,0,20", "1,1,1,1", "", "nan,1", "inf,1"])
def test_shares_that_are_none(text: str) -> None:
    with pytest.raises(
        InputError, match="is not a list of shares; give two or three numbers, as 80,10,10"
    ):
        read_shares(text)


@pytest.mark.parametrize("text", ["80,10", "50,60", "8,1,1"])
def test_shares_are_percentages_of_all(text: str) -> None:
    with pytest.raises(InputError, match="give percentages that sum to 100"):
        read_shares(text)
    assert read_shares("33.3,33.3,33.4") == [33.3, 33.3, 33.4]


def test_a_part_of_no_chain_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splits, "homologues", lambda *_, **__: [])
    chains = [Chain(f"c{n}", letter * 40, "H" * 40) for n, letter in enumerate("ACDE")]
    with pytest.raises(InputError, match="too few, or their families too large, for a part"):
        split_chains(chains, [99.99, 0.01])


def test_a_chain_without_labels_is_named_and_nothing_written(tmp_path: Path) -> None:
    chains = [Chain("a", "MK", "HH"), Chain("b", "MK")]
    with pytest.raises(InputError, match="chain 'b' has no labels to write; give labelled chains"):
        write_parts(tmp_path / "out", chains, ["train", "test"], Split([[0], [1]], [[0], [1]]))
    assert not (tmp_path / "out").exists()


def test_scores_by_identity() -> None:
    chains = [Chain(c, "MKTA", "HHHH") for c in "abcd"]
    states = ["HHHH", "HHCC", "CCCC", "HHHC"]
    near = [(1.0, "x"), (0.3, "y"), None, (0.1, "z")]
    found, leaked = by_identity(chains, states, near, 0.25)
    groups = [(g.from_, g.below, g.chains, g.q3) for g in found]
    assert groups == [(None, None, 1, 0), (0, 25, 1, 75), (25, 40, 1, 50), (90, None, 1, 100)]
    assert leaked == Leaked(25, [Near("a", 100, "x"), Near("b", 30, "y")], 37.5)
    assert leaked.worst.id == "a"


@needs_mmseqs
@pytest.mark.slow
def test_a_split_of_ten_thousand_chains(shared_data: Path) -> None:
    """Takes less than two minutes on two idle cores."""
    chains = list(read_three_line(shared_data / "netsurfp2_train.3line.gz"))
    split = split_chains(chains, [8, 1, 1])
    train, valid, test = ([chains[c] for c in part] for part in split.parts)
    assert len(train) + len(valid) + len(test) == len(chains)
    assert not homologues(test, train)
    assert not homologues(valid, [*train, *test])
