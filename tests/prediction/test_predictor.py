import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.models.build import build_network
from ribbonet.models.config import StageConfig
from ribbonet.models.model import Model, Stage
from ribbonet.prediction import blocks as blocks_module
from ribbonet.prediction.blocks import blocks, predict_chains
from ribbonet.prediction.prediction import MASK
from ribbonet.prediction.predictor import predict, predict_file
from ribbonet.prediction.table import predict_many

PEPTIDE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ"


@pytest.fixture(scope="module")
def model():
    network = build_network(StageConfig(window=9, hidden=(16,)), first=True)
    return Model((Stage(9, (network.initialise(np.random.default_rng(0)),)),))


def made(lengths):
    rng = np.random.default_rng(3)
    letters = list("ACDEFGHIKLMNPQRSTVWY")
    return [Chain(str(n), "".join(rng.choice(letters, x))) for n, x in enumerate(lengths)]


def test_blocks_hold_up_to_so_many_residues_or_one_chain(monkeypatch):
    monkeypatch.setattr(blocks_module, "BLOCK", 100)
    chains = made([40, 60, 1, 300, 99, 2, 98])
    assert [[len(chain) for chain in block] for block in blocks(chains)] == [
        [40, 60],
        [1],
        [300],
        [99],
        [2, 98],
    ]
    assert [chain for block in blocks(chains) for chain in block] == chains
    assert list(blocks([])) == []


def test_chains_are_read_as_they_are_needed(model):
    def endless():
        while True:
            yield from made([500])

    first = next(predict_chains(endless(), model))
    assert len(first) == 500


def test_many_to_a_table(model):
    pytest.importorskip("pandas")
    pairs = [("first", PEPTIDE), ("second", PEPTIDE[:10].lower())]
    table = predict_many(pairs, model=model)
    assert list(table) == ["id", "length", "sequence", "states", "confidence", "probabilities"]
    assert table["id"].tolist() == ["first", "second"]
    assert table["sequence"].tolist() == [PEPTIDE, PEPTIDE[:10]]
    alone = predict(PEPTIDE, model=model)
    assert table["states"][0] == alone.states
    assert np.array(table["probabilities"][0]).shape == (33, 3)
    assert table["confidence"][0] == pytest.approx(alone.confidence.mean())
    assert predict_many(dict(pairs), model=model)["id"].tolist() == ["first", "second"]
    bare = predict_many([PEPTIDE, PEPTIDE], model=model)
    assert bare["id"].tolist() == ["1", "2"]
    assert predict_many([], model=model).empty
    assert set(predict_many([PEPTIDE], model=model, min_confidence=1)["states"][0]) == {"-"}


def test_what_is_wrong_with_one_of_many_is_named(model):
    pytest.importorskip("pandas")
    with pytest.raises(InputError, match=r"^sequence 2 \(b\): symbol '7' at position 3"):
        predict_many([("a", "MKT"), ("b", "MK7")], model=model)
    kept = predict_many([("a", "MKT"), ("b", "MK7")], model=model, on_invalid="skip")
    assert kept["id"].tolist() == ["a"]
    with pytest.raises(InputError, match=r"one sequence alone is for ribbonet\.predict"):
        predict_many("MKT", model=model)


def test_options_that_are_not_known_are_refused_at_once(model, tmp_path):
    pytest.importorskip("pandas")

    def in_file(**options):
        return predict_file(tmp_path / "none.fasta", model=model, **options)

    def one(**options):
        return predict(PEPTIDE, model=model, **options)

    def many(**options):
        return predict_many([], model=model, **options)

    for function in (one, in_file, many):
        for states in (5, "8", None):
            with pytest.raises(InputError, match=r"^states = .*: give one of 3, 8$"):
                function(states=states)
        for least in (7, -0.1, float("nan"), "0.5"):
            with pytest.raises(InputError, match=r"^min_confidence = .* a number from 0 to 1$"):
                function(min_confidence=least)
    for function in (in_file, many):
        with pytest.raises(InputError, match=r"^on_invalid = 'foo': give one of 'error', 'mask'"):
            function(on_invalid="foo")
    with pytest.raises(InputError, match=r"^states = 5"):
        list(predict_chains(made([9]), model, states=5))
    assert one(states=np.int64(3), min_confidence=np.float32(1)).states == MASK * len(PEPTIDE)


def test_what_is_no_sequence_is_named(model):
    pytest.importorskip("pandas")
    with pytest.raises(InputError, match=r"is of the type NoneType; give .* as a str; many are"):
        predict(None, model=model)
    with pytest.raises(InputError, match=r"type list; .* for ribbonet\.predict_many$"):
        predict(["MKT"], model=model)
    for sequence in ("P69905", "1UBQ"):
        with pytest.raises(InputError, match=r"^sequence: looks like an accession of"):
            predict(sequence, model=model, on_invalid="mask")
    for sequence in (Path("a.fasta"), "a.fasta"):
        with pytest.raises(InputError, match=r"ribbonet\.predict_file$"):
            predict(sequence, model=model)
        with pytest.raises(InputError, match=r"ribbonet\.predict_file$"):
            predict_many(sequence, model=model)
        with pytest.raises(InputError, match=r"^sequence 1: .*ribbonet\.predict_file"):
            predict_many([sequence], model=model)
    for item in (1, None, ("a", "MKT", "C")):
        with pytest.raises(InputError, match=r"^sequence 2: is .*; give a str, or a pair"):
            predict_many(["MKT", item], model=model)
    with pytest.raises(InputError, match=r"^sequence 1 \(a\): is of the type int; give its"):
        predict_many({"a": 1}, model=model)
    assert predict_many({7: "MKT"}, model=model)["id"].tolist() == ["7"]


def test_a_table_without_pandas_says_what_to_install(model, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InputError, match=r"pip install 'ribbonet\[dataframe\]'"):
        predict_many(["MKT"], model=model)


def test_threads_get_what_one_alone_gets(model, tmp_path):
    path = tmp_path / "in.fasta"
    chains = made(range(1, 200, 3))
    path.write_text("".join(f">{chain.id}\n{chain.sequence}\n" for chain in chains))
    expected = list(predict_chains(chains, model))

    def work(n):
        return list(predict_file(path, model=model))

    with ThreadPoolExecutor(8) as pool:
        for predictions in pool.map(work, range(24)):
            assert [p.states for p in predictions] == [p.states for p in expected]
            for own, other in zip(predictions, expected, strict=True):
                np.testing.assert_array_equal(own.probabilities, other.probabilities)


@pytest.mark.parametrize("on_invalid", ["mask", "skip"])
def test_records_left_out_are_warned_of(tmp_path, on_invalid):
    path = tmp_path / "a.fasta"
    path.write_text(">a\n*\n>b\nMKTAYIAKQR\n")
    with pytest.warns(UserWarning, match="a.fasta: 1 record left out"):
        found = list(predict_file(path, model="fast", on_invalid=on_invalid))
    assert [p.id for p in found] == ["b"]
    named = []
    options = {"on_skip": lambda *skipped: named.append(skipped)}
    list(predict_file(path, model="fast", on_invalid=on_invalid, **options))
    assert named == [(1, "a", "no sequence")]
