"""A teacher's predictions, learned besides labels: from a model or a file, by hand, resumed."""

import json
from dataclasses import replace

import numpy as np
import pytest
from interrupted import train_for_two_epochs

import ribbonet
from ribbonet.chains.alphabet import STATES8, Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.models.config import ModelConfig, StageConfig
from ribbonet.prediction.blocks import predict_chains
from ribbonet.tasks import Classes, Structure, Values
from ribbonet.training.teacher import Teacher, teacher_of
from ribbonet.training.train import train_model

LETTERS = list("ACDEFGHIKLMNPQRSTVWY")
LABELS = {"structure": "HEC", "classes": "abc"}
WINDOW = StageConfig(window=5, hidden=(8,), optimizer="adam", learning_rate=0.03, epochs=6)
ALONG = StageConfig(
    window=3, hidden=(8,), dilations=(1,), kernel=3, activation="relu", init="he", epochs=6,
    optimizer="adam", learning_rate=0.02, batch_size=200,
)  # fmt: skip
KINDS = pytest.mark.parametrize("kind", ["structure", "classes", "values"])


def made(kind, number=30, seed=0, prefix="c"):
    """Chains whose labels follow from their residues, with some unknown."""
    rng = np.random.default_rng(seed)
    found = []
    for n in range(number):
        letters = "".join(rng.choice(LETTERS, 40))
        group = [0 if s in "AVLIMFW" else 1 if s in "KRDEQN" else 2 for s in letters]
        there = rng.random(40) < 0.9
        if kind == "values":
            values = tuple(10.0 * g if t else np.nan for g, t in zip(group, there, strict=True))
            found.append(Chain(f"{prefix}{n}", letters, values=values))
        elif kind == "classes":
            labels = "".join(LABELS[kind][g] for g in group)
            known = "".join("01"[int(t)] for t in there)
            found.append(Chain(f"{prefix}{n}", letters, labels, known=known))
        else:
            symbols = LABELS[kind]
            labels = "".join(symbols[g] if t else "-" for g, t in zip(group, there, strict=True))
            found.append(Chain(f"{prefix}{n}", letters, labels))
    return found


def task_of(kind):
    return {"structure": Structure(), "classes": Classes(Alphabet("abc")), "values": Values()}[kind]


def without_labels(chains):
    return [Chain(f"u{chain.header}", chain.sequence) for chain in chains]


@pytest.fixture(scope="module")
def teachers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("teachers")
    return {
        kind: train_model(
            ModelConfig((WINDOW,)), made(kind), made(kind, 8, 1), folder / kind, task=task_of(kind)
        )
        for kind in ("structure", "classes", "values")
    }


def test_targets_by_hand():
    """Half a helix, and half of what the teacher says; a residue without a label is not learned."""
    said = np.array([[0.6, 0.2, 0.2], [0.1, 0.1, 0.8]], np.float32)
    teacher = Teacher(Structure(), lambda chains: [said for _ in chains], 0.5, {"name": "t"})
    task, chains = Structure(), [Chain("a", "MK", "H-"), Chain("b", "MK")]
    first, second = teacher.targets(task, chains, [task.targets(chain) for chain in chains])
    np.testing.assert_allclose(first, [[0.8, 0.1, 0.1], [np.nan] * 3], rtol=1e-6)
    np.testing.assert_allclose(second, said, rtol=1e-6)
    silent = replace(teacher, predict=lambda chains: [None for _ in chains])
    (alone,) = silent.targets(task, chains[:1], [task.targets(chains[0])])
    np.testing.assert_array_equal(alone, [[1, 0, 0], [np.nan] * 3])
    with pytest.raises(InputError, match="chain 'b' has no labels, and the teacher t no pred"):
        list(silent.targets(task, chains[1:], [task.targets(chains[1])]))


def test_values_are_mixed_in_units_of_the_task():
    """A value of 14 and a teacher's 18, of a mean of 10 and a scale of 4: 1 and 2."""
    said = np.array([[18.0]], np.float32)
    teacher = Teacher(Values(3.0, 7.0), lambda chains: [said for _ in chains], 0.25, {"name": "t"})
    task, chains = Values(10.0, 4.0), [Chain("a", "M", values=(14.0,)), Chain("b", "M")]
    first, second = teacher.targets(task, chains, [task.targets(chain) for chain in chains])
    assert (first.tolist(), second.tolist()) == ([1.25], [2.0])


