"""The functions of the package itself: train, evaluate, read and write."""

import numpy as np
import pytest

import ribbonet
from ribbonet import InputError
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.three_line import format_three_line
from ribbonet.models.config import ModelConfig, StageConfig

CONFIG = ModelConfig((StageConfig(window=3, hidden=(), learning_rate=0.5, epochs=8),))
STATE_OF = {"A": "H", "L": "H", "V": "E", "I": "E", "G": "C", "P": "C"}


@pytest.fixture(scope="module")
def chains():
    rng = np.random.default_rng(0)
    sequences = ["".join(rng.choice(list(STATE_OF), 40)) for _ in range(30)]
    return [Chain(f"c{n}", s, "".join(map(STATE_OF.get, s))) for n, s in enumerate(sequences)]


@pytest.fixture
def path(chains, tmp_path):
    path = tmp_path / "chains.3line"
    path.write_text("".join(map(format_three_line, chains)))
    return path


def test_a_model_is_trained_and_scored_from_chains_or_from_a_file(chains, path, tmp_path):
    model = ribbonet.train(chains, tmp_path / "a", config=CONFIG)
    ribbonet.train(path, tmp_path / "b", config=CONFIG)
    weights = [(tmp_path / name / "weights.safetensors").read_bytes() for name in "ab"]
    assert weights[0] == weights[1]
    scores = ribbonet.evaluate(model, chains)
    assert scores["q3"] > 95 > scores["majority_q3"]
    assert ribbonet.evaluate(tmp_path / "a", path)["q3"] == scores["q3"]
    assert model.predict("ALVIGP" * 3).states == ribbonet.predict("ALVIGP" * 3, model=model).states
    with pytest.raises(InputError, match="holds a model already"):
        ribbonet.train(chains, tmp_path / "a", config=CONFIG)
    with pytest.raises(InputError, match="give valid FILE"):
        ribbonet.train(chains[:1], tmp_path / "c", config=CONFIG)


def test_chains_are_read_and_written(chains, path, tmp_path):
    assert ribbonet.read(path) == chains
    assert ribbonet.write(tmp_path / "a.csv", chains) == 30
    assert [c.sequence for c in ribbonet.read(tmp_path / "a.csv")] == [c.sequence for c in chains]
    fasta = tmp_path / "plain.fasta"
    fasta.write_text(">a one\nMKT\nAYI\nAK\n>b\nMK\n")
    assert [(c.header, c.sequence, c.labels) for c in ribbonet.read(fasta)] == [
        ("a one", "MKTAYIAK", None),
        ("b", "MK", None),
    ]
    with pytest.raises(InputError, match="no form"):
        ribbonet.write(tmp_path / "a.xyz", chains)
    with pytest.raises(InputError, match="states = 5"):
        ribbonet.read(path, states=5)


@pytest.mark.parametrize("name", ["p.csv", "p.jsonl.gz", "p.svg", "p.3line", "p.parquet"])
def test_predictions_are_written_as_the_command_writes_them(name, tmp_path):
    if name == "p.parquet":
        pytest.importorskip("pyarrow")
    predictions = list(map(ribbonet.load_model("fast").predict, ["MKTAYIAK", "GGVVGG"]))
    assert ribbonet.write(tmp_path / name, predictions) == 2
    assert (tmp_path / name).stat().st_size > 0
    with pytest.raises(InputError, match="names no format"):
        ribbonet.write(tmp_path / "p.gif", predictions)
    with pytest.raises(InputError, match="alone"):
        ribbonet.write(tmp_path / "p.csv", [*predictions, Chain("a", "MK", "HH")])
    with pytest.raises(InputError, match="give predictions"):
        ribbonet.write(tmp_path / "p.csv", [])
