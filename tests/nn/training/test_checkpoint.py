"""A training that was killed goes on as if nothing had happened."""

import os
import signal
import subprocess
import sys
import time

import numpy as np

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
