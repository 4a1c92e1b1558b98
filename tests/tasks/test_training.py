"""Classes and values: trained, resumed, kept, predicted, scored."""

import json
import math

import numpy as np
import pytest
from interrupted import train_for_two_epochs

from ribbonet.chains.alphabet import STATES8, Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.registry import read_chains, write_chains
from ribbonet.errors import InputError
from ribbonet.evaluation.reports.tasks import report
from ribbonet.evaluation.tasks import compare_tasks, evaluate_task
from ribbonet.models.config import ModelConfig, StageConfig
from ribbonet.models.folder import read_model
from ribbonet.prediction.blocks import predict_chains
from ribbonet.prediction.formats import format_for, formats_for
from ribbonet.tasks import Classes, Structure, Values
from ribbonet.tasks.labels import LabelOptions, interpret
from ribbonet.training.train import train_model

WINDOW = StageConfig(window=5, hidden=(8,), optimizer="adam", learning_rate=0.03, epochs=12)
CHAINS = StageConfig(
    window=3, hidden=(8,), dilations=(1,), kernel=3, activation="relu", init="he", epochs=12,
    optimizer="adam", learning_rate=0.02, batch_size=200,
)  # fmt: skip
CASCADE = ModelConfig((WINDOW, WINDOW))


def made(kind, number=30, seed=0):
    """Chains whose labels follow from their residues, with some unknown."""
    rng = np.random.default_rng(seed)
    found = []
    for n in range(number):
        letters = "".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWY"), 40))
        if kind == "classes":
            labels = "".join("-" if s in "AVLIMFW" else "+" if s in "KR" else "." for s in letters)
            known = "".join(rng.choice(["0", "1"], 40, p=[0.1, 0.9]))
            found.append(Chain(f"c{n} f{n}", letters, labels, known=known))
        else:
            values = tuple(
                math.nan if rng.random() < 0.1 else 100.0 + 10 * (s in "AVLIMFW") for s in letters
            )
            found.append(Chain(f"c{n} f{n}", letters, values=values))
    return found


def task_of(kind):
    return interpret(made(kind)).task


@pytest.mark.parametrize("kind", ["classes", "values"])
@pytest.mark.parametrize("config", [ModelConfig((WINDOW,)), ModelConfig((CHAINS,)), CASCADE])
def test_a_model_of_a_task_is_kept_and_read_back(kind, config, tmp_path):
    chains, judges = made(kind), made(kind, 8, seed=1)
    model = train_model(config, chains, judges, tmp_path / "m", task=task_of(kind))
    again = read_model(tmp_path / "m")
    assert again.task == model.task
    assert again.task.kind == kind
    assert again.digest == model.digest
    for a, b in zip(predict_chains(judges, model), predict_chains(judges, again), strict=True):
        np.testing.assert_array_equal(a.probabilities, b.probabilities)
    scores = evaluate_task(again, "m", "judges", judges).scores
    json.dumps(scores.to_json(), allow_nan=False)
    assert scores.residues == sum(int(chain.mask.sum()) for chain in judges)
    if kind == "classes":
        assert scores.mcc > 0.5
        assert set(scores.per_class) == set("+-.")
    else:
        assert scores.pearson > 0.7
        assert 95 < np.mean([p.values.mean() for p in predict_chains(judges, again)]) < 115


@pytest.mark.parametrize("kind", ["classes", "values"])
def test_a_killed_training_goes_on_to_the_same_bytes(kind, tmp_path):
    chains, judges = made(kind), made(kind, 8, seed=1)
    config = ModelConfig((StageConfig(window=5, hidden=(6,), epochs=4),), seed=3)
    options = {"task": task_of(kind)}
    train_model(config, chains, judges, tmp_path / "whole", **options)
    train_for_two_epochs(config, chains, judges, tmp_path / "cut", **options)
    train_model(config, chains, judges, tmp_path / "cut", resume=True, **options)
    whole, cut = (tmp_path / name / "weights.safetensors" for name in ("whole", "cut"))
    assert whole.read_bytes() == cut.read_bytes()


def test_class_weights_find_the_rare_class(tmp_path):
    chains = made("classes", 60)
    for name, weights in (("plain", None), ("balanced", "balanced")):
        stage = StageConfig(window=1, hidden=(), epochs=2, class_weights=weights)
        config = ModelConfig((stage,))
        model = train_model(config, chains, chains[:9], tmp_path / name, task=task_of("classes"))
        predicted = "".join(p.states for p in predict_chains(chains, model))
        if weights is None:
            rare = predicted.count("+")
    assert predicted.count("+") > rare


def test_further_training_keeps_all_but_the_last_layer(tmp_path, train_chains, valid_chains):
    start = train_model(ModelConfig((CHAINS,)), train_chains, valid_chains, tmp_path / "start")
    still = ModelConfig((StageConfig(learning_rate=1e-9, epochs=1, optimizer="sgd"),))
    task = task_of("classes")
    model = train_model(
        still, made("classes"), made("classes", 5, 1), tmp_path / "m", start=start, task=task
    )
    before, after = (m.stages[0].networks[0].state for m in (start, model))
    last = max(before, key=lambda name: int(name.split(".")[0])).split(".")[0]
    for name in before:
        if name.split(".")[0] != last:
            np.testing.assert_allclose(before[name], after[name], atol=1e-6)
    assert model.task == task
    assert after[f"{last}.weight"].shape == before[f"{last}.weight"].shape  # three labels, others
    assert not np.allclose(after[f"{last}.weight"], before[f"{last}.weight"])


