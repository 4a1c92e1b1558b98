import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from in_process import run_command

from ribbonet.models.build import build_network
from ribbonet.models.config import StageConfig
from ribbonet.models.folder import save_model
from ribbonet.models.model import Model, Stage

Command = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def ribbonet() -> Command:
    """Run the command in this process."""
    return run_command


@pytest.fixture(scope="session")
def made_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a small model of two stages, its weights drawn at random."""
    rng = np.random.default_rng(0)
    stages = tuple(
        Stage(window, (build_network(StageConfig(window=window, hidden=(16,)), first),))
        for window, first in ((13, True), (9, False))
    )
    for stage in stages:
        stage.networks[0].initialise(rng)
    folder = tmp_path_factory.mktemp("models") / "made"
    save_model(Model(stages), folder)
    return folder
