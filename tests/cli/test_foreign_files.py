"""Files, folders and links of the user's at every name that a command derives: none is touched."""

import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import click
import numpy as np
import pytest
from made_structures import helix, pdb
from typer.main import get_command
from typer.testing import CliRunner

from ribbonet.cli import app
from ribbonet.datasets.catalogue import DATASETS
from ribbonet.errors import InputError

FASTA = ">a\nMKTAYIAKQR\n>b\nMK7T\n"
LABELLED = "".join(
    f">c{n}\nMKTAYIAKQRQISFVKSHFS{letter}\nCCHHHHHHCCEEEEEEECCCC\n"
    for n, letter in enumerate("ACDEFGHIKLMN")
)
CONFIG = "[[stage]]\nwindow = 3\nhidden = [2]\nepochs = 1\n"

COMMANDS = {
    "predict to a file": (
        ["predict", "in.fasta", "--model", "fast", "--on-invalid", "skip", "-o", "out"],
        ["out.partial", "out.lock", "out.skipped.tsv", "out.tmp", ".out.tmp", ".ribbonet-out"],
    ),
    "predict to one file per record": (
        ["predict", "in.fasta", "--model", "fast", "--on-invalid", "skip", "-o", "out/"],
        ["out.partial", "out.skipped.tsv", ".ribbonet-out"],
    ),
    "predict a folder": (
        ["predict", "folder", "--model", "fast", "--on-invalid", "skip", "-o", "out"],
        ["out.partial", "out.skipped.tsv", ".ribbonet-out"],
    ),
    "predict to a figure": (
        ["predict", "in.fasta", "--model", "fast", "--on-invalid", "skip", "-o", "out.svg"],
        ["out.svg.skipped.tsv", ".ribbonet-out.svg"],
    ),
    "predict with a summary": (
        ["predict", "in.fasta", "--model=fast", "--on-invalid=skip", "-o", "o", "--summary=s.json"],
        ["s.json.tmp", ".ribbonet-s.json", "o.skipped.tsv"],
    ),
    "scan": (
        ["scan", "--sequence", "MKTAYIAKQR", "--model", "fast", "-o", "out.csv"],
        ["out.csv.tmp", "out.csv.partial", ".ribbonet-out.csv"],
    ),
    "draw": (
        ["draw", "in.3line", "-o", "out.svg"],
        ["out.svg.tmp", ".ribbonet-out.svg"],
    ),
    "train": (
        ["train", "in.3line", "--config", "c.toml", "-o", "."],
        ["training", ".ribbonet-training", "history.csv", "weights.safetensors", "model.json"],
    ),
    "train on folds": (
        ["train", "in.3line", "--config", "c.toml", "--folds", "2", "-o", "."],
        ["folds.tsv", "predictions.csv", "scores.json", "report.html", "fold1", "fold2"],
    ),
    "tune": (
        ["tune", "in.3line", "--space", "s.toml", "--trials", "1", "--train", "-o", "."],
        [
            "best.toml",
            "trials.db",
            "trials.db-journal.tmp",
            "model",
            ".ribbonet-training",
            ".ribbonet-trials.db",
        ],
    ),
    "evaluate": (
        ["evaluate", "fast", "in.3line", "--report", "out.html"],
        ["out.html.tmp", "out.html.lock", ".ribbonet-out.html"],
    ),
    "convert": (
        ["data", "convert", "in.3line", "out.csv"],
        ["out.csv.tmp", "out.csv.lock", ".ribbonet-out.csv"],
    ),
    "fetch": (
        ["data", "fetch", "nettalk.list"],
        ["nettalk.list", "nettalk.list.lock", "nettalk.list.part", ".ribbonet-nettalk.list"],
    ),
    "profiles": (
        ["data", "profiles", "in.3line", "--msa", "msa", "-o", "out.npz"],
        ["out.npz.tmp", ".ribbonet-out.npz"],
    ),
    "templates": (
        ["data", "templates", "in.3line", "-o", "out.templates"],
        ["out.templates.tmp", ".ribbonet-out.templates"],
    ),
    "embed": (
        ["data", "embed", "in.3line", "--model", "made", "-o", "out.h5"],
        ["out.h5.tmp", "out.h5.partial", ".ribbonet-out.h5"],
    ),
    "label": (
        ["data", "label", "two.pdb", "-o", "labelled.3line"],
        ["labelled.3line.tmp", ".ribbonet-labelled.3line"],
    ),
    "split": (
        ["data", "split", "in.3line", "--shares", "50,50", "-o", "parts"],
        ["parts.tmp", "parts.partial", ".ribbonet-parts"],
    ),
    "page": (
        ["page", "-o", "site"],
        ["site.tmp", ".ribbonet-site"],
    ),
    "notebooks": (
        ["lessons", "notebooks", "neuron", "-o", "."],
        ["01-neuron.ipynb"],
    ),
    "figure": (
        ["figure", "layer", "-o", "out.svg"],
        ["out.svg.tmp", ".ribbonet-out.svg"],
    ),
    "export": (
        ["export", "fast", "out.onnx"],
        ["out.onnx.tmp", "out.onnx.data", ".ribbonet-out.onnx"],
    ),
}
NEEDED = {"tune": "optuna", "export": "onnx", "embed": "h5py"}
"""Packages of extras."""
PROGRAMS = {"label": "mkdssp", "split": "mmseqs"}
CASES = [(command, name) for command, (_, names) in COMMANDS.items() for name in names]


