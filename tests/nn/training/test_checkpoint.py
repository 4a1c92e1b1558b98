"""A training that was killed goes on as if nothing had happened."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from ribbonet.errors import InputError
from ribbonet.nn import Adam, CategoricalCrossEntropy, Dense, Network, Tanh
from ribbonet.nn.training.checkpoint import CHECKPOINT, Progress
from ribbonet.nn.training.engine import NumpyEngine

SCRIPT = """
import sys
from pathlib import Path
import numpy as np
from ribbonet.nn import *
rng = np.random.default_rng(0)
x = rng.normal(size=(400, 2))
network = Network([Dense(2, 8), Tanh(), Dense(8, 2)], rng=0)
fit(network, CategoricalCrossEntropy(), Adam(0.01), ArrayExamples(x, (x[:, 0] > 0).astype(int)),
    epochs=int(sys.argv[2]), batch_size=16, rng=rng, average=0.99, checkpoint=Path(sys.argv[1]))
np.savez(sys.argv[3], **network.parameters)
"""


def test_killed_training_resumes_bit_for_bit(tmp_path):
    """SIGKILL gives a process no chance to tidy up."""
    command = [sys.executable, "-c", SCRIPT]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    folder, result = tmp_path / "state", tmp_path / "resumed.npz"
    epochs = "60"

    victim = subprocess.Popen([*command, folder, epochs, result], env=environment)
    deadline = time.monotonic() + 60
    while not (folder / "checkpoint.safetensors").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(victim.pid, signal.SIGKILL)
    assert victim.wait() == -signal.SIGKILL
    assert not result.exists()

    whole = tmp_path / "whole.npz"
    for arguments in ([folder, epochs, result], [tmp_path / "other", epochs, whole]):
        subprocess.run([*command, *arguments], env=environment, check=True)
    with np.load(result) as resumed, np.load(whole) as expected:
        for name in expected:
            np.testing.assert_array_equal(resumed[name], expected[name])


def test_only_the_last_checkpoint_is_kept(tmp_path):
    subprocess.run([sys.executable, "-c", SCRIPT, tmp_path, "3", tmp_path / "x.npz"], check=True)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"checkpoint.safetensors", "x.npz"}


@pytest.fixture
def parts():
    network = Network([Dense(2, 8), Tanh(), Dense(8, 2)], rng=0)
    optimizer = Adam(0.01)
    return NumpyEngine(network, CategoricalCrossEntropy(), optimizer), optimizer


@pytest.fixture
def saved(parts, tmp_path):
    engine, optimizer = parts
    progress = Progress(3, [{"epoch": 3.0}], 0.5, 2, engine.weights(), 1.0)
    progress.save(tmp_path, engine, optimizer, np.random.default_rng(0))
    return tmp_path / CHECKPOINT


def loaded(parts, path: Path) -> Progress:
    return Progress.load(path.parent, *parts, np.random.default_rng(1))


def test_a_checkpoint_is_read_back(parts, saved):
    progress = loaded(parts, saved)
    assert (progress.epoch, progress.best_loss, progress.best_epoch) == (3, 0.5, 2)
    assert progress.best.keys() == parts[0].weights().keys()


def test_two_hundred_flipped_bits_are_noticed(parts, saved):
    good = saved.read_bytes()
    r = random.Random(0)
    for _ in range(200):
        damaged = bytearray(good)
        damaged[r.randrange(len(good))] ^= 1 << r.randrange(8)
        saved.write_bytes(damaged)
        with pytest.raises(InputError, match="the checkpoint is damaged"):
            loaded(parts, saved)


def test_wherever_it_is_cut_a_message_says_so(parts, saved):
    good = saved.read_bytes()
    for length in range(0, len(good), 37):
        saved.write_bytes(good[:length])
        with pytest.raises(InputError, match=r"the checkpoint is damaged .* remove it to train"):
            loaded(parts, saved)


def test_a_link_is_no_checkpoint(parts, saved, tmp_path):
    saved.rename(tmp_path / "elsewhere")
    saved.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="is not a regular file"):
        loaded(parts, saved)
