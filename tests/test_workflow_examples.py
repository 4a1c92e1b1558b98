"""The examples for Snakemake and Nextflow predict the examples, where the programs are."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
WORKFLOWS = REPOSITORY / "examples" / "workflows"


@pytest.fixture
def path(tmp_path):
    """A search path on which `ribbonet` is this Python's."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "ribbonet").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ribbonet "$@"\n')
    (folder / "ribbonet").chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture
def run(tmp_path, path):
    """Run a workflow on a copy of the examples; its folder of results."""

    def run(*command):
        shutil.copytree(REPOSITORY / "examples", tmp_path / "proteins", dirs_exist_ok=True)
        (tmp_path / "proteins" / "second.fasta").write_text(">a\nMKTAYIAKQR\n")
        done = subprocess.run(
            list(map(str, command)),
            cwd=tmp_path,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return tmp_path / "results"

    return run


def check(results: Path) -> None:
    records = [json.loads(line) for line in (results / "proteins.jsonl").read_text().splitlines()]
    assert len(records) > 5
    assert all(len(record["states"]) == len(record["sequence"]) for record in records)
    assert json.loads((results / "second.summary.json").read_text())["records"] == 1
    assert (results / "second_mqc.tsv").read_text().splitlines()[-1].startswith("second\t1\t10")


@pytest.mark.slow
def test_snakemake(run, tmp_path):
    if not (snakemake := shutil.which("snakemake")):
        pytest.skip("needs Snakemake: pip install --group workflows")
    command = (snakemake, "--snakefile", WORKFLOWS / "snakemake" / "Snakefile", "--cores", "2")
    command += ("--config", "model=fast")
    check(run(*command))
    before = (tmp_path / "results" / "second.jsonl").stat().st_mtime_ns
    run(*command)  # nothing is left to do
    assert (tmp_path / "results" / "second.jsonl").stat().st_mtime_ns == before


@pytest.mark.slow
def test_nextflow(run):
    if not (nextflow := shutil.which("nextflow")):
        pytest.skip("needs Nextflow")
    check(run(nextflow, "run", WORKFLOWS / "nextflow", "--model", "fast"))


def test_the_workflow_of_nextflow_fits_the_module():
    text = (WORKFLOWS / "nextflow" / "main.nf").read_text(encoding="utf-8")
    name, place = re.search(r"include \{ (\w+) \} from '(.*)'", text).groups()
    module = (WORKFLOWS / "nextflow" / f"{place}.nf").read_text(encoding="utf-8")
    assert f"process {name} {{" in module
    assert f"    {name}(" in text
    config = (WORKFLOWS / "nextflow" / "nextflow.config").read_text(encoding="utf-8")
    assert f"withName: {name} {{" in config
    assert set(re.findall(r"params\.(\w+)", text + config)) <= set(
        re.findall(r"^    (\w+) +=", config, re.MULTILINE)
    )
    for own in (text, config):
        assert all(own.count(a) == own.count(b) for a, b in ("{}", "[]", "()"))
