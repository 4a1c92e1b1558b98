"""Cross-validation: families stay whole, every chain is predicted once, by a model of others."""

import csv
import json
import shutil

import numpy as np
import pytest

from ribbonet.chains.alphabet import Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.cli.runs.folds import run_folds
from ribbonet.errors import InputError
from ribbonet.models.config import ModelConfig, StageConfig
from ribbonet.tasks import Classes, Structure, Values
from ribbonet.training.folds import Folds, assign, finished, read_folds, write_folds
from ribbonet.training.train import train_model

CONFIG = ModelConfig((StageConfig(window=3, hidden=(4,), epochs=1),))
LETTERS = list("ACDEFGHIKLMNPQRSTVWY")


def made(task, number=20, seed=0):
    """Chains of families of two, whose headers name them."""
    rng = np.random.default_rng(seed)
    chains = []
    for n in range(number):
        sequence = "".join(rng.choice(LETTERS, 40))
        header = f"c{n} f{n // 2}"
        if isinstance(task, Values):
            chains.append(Chain(header, sequence, values=tuple(rng.normal(size=40).tolist())))
        elif isinstance(task, Structure):
            chains.append(Chain(header, sequence, "".join(rng.choice(list("HEC"), 40))))
        else:
            labels = "".join("1" if s in "AVLIM" else "0" for s in sequence)
            chains.append(Chain(header, sequence, labels, known="1" * 40))
    return chains


@pytest.fixture
def without_mmseqs(monkeypatch, tmp_path_factory):
    monkeypatch.setenv("PATH", str(tmp_path_factory.mktemp("empty")))


@pytest.mark.usefixtures("without_mmseqs")
def test_families_stay_whole():
    chains = made(Structure())
    folds = assign(chains, 4, 0)
    assert folds.number == 4
    assert all(folds.fold[n] == folds.fold[n + 1] for n in range(0, 20, 2))
    places = []
    for fold in range(4):
        learned, judges, held = folds.parts(fold, 0)
        assert sorted([*learned, *judges, *held]) == list(range(20))
        groups = [{folds.family[n] for n in part} for part in (learned, judges, held)]
        assert not groups[0] & groups[1]
        assert not (groups[0] | groups[1]) & groups[2]
        places += held
    assert sorted(places) == list(range(20))
    with pytest.raises(InputError, match="of 10 families, too few for 11 folds"):
        assign(chains, 11, 0)
    with pytest.raises(InputError, match="too few families to hold one out"):
        Folds((0, 1), (0, 1)).parts(0, 0)


@pytest.mark.skipif(shutil.which("mmseqs") is None, reason="needs mmseqs2")
def test_homologues_are_found_by_alignment():
    chains = made(Structure(), 6)
    copies = [Chain(f"copy{n}", "MK" + c.sequence, "CC" + c.labels) for n, c in enumerate(chains)]
    folds = assign([*chains, *copies], 3, 0)
    assert folds.fold[:6] == folds.fold[6:]


def test_folds_come_back(tmp_path):
    chains, folds = made(Structure(), 4), Folds((0, 0, 1, 1), (1, 1, 0, 0))
    write_folds(tmp_path / "folds.tsv", chains, folds)
    assert read_folds(tmp_path / "folds.tsv", chains, 2) == folds
    for other, number in ((chains[::-1], 2), (chains, 3)):
        with pytest.raises(InputError, match="is of other chains or of another number of folds"):
            read_folds(tmp_path / "folds.tsv", other, number)


@pytest.mark.parametrize(
    "content", [b"", b"id\n", b"\xff", b"c0\t0", b"id\tfamily\tfold\nc0\t0\tx\n", b"id\nc0\t0\t3\n"]
)
def test_damaged_folds_are_refused(tmp_path, content):
    (tmp_path / "folds.tsv").write_bytes(content)
    with pytest.raises(InputError, match=r"folds\.tsv: "):
        read_folds(tmp_path / "folds.tsv", made(Structure(), 1), 2)


@pytest.mark.usefixtures("without_mmseqs")
@pytest.mark.parametrize("task", [Structure(), Classes(Alphabet("01")), Values()])
def test_every_chain_is_predicted_by_a_model_of_others(task, tmp_path):
    chains = made(task)
    learned: dict[int, set[str]] = {}

    def train(fold, train, valid, resume=True):
        learned[fold] = {chain.id for chain in [*train, *valid]}
        folder = tmp_path / "cv" / f"fold{fold}"
        if made := finished(folder, CONFIG, train, valid):
            return made
        return train_model(CONFIG, train, valid, folder, task=task, resume=resume)

    options = {"seed": 0, "source": None, "leads": True}
    run_folds(tmp_path / "cv", chains, 2, train, resume=False, **options)
    fold_of = dict(
        line.split("\t")[::2] for line in (tmp_path / "cv" / "folds.tsv").read_text().splitlines()
    )
    assert all(chain.id not in learned[int(fold_of[chain.id])] for chain in chains)
    with (tmp_path / "cv" / "predictions.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows[::40]] == [chain.id for chain in chains]
    scores = json.loads((tmp_path / "cv" / "scores.json").read_text())
    assert scores["chains"] == 20
    assert scores["residues"] == 800
    assert (tmp_path / "cv" / "report.html").read_text().lower().startswith("<!doctype html>")

    before = (tmp_path / "cv" / "predictions.csv").read_bytes()
    shutil.rmtree(tmp_path / "cv" / "fold2")
    (tmp_path / "cv" / "predictions.csv").unlink()
    run_folds(tmp_path / "cv", chains, 2, train, resume=True, **options)
    assert (tmp_path / "cv" / "predictions.csv").read_bytes() == before
    with pytest.raises(InputError, match="fold1: holds a model of other chains"):
        finished(tmp_path / "cv" / "fold1", CONFIG, chains[:2], chains[2:])
    other = ModelConfig((StageConfig(window=3, hidden=(5,), epochs=1),))
    with pytest.raises(InputError, match="fold1: holds a model of another configuration"):
        run_folds(
            tmp_path / "cv",
            chains,
            2,
            lambda fold, *sets: finished(tmp_path / "cv" / f"fold{fold}", other, *sets),
            resume=True,
            **options,
        )
    with pytest.raises(InputError, match="is of another training"):
        run_folds(tmp_path / "cv", chains, 2, train, resume=False, **options)
