"""Every command of README.md and docs/ is run, with made inputs, or listed with the reason why not.

A new command fails the test until it runs, or is listed. Blocks of Python prompts are doctests.
"""

from __future__ import annotations

import gzip
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from in_process import run_command

from ribbonet import load_model, write
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.three_line import format_three_line
from ribbonet.lessons.source import read_lessons
from ribbonet.models.build import build_network
from ribbonet.models.config import StageConfig
from ribbonet.models.folder import save_model
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage

REPOSITORY = Path(__file__).parents[1]
PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
SHELLS = ("console", "sh", "bash", "")

NOT_RUN = (
    (r"make (demo|test)", "sets up the environment in which this test runs"),
    (r"python3 -m venv|pip (install|uninstall)", "tests/test_base.py installs the package"),
    (r"pip download", "needs the network"),
    (r"ribbonet serve", "serves until it is interrupted: tests/cli/test_serve.py"),
    (r"python -m http.server", "serves until it is interrupted: tests/web/standalone"),
    (r"curl .*127\.0\.0\.1", "needs the page: tests/web/test_programs.py"),
    (r"ribbonet data fetch", "needs the network: tests/datasets/test_library.py"),
    (r"ribbonet data embed", "needs a language model: tests/embedding/test_command.py"),
    (r"hf download", "needs the network"),
    (r"snakemake|nextflow", "tests/test_workflow_examples.py"),
    (r".*--ray\b|ray ", "needs a cluster: tests/cli/test_predict_by_ray.py"),
    (r"torchrun", "needs several processes: tests/cli/test_train_by_torchrun.py"),
    (r"D=|.*\$D/", "needs the data sets, and ten minutes"),
)
"""Commands that are not run, by how they begin, and why."""

PAGE = "127.0.0.1:8765"
"""What programs need that are run by tests/web/test_programs.py."""

SHORTER = {"ribbonet tune chains.3line -o search": " --trials 1"}
"""What is added to commands that would take minutes."""

NEEDS = {
    "--homologues": "mmseqs",
    "--against": "mmseqs",
    "data split": "mmseqs",
    "parts/": "mmseqs",  # what `data split` writes
    "data label": "mkdssp",
}
"""Programs that commands need; without them they are left out."""
_FENCED = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
STATE_OF = dict(zip("AELMKQVIFYTWGPSNDCRH", "HHHHHHEEEEEECCCCCCHC", strict=True))


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, the number of its first line, its language, what it holds."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(REPOSITORY)}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """The commands of a shell's block, each on one line, without prompt and comment."""
        lines = self.text.replace("\\\n", " ").splitlines()
        if self.language == "console":
            lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        words = (re.sub(r"\s+#\s.*$", "", f"{line} ").split() for line in lines)
        return [" ".join(own) for own in words if own and not own[0].startswith("#")]


def blocks(*languages: str) -> list[Block]:
    """All blocks of some languages."""
    return [
        Block(page, text.count("\n", 0, match.start()) + 1, match[1], match[2])
        for page in PAGES
        for text in [page.read_text(encoding="utf-8")]
        for match in _FENCED.finditer(text)
        if match[1] in languages
    ]


def make_inputs(folder: Path) -> None:
    """Make every file and folder that a command of the pages reads."""
    chains = _made(24, seed=0)
    fasta = "".join(f">{chain.header}\n{chain.sequence}\n" for chain in chains[:3])
    labelled = "".join(map(format_three_line, chains))
    for name in ("proteins.fasta", "in.fasta"):
        (folder / name).write_text(fasta)
    for name in ("proteins.fasta.gz", "proteome.fasta.gz"):
        (folder / name).write_bytes(gzip.compress(fasta.encode()))
    (folder / "shards").mkdir()
    (folder / "shards" / "a.fasta").write_text(fasta)
    for name in (
        *("chains.3line", "netsurfp2-train", "netsurfp2-valid"),
        *("other-chains.3line", "test.3line", "cb513", "ts115"),
    ):
        (folder / name).write_text(labelled)
    few = "".join(map(format_three_line, chains[:10]))  # for networks that learn slowly
    (folder / "mine.3line").write_text(few)
    (folder / "sequences.fasta").write_text(
        "".join(f">{chain.id}\n{chain.sequence}\n" for chain in chains)
    )
    (folder / "excluded.txt").write_text("chain1\n")
    _make_alignments(folder / "alignments", chains)
    shutil.copy(folder / "alignments" / "chain0.a3m", folder / "family.a3m")
    _make_arrays(folder, chains)
    _make_predictions(folder / "s4pred", chains)
    model = load_model("fast")
    write(folder / "predictions.jsonl", [model.predict(c.sequence, id=c.id) for c in chains[:3]])
    _make_published(folder)
    _make_models(folder)


