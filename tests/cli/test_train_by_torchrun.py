"""`ribbonet train --engine torch` under torchrun: two processes that train one model."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

LIKELY = {"H": "AELMQKR", "E": "VIYFWTC", "C": "GPNDSH"}
TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
EPOCHS = 12
CONFIG = """
seed = 1
[[stage]]
window = 9
hidden = [8]
epochs = {epochs}
batch_size = {first}
average = 0.9
[[stage]]
window = 5
hidden = [6]
epochs = 2
batch_size = {second}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Labelled chains, and configurations for two processes and for one with twice the batch."""
    rng = np.random.default_rng(1)
    folder = tmp_path_factory.mktemp("torchrun")
    with (folder / "chains.3line").open("w") as file:
        for n in range(60):
            states = "".join(s * int(rng.integers(3, 10)) for s in rng.choice(list("HEC"), 8))
            residues = "".join(rng.choice(list(LIKELY[state])) for state in states)
            file.write(f">made{n}\n{residues}\n{states}\n")
    (folder / "two.toml").write_text(CONFIG.format(epochs=EPOCHS, first=50, second=64))
    (folder / "one.toml").write_text(CONFIG.format(epochs=EPOCHS, first=100, second=128))
    return folder


def arguments(folder, output, config="two.toml", engine="torch"):
    given = ["train", folder / "chains.3line", "-o", folder / output, "--config", folder / config]
    return [*given, "--engine", engine]


def started(folder, output, *more):
    command = [*TORCHRUN, "-m", "ribbonet", *arguments(folder, output), *more]
    return subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


def ended(process):
    _, stderr = process.communicate(timeout=300)
    return process.returncode, stderr


@pytest.fixture(scope="module")
def trained(folder):
    code, stderr = ended(started(folder, "two"))
    assert code == 0, stderr
    assert stderr.count("stage 1 network 1, epoch 1:") == 1
    assert stderr.count("the model is in") == 1
    return folder / "two"


def curves(model):
    """Return losses and accuracies, (2, 2, epochs)."""
    with (model / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    return np.array(
        [
            [[float(row[f"{part}_{what}"]) for row in rows] for part in ("train", "valid")]
            for what in ("loss", "accuracy")
        ]
    )


def test_two_processes_have_the_curve_of_one_with_the_doubled_batch(folder, trained, ribbonet):
    done = ribbonet(*arguments(folder, "one", "one.toml"))
    assert done.returncode == 0, done.stderr
    (losses, shares), (losses2, shares2) = curves(folder / "one"), curves(trained)
    assert losses.shape == (2, EPOCHS + 2)
    assert losses[0, 0] > 1.2 * losses[0, EPOCHS - 1]
    np.testing.assert_allclose(losses2, losses, rtol=1e-4)
    np.testing.assert_allclose(shares2, shares, atol=3e-3)
    assert json.loads((trained / "model.json").read_text())["training"]["processes"] == 2


def test_killed_and_resumed_to_the_same_weights(folder, trained):
    process = started(folder, "killed")
    state = folder / "killed" / ".ribbonet-training" / "0.0" / "checkpoint.safetensors"
    deadline = time.monotonic() + 200
    while not state.exists():
        assert time.monotonic() < deadline
        time.sleep(0.002)
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == process.pid:
            os.kill(int(path.parent.name), signal.SIGKILL)
    process.kill()
    ended(process)
    assert not (folder / "killed" / "model.json").exists()
    assert ended(started(folder, "killed"))[0] != 0
    code, stderr = ended(started(folder, "killed", "--resume"))
    assert code == 0, stderr
    assert "stage 1 network 1, epoch 1:" not in stderr
    for name in ("weights.safetensors", "model.json"):
        assert (folder / "killed" / name).read_bytes() == (trained / name).read_bytes()


def test_numpy_is_for_one_process(folder, ribbonet, monkeypatch):
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "made")  # as torchrun does
    done = ribbonet(*arguments(folder, "numpy", engine="numpy"))
    assert done.returncode == 2
    assert b"ribbonet: error: torchrun is for --engine torch" in done.stderr
