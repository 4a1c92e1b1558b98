"""Predictions of classes and values in files are scored as the model that made them."""

import json
import shutil

import numpy as np
import pytest

from ribbonet.chains.alphabet import Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.registry import write_chains
from ribbonet.cli.options.sources import Sources
from ribbonet.cli.runs.evaluation import Run
from ribbonet.errors import InputError
from ribbonet.evaluation.reports.tasks import report
from ribbonet.evaluation.stated import Stated, read_stated
from ribbonet.evaluation.task_predictions import evaluate_stated
from ribbonet.evaluation.tasks import evaluate_outputs, without_leaked
from ribbonet.prediction.formats import format_for
from ribbonet.prediction.prediction import Prediction
from ribbonet.tasks import Classes, Values
from ribbonet.tasks.labels import LabelOptions

RNG = np.random.default_rng(0)
LETTERS = list("ACDEFGHIKLMNPQRSTVWY")
SEQUENCES = ["".join(RNG.choice(LETTERS, 40)) for _ in range(6)]
CLASSES, VALUES = Classes(Alphabet("01")), Values()
LABELLED = [
    Chain(f"c{n}", s, "".join("01"[x in "AVLIM"] for x in s), known="1" * 40)
    for n, s in enumerate(SEQUENCES)
]
NUMBERS = [
    Chain(f"c{n}", s, values=tuple(5.0 * (x in "AVLIM") for x in s))
    for n, s in enumerate(SEQUENCES)
]


def predicted(task, seed=1):
    rng = np.random.default_rng(seed)
    found = []
    for chain in LABELLED:
        right = np.array([s == "1" for s in chain.labels])
        share = np.round(np.clip(0.5 + 0.3 * (right - 0.4) + 0.2 * rng.normal(size=40), 0, 1), 3)
        columns = [1 - share, share] if task is CLASSES else [10 * share]
        array = np.stack(columns, axis=1).astype(np.float32)
        found.append(Prediction(Chain(chain.header, chain.sequence), array, task=task))
    return found


def written(folder, task, name, seed=1):
    form, path = format_for(task, name), folder / f"predicted{seed}.{name}"
    with path.open("wb") as file:
        form.assemble([form.encode(predicted(task, seed))], file)
    return path


@pytest.mark.parametrize("name", ["csv", "tsv", "jsonl", "parquet", "caid", "three-line"])
def test_classes_of_each_form(tmp_path, name):
    stated = read_stated([written(tmp_path, CLASSES, name)])
    found = evaluate_stated(stated, CLASSES, "p", "d", LABELLED)
    outputs = [p.probabilities for p in predicted(CLASSES)]
    expected = evaluate_outputs(CLASSES, "p", "d", LABELLED, outputs)
    assert found.scores.confusion == expected.scores.confusion
    if name != "three-line":
        auc = found.scores.per_class["1"].auc
        assert auc == pytest.approx(expected.scores.per_class["1"].auc, abs=1e-6)


@pytest.mark.parametrize("name", ["csv", "tsv", "jsonl", "parquet"])
def test_values_of_each_form(tmp_path, name):
    stated = read_stated([written(tmp_path, VALUES, name)])
    found = evaluate_stated(stated[::-1], VALUES, "p", "d", NUMBERS)
    outputs = [p.probabilities for p in predicted(VALUES)]
    expected = evaluate_outputs(VALUES, "p", "d", NUMBERS, outputs)
    assert found.scores.spearman == pytest.approx(expected.scores.spearman)


def test_what_does_not_fit_is_refused(tmp_path):
    stated = read_stated([written(tmp_path, CLASSES, "csv")])
    with pytest.raises(InputError, match="'c5'"):
        evaluate_stated(stated[:5], CLASSES, "p", "d", LABELLED)
    with pytest.raises(InputError, match="predicts the labels 0 1, and the chains have a b"):
        evaluate_stated(stated, Classes(Alphabet("ab")), "p", "d", LABELLED)
    with pytest.raises(InputError, match="has labels, not the values"):
        evaluate_stated(stated, VALUES, "p", "d", NUMBERS)
    gaps = [Chain(c.header, c.sequence, values=(float("nan"), *c.values[1:])) for c in NUMBERS]
    write_chains(tmp_path / "gaps.jsonl", gaps, "jsonl")
    with pytest.raises(InputError, match="'c0': residue 1 has a label and no prediction"):
        evaluate_stated(read_stated([tmp_path / "gaps.jsonl"]), VALUES, "p", "d", NUMBERS)
    broken = tmp_path / "a.caid"
    broken.write_text(">a\n1\tM\t0.5\t0\n3\tK\t0.5\t0\n")
    with pytest.raises(InputError, match=r"a.caid: line 3: residue 2 is expected here"):
        read_stated([broken])


def test_a_predicted_number_that_may_be_none_is_warned_of():
    stated = [Stated(c, {}) for c in NUMBERS]
    odd = [Stated(Chain(c.header, c.sequence, values=(-999.0, *c.values[1:])), {}) for c in NUMBERS]
    evaluate_stated(stated, VALUES, "p", "d", NUMBERS)
    with pytest.warns(UserWarning, match="p: the predicted value -999 lies outside the range"):
        evaluate_stated(odd, VALUES, "p", "d", NUMBERS)


