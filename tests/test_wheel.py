"""A wheel can be built wherever the source is installed editable."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


def test_a_wheel_is_built_where_the_source_is_installed_editable(tmp_path):
    environment = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    scheme = {"base": str(environment), "platbase": str(environment)}
    # what an editable installation is; pip keeps folders that it names from the build
    editable = Path(sysconfig.get_path("purelib", "venv", scheme), "_ribbonet.pth")
    editable.write_text(f"{REPOSITORY / 'src'}\n", encoding="utf-8")
    python = Path(sysconfig.get_path("scripts", "venv", scheme), "python")
    command = [python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path]
    without = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run([*command, REPOSITORY], env=without, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(tmp_path.glob("ribbonet-*.whl"))) as wheel:
        names = [name.partition(".data/data/share/")[2] for name in wheel.namelist()]
        assert "man/man1/ribbonet-predict.1" in names
        assert "doc/ribbonet/predict.md" in names
        completion = next(
            name for name in wheel.namelist() if name.endswith("completions/ribbonet")
        )
        assert "_RIBBONET_COMPLETE" in wheel.read(completion).decode()
