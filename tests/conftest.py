from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from ribbonet.chains.chain import Chain

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")  # how long an example takes depends on what else is running


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data sets, which lie beside the repository and are no part of it."""
    folder = Path(__file__).parents[1].parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"needs the data sets in {folder}, which are not part of the repository")
    return folder


HELIX, STRAND, COIL = "AELMQKR", "VIYFWTC", "GPNDSH"


def made_chains(number: int, seed: int) -> list[Chain]:
    """Chains whose residues tell their states, but for a tenth of noise and some without label."""
    rng = np.random.default_rng(seed)
    chains = []
    for n in range(number):
        states = "".join(
            state * int(rng.integers(3, 10)) for state in rng.choice(list("HEC"), size=8)
        )
        likely = {"H": HELIX, "E": STRAND, "C": COIL}
        letters = [
            rng.choice(list(likely[state] if rng.random() < 0.9 else HELIX + STRAND + COIL))
            for state in states
        ]
        labels = "".join("-" if rng.random() < 0.05 else state for state in states)
        chains.append(Chain(f"made{n} c{n // 2}", "".join(letters), labels))
    return chains


@pytest.fixture(scope="session")
def train_chains() -> list[Chain]:
    return made_chains(60, seed=1)


@pytest.fixture(scope="session")
def valid_chains() -> list[Chain]:
    return made_chains(12, seed=2)
