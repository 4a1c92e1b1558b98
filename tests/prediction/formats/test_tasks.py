"""Formats of classes and values, beside golden files."""

from pathlib import Path

import numpy as np
import pytest

from ribbonet.chains.alphabet import STATES8, Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.prediction.formats import format_for, formats_for
from ribbonet.prediction.prediction import Prediction
from ribbonet.tasks import Classes, Structure, Values

GOLDEN = Path(__file__).parent / "golden"
SHARES = np.array([[0.9, 0.1], [0.75, 0.25], [0.2, 0.8], [0.1, 0.9], [0.6, 0.4]], np.float32)
CLASSES = [
    Prediction(Chain("sp|P1|ONE first", "MKTAY"), SHARES, task=Classes(Alphabet(",;"))),
    Prediction(Chain('a"b%c', "WGW"), SHARES[2:], task=Classes(Alphabet(",;"))),
]
NUMBERS = np.array([[1.5], [-20.0], [0.00004]], np.float32)
VALUES = [Prediction(Chain("a,b x", "MKT"), NUMBERS, task=Values())]


@pytest.mark.parametrize("name", ["csv", "tsv", "jsonl", "three-line", "caid", "gff3", "bed"])
def test_classes(name):
    made = format_for(CLASSES[0].task, name)
    text = made.start() + made.encode(CLASSES)
    assert text.decode() == (GOLDEN / f"classes.{name}").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["csv", "tsv", "jsonl"])
def test_values(name):
    made = format_for(VALUES[0].task, name)
    text = made.start() + made.encode(VALUES)
    assert text.decode() == (GOLDEN / f"values.{name}").read_text(encoding="utf-8")


def test_segments_of_masked_states_are_left_out():
    shares = np.array([[0.9, 0.05, 0.05], [0.5, 0.3, 0.2], [0.2, 0.1, 0.7]], np.float32)
    p = Prediction(Chain("a", "MKT"), shares, min_confidence=0.6)
    assert p.states == "H-C"
    assert format_for(p.task, "bed").encode([p]) == b"a\t0\t1\tH\t900\t.\na\t2\t3\tC\t700\t.\n"


def test_segments_are_for_labels_of_any_kind():
    for task in (Structure(), Structure(STATES8), Classes(Alphabet("abc"))):
        assert {"gff3", "bed"} <= set(formats_for(task))
    assert not {"gff3", "bed"} & set(formats_for(Values()))
