"""`ribbonet data embed`: a file of arrays that train and predict read; a kill changes no byte."""

import re
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from in_process import run_command

from ribbonet.chains.arrays import ArrayFile
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError

RNG = np.random.default_rng(3)


def ribbonet(*args, cwd):
    done = run_command(*args, cwd=cwd)
    return subprocess.CompletedProcess(done.args, done.returncode, stderr=done.stderr.decode())


@pytest.fixture
def chains(tmp_path):
    """Labelled chains, some with ids that are no names of HDF5, and one of many residues."""
    lengths = [*RNG.integers(20, 400, 60), 2500]
    ids = [f"1abc.{n}/A" if n % 2 else f"sp|P{n:05}|X" for n in range(len(lengths))]
    made = [
        Chain(id, "".join(RNG.choice(list("ACDEFGHIKLMNPQRSTVWYX"), n)), "H" * n)
        for id, n in zip(ids, lengths, strict=True)
    ]
    text = "".join(f">{c.id}\n{c.sequence}\n{'HEC' * (len(c) // 3 + 1):.{len(c)}}\n" for c in made)
    (tmp_path / "chains.3line").write_text(text)
    (tmp_path / "chains.fasta").write_text("".join(f">{c.id}\n{c.sequence}\n" for c in made))
    return made