def runnable(command: str) -> list[str]:
    """Return a command's arguments; skip the test without what it needs."""
    if command in NEEDED:
        pytest.importorskip(NEEDED[command])
    if command in PROGRAMS and shutil.which(PROGRAMS[command]) is None:
        pytest.skip(f"needs {PROGRAMS[command]}")
    return COMMANDS[command][0]


class MadeUp:
    """Embeds chains as a language model does, without one."""

    name = digest = device = "made"
    window = batch = 4
    columns = 2

    def __init__(self, name, **settings):
        pass

    def __call__(self, sequences):
        return [np.zeros((len(sequence), 2), np.float32) for sequence in sequences]


def state(path: Path) -> dict[str, object]:
    """Return what is at a path and below it: which file, its kind, its content."""
    found: dict[str, object] = {}
    for each in [path, *(path.rglob("*") if path.is_dir() and not path.is_symlink() else [])]:
        known = each.lstat()
        is_file = each.is_file() and not each.is_symlink()
        found[str(each)] = known.st_ino, known.st_mode, each.read_bytes() if is_file else None
    return found


def place(kind: str, path: Path, home: Path) -> None:
    """Put something of the user's at a path."""
    if kind == "file":
        path.write_text("years of work\n")
    elif kind == "empty file":
        path.touch()
    elif kind == "folder":
        path.mkdir()
        (path / "journal").write_text("mine")
        (path / "output").mkdir()
        (path / "output" / "notes.txt").write_text("mine")
    elif kind == "link to a file":
        path.symlink_to(home / "precious")
    elif kind == "link to a folder":
        path.symlink_to(home)
    elif kind == "dangling link":
        path.symlink_to(home / "nowhere")
    elif kind == "hard link":
        os.link(home / "precious", path)


@pytest.fixture
def work(tmp_path, monkeypatch):
    monkeypatch.setenv("RIBBONET_DATA", str(tmp_path / "work"))
    monkeypatch.setattr("ribbonet.datasets.download.PAUSE", 0)
    monkeypatch.setitem(
        DATASETS,
        "nettalk.list",
        type(DATASETS["nettalk.list"])(
            **{**vars(DATASETS["nettalk.list"]), "urls": ("http://127.0.0.1:9/nothing",)}
        ),
    )
    made_up = SimpleNamespace(LanguageModel=MadeUp)
    monkeypatch.setitem(sys.modules, "ribbonet.embedding.language_model", made_up)
    work = tmp_path / "work"
    (work / "folder").mkdir(parents=True)
    (work / "msa").mkdir()
    monkeypatch.chdir(work)
    Path("in.fasta").write_text(FASTA)
    Path("folder", "a.fasta").write_text(FASTA)
    Path("in.3line").write_text(LABELLED)
    Path("two.pdb").write_text(pdb([{"A": ("MKTAYIAKQRQISFVKSHFS", helix(20), set())}]))
    Path("c.toml").write_text(CONFIG)
    Path("s.toml").write_text(CONFIG.replace("[2]", "[{low = 2, high = 3}]"))
    for line in LABELLED.split("\n")[:-1:3]:
        sequence = "MKTAYIAKQRQISFVKSHFS" + "ACDEFGHIKLMN"[int(line[2:])]
        Path("msa", f"{line[1:]}.a3m").write_text(f"{line}\n{sequence}\n")
    return work


