import json
import sys
from dataclasses import replace

import numpy as np
import pytest

from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.three_line import write_three_line

NAMES = ("qian-sejnowski-1988-train.3line", "qian-sejnowski-1988-test.3line")
STATE_OF = {"A": "H", "L": "H", "V": "E", "I": "E", "G": "C", "P": "C"}


@pytest.fixture
def qs(script):
    return script("qian-sejnowski-1988")


@pytest.fixture
def machinery(script):
    return script("qian-sejnowski-1988", "machinery")


def made_chains(number, seed):
    """Chains whose states can be told from their residues; the first two are relatives."""
    rng = np.random.default_rng(seed)
    sequences = ["".join(rng.choice(list("ALVIGP"), 40)) for _ in range(number - 1)]
    sequences.insert(0, "".join(rng.choice(list("ALVIGP"), 5)) + sequences[0])
    return [Chain(f"chain{i}", s, "".join(STATE_OF[r] for r in s)) for i, s in enumerate(sequences)]


@pytest.fixture
def folder(tmp_path):
    for seed, name in enumerate(NAMES):
        with (tmp_path / name).open("w") as file:
            for chain in made_chains(12 - 4 * seed, seed):
                write_three_line(file, chain)
    return tmp_path


def test_chains_are_related_by_thirty_residues_that_agree_in_fifteen(machinery):
    rng = np.random.default_rng(0)
    a = rng.integers(20, size=50, dtype=np.uint8)
    b = np.concatenate([rng.integers(20, size=7, dtype=np.uint8), a[10:40]])
    assert machinery.related(a, b)
    b[7::2] = 20
    assert machinery.related(a, b)
    b[8:12:2] = 20
    assert not machinery.related(a, b)
    assert not machinery.related(a, a[:29])


def test_relatives_of_relatives_are_one_family(machinery):
    rng = np.random.default_rng(0)
    a, b, c = rng.integers(20, size=(3, 60), dtype=np.uint8)
    link = np.concatenate([a[:40], b[:40]])
    assert machinery.families([a, c, link, b]).tolist() == [0, 1, 0, 0]


def test_folds_keep_families_together_and_hold_like_many_residues(machinery, folder):
    chains = machinery.read_chains(folder / NAMES[0])
    assert chains.families[0] == chains.families[1]
    fold = machinery.folds(chains.families, chains, 3, seed=0)
    assert fold[0] == fold[1]
    residues = np.bincount(fold, [len(track) for track in chains.tracks])
    assert residues.max() - residues.min() <= 90


def test_a_chain_is_predicted_by_a_network_that_did_not_learn_from_it(machinery, qs, folder):
    chains = machinery.read_chains(folder / NAMES[0])
    config = replace(qs.FIRST, epochs=1)
    fold = np.arange(12) % 2
    before = machinery.out_of_fold(config, chains, fold, seed=0)
    changed = replace(chains, labels=[(own + 1) % 3 for own in chains.labels])
    mixed = replace(
        chains,
        labels=[a if f else b for a, b, f in zip(chains.labels, changed.labels, fold, strict=True)],
    )
    after = machinery.out_of_fold(config, mixed, fold, seed=0)
    for own, other, held in zip(before, after, fold, strict=True):
        assert np.array_equal(own, other) == (held == 0)


@pytest.mark.parametrize("command", ["choose", "table", "curves", "windows", "leakage"])
def test_each_command_prints_its_table_and_keeps_its_numbers(
    qs, folder, monkeypatch, capsys, command
):
    for name in ("FIRST", "SECOND", "ADAM", "AS_IN_1988"):
        monkeypatch.setattr(qs, name, replace(getattr(qs, name), epochs=1))
    monkeypatch.setattr(qs, "CHOICES", {"chosen": qs.FIRST})
    monkeypatch.setattr(qs, "SECOND_CHOICES", {"chosen": qs.SECOND})
    monkeypatch.setattr(qs, "WINDOWS", (1, 5))
    arguments = ["--data", str(folder), "--out", str(folder), "--seeds", "2"]
    monkeypatch.setattr(sys, "argv", ["reproduce.py", command, *arguments])
    qs.main()
    assert "| Q3 (%) |" in capsys.readouterr().out
    rows = json.loads((folder / "results.json").read_text())[command]
    assert all(len(row["mean"]) == len(row["sd"]) for row in rows)


def test_the_figures_are_drawn(qs, tmp_path, monkeypatch):
    pytest.importorskip("matplotlib", reason="needs matplotlib (extra plot)")
    curves = [
        {"setting": setting, "curve": f"{name}({units})", "mean": [50, 60], "sd": [1, 1]}
        for setting in ("as in 1988", "as chosen")
        for name in ("Train", "Test")
        for units in (40, 0)
    ]
    rows = [{"name": str(n), "mean": [60.0 + n], "sd": [0.1]} for n in (1, 3)]
    pair = [
        {"name": f"so: chains, these {split} the training set", "mean": [60.0], "sd": [0.1]}
        for split in ("in", "not in")
    ]
    results = {"curves": curves, "windows": rows, "leakage": pair}
    (tmp_path / "results.json").write_text(json.dumps(results))
    monkeypatch.setattr(sys, "argv", ["reproduce.py", "draw", "--out", str(tmp_path)])
    qs.main()
    assert (tmp_path / "figure8.png").stat().st_size > 1000
    assert (tmp_path / "windows.png").stat().st_size > 1000


@pytest.mark.slow
def test_the_1988_result_is_reproduced(qs, shared_data, capsys):
    chains, test = (qs.read_chains(shared_data / name) for name in NAMES)
    _, forty, cascade, *_ = qs.table(chains, test, seeds=10)
    assert forty["mean"][0] >= 62.5
    assert cascade["mean"][0] >= 63.8
    assert np.all(np.array(cascade["mean"][1:4]) >= (0.37, 0.27, 0.38))
