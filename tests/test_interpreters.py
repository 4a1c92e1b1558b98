"""Every Python that is installed here gives the same bytes as this one."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
EXAMPLES = REPOSITORY / "examples" / "proteins.fasta"
VERSIONS = [f"3.{minor}" for minor in range(11, 15) if (3, minor) != sys.version_info[:2]]

pytestmark = pytest.mark.slow


def found(version: str) -> str | None:
    """Path of an interpreter of a version, on the search path or beside pyenv's."""
    places = Path.home().joinpath(".pyenv", "versions").glob(f"{version}.*/bin/python")
    for name in (shutil.which(f"python{version}"), *map(str, sorted(places))):
        if name is not None:
            done = subprocess.run([name, "--version"], capture_output=True, text=True)
            if re.match(rf"Python {re.escape(version)}\.", done.stdout):
                return name
    return None


def predicted(python: Path | str, model: str, *flags: str) -> bytes:
    command = [
        python,
        *flags,
        "-m",
        "ribbonet",
        "predict",
        EXAMPLES,
        "--model",
        model,
        "--format",
        "csv",
    ]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.mark.parametrize("version", VERSIONS)
def test_another_python_gives_the_same_bytes(version, tmp_path):
    if (interpreter := found(version)) is None:
        pytest.skip(f"Python {version} is not installed")
    subprocess.run([interpreter, "-m", "venv", tmp_path / "env"], check=True)
    python = tmp_path / "env" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", REPOSITORY], check=True)
    for model in ("fast", "accurate"):
        assert predicted(python, model, "-I") == predicted(sys.executable, model)
