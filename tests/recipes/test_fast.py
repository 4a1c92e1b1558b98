"""The chains that `fast` learns from, and the commands that train it."""

import json
import lzma
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import ribbonet
from ribbonet.chains.alphabet import RESIDUES, STATES8

RECIPE = Path(__file__).parents[2] / "recipes" / "fast"


@pytest.fixture(scope="module")
def chosen(tmp_path_factory):
    """Made chains, a cluster of CB513's and a chain too short among them, and those chosen."""
    folder = tmp_path_factory.mktemp("fast")
    rng = np.random.default_rng(0)

    def draw(symbols, length=70):
        return "".join(rng.choice(list(symbols), length))

    labelled = [
        f">{n} f0 {cluster}\n{draw(RESIDUES.symbols)}\n{labels}\n"
        for n, (cluster, labels) in enumerate(
            [
                ("c1", draw(STATES8.symbols)),
                ("c1", "-" + draw(STATES8.symbols, 69)),
                ("c2", draw(STATES8.symbols)),
                ("c3", draw(STATES8.symbols)),
                ("c12977", draw(STATES8.symbols)),
            ]
        )
    ]
    with lzma.open(folder / "pdb_train_q8.3line.xz", "wt") as file:
        file.writelines(labelled)
    (folder / "pdb_valid_q8.3line").write_text(labelled[0])
    with lzma.open(folder / "unlabelled.fasta.xz", "wt") as file:
        for name, cluster in [("a", "k0"), ("b", "k0"), ("c", "k0"), ("d", "k1")]:
            file.write(f">{name} {cluster}\n{draw(RESIDUES.symbols, 80)}\n")
        file.write(f">short k2\n{draw(RESIDUES.symbols, 59)}\n")
    choose = [sys.executable, RECIPE / "choose.py", "--data", folder, "--to", folder / "chains"]
    subprocess.run([*choose, "--residues", "100"], check=True)
    return folder


def ids(path):
    return [chain.id for chain in ribbonet.read(path, states=8)]


def test_one_chain_of_each_cluster_is_chosen(chosen):
    chains = chosen / "chains"
    judged, plain = ids(chains / "judged.3line"), ids(chains / "plain.3line")
    assert sorted(judged + plain) == ["0", "2", "3"]
    assert (len(judged), len(plain)) == (2, 1)
    assert ids(chains / "judged.fasta") == judged
    first, second = ids(chains / "unlabelled.fasta")
    assert first in {"a", "b", "c"}
    assert second == "d"


def test_validation_chains_are_not_among_the_unlabelled_ones(chosen, tmp_path):
    for name in ("pdb_train_q8.3line.xz", "unlabelled.fasta.xz"):
        (tmp_path / name).write_bytes((chosen / name).read_bytes())
    records = lzma.decompress((tmp_path / "unlabelled.fasta.xz").read_bytes()).decode().split(">")
    (sequence,) = (record.split()[2] for record in records if record.startswith("d "))
    (tmp_path / "pdb_valid_q8.3line").write_text(f">judge\n{sequence}\n{'C' * 80}\n")
    choose = [sys.executable, RECIPE / "choose.py", "--data", tmp_path, "--to", tmp_path / "chains"]
    subprocess.run(choose, check=True)
    assert {*ids(tmp_path / "chains" / "unlabelled.fasta")} < {"a", "b", "c"}


def layers_of(model):
    """All that a card says of a model's layers, but those that do nothing."""
    text = json.dumps([stage.described() for stage in model.stages])
    return text.replace('{"layer": "Dropout", "rate": 0.0}, ', "")


def test_the_commands_of_the_readme_make_the_network_that_is_shipped(chosen):
    """But for its weights: the same layers, learned from the teacher's predictions."""
    text = (RECIPE / "README.md").read_text().replace("\\\n", " ")
    lines = [line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ ribbonet")]
    for line in lines[:2]:
        words = line.replace("$D", str(chosen)).replace("model.toml", str(RECIPE / "model.toml"))
        command = [sys.executable, "-m", *words.split()]
        subprocess.run(command, check=True, cwd=chosen)
    made, shipped = ribbonet.load_model(chosen / "build" / "fast"), ribbonet.load_model("fast")
    assert layers_of(made) == layers_of(shipped)
    record = made.card.training.record
    assert record["teacher"]["name"] == "judged.parquet"
