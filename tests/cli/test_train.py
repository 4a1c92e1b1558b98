"""`ribbonet train`, run as a process: which chains it trains on and which it validates by."""

import json
import signal
import subprocess
import sys

import pytest

CONFIG = "[[stage]]\nwindow = 3\nhidden = []\nepochs = 1\n"
LETTERS = "ACDEFGHIKLMNPQRSTVWY"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "one.toml").write_text(CONFIG)
    return tmp_path


def sequence(number):
    return (LETTERS[number:] + LETTERS[:number]) * 2


def trained_on(folder):
    training = json.loads((folder / "model" / "model.json").read_text())["training"]
    return training["chains"], training["validation_chains"]


def test_the_sets_of_biotrainer_are_kept_apart(ribbonet, folder):
    sets = ["train"] * 6 + ["val"] * 2 + ["test"] * 3
    records = [
        f">c{n} TARGET={'HC' * 20} SET={name}\n{sequence(n)}\n" for n, name in enumerate(sets)
    ]
    (folder / "set.fasta").write_text("".join(records))
    done = ribbonet("train", "set.fasta", "--config", "one.toml", "-o", "model", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert b"6 chains of SET=train, 2 to validate; 3 of other sets left out" in done.stderr
    assert trained_on(folder) == (6, 2)


@pytest.mark.parametrize("command", ["train", "tune"])
def test_chains_of_the_test_set_are_never_trained_on(ribbonet, folder, command):
    """Where no header says SET=val, a tenth of SET=train is held out; --valid goes before both."""
    for name, sets in (("set", ["train"] * 12 + ["test"] * 3), ("valid", ["val"] * 4)):
        records = [
            f">{name}{n} TARGET={'HC' * 20} SET={own}\n{sequence(n)}\n"
            for n, own in enumerate(sets)
        ]
        (folder / f"{name}.fasta").write_text("".join(records))
    (folder / "space.toml").write_text(CONFIG.replace("epochs = 1", "epochs = {choices = [1]}"))
    words = ["--config", "one.toml"]
    if command == "tune":
        pytest.importorskip("optuna")
        words = ["--space", "space.toml", "--trials", "1"]
    said = []
    for name, valid in (("a", []), ("b", ["--valid", "valid.fasta"])):
        done = ribbonet(command, "set.fasta", *words, *valid, "-o", name, cwd=folder)
        assert done.returncode == 0, done.stderr
        said.append(done.stderr.decode())
    assert "11 chains of SET=train, 1 to validate; 3 of other sets left out" in said[0]
    assert "12 chains of SET=train, 4 to validate; 3 of other sets left out" in said[1]
    assert "warning: 4 sequences both to train on and to validate on" in said[1]
    (folder / "ids").write_text("".join(f"valid{n}\n" for n in range(4)))
    words += ["--valid", "valid.fasta", "--exclude", "ids"]
    done = ribbonet(command, "set.fasta", *words, "-o", "c", cwd=folder)
    assert done.returncode == 2  # nothing is held out in place of chains that were named


def test_an_interrupt_says_how_to_go_on(folder):
    records = [f">c{n}\n{sequence(n)}\n{'HC' * 20}\n" for n in range(20)]
    (folder / "all.3line").write_text("".join(records))
    (folder / "one.toml").write_text(CONFIG.replace("epochs = 1", "epochs = 100000"))
    command = [sys.executable, "-m", "ribbonet", "train", "all.3line", "-o", "model"]
    training = subprocess.Popen(
        [*command, "--config", "one.toml"], cwd=folder, stderr=subprocess.PIPE, text=True
    )
    assert training.stderr is not None
    assert any("epoch 1" in line for line in training.stderr)
    training.send_signal(signal.SIGINT)
    said = training.communicate(timeout=60)[1]
    assert training.returncode == 130
    assert said.endswith("interrupted; the epochs that are finished are kept, go on by --resume\n")


def test_chains_on_both_sides_are_warned_of(ribbonet, folder):
    for name, numbers in (("train", range(6)), ("valid", range(4, 8))):
        records = [f">c{n}\n{sequence(n)}\n{'HC' * 20}\n" for n in numbers]
        (folder / f"{name}.3line").write_text("".join(records))
    command = "train train.3line --valid valid.3line --config one.toml -o model"
    done = ribbonet(*command.split(), cwd=folder)
    assert done.returncode == 0
    assert b"warning: 2 sequences both to train on and to valid" in done.stderr
    assert trained_on(folder) == (6, 4)


def test_the_networks_of_1988_learn_from_the_data_of_1988(ribbonet, shared_data, tmp_path):
    """The README's command; what is for large data ends with coil everywhere, and that is said."""
    train, test = (shared_data / f"qian_sejnowski_1988_{part}.3line" for part in ("train", "test"))
    done = ribbonet("train", train, "--config", "1988", "-o", tmp_path / "model")
    assert done.returncode == 0, done.stderr
    assert b"the majority baseline, coil for every residue, has 57.5 %" in done.stderr
    assert b"warning" not in done.stderr
    done = ribbonet("evaluate", tmp_path / "model", test, "--json")
    scores = json.loads(done.stdout)
    assert scores["q3"] >= 62
    assert (scores["majority_state"], round(scores["majority_q3"], 1)) == ("C", 54.6)
    assert done.stderr == b""

    ribbonet("train", train, "--config", "1988-large", "-o", tmp_path / "large")
    done = ribbonet("evaluate", tmp_path / "large", test)
    assert b"coil (C) is predicted for each of the 3,520 residues" in done.stderr


def test_configurations_are_known_by_name(ribbonet, folder):
    records = [f">c{n}\n{sequence(n)}\n{'HC' * 20}\n" for n in range(20)]
    (folder / "all.3line").write_text("".join(records))
    done = ribbonet("train", "all.3line", "--config", "1989", "-o", "model", cwd=folder)
    assert done.returncode == 2
    assert (
        b"1989: no such configuration; give one of 1988, 1988-large, small, transfer" in done.stderr
    )
    done = ribbonet("train", "all.3line", "--config", "small", "-o", "model", cwd=folder)
    assert done.returncode == 2  # the configuration has eight states, the labels have three
    done = ribbonet(
        *["train", "all.3line", "--config", "small", "--states", "3", "-o", "model"], cwd=folder
    )
    assert done.returncode == 0, done.stderr


def test_a_teacher_is_learned_from_besides_labels(ribbonet, folder):
    """A model or its predictions; FASTA may then be among the chains, and ids leave some out."""
    labelled = [f">c{n}\n{sequence(n)}\n{'HC' * 20}\n" for n in range(12)]
    (folder / "known.3line").write_text("".join(labelled))
    unlabelled = [f">u{n}\n{sequence(n)}\n" for n in range(12, 18)]
    (folder / "more.fasta").write_text("".join(unlabelled))
    (folder / "ids").write_text("u12\n")
    assert ribbonet("predict", "more.fasta", "-o", "said.csv", "--model", "fast", cwd=folder)
    words = "train known.3line more.fasta --exclude ids --config one.toml --teacher"
    command = words.split()
    for teacher, name in (("fast", "model"), ("said.csv", "by-file")):
        options = ("--teacher-share", "0.4", "--repeat", "1,2")
        done = ribbonet(*command, teacher, *options, "-o", name, cwd=folder)
        assert done.returncode == 0, done.stderr
        assert b"5 chains without labels, for the teacher alone" in done.stderr
        training = json.loads((folder / name / "model.json").read_text())["training"]
        assert (training["chains"], training["residues"]) == (16, 11 * 40)
        assert (training["teacher"]["name"], training["teacher"]["share"]) == (teacher, 0.4)
        assert [own["times"] for own in training["repeat"]] == [1, 2]
    alone = ("--teacher-share", "0.4", "-o", "m")
    done = ribbonet("train", "known.3line", *alone, cwd=folder)
    assert (done.returncode, b"--teacher-share: is that of a --teacher" in done.stderr) == (2, True)
    for more, said in (
        (["--teacher", "no-such", "-o", "m"], b"no-such: no such model"),
        (["--teacher", "fast", "--folds", "3", "-o", "m"], b"--folds: a teacher may know"),
        (["--teacher", "fast", "--repeat", "a", "-o", "m"], b"--repeat a: give numbers such as"),
        (["-o", "m"], b"more.fasta"),
    ):
        done = ribbonet(*command[:-1], *more, cwd=folder)
        assert done.returncode == 2
        assert said in done.stderr
