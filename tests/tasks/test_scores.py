"""Scores of classes and values, against scikit-learn and SciPy."""

import json

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as sk

from ribbonet.chains.alphabet import UNLABELLED, Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.tasks.class_scores import score_classes
from ribbonet.tasks.scores import scores_from_json
from ribbonet.tasks.value_scores import score_values


@pytest.fixture(scope="module")
def scored():
    rng = np.random.default_rng(0)
    chains = [Chain(f"c{n}", "".join(rng.choice(list("ACDK"), 50))) for n in range(12)]
    truth = [rng.integers(0, 3, 50).astype(np.uint8) for _ in chains]
    truth[0][:10] = UNLABELLED
    shares = [
        rng.dirichlet(np.ones(3) + 2 * np.eye(3)[t % 3].mean(0), 50).astype("f4") for t in truth
    ]
    return chains, truth, shares, score_classes(chains, truth, shares, Alphabet("abc"), "classes")


def test_classes_as_scikit_learn_scores_them(scored):
    _, truth, shares, scores = scored
    y, p = np.concatenate(truth), np.concatenate(shares)
    y, p = y[y != UNLABELLED], p[y != UNLABELLED]
    z = p.argmax(axis=1)
    assert scores.residues == len(y) == 590
    assert scores.accuracy == pytest.approx(sk.accuracy_score(y, z))
    assert scores.mcc == pytest.approx(sk.matthews_corrcoef(y, z))
    assert scores.macro_f1 == pytest.approx(sk.f1_score(y, z, average="macro"))
    for k, own in enumerate(scores.per_class.values()):
        assert own.auc == pytest.approx(sk.roc_auc_score(y == k, p[:, k]))
        assert own.average_precision == pytest.approx(sk.average_precision_score(y == k, p[:, k]))
        assert own.precision == pytest.approx(sk.precision_score(y == k, z == k))
        assert own.recall == pytest.approx(sk.recall_score(y == k, z == k))
        assert own.mcc == pytest.approx(sk.matthews_corrcoef(y == k, z == k))
    low, high = scores.accuracy_ci95
    assert low < scores.accuracy < high


def test_guesses_stand_beside(scored):
    chains, truth, _, scores = scored
    counts = np.bincount(np.concatenate(truth)[10:], minlength=3)
    assert scores.majority.label == "abc"[counts.argmax()]
    assert scores.majority.accuracy == pytest.approx(counts.max() / counts.sum())
    assert scores.majority.mcc == 0
    told = [np.array(["ACDK".index(s) % 3 for s in c.sequence], np.uint8) for c in chains]
    shares = [np.full((50, 3), 1 / 3, np.float32) for _ in chains]
    knows = score_classes(chains, told, shares, Alphabet("abc"), "classes")
    assert knows.residue.accuracy == 1
    assert knows.only == "a"


def test_values_as_scipy_scores_them():
    rng = np.random.default_rng(1)
    chains = [Chain(f"c{n}", "ACDKW" * 10) for n in range(9)]
    truth = [np.round(rng.normal(size=50), 1) for _ in chains]
    predicted = [t + rng.normal(size=50) for t in truth]
    truth[3][5:20] = np.nan
    scores = score_values(chains, truth, predicted, 0.5, "values")
    y, z = np.concatenate(truth), np.concatenate(predicted)
    y, z = y[~np.isnan(y)], z[~np.isnan(y)]
    assert scores.pearson == pytest.approx(stats.pearsonr(y, z).statistic)
    assert scores.spearman == pytest.approx(stats.spearmanr(y, z).statistic)
    assert scores.mae == pytest.approx(np.abs(y - z).mean())
    assert scores.rmse == pytest.approx(np.sqrt(((y - z) ** 2).mean()))
    assert scores.mean_baseline_mae == pytest.approx(np.abs(y - 0.5).mean())
    low, high = scores.spearman_ci95
    assert low < scores.spearman < high


def test_what_is_undefined_is_none():
    chain = Chain("c", "AC")
    scores = score_values([chain], [np.array([1.0, 1.0])], [np.array([1.0, 2.0])], 1.0, "values")
    assert scores.pearson is None
    one = [np.zeros(2, np.uint8)]
    classes = score_classes([chain], one, [np.eye(2, dtype="f4")], Alphabet("ab"), "classes")
    assert classes.mcc is None
    assert classes.per_class["b"].auc is None


def test_scores_are_read_back_from_json(scored):
    *_, scores = scored
    chains = [Chain("c", "ACDKW")]
    of_values = score_values(chains, [np.arange(5.0)], [np.arange(5.0)], 0.5, "values")
    for own in (scores, of_values):
        assert scores_from_json(json.loads(json.dumps(own.to_json()))) == own
