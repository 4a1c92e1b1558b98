"""`train`, `predict` and `evaluate` with profiles and arrays, run as processes."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from ribbonet.chains.arrays import by_id
from ribbonet.chains.chain import Chain
from ribbonet.chains.relatives.profile_files import ProfileFolder
from ribbonet.chains.relatives.profiles import find_profiles, write_profiles
from ribbonet.models.config_files import read_config
from ribbonet.models.folder import read_model
from ribbonet.training.train import train_model

needs_mmseqs = pytest.mark.skipif(shutil.which("mmseqs") is None, reason="needs mmseqs2")

STAGE = """
[[stage]]
window = 5
hidden = [8]
dilations = [1, 2]
kernel = 3
activation = "relu"
init = "glorot"
optimizer = "adamw"
learning_rate = 1e-2
batch_size = 512
epochs = 2
"""
LIKELY = {"H": "AELMQKR", "E": "VIYFWTC", "C": "GPNDSH"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Chains whose letters tell their states, and their homologues, aligned and not."""
    folder = tmp_path_factory.mktemp("made")
    rng = np.random.default_rng(1)
    alignments = folder / "alignments"
    alignments.mkdir()
    chains, homologues = [], []
    for n in range(8):
        states = "".join(s * int(rng.integers(4, 9)) for s in rng.choice(list("HEC"), size=8))
        rows = ["".join(rng.choice(list(LIKELY[s])) for s in states)]
        for _ in range(3):
            kept = rng.random(len(states)) < 0.8
            rows.append(
                "".join(
                    old if keep else str(rng.choice(list(LIKELY[s])))
                    for old, keep, s in zip(rows[0], kept, states, strict=True)
                )
            )
        chains.append(Chain(f"p{n}", rows[0], states))
        homologues += rows[1:]
        records = "".join(f">r{k}\n{row}\n" for k, row in enumerate(rows))
        (alignments / f"p{n}.a3m").write_text(records)
    three_line = "".join(f">{c.id}\n{c.sequence}\n{c.labels}\n" for c in chains)
    (folder / "labelled.3line").write_text(three_line)
    (folder / "in.fasta").write_text("".join(f">{c.id}\n{c.sequence}\n" for c in chains))
    database = "".join(f">h{n}\n{text}\n" for n, text in enumerate(homologues))
    (folder / "homologues.fasta").write_text(database)
    (folder / "model.toml").write_text(STAGE)
    write_profiles(folder / "profiles.npz", chains, map(ProfileFolder(alignments), chains), by_id)
    return folder, chains


def train(ribbonet, folder, output, *options):
    done = ribbonet(
        "train",
        folder / "labelled.3line",
        *("--valid", folder / "labelled.3line", "--config", folder / "model.toml"),
        *("-o", output, *options),
    )
    assert done.returncode == 0, done.stderr.decode()
    return read_model(output)


@pytest.fixture(scope="module")
def by_alignments(made):
    """A model that reads profiles, its folder."""
    folder, chains = made
    config = replace(read_config(folder / "model.toml"), inputs="profile")
    source = ProfileFolder(folder / "alignments")
    train_model(config, chains, chains, folder / "by-alignments", source=source)
    return folder / "by-alignments"


def test_profiles_from_alignments(ribbonet, made, by_alignments, tmp_path):
    folder, _ = made
    msa = ("--msa", folder / "alignments")
    model = train(ribbonet, folder, tmp_path / "m", *msa)
    assert (model.inputs, model.columns) == ("profile", 22)
    assert model.digest == read_model(by_alignments).digest
    given = ribbonet("predict", folder / "in.fasta", "--model", by_alignments, *msa)
    assert given.returncode == 0
    stored = ("--inputs", folder / "profiles.npz")
    same = ribbonet("predict", folder / "in.fasta", "--model", by_alignments, *stored)
    assert same.stdout == given.stdout
    done = ribbonet("data", "profiles", folder / "labelled.3line", *msa, "-o", tmp_path / "p.npz")
    assert done.stderr.decode().startswith("ribbonet: profiles of 8 chains written")
    assert (tmp_path / "p.npz").read_bytes() == (folder / "profiles.npz").read_bytes()
    output = tmp_path / "out.3line"
    ribbonet("predict", folder / "in.fasta", "--model", by_alignments, *msa, "-o", output)
    assert output.read_bytes() == given.stdout

    done = ribbonet("evaluate", by_alignments, folder / "labelled.3line", *msa, "--json")
    scores = json.loads(done.stdout)
    states = given.stdout.decode().splitlines()[2::3]
    truth = [chain.labels for chain in made[1]]
    right = np.mean(np.array(list("".join(states))) == np.array(list("".join(truth))))
    assert scores["q3"] == pytest.approx(100 * right)


