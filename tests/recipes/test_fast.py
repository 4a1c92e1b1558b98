"""The chains that `fast` learns from, and what the teacher says of them."""

import lzma
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import ribbonet
from ribbonet.chains.alphabet import RESIDUES, STATES8
from ribbonet.models.stages import Stage
from ribbonet.tasks.structure import Structure

RECIPE = Path(__file__).parents[2] / "recipes" / "fast"


@pytest.fixture(scope="module")
def packs(tmp_path_factory):
    """Packs of made chains; a cluster of CB513's and a chain that is too short are among them."""
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
    command = [
        sys.executable,
        RECIPE / "soft_labels.py",
        "--data",
        folder,
        "--to",
        folder / "packs",
    ]
    subprocess.run([*command, "--residues", "100"], check=True)
    return {path.stem: dict(np.load(path)) for path in (folder / "packs").glob("*.npz")}


def test_one_chain_of_each_cluster_is_chosen(packs):
    judged, plain = (packs[name]["ids"].tolist() for name in ("judged", "plain"))
    assert sorted(judged + plain) == ["0", "2", "3"]
    assert (len(judged), len(plain)) == (2, 1)
    assert "soft" not in packs["plain"]
    first, second = packs["unlabelled"]["ids"]
    assert first in {"a", "b", "c"}
    assert second == "d"
    assert packs["valid"]["ids"].tolist() == ["0"]
    assert (packs["unlabelled"]["labels"] == 255).all()
    assert (packs["valid"]["labels"] < 8).all()


@pytest.mark.parametrize("name", ["judged", "unlabelled"])
def test_soft_labels_are_what_the_first_network_of_accurate_says(packs, name):
    pack = packs[name]
    stage = ribbonet.load_model("accurate").stages[0]
    teacher = Stage(stage.window, stage.networks[:1], Structure(STATES8))
    for start, end in zip(pack["start"], pack["start"][1:], strict=False):
        (said,) = teacher.probabilities([pack["codes"][start:end]], teacher.task)
        np.testing.assert_allclose(pack["soft"][start:end] / 255, said, atol=0.003)
