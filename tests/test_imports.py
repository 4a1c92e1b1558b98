"""What importing and predicting load: nothing heavy."""

import subprocess
import sys

import pytest

HEAVY = (
    "torch",
    "optuna",
    "ray",
    "fastapi",
    "starlette",
    "uvicorn",
    "numba",
    "sklearn",
    "scipy",
    "matplotlib",
    "pandas",
    "pyarrow",
    "multiprocessing",
)

RUNS = {
    "import ribbonet": "import ribbonet",
    "import everything public": "import ribbonet.nn, ribbonet.cli; from ribbonet import *",
    "one prediction": (
        "from ribbonet.cli import app\n"
        "app(['predict', '--sequence', 'MKTAYIAKQR'], standalone_mode=False)"
    ),
}


@pytest.mark.parametrize("run", RUNS)
def test_nothing_heavy_is_loaded(run):
    code = f"{RUNS[run]}\nimport sys\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    loaded = set(done.stderr.decode().split())
    assert "ribbonet" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_import_ribbonet_does_not_even_load_numpy():
    code = "import sys, ribbonet; sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_prediction_imports_no_other_command():
    code = f"{RUNS['one prediction']}\nimport sys\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    loaded = set(done.stderr.decode().split())
    assert "ribbonet.cli.predict" in loaded
    assert loaded.isdisjoint({"ribbonet.cli.train", "ribbonet.cli.data", "ribbonet.cli.evaluate"})