@needs_mmseqs
def test_profiles_from_a_search(ribbonet, made, by_alignments, tmp_path):
    folder, chains = made
    found = ("--homologues", folder / "homologues.fasta")
    given = ribbonet("predict", folder / "in.fasta", "--model", by_alignments, *found)
    assert given.returncode == 0, given.stderr.decode()
    profiles = list(find_profiles(chains, folder / "homologues.fasta"))
    assert np.mean([array[:, 21].max() > 0 for array in profiles]) > 0.5
    write_profiles(tmp_path / "p.npz", chains, profiles)
    stored = ("--inputs", tmp_path / "p.npz")
    same = ribbonet("predict", folder / "in.fasta", "--model", by_alignments, *stored)
    assert same.stdout == given.stdout
    alone = ("--sequence", chains[0].sequence, "--model", by_alignments)
    first = ribbonet("predict", *alone, *found).stdout.decode().splitlines()
    assert first[1:] == given.stdout.decode().splitlines()[1:3]


def test_arrays_from_a_file(ribbonet, made, tmp_path):
    """Embeddings: any number of columns, in HDF5."""
    h5py = pytest.importorskip("h5py", reason="needs the extra embeddings")
    folder, chains = made
    rng, path = np.random.default_rng(0), tmp_path / "e.h5"
    with h5py.File(path, "w") as file:
        for chain in chains:
            file[chain.id] = rng.standard_normal((len(chain), 10)).astype(np.float16)
    model = train(ribbonet, folder, tmp_path / "m", "--inputs", path)
    assert (model.inputs, model.columns) == ("features", 10)
    options = ("--model", tmp_path / "m", "--inputs", path)
    done = ribbonet("predict", folder / "in.fasta", *options, "--threads", 2)
    assert done.returncode == 0, done.stderr.decode()
    assert len(done.stdout.splitlines()) == 3 * len(chains)
    (folder / "more.fasta").write_text(">p0\nMKT\n")
    done = ribbonet("predict", folder / "more.fasta", *options)
    assert done.returncode == 2
    assert "e.h5: the array of 'p0' has" in done.stderr.decode()


def test_what_does_not_fit_is_said_at_once(ribbonet, made, by_alignments):
    folder, _ = made
    model = by_alignments
    fasta, msa = folder / "in.fasta", ("--msa", folder / "alignments")
    homologues = ("--homologues", folder / "homologues.fasta")
    for arguments, message in {
        ("predict", fasta, "--model", "fast", *msa): "'fast' reads sequences alone",
        ("predict", fasta, "--model", model, *msa, *homologues): "give one of --msa, --homologues",
        ("predict", fasta, "--model", model): "'{model}' reads profiles beside residues",
        ("predict", "-", *homologues): "--homologues reads the chains twice",
        ("evaluate", "fast", folder / "labelled.3line", *msa): "'fast' reads sequences alone",
        ("predict", fasta, "--model", "fast", "--inputs", fasta): "'fast' reads sequences alone",
    }.items():
        done = ribbonet(*arguments)
        assert (done.returncode, done.stdout) == (2, b"")
        assert message.format(model=model) in done.stderr.decode()


def test_training_further_says_what_it_draws_anew(ribbonet, made, tmp_path):
    folder, _ = made
    config = tmp_path / "further.toml"
    stage = '[[stage]]\noptimizer = "adamw"\nlearning_rate = 1e-4\nbatch_size = 512\nepochs = 1\n'
    config.write_text(f"states = 3\n{stage}")
    done = ribbonet(
        "train",
        folder / "labelled.3line",
        *("--valid", folder / "labelled.3line", "--init", "accurate", "--config", config),
        *("-o", tmp_path / "m"),
    )
    assert done.returncode == 0
    said = done.stderr.decode()
    assert (
        "the model 'accurate' has 8 states, not 3: its last layer is initialised at random" in said
    )
    assert "stage 1 network 1, epoch 0: " in said
    assert read_model(tmp_path / "m").states == "HEC"
