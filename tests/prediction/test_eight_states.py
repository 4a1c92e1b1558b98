"""Eight states: from the model through every format that has room for them."""

import io
import json

import numpy as np
import pytest

import ribbonet
from ribbonet.chains.alphabet import STATES8, reduce_states
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.evaluation.evaluate import evaluate_on
from ribbonet.models.card import Card
from ribbonet.models.folder import save_model
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.nn import Conv1d, Dense, Network, ReLU, Residual, WindowDense
from ribbonet.prediction.blocks import predict_chains
from ribbonet.prediction.formats import format_for
from ribbonet.tasks.structure import Structure

PEPTIDE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ"


@pytest.fixture
def model():
    network = Network(
        [WindowDense(5, 21, 6), Residual([Conv1d(6, 6, 3), ReLU()]), Dense(6, 8)], rng=1
    )
    return Model((Stage(5, (network,), Structure(STATES8)),), Card("made"))


def test_three_states_are_the_sums_of_eight(model):
    eight = ribbonet.predict(PEPTIDE, model=model, states=8)
    three = ribbonet.predict(PEPTIDE, model=model)
    assert eight.probabilities.shape == (len(PEPTIDE), 8)
    assert set(eight.states) <= set("GHIEBTSC")
    for column, state in enumerate("HEC"):
        own = [reduce_states(s) == state for s in STATES8]
        np.testing.assert_allclose(
            three.probabilities[:, column], eight.probabilities[:, own].sum(axis=1), atol=1e-6
        )
    assert eight.in_three().states == three.states
    assert three.in_three() is three


def test_a_model_of_three_states_says_so():
    network = Network([WindowDense(5, 21, 3)], rng=1)
    named = Model((Stage(5, (network,)),), Card("made"))
    with pytest.raises(InputError, match="model 'made' knows the states HEC only; take another"):
        ribbonet.predict(PEPTIDE, model=named, states=8)
    with pytest.raises(InputError, match=r"^this model knows the states HEC only; take another"):
        ribbonet.predict(PEPTIDE, model=Model((Stage(5, (network,)),)), states=8)


def test_each_format_holds_eight_probabilities(model):
    (prediction,) = predict_chains([Chain("made one", PEPTIDE)], model, states=STATES8)

    def written(name):
        file = io.BytesIO()
        form = format_for(Structure(STATES8), name)
        form.assemble([form.encode([prediction])], file)
        return file.getvalue()

    header, row, *_ = written("csv").decode().splitlines()
    assert header == "id,position,residue,state,p_G,p_H,p_I,p_E,p_B,p_T,p_S,p_C"
    assert row.startswith("made,1,M,")
    assert sum(map(float, row.split(",")[4:])) == pytest.approx(1, abs=5e-3)
    known = json.loads(written("jsonl"))
    np.testing.assert_allclose(known["p_T"], prediction.probabilities[:, 5], atol=6e-4)
    assert written("three-line").decode().split("\n")[2] == prediction.states

    pq = pytest.importorskip("pyarrow.parquet", reason="needs the extra parquet")
    table = pq.read_table(io.BytesIO(written("parquet")))
    assert table.column_names[-8:] == [f"p_{state}" for state in STATES8]


def test_formats_of_three_states_are_refused(model, ribbonet_command, tmp_path):
    save_model(model, tmp_path / "model")
    done = ribbonet_command("--model", tmp_path / "model", "--states", "8", "--format", "ss2")
    assert done.returncode == 2
    assert done.stderr.decode() == (
        "ribbonet: error: --format ss2: cannot hold secondary structure in the states GHIEBTSC; "
        "give one of three-line, fasta, csv, tsv, jsonl, parquet, gff3, bed\n"
    )
    states = ribbonet_command("--model", tmp_path / "model", "--states", "8").stdout.split()[2]
    assert states.decode() == ribbonet.predict(PEPTIDE, model=tmp_path / "model", states=8).states


@pytest.fixture
def ribbonet_command():
    import subprocess
    import sys

    def run(*args):
        command = [sys.executable, "-m", "ribbonet", "predict", "--sequence", PEPTIDE]
        return subprocess.run([*command, *map(str, args)], capture_output=True, check=False)

    return run


def test_q8_is_scored_where_the_labels_have_eight_states(model, tmp_path):
    path = tmp_path / "labelled.3line"
    labels = ribbonet.predict(PEPTIDE, model=model, states=8).states
    other = "G" if labels[0] != "G" else "T"
    path.write_text(f">made\n{PEPTIDE}\n{other}{labels[1:]}\n")
    scores = evaluate_on(model, "made", path).scores
    assert scores.q8 == pytest.approx(100 * (len(labels) - 1) / len(labels))
    path.write_text(f">made\n{PEPTIDE}\n{reduce_states(labels)}\n")
    assert evaluate_on(model, "made", path).scores.q8 is None