def test_eight_states_teach_eight_and_their_sums_three():
    said = np.full((1, 8), 0.125, np.float32)
    teacher = Teacher(Structure(STATES8), lambda chains: [said], 1.0, {"name": "t"})
    for task, expected in (
        (Structure(STATES8, STATES8), said),
        (Structure(), [[0.375, 0.25, 0.375]]),
        (Structure(STATES8), [[0.375, 0.25, 0.375]]),  # its labels are in three
    ):
        labels = [task.targets(Chain("a", "M", "H"))]
        (taught,) = teacher.targets(task, [Chain("a", "M", "H")], labels)
        np.testing.assert_allclose(taught, expected, rtol=1e-6)


@KINDS
@pytest.mark.parametrize("stages", [(WINDOW,), (ALONG,), (WINDOW, WINDOW)])
def test_a_student_of_a_teacher_alone_predicts_as_it_does(kind, stages, teachers, tmp_path):
    """Of its chains one alone has labels, which are wrong and have no share in the targets."""
    task, teacher = task_of(kind), teachers[kind]
    (one,) = made(kind, 1, seed=5)
    if kind == "values":
        wrong = replace(one, values=(0.0,) * 39 + (20.0,))
    else:
        wrong = replace(one, labels=(one.labels or "").translate(str.maketrans("HECabc", "ECHbca")))
    chains, judges = [wrong, *without_labels(made(kind, 60, 2))], made(kind, 8, 1)
    taught = teacher_of(teacher, 1.0, task)
    student = train_model(
        ModelConfig(stages), chains, judges, tmp_path / "s", task=task, teacher=taught
    )
    pairs = zip(predict_chains(judges, student), predict_chains(judges, teacher), strict=True)
    both = [(own.probabilities, its.probabilities) for own, its in pairs]
    own, its = (np.concatenate(arrays) for arrays in zip(*both, strict=True))
    if kind == "values":
        assert np.corrcoef(own[:, 0], its[:, 0])[0, 1] > 0.9
    else:
        assert (own.argmax(axis=1) == its.argmax(axis=1)).mean() > 0.9
    told = student.card.training.record["teacher"]
    assert (told["sha256"], told["share"]) == (teacher.digest, 1.0)


@KINDS
@pytest.mark.parametrize("name", ["csv", "tsv", "jsonl", "parquet"])
def test_a_file_teaches_as_the_model_that_wrote_it(kind, name, teachers, tmp_path):
    chains, path = made(kind, 4, 3), tmp_path / f"said.{name}"
    ribbonet.write(path, list(predict_chains(chains, teachers[kind])))
    of_file = teacher_of(path, 0.5, task_of(kind))
    of_model = teacher_of(teachers[kind], 0.5, task_of(kind))
    for read, given in zip(of_file.predict(chains), of_model.predict(chains), strict=True):
        np.testing.assert_allclose(read, given, atol=1e-3)
    assert list(of_file.predict(made(kind, 1, 4))) == [None]
    assert of_file.about["name"] == path.name


def test_eight_states_are_read_from_a_file(tmp_path):
    chains = made("structure", 2)
    accurate = ribbonet.load_model("fast")
    ribbonet.write(tmp_path / "p.parquet", list(predict_chains(chains, accurate, states=STATES8)))
    teacher = teacher_of(tmp_path / "p.parquet", 0.5, Structure())
    assert teacher.task == Structure(STATES8)
    (given, _) = accurate.probabilities([chain.codes for chain in chains], accurate.task)
    np.testing.assert_allclose(next(iter(teacher.predict(chains))), given, atol=1e-3)


@KINDS
def test_a_killed_training_with_a_teacher_goes_on_to_the_same_bytes(kind, teachers, tmp_path):
    chains = [*made(kind), *without_labels(made(kind, 10, 2))]
    options = {"task": task_of(kind), "teacher": teacher_of(teachers[kind], 0.5, task_of(kind))}
    config, judges = ModelConfig((replace(ALONG, epochs=3),), seed=3), made(kind, 8, 1)
    train_model(config, chains, judges, tmp_path / "whole", **options)
    train_for_two_epochs(config, chains, judges, tmp_path / "broken", **options)
    other = options | {"teacher": replace(options["teacher"], share=0.4)}
    with pytest.raises(InputError, match="another teacher"):
        train_model(config, chains, judges, tmp_path / "broken", resume=True, **other)
    train_model(config, chains, judges, tmp_path / "broken", resume=True, **options)
    for name in ("weights.safetensors", "model.json"):
        whole, broken = (tmp_path / folder / name for folder in ("whole", "broken"))
        assert whole.read_bytes() == broken.read_bytes()