def test_arrays_are_what_the_readers_expect(folder, chains, tmp_path):
    done = ribbonet("data", "embed", "chains.fasta", "-o", "e.h5", "--model", folder, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(
        r"ribbonet: embeddings of 61 chains, 1[26] numbers a residue, written to e.h5\n",
        done.stderr,
    )
    import h5py

    with h5py.File(tmp_path / "e.h5") as file:
        assert {data.dtype.name for data in file.values()} == {"float16"}
        assert file["1abc_1_A"].attrs["original_id"] == "1abc.1/A"
    from ribbonet.embedding.language_model import LanguageModel

    model, arrays = LanguageModel(folder), ArrayFile(tmp_path / "e.h5")
    for chain in (chains[0], chains[1], chains[-1]):
        np.testing.assert_allclose(arrays(chain), model([chain.sequence])[0], atol=5e-3)


def test_models_are_trained_on_them_and_predict(esm, chains, tmp_path):
    (tmp_path / "model.toml").write_text("[[stage]]\nwindow = 3\nhidden = [8]\nepochs = 1\n")
    for words in (
        ("data", "embed", "chains.3line", "-o", "e.h5", "--model", esm, "--precision", "float32"),
        ("train", "chains.3line", "--inputs", "e.h5", "--config", "model.toml", "-o", "trained"),
        ("predict", "chains.fasta", "--model", "trained", "--inputs", "e.h5", "-o", "out.3line"),
    ):
        done = ribbonet(*words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    import h5py

    with h5py.File(tmp_path / "e.h5", "r+") as file:
        assert (file.attrs["model"], len(file.attrs["digest"])) == (str(esm), 8)
        file.attrs["digest"] = "0" * 8
    for words in (
        ("predict", "chains.fasta", "--model", "trained", "--inputs", "e.h5", "-o", "other.3line"),
        ("evaluate", "trained", "chains.3line", "--inputs", "e.h5"),
        ("train", "chains.3line", "--init", "trained", "--inputs", "e.h5", "-o", "further"),
    ):
        done = ribbonet(*words, cwd=tmp_path)
        assert done.returncode == 2
        assert "the model was trained on those by" in done.stderr
    states = (tmp_path / "out.3line").read_text().splitlines()[2::3]
    assert [len(own) for own in states] == [len(chain) for chain in chains]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal of Unix")
def test_a_kill_and_a_resumption_change_no_byte(esm, chains, tmp_path):
    words = ("data", "embed", "chains.fasta", "--model", esm, "--window", 100)
    assert ribbonet(*words, "-o", "whole.h5", cwd=tmp_path).returncode == 0
    command = [sys.executable, "-m", "ribbonet", *map(str, words), "-o", "out.h5"]
    with subprocess.Popen(command, cwd=tmp_path) as process:
        journal = tmp_path / ".ribbonet-out.h5" / "journal"
        while not (journal.exists() and journal.read_bytes().count(b"\n") >= 2):
            assert process.poll() is None
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
    assert not (tmp_path / "out.h5").exists()
    done = ribbonet(*words, "-o", "out.h5", cwd=tmp_path)
    assert done.returncode == 2
    assert "holds an unfinished output; go on with it by --resume" in done.stderr
    done = ribbonet(*words, "-o", "out.h5", "--resume", "--precision", "float32", cwd=tmp_path)
    assert done.returncode == 2
    assert "was begun with another --precision" in done.stderr
    assert ribbonet(*words, "-o", "out.h5", "--resume", cwd=tmp_path).returncode == 0
    assert (tmp_path / "out.h5").read_bytes() == (tmp_path / "whole.h5").read_bytes()
    assert not journal.exists()


@pytest.fixture
def embed(torch, tmp_path):
    """Embed chains in this process."""
    from ribbonet.embedding.files import embed_to
    from ribbonet.embedding.language_model import LanguageModel

    def run(chains, folder, name="e.h5", **options):
        return embed_to(tmp_path / name, chains, LanguageModel(folder), **options)

    return run


def test_what_is_broken_off_goes_on_to_the_same_bytes(embed, esm, chains, tmp_path):
    assert embed(chains, esm, "whole.h5") == 61

    def stop(block):
        if len(block) > 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embed(chains, esm, on_block=stop)
    assert not (tmp_path / "e.h5").exists()
    with pytest.raises(InputError, match="was begun with another --precision"):
        embed(chains, esm, resume=True, precision="float32")
    seen = []
    assert embed(chains, esm, resume=True, on_block=seen.extend) == 61
    assert seen == chains
    assert (tmp_path / "e.h5").read_bytes() == (tmp_path / "whole.h5").read_bytes()


def test_ids_name_one_chain_each(embed, esm, tmp_path):
    given = [Chain("a", "MKT"), Chain("b.1", "MK"), Chain("b/1", "MKV"), Chain("a again", "MKT")]
    assert embed(given, esm) == 3
    arrays = ArrayFile(tmp_path / "e.h5")
    assert [len(arrays(chain)) for chain in given] == [3, 2, 3, 3]
    with pytest.raises(InputError, match="two chains have the id 'a'; give each its own"):
        embed([Chain("a", "MKT"), Chain("a", "MKV")], esm)
    with pytest.raises(InputError, match="a chain has no id"):
        embed([Chain("", "MKT")], esm)


def test_numbers_that_float16_does_not_hold_are_said(torch, embed, esm, tmp_path):
    folder = tmp_path / "large"
    shutil.copytree(esm, folder)
    from transformers import EsmModel

    model = EsmModel.from_pretrained(esm, add_pooling_layer=False)
    with torch.no_grad():
        model.encoder.emb_layer_norm_after.weight.fill_(1e6)
    model.save_pretrained(folder)
    given = [Chain("a", "MKT"), Chain("b", "MKV")]
    with pytest.raises(InputError, match="numbers for 'a' that float16 does not hold"):
        embed(given, folder)
    assert embed(given, folder, precision="float32") == 2


def test_without_transformers_the_extra_is_named(tmp_path):
    (tmp_path / "in.fasta").write_text(">a\nMKT\n")
    code = (
        "import sys; sys.modules['transformers'] = None\n"
        "from ribbonet.cli import main\n"
        "sys.argv = 'ribbonet data embed in.fasta -o e.h5 --model x'.split()\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True)
    assert done.returncode == 2
    assert b"needs PyTorch and transformers; add it by: pip install 'ribbonet[plm]'" in done.stderr
