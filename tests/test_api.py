"""The functions of the package itself: train, evaluate, read and write."""

import io
from dataclasses import replace
from pathlib import Path

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
    with pytest.raises(InputError, match="teacher_share: is that of a teacher; give both"):
        ribbonet.train(chains, tmp_path / "c", config=CONFIG, teacher_share=0.3)


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


PYDSSP = Path(__file__).parent / "cases" / "02-dash-is-coil" / "pydssp.3line"


def test_labels_that_may_be_meant_in_several_ways_are_refused_in_python_too(tmp_path):
    reads = [
        lambda **options: ribbonet.read(PYDSSP, **options),
        lambda **options: ribbonet.evaluate("fast", PYDSSP, **options),
        lambda **options: ribbonet.train(PYDSSP, tmp_path / "m", config=CONFIG, **options),
    ]
    for read in reads:
        with pytest.raises(InputError, match=r"if - is coil .*, give coil='-'; if it stands"):
            read()
    chains = ribbonet.read(PYDSSP, coil="-")
    assert {*"".join(chain.labels for chain in chains)} == {*"HEC"}
    assert ribbonet.evaluate("fast", PYDSSP, coil="-") == {
        **ribbonet.evaluate("fast", chains),
        "data": "pydssp",
    }
    unlabelled = [Chain(c.header, c.sequence, c.labels.replace("C", "-")) for c in chains]
    with pytest.raises(InputError, match="the chains: no residue is labelled C"):
        ribbonet.evaluate("fast", unlabelled)


def test_words_of_headers_and_columns_part_the_sets(chains, tmp_path):
    sets = ["train"] * 20 + ["val"] * 5 + ["test"] * 5
    marked = [replace(c, header=f"{c.id} SET={s}") for c, s in zip(chains, sets, strict=True)]
    model = ribbonet.train(marked, tmp_path / "a", config=CONFIG)
    by_hand = ribbonet.train(chains[:20], tmp_path / "b", valid=chains[20:25], config=CONFIG)
    table = tmp_path / "t.csv"
    rows = [f"{c.id},{c.sequence},{c.labels},{s}" for c, s in zip(chains, sets, strict=True)]
    table.write_text("\n".join(["id,sequence,ss3,set", *rows]) + "\n")
    by_column = ribbonet.train(table, tmp_path / "c", config=CONFIG)
    one = by_hand.predict("ALVIGP" * 3).probabilities
    for other in (model, by_column):
        np.testing.assert_array_equal(other.predict("ALVIGP" * 3).probabilities, one)


def test_classes_and_values_are_trained_and_scored(chains, tmp_path):
    classes = [replace(c, labels=c.labels.translate(str.maketrans("HEC", "012"))) for c in chains]
    model = ribbonet.train(classes, tmp_path / "a", config=CONFIG)
    assert ribbonet.evaluate(model, classes)["accuracy"] > 0.95
    ribbonet.write(tmp_path / "a.jsonl", classes)
    assert [c.labels for c in ribbonet.read(tmp_path / "a.jsonl")] == [c.labels for c in classes]
    values = [replace(c, labels=None, values=tuple(map(float, c.labels))) for c in classes]
    model = ribbonet.train(values, tmp_path / "b", config=CONFIG)
    assert ribbonet.evaluate(model, values)["pearson"] > 0.9
    ribbonet.write(tmp_path / "b.jsonl", values)
    assert [c.values for c in ribbonet.read(tmp_path / "b.jsonl")] == [c.values for c in values]


def test_two_lines_of_a_sequence_are_no_labels(tmp_path):
    first, second = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ", "ACDEFGHIKLMNPQRSTVWYACDEFGHIKLMNP"
    path = tmp_path / "a.fasta"
    path.write_text(f">a\n{first}\n{second}\n")
    assert ribbonet.read(path) == [Chain("a", first + second)]
    with pytest.raises(InputError, match="the labels read as residues"):
        ribbonet.evaluate("fast", path)
    path.write_text(f">a\n{first}\n{'C' * 10 + 'H' * 22}\n")
    with pytest.raises(InputError, match="has 33 residues and 32 labels"):
        ribbonet.read(path)


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


def test_chains_come_in_any_iterable_and_one_may_lack_labels(chains, tmp_path):
    folders = iter(range(9))

    def weights(data):
        folder = tmp_path / str(next(folders))
        ribbonet.train(data, folder, config=CONFIG)
        return (folder / "weights.safetensors").read_bytes()

    assert weights(iter(chains)) == weights(chains)
    more = [*chains, Chain("bare", "ALVIGP")]
    model = ribbonet.train(more, tmp_path / "more", config=CONFIG)
    assert (
        ribbonet.evaluate(model, more)["residues"] == ribbonet.evaluate(model, chains)["residues"]
    )


@pytest.mark.parametrize(
    "data", [None, 5, b"a.3line", [("MKT", "CCC")], {"a": 1}, Chain("a", "MKT", "CCC")]
)
def test_what_is_neither_a_file_nor_chains_is_refused(data, chains, tmp_path):
    remedy = "give the name of a file, or a list of chains as `ribbonet.read` returns them"
    if not isinstance(data, Chain | dict):
        with pytest.raises(InputError, match=f"data: {remedy}"):
            ribbonet.train(data, tmp_path / "a", config=CONFIG)
    with pytest.raises(InputError, match=f"data: {remedy}"):
        ribbonet.evaluate("fast", data)
    if data is not None:
        with pytest.raises(InputError, match=f"valid: {remedy}"):
            ribbonet.train(chains, tmp_path / "a", valid=data, config=CONFIG)


def test_a_chain_among_files_is_not_lost(chains, path, tmp_path):
    with pytest.raises(InputError, match="data: give the name of a file, or a list of chains"):
        ribbonet.train([path, chains[0]], tmp_path / "a", config=CONFIG)


@pytest.mark.parametrize("path", [None, 5, b"p.fasta", ["p.fasta"], io.StringIO(">a\nMKT\n")])
def test_what_is_no_name_of_a_file_is_refused(path):
    with pytest.raises(InputError, match=r"path: is of the type .*; give the name of a file"):
        ribbonet.read(path)
    with pytest.raises(InputError, match=r"path: is of the type .*; give the name of a file"):
        ribbonet.predict_file(path, model="fast")
