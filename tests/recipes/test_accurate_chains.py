"""The chains of the recipe of `accurate`: chosen, searched for homologues, packed."""

import lzma
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from in_process import run_script

from ribbonet.chains.alphabet import RESIDUES

RECIPE = Path(__file__).parents[2] / "recipes" / "accurate"
LARGE, SMALL, LABELLED = 4, 5, 3

pytestmark = pytest.mark.skipif(shutil.which("mmseqs") is None, reason="needs mmseqs2")


@pytest.fixture(scope="module")
def search(tmp_path_factory):
    """Families of made chains, of six, two and one; each labelled chain is of a family of six."""
    rng = np.random.default_rng(0)
    letters = np.array(list(RESIDUES.symbols))
    data = tmp_path_factory.mktemp("data")

    def relative(chain):
        return np.where(rng.random(len(chain)) < 0.2, rng.choice(letters, len(chain)), chain)

    records, labelled = [], []
    for family in range(LARGE + 2 * SMALL):
        first = rng.choice(letters, 120)
        size = 6 if family < LARGE else 1 + family % 2
        for member in range(size):
            name, cluster = f"u{family}_{member}", f"c{family}"
            records.append(f">{name} {cluster}\n{''.join(relative(first))}\n")
        if family < LABELLED:
            for states in ("H" * 60 + "-" * 60, "H" * 50 + "E" * 70):
                chain = "".join(relative(first))
                labelled.append(f">l{len(labelled)} f{family} c{family}\n{chain}\n{states}\n")
    with lzma.open(data / "unlabelled.fasta.xz", "wt") as file:
        file.writelines(records)
    with lzma.open(data / "pdb_train_q8.3line.xz", "wt") as file:
        file.writelines(labelled)
    (data / "pdb_valid_q8.3line").write_text(labelled[0].replace("l0", "v0"))

    to = tmp_path_factory.mktemp("run") / "search"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for command in (
        [sys.executable, "pack.py", "choose", "--data", data, "--to", to],
        ["bash", "search.sh", to],
    ):
        done = subprocess.run(
            [str(word) for word in command],
            cwd=RECIPE,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return to


def packed(search, name, form, *words):
    to = search / f"{name}.npz"
    files = search / f"{name}.{form}", search / f"{name}.m8", to
    done = run_script(RECIPE / "pack.py", "pack", *files, *words)
    assert done.returncode == 0, done.stderr
    with np.load(to) as arrays:
        return dict(arrays)


def test_one_labelled_chain_of_each_cluster_with_its_homologues(search):
    pack = packed(search, "labelled", "3line")
    assert list(pack["ids"]) == ["l1", "l3", "l5"], "those with most labels"
    assert (pack["rows"] == 6).all()


def test_one_unlabelled_chain_of_each_large_family(search):
    pack = packed(search, "unlabelled", "fasta", "--least", 5)
    assert sorted(name.split("_")[0] for name in pack["ids"]) == ["u0", "u1", "u2", "u3"]
    rows = {name.split("_")[0]: n for name, n in zip(pack["ids"], pack["rows"], strict=True)}
    assert rows == {"u0": 6, "u1": 6, "u2": 6, "u3": 5}, "with the labelled, itself left out"
    assert "votes" not in pack


def test_labelled_relatives_vote(search):
    relatives = "--relatives", search / "labelled.3line"
    pack = packed(search, "unlabelled", "fasta", "--least", 5, *relatives)
    assert len(pack["ids"]) == 4
    for name, begin in zip(pack["ids"], pack["start"], strict=False):
        votes = pack["votes"][begin : begin + 120].astype(float)
        if name.startswith("u3"):
            assert not votes.any()
        else:  # 50 H, 70 E
            assert (votes[8:40].argmax(1) == "GHIEBTSC".index("H")).all()
            assert (votes[60:-8].argmax(1) == "GHIEBTSC".index("E")).all()
            assert 1.5 < votes[8:-8].sum(1).mean() < 16


def test_fresh_chains_are_of_the_small_families(search):
    pack = packed(search, "fresh", "fasta")
    families = [int(name[1:].split("_")[0]) for name in pack["ids"]]
    assert sorted(families) == list(range(LARGE, LARGE + 2 * SMALL))
    pairs = {f: r for f, r in zip(families, pack["rows"], strict=True) if f % 2}
    assert set(pairs.values()) == {1}
    assert sum(pack["rows"]) == SMALL
