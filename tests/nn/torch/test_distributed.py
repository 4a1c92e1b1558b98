"""Two processes, started by torchrun, in lockstep with one that takes twice the batch."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from ribbonet.nn.torch.engine import TorchEngine

SCRIPT = Path(__file__).with_name("distributed_training.py")


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def curves(history):
    return np.array([[v for k, v in row.items() if k != "seconds"] for row in history])


def test_processes_train_as_one_with_their_batches_together(tmp_path):
    processes = 3
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command = [*torchrun, "--nproc-per-node", str(processes), SCRIPT, tmp_path]
    done = subprocess.run(
        list(map(str, command)), capture_output=True, timeout=200, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    module = load(SCRIPT)
    network, history = module.train(TorchEngine, module.BATCH * processes)
    written = [json.loads((tmp_path / f"{rank}.json").read_text()) for rank in range(processes)]
    for rows, arrays in written:
        np.testing.assert_allclose(curves(rows), curves(history), rtol=1e-7)
        for name, array in network.state.items():
            np.testing.assert_allclose(np.array(arrays[name]), array, rtol=1e-7, atol=1e-12)
        assert arrays == written[0][1]
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["checkpoint.safetensors"]
