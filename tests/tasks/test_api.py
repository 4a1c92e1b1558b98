"""`ribbonet.train` and `evaluate` of classes and values, from files and from chains."""

import numpy as np
import pytest

import ribbonet
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.models.config import ModelConfig, StageConfig

CONFIG = ModelConfig((StageConfig(window=3, hidden=(4,), epochs=2),))
LETTERS = list("ACDEFGHIKLMNPQRSTVWY")


def made(of_values, number=20):
    rng = np.random.default_rng(0)
    chains = []
    for n in range(number):
        sequence = "".join(rng.choice(LETTERS, 30))
        near = [s in "AVLIMFW" for s in sequence]
        if of_values:
            chains.append(Chain(f"c{n}", sequence, values=tuple(5.0 + 2 * own for own in near)))
        else:
            chains.append(Chain(f"c{n}", sequence, "".join("01"[own] for own in near)))
    return chains


@pytest.mark.parametrize("of_values", [False, True])
def test_the_task_is_taken_from_the_labels(of_values, tmp_path):
    chains = made(of_values)
    model = ribbonet.train(chains, tmp_path / "m", config=CONFIG)
    scores = ribbonet.evaluate(model, chains)
    assert scores["task"] == model.task.kind == ("values" if of_values else "classes")
    path = tmp_path / "chains.jsonl"
    ribbonet.write(path, chains)
    assert ribbonet.evaluate(tmp_path / "m", path) == {**scores, "data": "chains"}
    with pytest.warns(UserWarning, match="20 sequences both to train on and to validate on"):
        again = ribbonet.train(path, tmp_path / "again", valid=path, config=CONFIG)
    assert again.task.kind == model.task.kind


def test_unlabelled_residues_count_nowhere(tmp_path):
    chains = [Chain(c.header, c.sequence, "-" + c.labels[1:]) for c in made(False)]
    model = ribbonet.train(chains, tmp_path / "m", config=CONFIG, unlabelled="-")
    assert model.task.columns == ("p_0", "p_1")
    assert ribbonet.evaluate(model, chains)["residues"] == 20 * 29
    dashes = ribbonet.train(chains, tmp_path / "d", config=CONFIG, task="classes")
    assert dashes.task.columns == ("p_-", "p_0", "p_1")


def test_what_labels_are_not_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"not those of secondary structure|none"):
        ribbonet.train(made(False), tmp_path / "m", config=CONFIG, task="structure")
    with pytest.raises(InputError, match="holds labels, not numbers"):
        ribbonet.train(made(False), tmp_path / "m", config=CONFIG, task="values")
    with pytest.raises(InputError, match="task = 'else': give one of"):
        ribbonet.train(made(False), tmp_path / "m", config=CONFIG, task="else")