def test_zeros_and_ones_of_caid_count_whatever_score_parts_them(tmp_path):
    labelled = [Chain("a", "MKTAY", "00111", known="11111")]
    path = tmp_path / "a.caid"
    for scores in ("0.01 0.05 0.1 0.2 0.9", "0.1 0.8 0.85 0.9 1", "0.1 0.5 0.5 0.6 1", "0 0 1 1 1"):
        rows = zip("12345", "MKTAY", scores.split(), "00111", strict=True)
        path.write_text(">a\n" + "".join(f"{' '.join(row)}\n" for row in rows))
        found = evaluate_stated(read_stated([path]), CLASSES, "p", "d", labelled)
        assert found.scores.accuracy == found.scores.per_class["1"].auc == 1


@pytest.mark.parametrize(
    "shares", [{"1": [0.9, 0.1]}, {"0": [10, 90], "1": [90, 10]}, {"0": [-2.1, 1], "1": [3.1, 0]}]
)
def test_probabilities_that_are_none_are_refused(shares):
    chain = Chain("a", "MK", "10", known="11")
    stated = Stated(chain, {label: np.array(own) for label, own in shares.items()})
    with pytest.raises(InputError, match=r"'a': the probabilities of residue 1 are .*; give one"):
        evaluate_stated([stated], CLASSES, "p", "d", [chain])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (">a\n1 M 90\n", "line 2: the score 90 should be from 0 to 1"),
        (">a\n1 M 0.9 D\n", "line 2: 'D' should be 0 or 1"),
        (">a\n1 M 0.9 0\n2 K 0.1 1\n", "a residue of the score 0.9 is 0, and one of 0.1 is 1"),
        (">a\n1 M 0.5\n2 KK 0.2\n", "line 3: residue and answer should be one letter each"),
        (">a\n1 M 0.5 11\n", "line 2: residue and answer should be one letter each"),
        ('{"id":"a","sequence":"M","labels":"0",\n"p_0":[0.9]}\n', "Expecting property name"),
    ],
)
def test_what_is_no_prediction_is_refused(tmp_path, text, fault):
    (tmp_path / "own").write_text(text)
    with pytest.raises(InputError, match=f"own: .*{fault}"):
        read_stated([tmp_path / "own"])


@pytest.mark.parametrize(
    ("name", "column", "fault"),
    [
        ("sequence", [None], "a row has no id or no sequence"),
        ("id", None, "a row has no id or no sequence"),
        ("id", ["a\n>b"], "has a line break"),
        ("labels", [3], "the chain 'a' has labels that are no text"),
        ("labels", ["0"], "has 2 residues and 1 labels"),
        ("p_0", [3], "the column p_0 does not hold lists of numbers"),
        ("p_0", [["a", "b"]], "the column p_0 does not hold lists of numbers"),
        ("p_0", [[1]], "the column p_0 does not have a number for each residue"),
        ("p_0", [None], "the column p_0 "),
    ],
)
def test_parquet_of_another_kind_is_refused(tmp_path, name, column, fault):
    pa = pytest.importorskip("pyarrow")
    columns = {"id": ["a"], "sequence": ["MK"], "labels": ["01"], "p_0": [[900, 100]]}
    columns[name] = column
    table = pa.table({key: own for key, own in columns.items() if own is not None})
    pa.parquet.write_table(table, tmp_path / "own.parquet")
    with pytest.raises(InputError, match=fault):
        read_stated([tmp_path / "own.parquet"])


def test_the_command_compares_files(tmp_path, capsys):
    data = tmp_path / "data.3line"
    data.write_text("".join(f">{c.id}\n{c.sequence}\n{c.labels}\n" for c in LABELLED))
    one, other = (written(tmp_path, CLASSES, "csv", seed) for seed in (1, 2))
    Run(
        [str(one), str(data)],
        predictions=True,
        exclude=[],
        labels=LabelOptions(),
        compare=str(other),
        against=[],
        sources=Sources(),
        templates=None,
        max_identity=None,
        report=tmp_path / "report.html",
        json=True,
    )()
    scores = json.loads(capsys.readouterr().out)
    assert scores["task"] == "classes"
    assert scores["compared"]["with"] == str(other)
    assert (tmp_path / "report.html").is_file()


@pytest.mark.skipif(shutil.which("mmseqs") is None, reason="needs mmseqs2")
def test_chains_like_those_trained_on_are_left_out_of_a_second_score():
    outputs = [p.probabilities for p in predicted(CLASSES)]
    whole = evaluate_outputs(CLASSES, "p", "d", LABELLED, outputs)
    found = without_leaked(whole, LABELLED[:2])
    assert [own.id for own in found.leaked.chains] == ["c0", "c1"]
    assert found.leaked.without.chains == 4
    json.dumps(found.to_json(), allow_nan=False)
    assert without_leaked(whole, LABELLED).to_json()["leaked"]["without"] is None
    assert "Leakage: 2 chains with 25 % identity or more to a training chain." in report([found])
