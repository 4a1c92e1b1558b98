"""A kind of task is one class: training, models, predictions, files and scores ask nothing else."""

import json
import sys
from dataclasses import dataclass
from types import ModuleType

import numpy as np
import pytest

import ribbonet
from ribbonet import tasks
from ribbonet.chains.chain import Chain
from ribbonet.cli.options.labelled import TaskName
from ribbonet.evaluation.stated import read_stated
from ribbonet.evaluation.tasks import compare_tasks, evaluate_task
from ribbonet.models.config import ModelConfig, StageConfig
from ribbonet.models.folder import read_model
from ribbonet.nn import BinaryCrossEntropy
from ribbonet.nn.layers.activations import Sigmoid
from ribbonet.prediction.blocks import predict_chains
from ribbonet.tasks.base import Task
from ribbonet.tasks.labels import KINDS
from ribbonet.tasks.value_scores import score_values
from ribbonet.training.search.tuning import measure_of
from ribbonet.training.teacher import teacher_of
from ribbonet.training.train import train_model

WINDOW = StageConfig(window=3, hidden=(8,), optimizer="adam", learning_rate=0.03, epochs=8)
ALONG = StageConfig(
    window=3, hidden=(8,), dilations=(1,), kernel=3, activation="relu", init="he", epochs=8,
    optimizer="adam", learning_rate=0.02, batch_size=200,
)  # fmt: skip


@dataclass(frozen=True)
class Shares(Task):
    """A share from 0 to 1 for each residue, as of its surface: a sigmoid and its cross-entropy."""

    kind = "shares"
    losses = ("cross-entropy",)
    measure = "Spearman"
    outputs = 1
    columns = ("share",)
    summary = "a share of each residue"

    def targets(self, chain):
        return np.array(chain.values or [np.nan] * len(chain), np.float32)

    def loss(self, options, targets):
        return BinaryCrossEntropy()

    def certain(self, targets):
        return targets

    def taught(self, predictions, teacher):
        teacher.check_asked(self)
        return predictions[:, 0]

    def activate(self, outputs):
        return Sigmoid.value(outputs)

    def score(self, chains, predictions):
        truth = [self.targets(chain) for chain in chains]
        return score_values(chains, truth, [own[:, 0] for own in predictions], 0.5, self.kind)

    def gain(self, chain, predictions):
        return -float(np.nansum(np.abs(self.targets(chain) - predictions[:, 0])))

    def to_json(self):
        return {}

    @classmethod
    def from_json(cls, stored):
        return cls()


@pytest.fixture(autouse=True)
def _registered(monkeypatch):
    """As if `ribbonet/tasks/shares.py` were there, and named in `KINDS`."""
    module = ModuleType("ribbonet.tasks.shares")
    module.Shares = Shares
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(tasks.KINDS, "shares", "Shares")


def made(number, seed):
    rng = np.random.default_rng(seed)
    found = []
    for n in range(number):
        letters = "".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWY"), 40))
        shares = tuple(0.1 if s in "AVLIMFW" else 0.8 for s in letters)
        found.append(Chain(f"c{n}", letters, values=shares))
    return found


@pytest.mark.parametrize("stages", [(WINDOW,), (ALONG,), (WINDOW, WINDOW)])
def test_it_is_trained_kept_predicted_written_and_scored(stages, tmp_path):
    config, chains, judges = ModelConfig(stages), made(30, 0), made(8, 1)
    train_model(config, chains, judges, tmp_path / "m", task=Shares())
    model = read_model(tmp_path / "m")
    assert model.task == Shares()
    assert measure_of(model.task) == "Spearman"
    predicted = list(predict_chains(judges, model))
    both = np.concatenate([p.values for p in predicted])
    assert 0 < both.min() < 0.3 < 0.6 < both.max() < 1
    for name in ("csv", "tsv", "jsonl", "parquet"):
        ribbonet.write(tmp_path / f"said.{name}", predicted)
    assert "share" in (tmp_path / "said.csv").read_text().partition("\n")[0]
    evaluated = evaluate_task(model, "m", "judges", judges)
    assert evaluated.scores.spearman > 0.7
    json.dumps(compare_tasks(evaluated, evaluated).to_json(), allow_nan=False)


def test_it_teaches_and_is_taught(tmp_path):
    config, judges = ModelConfig((WINDOW,)), made(8, 1)
    teacher = train_model(config, made(30, 0), judges, tmp_path / "m", task=Shares())
    ribbonet.write(tmp_path / "said.jsonl", list(predict_chains(judges, teacher)))
    (first, *_) = read_stated([tmp_path / "said.jsonl"])
    assert first.chain.values is not None
    unlabelled = [Chain(f"u{chain.id}", chain.sequence) for chain in made(30, 2)]
    taught = teacher_of(teacher, 1.0, Shares())
    chains = [*made(1, 3), *unlabelled]
    student = train_model(config, chains, judges, tmp_path / "s", task=Shares(), teacher=taught)
    assert evaluate_task(student, "s", "judges", judges).scores.spearman > 0.7


def test_the_kinds_are_named_by_the_command_line():
    """Beside the folder of tasks the one line that a new kind needs."""
    shipped = {kind for kind in tasks.KINDS if kind != "shares"}
    assert {name.value for name in TaskName} == {*KINDS} == {"auto", *shipped}
