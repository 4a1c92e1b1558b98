"""The recipe of `accurate`, from chains to a model folder, on a handful of made chains."""

import csv
import importlib
import json
import os
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from in_process import run_script
from safetensors.numpy import load_file

from ribbonet.chains.alphabet import RESIDUES
from ribbonet.chains.arrays import ArrayFile
from ribbonet.evaluation.evaluate import evaluate_on
from ribbonet.models.folder import read_model

pytest.importorskip("torch")

RECIPE = Path(__file__).parents[2] / "recipes" / "accurate"
CONFIG = """
[network]
window = 5
width = 8
{also}
kernel = 3
dilations = {dilations}
profile = {profile}
dropout = 0.1
dropout_out = 0.1
[data]
packs = {packs}
repeat = {repeat}
soft_share = 0.5
lone = 0.2
valid = "valid.npz"
max_length = 50
mask = 0.1
substitute = 0.1
[training]
seed = 1
batch_residues = 300
steps = {steps}
optimizer = "muon"
learning_rate = 5e-3
warmup = 2
final_rate = 0.0
betas = [0.9, 0.98]
momentum = 0.95
weight_decay = 0.05
clip = 1.0
ema = 0.9
weight_q8 = 0.4
validate_every = 4
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Packs of labelled, validation and unlabelled chains, each with a homologue or none."""
    folder = tmp_path_factory.mktemp("accurate")
    rng = np.random.default_rng(0)

    def letters(symbols, length):
        return "".join(rng.choice(list(symbols), length))

    for name, count in (("labelled", 12), ("valid", 5)):
        chains, rows = [], []
        for number in range(count):
            length = int(rng.integers(20, 70))
            sequence, states = letters(RESIDUES.symbols, length), letters("GHIEBTSC-", length)
            chains.append(f">{name}{number} f1 c{number}\n{sequence}\n{states}\n")
            if number % 2:
                other = letters(RESIDUES.symbols, 15) + "-" * 3
                rows.append(f"{name}{number}\tother\t0.3\t3\t1\t{sequence[2:20]}\t{other}\n")
        (folder / f"{name}.3line").write_text("".join(chains))
        (folder / f"{name}.m8").write_text("".join(rows))
    sequences = [letters(RESIDUES.symbols, 40) for _ in range(6)]
    (folder / "unlabelled.fasta").write_text(
        "".join(f">u{n}\n{sequence}\n" for n, sequence in enumerate(sequences))
    )
    (folder / "unlabelled.m8").write_text(
        "".join(f"u{n}\tv\t0.1\t1\t1\t{s}\t{s[::-1]}\n" for n, s in enumerate(sequences) if n)
    )
    for name, form, least in (
        ("labelled", "3line", 0),
        ("valid", "3line", 0),
        ("unlabelled", "fasta", 1),
    ):
        source = folder / f"{name}.{form}"
        run(
            "pack.py",
            "pack",
            source,
            folder / f"{name}.m8",
            folder / f"{name}.npz",
            "--least",
            least,
        )
    return folder


def run(script, *words, code=0):
    """Run a script; return what it says."""
    done = run_script(RECIPE / script, *words)
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == code, said
    return said


