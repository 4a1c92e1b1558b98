from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")  # how long an example takes depends on what else is running


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data sets, which lie beside the repository and are no part of it."""
    folder = Path(__file__).parents[1].parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"needs the data sets in {folder}, which are not part of the repository")
    return folder