DSSP = """\
==== Secondary Structure Definition by the program DSSP, NKI version 4.0
  #  RESIDUE AA STRUCTURE BP1 BP2  ACC     N-H-->O    O-->H-N
    1    1 A M              0   0  110      0, 0.0     4,-2.1
    2    2 A K  H  >  +     0   0   69      1,-0.2     4,-2.1
"""


def _made(number: int, seed: int) -> list[Chain]:
    """Chains whose states follow from their residues."""
    rng = np.random.default_rng(seed)
    sequences = ["".join(rng.choice(list(STATE_OF), 60)) for _ in range(number)]
    return [
        Chain(f"chain{n}", sequence, "".join(STATE_OF[r] for r in sequence))
        for n, sequence in enumerate(sequences)
    ]


def _make_alignments(folder: Path, chains: list[Chain]) -> None:
    folder.mkdir()
    for chain in chains:
        text = f">{chain.id}\n{chain.sequence}\n>other\n{chain.sequence}\n"
        (folder / f"{chain.id}.a3m").write_text(text)


def _make_arrays(folder: Path, chains: list[Chain]) -> None:
    import h5py

    rng = np.random.default_rng(0)
    for name in ("embeddings.h5", "others.h5"):
        with h5py.File(folder / name, "w") as file:
            for chain in chains:
                file[chain.id] = rng.normal(size=(len(chain), 8)).astype(np.float32)


def _make_predictions(folder: Path, chains: list[Chain]) -> None:
    folder.mkdir()
    for chain in chains:
        rows = zip(chain.sequence, chain.labels or "", strict=True)
        lines = []
        for number, (residue, state) in enumerate(rows, 1):
            shares = "  ".join("0.600" if state == own else "0.200" for own in "CHE")
            lines.append(f"{number:4d} {residue} {state}   {shares}\n")
        text = "# PSIPRED VFORMAT (S4PRED)\n\n" + "".join(lines)
        (folder / f"{chain.id}.ss2").write_text(text)


def _make_published(folder: Path) -> None:
    """Make files of forms that others publish."""
    (folder / "TS115_HHblits.csv").write_text(
        "\ufeffinput,dssp3,dssp8,disorder\nM K V,C H H,C H H,1.0 1.0 1.0\n"
    )
    cases = REPOSITORY / "tests" / "cases"
    structure = next((cases / "03-ter-drops-second-chain").glob("*.pdb")).read_text()
    (folder / "2xyz.pdb.gz").write_bytes(gzip.compress(structure.encode()))
    import gemmi

    gemmi.read_pdb_string(structure).make_mmcif_document().write_file(str(folder / "1abc.cif"))
    (folder / "1abc.dssp").write_text(DSSP)
    (folder / "model.toml").write_text("[[stage]]\nwindow = 3\nhidden = [8]\nepochs = 1\n")
    (folder / "further.toml").write_text(
        '[[stage]]\noptimizer = "adamw"\nlearning_rate = 1e-4\nepochs = 1\n'
    )


def _make_models(folder: Path) -> None:
    rng = np.random.default_rng(0)
    for name, features in (("my-model", 0), ("with-profiles", 43)):
        network = build_network(StageConfig(window=5, hidden=(8,)), True, features).initialise(rng)
        stage = Stage(1 if features else 5, (network,))
        inputs = "profile" if features else "sequence"
        save_model(Model((stage,), inputs=inputs), folder / name)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make a search path with the command `ribbonet`, which is this Python's."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "ribbonet").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ribbonet "$@"\n')
    (folder / "ribbonet").chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make what the commands read, once; each block gets a copy."""
    folder = tmp_path_factory.mktemp("inputs")
    make_inputs(folder)
    return folder


def run(command: str, folder: Path, path: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of a shell; `ribbonet` in this process, where the line needs no shell."""
    first, *words = shlex.split(command)
    if first == "ribbonet" and not set("|&;<>*?~$`{") & set(command):
        return run_command(*words, cwd=folder)
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        timeout=300,
    )


def reason_not_to_run(command: str) -> str | None:
    """Why a command is not run, if it is not."""
    return next((why for start, why in NOT_RUN if re.match(start, command)), None)