@KINDS
def test_both_engines_learn_the_same_of_a_teacher(kind, teachers, tmp_path):
    pytest.importorskip("torch")
    chains = [*made(kind), *without_labels(made(kind, 10, 2))]
    teacher, judges = teacher_of(teachers[kind], 0.5, task_of(kind)), made(kind, 8, 1)
    given = []
    for engine in ("numpy", "torch"):
        model = train_model(
            ModelConfig((replace(ALONG, epochs=2),)), chains, judges, tmp_path / engine,
            task=task_of(kind), teacher=teacher, engine=engine,
        )  # fmt: skip
        given.append(np.concatenate([p.probabilities for p in predict_chains(judges, model)]))
    np.testing.assert_allclose(*given, rtol=1e-3, atol=1e-4)


def test_what_does_not_fit_is_refused(teachers, tmp_path):
    with pytest.raises(InputError, match=r"from 0 to 1"):
        teacher_of(teachers["structure"], 1.5, Structure())
    with pytest.raises(InputError, match="accurate-msa reads profile; predict the chains by it"):
        teacher_of("accurate-msa", 0.5, Structure())
    three = teacher_of(teachers["structure"], 0.5, Structure())
    for config, task, message in (
        (ModelConfig(states=8), Structure(STATES8, STATES8), "knows the states HEC only"),
        (ModelConfig(), task_of("values"), "knows the states HEC only"),
        (ModelConfig((replace(WINDOW, label_smoothing=0.1),)), Structure(), "for labels alone"),
        (ModelConfig((replace(WINDOW, class_weights="balanced"),)), Structure(), "labels alone"),
    ):
        with pytest.raises(InputError, match=message):
            three.check(config, task)
    path = tmp_path / "p.csv"
    ribbonet.write(path, list(predict_chains(made("classes", 2), teachers["classes"])))
    with pytest.raises(InputError, match=r"p\.csv: has no predictions of secondary structure"):
        teacher_of(path, 0.5, Structure())


def test_several_sets_are_taken_so_often_each(tmp_path):
    """Files with labels and without; a training goes on only with what it had."""
    ribbonet.write(tmp_path / "a.3line", made("structure", 20), format="three-line")
    unlabelled = without_labels(made("structure", 4, 2))
    sets = [unlabelled, tmp_path / "a.3line", made("structure", 3, 3, "l")]
    options = {
        "config": ModelConfig((WINDOW,)),
        "teacher": "fast",
        "valid": made("structure", 5, 1),
    }
    model = ribbonet.train(sets, tmp_path / "m", repeat=[2, 1, 0.5], **options)
    assert model.card.training.record["repeat"] == [
        {"chains": 20, "times": 1.0},
        {"chains": 3, "times": 0.5},
        {"chains": 4, "times": 2.0},
    ]
    plain = ribbonet.train(sets, tmp_path / "n", **options)
    assert "repeat" not in plain.card.training.record
    assert plain.digest != model.digest
    for repeat, said in (([1, 2], "2 numbers for 3 sets"), ([1, 2, 0], "0: give a number above 0")):
        with pytest.raises(InputError, match=said):
            ribbonet.train(sets, tmp_path / "o", repeat=repeat, **options)


def test_chains_without_labels_are_taught_by_a_shipped_model(tmp_path):
    """In Python; they are not held out for validation."""
    ribbonet.write(tmp_path / "known.3line", made("structure", 20), format="three-line")
    (tmp_path / "more.fasta").write_text(
        "".join(f">{c.header}\n{c.sequence}\n" for c in without_labels(made("structure", 7, 2)))
    )
    known, more = tmp_path / "known.3line", tmp_path / "more.fasta"
    chains = [*ribbonet.read(known), *ribbonet.read(more)]
    config = ModelConfig((WINDOW,))
    model = ribbonet.train(chains, tmp_path / "m", config=config, teacher="fast", teacher_share=0.3)
    training = json.loads((tmp_path / "m" / "model.json").read_text())["training"]
    assert training["teacher"]["name"] == "fast"
    assert training["teacher"]["sha256"] == ribbonet.load_model("fast").digest
    assert training["teacher"]["share"] == 0.3
    assert training["chains"] == 18 + 7
    assert model.states == "HEC"
    with pytest.raises(InputError, match="none of the chains has labels"):
        ribbonet.train(more, tmp_path / "n", config=config, teacher="fast")
