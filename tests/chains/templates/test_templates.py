"""The packed set, the search by words and phmmer, and the evidence of relatives."""

import pickle
from bisect import bisect_right
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import load, save

from ribbonet.chains.alphabet import RESIDUES, STATES8, UNLABELLED, encode_residues
from ribbonet.chains.chain import Chain
from ribbonet.chains.templates import Alignment, TemplateSearch, template_set, words
from ribbonet.chains.templates.evidence import COLUMNS, weigh
from ribbonet.chains.templates.packing import _compress, write_templates
from ribbonet.chains.templates.template_set import (
    TemplateSet,
    is_template_set,
    read_templates,
    refuse_to_train_on,
)
from ribbonet.chains.templates.words import BAND, LEAST, SEEDS, THRESHOLD, WordFilter, words_of
from ribbonet.errors import InputError

LETTERS = np.array(list(RESIDUES))


def drawn(rng: np.random.Generator, length: int) -> str:
    return "".join(rng.choice(LETTERS, size=length))


def mutated(sequence: str, share: float, rng: np.random.Generator) -> str:
    letters = np.array(list(sequence))
    changed = rng.random(len(letters)) < share
    letters[changed] = rng.choice(LETTERS, size=changed.sum())
    return "".join(letters)


@pytest.fixture(scope="module")
def parents() -> list[Chain]:
    rng = np.random.default_rng(3)
    return [
        Chain(f"{n}ABC_A", drawn(rng, 150), "".join(rng.choice(list(STATES8), size=150)))
        for n in range(40)
    ]


@pytest.fixture(scope="module")
def packed(parents: list[Chain], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("set") / "own.templates"
    assert write_templates(path, parents) == len(parents)
    return path


def test_packed_chains_come_back_without_unlabelled_ends(tmp_path: Path) -> None:
    path = tmp_path / "own.templates"
    chains = [
        Chain("1ABC_A text behind", "ACDXU", "-HE-C"),
        Chain("none", "ACD", "---"),
        Chain("2ABC_B", "GGG", "GIB"),
    ]
    assert write_templates(path, chains) == 2
    first, second = TemplateSet(path)
    assert first == Chain("1ABC_A", "CDXX", "HE-C")
    assert second == Chain("2ABC_B", "GGG", "GIB")


def test_more_chains_than_a_chunk(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    chains = [
        Chain(str(n), drawn(rng, n % 7 + 1), "".join(rng.choice(list(STATES8), size=n % 7 + 1)))
        for n in range(1100)
    ]
    write_templates(tmp_path / "own.templates", chains)
    assert list(TemplateSet(tmp_path / "own.templates")) == chains


def test_the_same_chains_give_the_same_bytes(parents: list[Chain], tmp_path: Path) -> None:
    for name in "ab":
        write_templates(tmp_path / name, parents)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_another_process_reads_the_file_itself(packed: Path) -> None:
    templates = read_templates(packed)
    assert pickle.loads(pickle.dumps(templates)) is templates
    assert len(pickle.dumps(templates)) < 500


@pytest.mark.parametrize("place", [0, 100, -1000])
def test_a_damaged_file_is_named(packed: Path, tmp_path: Path, place: int) -> None:
    stored = bytearray(packed.read_bytes())
    stored[place] ^= 1
    broken = tmp_path / "broken.templates"
    broken.write_bytes(stored)
    with pytest.raises(InputError, match=r"broken\.templates"):
        TemplateSet(broken)


def forged(path: Path, **changes: Any) -> Path:
    """Write a set of two chains in which something is another, with the right checksum."""
    write_templates(path, [Chain("a", "ACX", "HEI"), Chain("b", "GG", "GI")])
    stored = load(path.read_bytes())
    for name, change in changes.items():
        if isinstance(change, bytes):
            change = np.frombuffer(_compress(change), np.uint8)
        stored[name] = change
    if "states" in changes:
        stored["chunks"] = np.array([0, len(stored["states"])], np.uint64)
    path.write_bytes(save(stored, {template_set.FORMAT: template_set.digest_of(stored)}))
    return path


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("lengths", b"\3\0\0\0\2\0\0"),
        ("lengths", b"\3\0\0\0\3\0\0\0"),
        ("lengths", b"\5\0\0\0\0\0\0\0"),
        ("lengths", b"\xff" * 8),
        ("lengths", b""),
        ("lengths", b"\1\0\0\0" * (template_set.MOST_CHAINS + 1)),
        ("residues", b"\0\1\x15\2\2"),
        ("residues", b"\0\1\2\2"),
        ("residues", bytes(100_000_000)),
        ("residues", np.arange(5, dtype=np.uint8)),
        ("residues", np.zeros(5, np.float32)),
        ("states", b"\0\1\2\2"),
        ("states", b"\0\1\2\2\x08"),
        ("states", bytes(100_000_000)),
        ("chunks", np.array([0, 2**63], np.uint64)),
        ("chunks", np.array([1, 14], np.uint64)),
        ("chunks", np.array([[0, 14]], np.uint64)),
        ("ids", b'["a"]'),
        ("ids", b'["a", "b\\n>c"]'),
        ("ids", b'["a", 2]'),
        ("ids", b'{"a": 1, "b": 2}'),
        ("ids", b"not JSON"),
        ("ids", b"[" * 100_000),
        ("ids", bytes(100_000_000)),
    ],
)
def test_a_forged_set_is_refused(tmp_path: Path, name: str, change: Any) -> None:
    path = forged(tmp_path / "forged.templates", **{name: change})
    with pytest.raises(InputError, match=r"forged\.templates: is not a set of templates"):
        list(TemplateSet(path))