def run_in_two_processes(script, *words):
    """Run a script twice at once, as torchrun would start it."""
    command = [str(word) for word in (sys.executable, RECIPE / script, *words)]
    with socket.create_server(("127.0.0.1", 0)) as free:
        meeting = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free.getsockname()[1])}
    started = [
        subprocess.Popen(
            command,
            env=os.environ | meeting | {"RANK": str(rank), "WORLD_SIZE": "2"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for rank in range(2)
    ]
    said = [process.communicate(timeout=300)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0], said


def train(folder, name, *words, start=run, **settings):
    config = folder / f"{name}.toml"
    config.write_text(CONFIG.format(**({"also": ""} | settings)))
    out = folder / name
    words = "train", "--config", config, "--data", folder, "--out", out, "--float32", *words
    start("train.py", *words)
    with (out / "log.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def convert(folder, *names):
    to = folder / f"{'-'.join(names)}-model"
    chains = ["--train", folder / "labelled.3line", "--valid", folder / "valid.3line"]
    run("convert.py", *(folder / name for name in names), "--to", to, "--data", folder, *chains)
    return read_model(to)


@pytest.fixture(scope="module")
def teacher(folder):
    settings = {"dilations": "[1, 2]", "profile": "true", "packs": '["labelled.npz"]'}
    log = train(folder, "teacher", repeat="[2]", steps=8, **settings)
    for name in ("labelled", "unlabelled"):
        run("train.py", "label", "--out", folder / "teacher", "--pack", folder / f"{name}.npz")
    return log


def test_chains_without_enough_homologues_are_left_out(folder):
    with np.load(folder / "unlabelled.npz") as pack:
        assert list(pack["ids"]) == ["u1", "u2", "u3", "u4", "u5"]
        assert set(pack["rows"]) == {1}


def test_the_model_folder_is_what_was_trained(folder, teacher):
    model = convert(folder, "teacher")
    with np.load(folder / "valid.npz") as pack:
        cuts = pack["start"][1:-1]
        profiles = np.split(pack["profile"] / np.float32(255), cuts)
        np.savez(folder / "profiles.npz", **dict(zip(pack["ids"], profiles, strict=True)))
    source = ArrayFile(folder / "profiles.npz")
    score = evaluate_on(model, "", folder / "valid.3line", source=source).scores
    assert model.inputs == "profile"
    assert score.q8 == pytest.approx(float(teacher[-1]["valid_q8"]), abs=1e-2)


def test_a_student_begins_where_the_first_network_ended(folder, teacher):
    first = train(
        folder,
        "first",
        dilations="[1, 2]",
        profile="false",
        packs='["labelled.npz"]',
        repeat="[1]",
        steps=4,
    )
    student = train(
        folder,
        "student",
        "--init",
        folder / "first" / "weights.safetensors",
        dilations="[1, 2, 4]",
        also="hidden = 12\nmean = true",
        profile="false",
        packs='["labelled.npz", "unlabelled.npz"]',
        repeat="[2, 1]",
        steps=8,
    )
    assert [int(row["step"]) for row in student] == [0, 4, 8]
    assert float(student[0]["valid_nll3"]) == pytest.approx(
        float(first[-1]["valid_nll3"]), abs=1e-5
    )
    assert student[1]["valid_nll3"] != student[0]["valid_nll3"]
    model = convert(folder, "student")
    score = evaluate_on(model, "", folder / "valid.3line").scores
    assert score.q8 == pytest.approx(float(student[-1]["valid_q8"]), abs=1e-2)

    both = convert(folder, "first", "student")
    assert both.size == convert(folder, "first").size + model.size
    assert both.card.training.record["steps"] == [4, 8]
    with (folder / "first-student-model" / "history.csv").open(newline="") as file:
        rows = [(row["network"], row["step"]) for row in csv.DictReader(file)]
    assert rows == [("1", "0"), ("1", "4"), ("2", "0"), ("2", "4"), ("2", "8")]


def test_networks_go_on_from_one_with_means_and_are_averaged(folder, teacher):
    """One gets a profile and goes on with it; another is averaged with its beginning."""
    settings = {"dilations": "[1, 2]", "also": "hidden = 12\nmean = true", "repeat": "[1]"}
    settings["packs"] = '["labelled.npz"]'
    before = train(folder, "means", profile="false", steps=4, **settings)
    init = "--init", folder / "means" / "weights.safetensors"
    for name, profile in (("with-profile", "true"), ("further", "false")):
        after = train(folder, name, *init, profile=profile, steps=4, **settings)
        least = float(before[-1]["valid_nll3"])
        assert float(after[0]["valid_nll3"]) == pytest.approx(least, abs=1e-5)
        assert after[1]["valid_nll3"] != after[0]["valid_nll3"]
    init = "--init", folder / "with-profile" / "weights.safetensors"
    before = json.loads((folder / "with-profile" / "facts.json").read_text())["valid"]
    after = train(folder, "longer-profile", *init, profile="true", steps=4, **settings)
    assert float(after[0]["valid_nll3"]) == pytest.approx(before["nll3"], abs=1e-5)
    run(
        "average.py", folder / "means", folder / "further", "--share", 0.75, "--to", folder / "mean"
    )
    first, second, mean = (
        load_file(folder / name / "weights.safetensors") for name in ("means", "further", "mean")
    )
    assert mean.keys() == second.keys()
    for name, array in mean.items():
        np.testing.assert_allclose(array, 0.25 * first[name] + 0.75 * second[name], atol=1e-6)
    assert convert(folder, "mean").card.training.record["averaged_with"] == [
        {"run": "means", "share": 0.75}
    ]


def test_attention_begins_at_nothing_and_goes_on(folder, teacher):
    settings = {"dilations": "[1, 2]", "profile": "false", "packs": '["labelled.npz"]'}
    settings |= {"repeat": "[1]", "steps": 4}
    before = train(folder, "unasked", also="mean = true", **settings)
    init = "--init", folder / "unasked" / "weights.safetensors"
    for name in ("asking", "asking-longer"):
        also = "mean = true\nattention = [1, 2]\nheads = 2"
        after = train(folder, name, *init, also=also, **settings)
        least = float(before[-1]["valid_nll3"])
        assert float(after[0]["valid_nll3"]) == pytest.approx(least, abs=1e-5)
        assert after[1]["valid_nll3"] != after[0]["valid_nll3"]
        score = evaluate_on(convert(folder, name), "", folder / "valid.3line").scores
        assert score.q8 == pytest.approx(float(after[-1]["valid_q8"]), abs=1e-2)
        before, init = after, ("--init", folder / name / "weights.safetensors")


def test_a_training_by_the_clock_ends_with_the_rate_at_zero(folder):
    settings = {"dilations": "[1]", "profile": "false", "packs": '["labelled.npz"]'}
    log = train(folder, "clock", repeat="[1]", steps="9\nminutes = 0.01", **settings)
    assert float(log[-1]["rate"]) == 0
    assert int(log[-1]["step"]) > 0


def test_votes_are_averaged_with_what_the_teacher_says(folder, teacher, tmp_path):
    with np.load(folder / "unlabelled.npz") as pack:
        arrays = dict(pack)
    length = len(arrays["codes"])
    arrays["votes"] = np.zeros((length, 8), np.float16)
    arrays["votes"][:40, 3] = 7
    arrays["rows"][:2] = 0
    for name in ("none", "voted"):
        shown = arrays if name == "voted" else {k: arrays[k] for k in arrays if k != "votes"}
        np.savez(tmp_path / f"{name}.npz", **shown)
        words = "--out", folder / "teacher", "--pack", tmp_path / f"{name}.npz", "--least", 1
        run("train.py", "label", *words, "--float32")
    alone, together = (np.load(tmp_path / f"{n}.npz")["soft"] for n in ("none", "voted"))
    np.testing.assert_allclose(together[:40, 3], (alone[:40, 3] + 7 * 255.0) / 8, atol=1)
    assert not together[40:80].any(), "no homologue, no vote"
    np.testing.assert_array_equal(together[80:], alone[80:])


def test_what_several_teachers_say_is_averaged(folder, teacher, tmp_path):
    settings = {"dilations": "[1, 2]", "profile": "true", "packs": '["labelled.npz"]'}
    train(folder, "other-teacher", repeat="[2]", steps=100, **settings)
    runs = [folder / "teacher", folder / "other-teacher"]
    for name, out in (("first", runs[:1]), ("second", runs[1:]), ("both", runs)):
        pack = tmp_path / f"{name}.npz"
        pack.write_bytes((folder / "unlabelled.npz").read_bytes())
        run("train.py", "label", "--out", *out[:1], "--also", *out[1:], "--pack", pack, "--float32")
    first, second, both = (
        np.load(tmp_path / f"{name}.npz")["soft"].astype(float)
        for name in ("first", "second", "both")
    )
    assert np.abs(first - second).max() > 10
    np.testing.assert_allclose(both, (first + second) / 2, atol=1)


def test_of_half_a_pack_half_of_the_chains_come(folder, monkeypatch):
    monkeypatch.syspath_prepend(str(RECIPE))
    training_set = importlib.import_module("data").TrainingSet
    config = {"packs": ["labelled.npz", "valid.npz"], "repeat": [1.5, 1], "max_length": 50}
    drawn = training_set(folder, {**config, "profile": False}, 5, 300, 1)
    epochs = [Counter(map(tuple, np.concatenate(drawn.epoch(n)))) for n in range(2)]
    for epoch in epochs:
        assert sorted(n for (pack, _), n in epoch.items() if pack == 0) == [1] * 6 + [2] * 6
        assert [n for (pack, _), n in epoch.items() if pack == 1] == [1] * 5
    assert epochs[0] != epochs[1]


def test_a_training_that_ended_goes_on_from_its_checkpoint(folder, teacher):
    again = train(
        folder,
        "teacher",
        dilations="[1, 2]",
        profile="true",
        packs='["labelled.npz"]',
        repeat="[2]",
        steps=8,
    )
    assert again[-1]["valid_nll3"] == teacher[-1]["valid_nll3"]


def test_two_processes_learn_from_twice_as_many_chains(folder, teacher):
    settings = {
        "dilations": "[1, 2]",
        "profile": "false",
        "packs": '["labelled.npz", "unlabelled.npz"]',
        "repeat": "[4, 4]",
    }
    one = train(folder, "one", steps=8, **settings)
    two = train(folder, "two", steps=8, start=run_in_two_processes, **settings)
    assert [row["step"] for row in one] == [row["step"] for row in two] == ["0", "4", "8"]
    seen = [int(log[-1]["residues"]) for log in (one, two)]
    assert 1.5 * seen[0] < seen[1] < 2.5 * seen[0]
    assert one[0]["valid_nll3"] == two[0]["valid_nll3"]
    assert one[-1]["valid_nll3"] != two[-1]["valid_nll3"]
    assert int(two[-1]["epoch"]) >= 1, "a pass that ends in the midst of a pair of batches"


def test_a_run_goes_on_under_another_schedule(folder, teacher):
    settings = {"dilations": "[1, 2]", "profile": "false", "packs": '["labelled.npz"]'}
    before = train(folder, "before", repeat="[1]", steps=8, **settings)
    end = train(folder, "end", "--after", folder / "before", repeat="[1]", steps=12, **settings)
    assert [row["step"] for row in end] == ["12"]
    assert float(before[-1]["rate"]) == float(end[-1]["rate"]) == 0
    assert int(end[-1]["residues"]) > int(before[-1]["residues"])
    assert end[-1]["valid_nll3"] != before[-1]["valid_nll3"]
    words = "--config", folder / "end.toml", "--data", folder, "--out", folder / "lost"
    said = run("train.py", "train", *words, "--after", folder / "nowhere", code=1)
    assert "nowhere holds no checkpoint" in said