KINDS = ["file", "empty file", "folder", "link to a file", "link to a folder", "dangling link"]


@pytest.mark.parametrize("kind", [*KINDS, "hard link"])
@pytest.mark.parametrize(("command", "name"), CASES)
def test_nothing_of_the_users_is_touched(work, tmp_path, command, name, kind):
    arguments = runnable(command)
    home = tmp_path / "home"
    home.mkdir()
    (home / "precious").write_text("years of work\n")
    place(kind, work / name, home)
    if (command, name, kind) == ("tune", "trials.db", "empty file"):
        pytest.skip("an empty file is what a killed search leaves, and holds nothing to lose")
    before = state(home) | state(work / name)
    done = CliRunner().invoke(app, arguments)
    assert done.exception is None or isinstance(done.exception, InputError | SystemExit)
    assert state(home) | state(work / name) == before


def writing(command: click.Command, name: str = "") -> list[str]:
    """Return the names of the commands that write files: they have an output, or fetch."""
    if isinstance(command, click.Group):
        return [w for key, own in command.commands.items() for w in writing(own, f"{name} {key}")]
    written = {"output", "report", "summary", "folder"} & {own.name for own in command.params}
    return [name.strip()] if written or name == " data fetch" else []


def test_every_command_that_writes_is_tried():
    tried = [" ".join(arguments) for arguments, _ in COMMANDS.values()]
    for command in writing(get_command(app)):
        assert any(f"{one} ".startswith(f"{command} ") for one in tried), command


@pytest.mark.parametrize("command", COMMANDS)
def test_without_anything_there_it_works_and_leaves_nothing_behind(work, command):
    arguments = runnable(command)
    done = CliRunner().invoke(app, arguments)
    if command == "fetch":
        assert isinstance(done.exception, InputError)
    else:
        assert done.exit_code == 0, done.exception or done.stderr
    assert [path.name for path in work.rglob(".ribbonet-*")] == []
    assert Path("in.3line").read_text() == LABELLED
    assert Path("in.fasta").read_text() == FASTA


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["predict", "out.skipped.tsv", "--model", "fast", "-o", "out"], "out.skipped.tsv"),
        (["predict", "in.fasta", "--model", "m", "-o", "m/model.json"], "m/model.json"),
        (
            ["predict", "in.fasta", "--model", "fast", "--msa", "msa", "-o", "msa/c0.a3m"],
            "msa/c0.a3m",
        ),
        (["predict", "folder", "--model", "fast", "-o", "folder/a.fasta"], "folder/a.fasta"),
        (
            ["predict", "in.fasta", "--model", "fast", "--msa", "msa", "-o", "msa/c0.sto"],
            "msa/c0.sto",
        ),
        (
            ["predict", "in.fasta", "--templates=a.templates", "--format=csv", "-o", "a.templates"],
            "a.templates",
        ),
        (["data", "convert", "in.3line", "in.3line"], "in.3line"),
        (["evaluate", "m", "in.3line", "--report", "m/model.json"], "m/model.json"),
        (
            ["evaluate", "fast", "in.3line", "--templates=a.templates", "--report=a.templates"],
            "a.templates",
        ),
        (["tune", "in.3line", "--space", "best.toml", "-o", "."], "best.toml"),
    ],
)
def test_no_input_is_overwritten(work, arguments, name):
    if name == "m/model.json":
        Path("m").mkdir()
        Path(name).write_text("{}")
    elif name == "best.toml":
        Path(name).write_text("# trial 1, the best of 2: Q3\n" + Path("s.toml").read_text())
    elif name in ("out.skipped.tsv", "msa/c0.sto", "a.templates"):
        Path(name).write_text(FASTA)
    content = Path(name).read_bytes()
    done = CliRunner().invoke(app, arguments)
    assert isinstance(done.exception, InputError)
    assert "choose another" in str(done.exception)
    assert Path(name).read_bytes() == content


def test_a_name_that_leaves_no_room_for_its_list_is_told_of(ribbonet, tmp_path):
    (tmp_path / "a.fasta").write_text(">a\nMKTAYI\n")
    output = tmp_path / ("n" * 250)
    done = ribbonet("predict", tmp_path / "a.fasta", "--model", "fast", "-o", output)
    assert done.returncode == 2
    assert done.stderr.endswith(
        b".skipped.tsv: cannot be written (File name too long); choose a shorter name\n"
    )