def test_a_set_that_is_whole_is_no_forged_one(tmp_path: Path) -> None:
    assert len(list(TemplateSet(forged(tmp_path / "whole.templates")))) == 2


def test_other_files_are_no_templates(tmp_path: Path) -> None:
    path = tmp_path / "x.templates"
    with pytest.raises(InputError, match="cannot be read"):
        TemplateSet(path)
    with pytest.raises(InputError, match="is not a file"):
        TemplateSet(tmp_path)
    path.write_text(">a\nACD\nHHH\n")
    with pytest.raises(InputError, match="ribbonet data templates"):
        TemplateSet(path)
    assert not is_template_set(path)
    with pytest.raises(InputError, match="no chain has a label"):
        write_templates(path, [Chain("a", "ACD", "---")])


def test_nothing_is_trained_on_templates(packed: Path, shared_data: Path) -> None:
    for path in (packed, shared_data / "pdb_templates_q8.3line.xz"):
        with pytest.raises(InputError, match="relatives of CB513"):
            refuse_to_train_on(path)
    refuse_to_train_on(shared_data / "pdb_valid_q8.3line")
    refuse_to_train_on("netsurfp2-train")


@given(st.text(RESIDUES.symbols + "X", max_size=40))
def test_a_sequence_has_its_own_words_if_they_score_enough(sequence: str) -> None:
    codes = encode_residues(sequence)
    for seed in SEEDS:
        its_own = words_of(codes, seed)
        assert (its_own.score >= THRESHOLD).all()
        own = {
            (place, sum(int(codes[place + at]) * 21 ** (4 - n) for n, at in enumerate(seed)))
            for place in range(len(codes) - seed[-1])
            if all(codes[place + at] < 20 for at in seed)
        }
        found = set(zip(its_own.place.tolist(), its_own.number.tolist(), strict=True))
        assert {place for place, _ in found} == {place for place, _ in own}
        assert own <= found  # five equal residues score 20 or more