def test_each_reason_is_of_some_command():
    commands = [command for block in blocks(*SHELLS) for command in block.commands]
    assert len(commands) > 40
    for start, _ in NOT_RUN:
        assert any(re.match(start, command) for command in commands), start
    assert all(command in commands for command in SHORTER)


@pytest.mark.parametrize("block", blocks(*SHELLS), ids=str)
def test_the_commands_of_the_pages_run(block, path, request, tmp_path):
    pytest.importorskip("h5py")
    pytest.importorskip("gemmi")
    if not (commands := [own for own in block.commands if reason_not_to_run(own) is None]):
        pytest.skip("; ".join(sorted({reason_not_to_run(own) or "" for own in block.commands})))
    shutil.copytree(request.getfixturevalue("inputs"), tmp_path, dirs_exist_ok=True)
    for command in commands:  # what is made by the block itself is not there before
        for made in re.findall(r"-o (\S+)", command):
            if (place := tmp_path / made).is_dir():
                shutil.rmtree(place)
    for command in commands:
        if any(word in command and not shutil.which(own) for word, own in NEEDS.items()):
            continue
        done = run(command + SHORTER.get(command, ""), tmp_path, path)
        assert done.returncode == 0, f"{block}: {command}\n{done.stderr.decode()}"


@pytest.mark.parametrize(
    "block",
    [own for own in blocks("python") if ">>>" not in own.text and PAGE not in own.text],
    ids=str,
)
def test_python_without_prompts_runs(block, inputs, tmp_path, monkeypatch):
    shutil.copytree(inputs, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    exec(compile(block.text, str(block), "exec"), {})


@pytest.mark.parametrize("name", ["accurate", "fast"])
def test_the_table_of_the_readme_says_what_the_cards_say(name):
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| `{name}`[^\n]*", text, re.MULTILINE)
    model = load_model(name)
    file = REPOSITORY / "src" / "ribbonet" / "models" / "shipped" / name / "weights.safetensors"
    weights = f"{model.size / 1e6:.2f} M, {file.stat().st_size / 1e6:.1f} MB"
    scores = [
        f"{s['q3']:.1f} ({s['q3_ci95'][0]:.1f} to {s['q3_ci95'][1]:.1f})" for s in model.card.scores
    ]
    assert [cell.strip() for cell in row.split("|")[2:-1]] == [weights, *scores]


def test_the_benchmarks_say_what_the_cards_say():
    text = (REPOSITORY / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (?:`[\w-]+`.*)?\| (CB513|TS115|CASP12) \| ([\d.]+ \(.*) \|$", text, re.M
    )
    expected = [
        (
            s["data"].removesuffix("_q3").upper(),
            f"{s['q3']:.1f} ({s['q3_ci95'][0]:.1f} to {s['q3_ci95'][1]:.1f}) | "
            f"{s['q_h']:.1f}, {s['q_e']:.1f}, {s['q_c']:.1f} | "
            f"{s['mcc_h']:.2f}, {s['mcc_e']:.2f}, {s['mcc_c']:.2f} | "
            f"{s['sov']:.1f} | {s['ece']:.3f}",
        )
        for name in ("accurate", "fast", "accurate-msa")
        for s in load_model(name).card.scores
    ]
    assert rows == expected
    for script in re.findall(r"`(\w+\.py)`", text):
        assert (REPOSITORY / "benchmarks" / script).is_file(), script


def test_the_plan_of_a_term_has_every_lesson_in_its_order():
    text = (REPOSITORY / "docs" / "teach.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d+ \|[^|]*\|[^|]*\| `(\w+)` \|", text, re.MULTILINE)
    assert rows == [lesson.name for lesson in read_lessons()]


def test_the_table_of_extras_has_every_extra():
    text = (REPOSITORY / "docs" / "installation.md").read_text(encoding="utf-8")
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    rows = re.findall(r"^\| `(\w+)` \|.*\| [\d,]+ \|$", text, re.MULTILINE)
    assert sorted(rows) == sorted(project["optional-dependencies"])


def test_the_readme_says_what_the_other_cards_say():
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8").replace("\n", " ")
    baseline = load_model("fast").card.baseline
    figures = " | ".join(f"{score['q3']:.1f}" for score in baseline.scores)
    assert f"| {baseline.weights / 1e6:.3f} M | {figures} |" in text
    first, second, third = (f"{s['q3']:.1f}" for s in load_model("accurate-msa").card.scores)
    assert f"{first}, {second} and {third} on the test sets" in text.replace("it has ", "")