def test_a_cascade_does_not_start_another_task(tmp_path, train_chains, valid_chains):
    start = train_model(CASCADE, train_chains, valid_chains, tmp_path / "start")
    with pytest.raises(InputError, match="start from a model of one stage"):
        train_model(
            ModelConfig((StageConfig(),)), made("classes"), made("classes", 5), tmp_path / "m",
            start=start, task=task_of("classes"),
        )  # fmt: skip


def test_huber_is_a_choice_for_values_alone(tmp_path):
    config = ModelConfig((StageConfig(window=5, hidden=(4,), epochs=1, loss="huber"),))
    train_model(config, made("values"), made("values", 5), tmp_path / "v", task=task_of("values"))
    with pytest.raises(InputError, match="loss = 'huber'"):
        train_model(
            config, made("classes"), made("classes", 5), tmp_path / "c", task=task_of("classes")
        )


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    config = ModelConfig((WINDOW,))
    return {
        kind: train_model(config, made(kind), made(kind, 8, 1), folder / kind, task=task_of(kind))
        for kind in ("classes", "values")
    }


def test_formats_of_classes_and_values(models):
    (p,) = predict_chains([Chain("a,b x", "MKTAY")], models["classes"])
    (v,) = predict_chains([Chain("a x", "MKTAY")], models["values"])
    lines = (formats_for(p.task)["csv"].start() + formats_for(p.task)["csv"].encode([p])).decode()
    heading, first, *_ = lines.split("\n")
    assert heading == "id,position,residue,label,p_+,p_-,p_."
    assert first.startswith(f'"a,b",1,M,{p.states[0]},')
    record = json.loads(formats_for(p.task)["jsonl"].encode([p]))
    assert record["labels"] == p.states
    assert len(record["p_+"]) == 5
    assert formats_for(p.task)["three-line"].encode([p]).decode().split("\n")[2] == p.states
    record = json.loads(formats_for(v.task)["jsonl"].encode([v]))
    np.testing.assert_allclose(record["values"], v.values, atol=1e-4)
    for task, name in ((p.task, "ss2"), (p.task, "caid"), (v.task, "three-line"), (v.task, "svg")):
        with pytest.raises(InputError, match=f"--format {name}: cannot hold"):
            format_for(task, name)
    with pytest.raises(InputError, match="not values"):
        _ = p.values


def test_caid_form_of_two_classes():
    from ribbonet.prediction.prediction import Prediction

    p = Prediction(
        Chain("a", "MK"),
        np.array([[0.9, 0.1], [0.2, 0.8]], np.float32),
        0,
        None,
        Classes(Alphabet("01")),
    )
    assert format_for(p.task, "caid").encode([p]) == b">a\n1\tM\t0.100\t0\n2\tK\t0.800\t1\n"


def test_eight_states_are_not_asked_of_another_task(models):
    with pytest.raises(InputError, match="this model predicts the classes"):
        list(predict_chains(made("classes", 1), models["classes"], states=STATES8))


def test_models_of_a_task_are_compared_and_reported(models):
    judges = made("classes", 8, 1)
    one = evaluate_task(models["classes"], "one", "judges", judges)
    compared = compare_tasks(one, evaluate_task(models["classes"], "two", "judges", judges))
    assert compared.compared.equal == 8
    page = report([compared])
    assert "<svg" in page
    assert "Beside two: better on 0 chains, worse on 0" in page
    with pytest.raises(InputError, match="compare like models"):
        compare_tasks(one, evaluate_task(models["values"], "v", "judges", made("values", 8, 1)))
    with pytest.raises(InputError, match="chain 'x'"):
        evaluate_task(models["classes"], "one", "judges", [Chain("x", "M", "Z", known="1")])


@pytest.mark.parametrize("kind", ["classes", "values"])
@pytest.mark.parametrize("form", ["biotrainer", "residues", "jsonl"])
def test_labels_come_out_as_they_went_in(kind, form, tmp_path):
    chains = [Chain(c.id, c.sequence, c.labels, c.values, c.known) for c in made(kind, 3)]
    if form == "jsonl" and kind == "classes":
        chains = [
            Chain(c.id, c.sequence, c.labels.replace("-", "~"), known=c.known) for c in chains
        ]
    write_chains(tmp_path / "file", chains, form)
    back = list(read_chains(tmp_path / "file", states=None, form=form))
    task = interpret(chains).task
    unlabelled = LabelOptions(unlabelled="-") if form == "jsonl" and kind == "classes" else None
    again = interpret(back, unlabelled) if unlabelled else interpret(back)
    assert again.task == task
    for a, b in zip(chains, again.chains, strict=True):
        np.testing.assert_array_equal(a.mask, b.mask)
        fitted = task.fitted(chains)
        np.testing.assert_array_equal(fitted.targets(a), fitted.targets(b))


def test_structure_is_the_default_and_its_files_name_no_task(tmp_path, train_chains, valid_chains):
    model = train_model(ModelConfig((WINDOW,)), train_chains, valid_chains, tmp_path / "m")
    assert model.task == Structure()
    assert '"task"' not in (tmp_path / "m" / "model.json").read_text()
    assert Values(1.0, 2.0) != Structure()