def best_by_definition(known: WordFilter, codes: NDArray[np.uint8], most: int) -> list[int]:
    """Rank chains by the weights of matches, one match after the other."""
    stands = defaultdict(list)
    for seed in SEEDS:
        for place in range(len(known.residues) - seed[-1]):
            stands[seed, tuple(known.residues[[place + at for at in seed]].tolist())].append(place)
    matches = []
    for seed in SEEDS:
        words = words_of(codes, seed)
        for number, place, score in zip(words.number, words.place, words.score, strict=True):
            word = tuple(int(number) // 21**n % 21 for n in (4, 3, 2, 1, 0))
            for at in stands[seed, word]:
                matches.append((at, (at - int(place) + len(codes)) >> BAND, int(score)))
    weights: Counter[int] = Counter()
    for _, band, score in matches:
        weights[band] += score - THRESHOLD + LEAST
    best = [0] * (len(known.starts) - 1)
    for at, band, _ in matches:
        chain = bisect_right(known.starts.tolist(), at) - 1
        beside = max(weights[band + 1], weights[max(band, 1) - 1])
        best[chain] = max(best[chain], weights[band] + beside)
    return [chain for chain in np.argsort(-np.array(best), kind="stable")[:most] if best[chain]]


def test_chains_are_ranked_by_the_weights_of_their_matches(
    parents: list[Chain], packed: Path
) -> None:
    rng = np.random.default_rng(5)
    templates = read_templates(packed)
    queries = [encode_residues(mutated(chain.sequence, 0.5, rng)) for chain in parents[:12]]
    known = WordFilter(templates.residues, templates.starts)
    together = [places.tolist() for places in known.ranked(queries, 5)]
    assert together[:3] == [best_by_definition(known, query, 5) for query in queries[:3]]
    assert all(place in found[:2] for place, found in enumerate(together))


def test_the_size_of_parts_changes_nothing(
    parents: list[Chain], packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    templates = read_templates(packed)
    queries = [chain.codes for chain in parents[:4]]

    def ranked() -> list[list[int]]:
        known = WordFilter(templates.residues, templates.starts)
        return [places.tolist() for places in known.ranked(queries, 5)]

    whole = ranked()
    sizes = {"PIECE": 100, "MATCHES": 7, "TOGETHER": 1, "STEP": 1000}
    for name, size in sizes.items():
        monkeypatch.setattr(words, name, size)
        assert ranked() == whole, name


@pytest.mark.parametrize("residues", [0, 5, 9, 10, 13, 14])
def test_a_set_shorter_than_a_word_has_none(residues: int) -> None:
    codes = np.arange(residues, dtype=np.uint8)
    known = WordFilter(codes, np.array([0, residues]))
    (found,) = known.ranked([np.arange(20, dtype=np.uint8)], 5)
    assert found.tolist() == ([0] if residues > SEEDS[0][-1] else [])


def test_relatives_are_found_and_aligned(parents: list[Chain], packed: Path) -> None:
    rng = np.random.default_rng(1)
    search = TemplateSearch(read_templates(packed))
    copy = mutated(parents[7].sequence[20:120], 0.3, rng)
    inserted = Chain("query", copy[:50] + "GGGGG" + copy[50:])
    (found,) = search([inserted])
    assert {alignment.id for alignment in found} == {"7ABC_A"}
    alignment = found[0]
    assert 0.6 < alignment.identity < 0.8
    assert alignment.e_value < 1e-20
    before = alignment.query < 48
    np.testing.assert_array_equal(alignment.target[before], alignment.query[before] + 20)
    behind = alignment.query > 57
    np.testing.assert_array_equal(alignment.target[behind], alignment.query[behind] + 15)


def test_what_is_found_depends_on_the_chain_alone(parents: list[Chain], packed: Path) -> None:
    rng = np.random.default_rng(2)
    chains = [Chain(str(n), mutated(c.sequence, 0.4, rng)) for n, c in enumerate(parents[:6])]
    chains += [Chain("short", "ACDEFGHIKL"), Chain("unknown", "X" * 80), Chain("odd", "ACDX" * 20)]
    search = TemplateSearch(read_templates(packed))
    together = search(chains)
    again = pickle.loads(pickle.dumps(search))
    for chain, found in zip(chains, together, strict=True):
        (alone,) = again([chain])
        assert [(a.id, a.identity, a.e_value) for a in alone] == [
            (a.id, a.identity, a.e_value) for a in found
        ]
        for one, other in zip(alone, found, strict=True):
            np.testing.assert_array_equal(one.query, other.query)
    assert not together[-2]
    assert not together[-3]


def test_too_similar_relatives_are_passed_over(parents: list[Chain], packed: Path) -> None:
    rng = np.random.default_rng(4)
    chain = Chain("query", mutated(parents[0].sequence, 0.4, rng))
    templates = read_templates(packed)
    (found,) = TemplateSearch(templates)([chain])
    assert 0.5 < found[0].identity < 0.75
    assert TemplateSearch(templates, 0.5)([chain]) == [[]]
    assert TemplateSearch(templates, 0.5).settings != TemplateSearch(templates).settings


def made(place: int, identity: float, query: list[int], target: list[int]) -> Alignment:
    return Alignment(
        place,
        str(place),
        identity,
        1e-9,
        np.array(query),
        np.array(target),
        np.ones(len(query), np.float32),
    )


def test_evidence() -> None:
    codes = encode_residues("ACDEF")
    states = [np.array([0, 1, 1, UNLABELLED], np.uint8), np.array([2, 2], np.uint8)]
    residues = [encode_residues("ACEF"), encode_residues("DE")]
    alignments = [made(0, 0.8, [0, 1, 3, 4], [0, 1, 2, 3]), made(1, 0.3, [2, 3], [0, 1])]
    evidence = weigh(codes, alignments, states.__getitem__, residues.__getitem__)
    assert evidence.array.shape == (5, COLUMNS)
    assert evidence.nearest.tolist() == [0, 0, 1, 0, -1]
    np.testing.assert_allclose(evidence.identity, [0.8, 0.8, 0.3, 0.8, 0])
    np.testing.assert_allclose(evidence.shares[[0, 1, 2, 4]].sum(axis=1), [1, 1, 1, 0])
    far = np.exp(8 * (0.3 - 0.8))
    np.testing.assert_allclose(evidence.shares[3, [1, 2]], [1 / (1 + far), far / (1 + far)], 1e-6)
    gaps, unlabelled = evidence.array[:, -3], evidence.array[:, -2]
    np.testing.assert_allclose(gaps, [0, 0, 1 / (1 + far), 0, 0], atol=1e-6)
    np.testing.assert_allclose(unlabelled, [0, 0, 0, 0, 1], atol=1e-6)


def test_no_relatives_no_evidence() -> None:
    evidence = weigh(encode_residues("ACD"), [], lambda _: np.zeros(0), lambda _: np.zeros(0))
    assert not evidence.array.any()
    assert not evidence.known.any()


def test_blosum62_is_symmetric_and_hmmers_letters_are_ours() -> None:
    from pyhmmer.easel import Alphabet

    from ribbonet.chains.templates.words import BLOSUM62

    np.testing.assert_array_equal(BLOSUM62, BLOSUM62.T)
    pairs = {"AA": 4, "WW": 11, "IV": 3, "DE": 2, "GI": -4, "YF": 3, "PW": -4, "HY": 2, "KR": 2}
    for (a, b), score in pairs.items():
        assert BLOSUM62[RESIDUES.encode(a)[0], RESIDUES.encode(b)[0]] == score
    assert Alphabet.amino().symbols.startswith(RESIDUES.symbols)
    assert Alphabet.amino().symbols[26] == "X"
