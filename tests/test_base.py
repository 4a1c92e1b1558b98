"""What `pip install ribbonet` alone gives in a fresh virtual environment: it is small."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
MEGABYTES = 180
NOT_IN_IT = ("numba", "scipy", "sklearn", "torch", "pandas", "pyarrow", "matplotlib")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the package, and nothing else, in an environment of its own."""
    folder = tmp_path_factory.mktemp("base") / "env"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", REPOSITORY], check=True)
    return python


def ribbonet(
    python: Path, *args: object, cwd: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    command = [python, "-I", "-m", "ribbonet", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


def test_it_is_small(python):
    environment = python.parents[1]
    files = (path for path in environment.rglob("*") if path.is_file() and not path.is_symlink())
    assert sum(path.stat().st_size for path in files) < MEGABYTES * 1e6
    for name in NOT_IN_IT:
        found = subprocess.run([python, "-I", "-c", f"import {name}"], capture_output=True)
        assert found.returncode != 0


def test_it_predicts_the_examples_as_everything_does(python, tmp_path):
    examples = REPOSITORY / "examples" / "proteins.fasta"
    for model in ("accurate", "fast"):
        own = ribbonet(python, "predict", examples, "--model", model, "--format", "csv")
        assert own.returncode == 0, own.stderr
        command = [sys.executable, "-m", "ribbonet", "predict", examples, "--model", model]
        other = subprocess.run([*command, "--format", "csv"], capture_output=True, text=True)
        assert own.stdout == other.stdout
    for name in ("out.svg", "out.jsonl.zst", "structures/"):
        assert ribbonet(python, "predict", examples, "-o", name, cwd=tmp_path).returncode == 0


def test_without_numba_a_large_input_says_what_the_extra_brings(python, tmp_path):
    (tmp_path / "in.fasta").write_text(f">a\n{'MKTAYIAKQR' * 4000}\n")
    done = ribbonet(python, "predict", "in.fasta", "--model", "fast", cwd=tmp_path)
    assert done.returncode == 0
    assert "pip install 'ribbonet[train]'" in done.stderr


def test_what_is_missing_is_named_with_its_extra(python, tmp_path):
    (tmp_path / "in.3line").write_text(">a\nMKTAYIAK\nCHHHHEEC\n>b\nGGGGVVVV\nCCCCEEEE\n")
    done = ribbonet(python, "train", "in.3line", "-o", "model", cwd=tmp_path)
    assert done.returncode == 2
    assert "training needs SciPy; add it by: pip install 'ribbonet[train]'" in done.stderr
    assert not (tmp_path / "model").exists()
    done = subprocess.run(
        [python, "-I", "-c", "import ribbonet.estimators"], capture_output=True, text=True
    )
    assert "pip install 'ribbonet[train]'" in done.stderr
    assert ribbonet(python, "evaluate", "fast", "in.3line", cwd=tmp_path).returncode == 0
    for words in (("models",), ("explain",), ("data", "list"), ("--help",)):
        assert ribbonet(python, *words, cwd=tmp_path).returncode == 0
