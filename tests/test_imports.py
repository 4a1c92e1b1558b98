"""What importing and predicting load: nothing heavy; and what scripts import: it exists."""

import ast
import os
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted(path for name in ("benchmarks", "recipes") for path in (ROOT / name).rglob("*.py"))

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

OWN = 50
"""Modules of ribbonet that one prediction loads, packages among them, at most."""

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


def test_a_prediction_imports_what_it_needs():
    code = f"{RUNS['one prediction']}\nimport sys\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    loaded = {name for name in done.stderr.decode().split() if name.partition(".")[0] == "ribbonet"}
    assert "ribbonet.cli.predict" in loaded
    others = (
        *("cli.train", "cli.data", "cli.evaluate", "chains.readers", "chains.fasta", "training"),
        *("evaluation", "prediction.figures", "prediction.formats.tables", "nn.training"),
        *("nn.losses", "nn.compiled", "models.embedding", "tasks.classes", "tasks.values"),
    )
    assert loaded.isdisjoint(f"ribbonet.{other}" for other in others)
    assert len(loaded) <= OWN


@pytest.mark.parametrize(
    "words",
    [
        ("predict", "--sequence", "MKTAYIAKQR", "--model", "fast", "--no-templates"),
        ("scan", "--sequence", "MKTAYIAKQR", "--model", "fast", "--positions", "2"),
        ("evaluate", "fast", "chains.3line"),
        ("serve", "--model", "nowhere"),
    ],
    ids=lambda words: words[0],
)
def test_numpy_starts_no_threads_of_its_own_where_networks_predict(words, tmp_path):
    (tmp_path / "chains.3line").write_text(">a\nMKTAYIAKQR\nCHHHHHHHCC\n")
    code = (
        "import os, sys\n"
        "from ribbonet.cli import main\n"
        "def at_import(event, details):\n"
        "    if event == 'import' and details[0] == 'numpy':\n"
        "        print('numpy is imported with', os.environ.get('OPENBLAS_NUM_THREADS'))\n"
        "sys.addaudithook(at_import)\n"
        "main()\n"
    )
    without = {key: value for key, value in os.environ.items() if "NUM_THREADS" not in key}
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=tmp_path,
        env=without,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("numpy is imported")]
    assert lines[0] == "numpy is imported with 1", done.stderr


def test_any_module_of_nn_may_be_imported_first():
    code = (
        "import importlib, pkgutil, sys, ribbonet.nn as nn\n"
        "names = [m.name for m in pkgutil.walk_packages(nn.__path__, 'ribbonet.nn.')]\n"
        "for name in names:\n"
        "    if name.startswith(('ribbonet.nn.torch', 'ribbonet.nn.compiled')):\n"
        "        continue\n"
        "    for own in [own for own in sys.modules if own.startswith('ribbonet')]:\n"
        "        del sys.modules[own]\n"
        "    importlib.import_module(name)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_scripts_import_of_the_package_exists(script):
    nodes = ast.walk(ast.parse(script.read_text("utf-8")))
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    for node in imports:
        if (node.module or "").partition(".")[0] != "ribbonet":
            continue
        try:
            module = import_module(node.module)
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("ribbonet"):
                raise
            pytest.skip(f"needs {error.name}")
        for alias in node.names:
            name = f"{node.module}.{alias.name}"
            assert hasattr(module, alias.name) or find_spec(name), f"{script}: {name}"
