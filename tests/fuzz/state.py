"""What is fuzzed of ribbonet's own files: models, checkpoints, journals, caches, working folders.

Those that have checksums get the right ones, as from one who means harm, or none of what stands
behind them would be reached; but for caches of compiled code, which are trusted if theirs is right.
"""

import json
import shutil
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from zlib import crc32

import numpy as np


def model_card(weights: bytes) -> Callable[[Path], object]:
    """Return what reads a card beside weights."""
    from ribbonet.models.folder import read_model

    def read(path: Path) -> object:
        _write_model(path.parent, path.read_bytes(), weights)
        return read_model(path.parent)

    return read


def model_weights(card: bytes) -> Callable[[Path], object]:
    """Return what reads weights beside a card."""
    from ribbonet.models.folder import read_model

    def read(path: Path) -> object:
        _write_model(path.parent, card, path.read_bytes())
        return read_model(path.parent)

    return read


def _write_model(folder: Path, card: bytes, weights: bytes) -> None:
    from safetensors.numpy import load

    from ribbonet.models.card import DIGESTS, write_card
    from ribbonet.models.folder import digests_of

    (folder / "model.json").write_bytes(card)
    (folder / "weights.safetensors").write_bytes(weights)
    try:
        described = json.loads(card)
        described.pop(DIGESTS)
        write_card(folder / "model.json", described, digests_of(load(weights)))
    except Exception:  # not even the checksums can be made: then as it is
        return


def checkpoint(path: Path) -> object:
    """Read a checkpoint."""
    from ribbonet.nn.training.checkpoint import CHECKPOINT, Progress

    (path.parent / CHECKPOINT).write_bytes(path.read_bytes())
    engine, optimizer = _engine()
    return Progress.load(path.parent, engine, optimizer, np.random.default_rng(0))


def checkpoint_seed(folder: Path) -> bytes:
    """Return a checkpoint."""
    from ribbonet.nn.training.checkpoint import CHECKPOINT, Progress

    engine, optimizer = _engine()
    progress = Progress(1, [{"epoch": 1.0}], 0.5, 1, engine.weights(), 1.0)
    progress.save(folder, engine, optimizer, np.random.default_rng(0))
    return (folder / CHECKPOINT).read_bytes()


def _engine() -> tuple:
    from ribbonet.nn import Adam, CategoricalCrossEntropy, Dense, Network, Tanh
    from ribbonet.nn.training.engine import NumpyEngine

    optimizer = Adam(0.01)
    network = Network([Dense(2, 3), Tanh(), Dense(3, 2)], rng=0)
    return NumpyEngine(network, CategoricalCrossEntropy(), optimizer), optimizer


def journal(path: Path) -> object:
    """Read the lines as those of a journal, each with its checksum."""
    from ribbonet.prediction.runs.journal import Entry, Journal
    from ribbonet.system.working import working_folder

    lines = path.read_bytes().split(b"\n")
    with working_folder(path.parent / ".ribbonet-journal", "journal") as folder:
        with folder.open("journal") as file:
            file.truncate(0)
            file.write(b"".join(b"%08x %s\n" % (crc32(line), line) for line in lines))
        opened = Journal(folder, {"--model": "a"}, Entry)
        opened.close()
        return opened.entries


TEMPLATES = b'["a", "b"]|\x03\0\0\0\x02\0\0\0|\0\x08\x14\x01\x02|\0\x01\x07\xff\x02|'


def templates(path: Path) -> object:
    """Read a set of templates: ids, lengths, residues and states, and where chunks end."""
    from safetensors.numpy import save_file

    from ribbonet.chains.templates.template_set import FORMAT, TemplateSet, digest_of, zstandard

    *parts, ends = [*path.read_bytes().split(b"|", 4), b"", b"", b"", b"", b""][:5]
    packed = [np.frombuffer(zstandard().compress(part), np.uint8) for part in parts]
    stored = dict(zip(("ids", "lengths", "residues", "states"), packed, strict=True))
    stored["chunks"] = np.array([0, *ends, len(stored["states"])], np.uint64)
    save_file(stored, path, {FORMAT: digest_of(stored)})
    return list(TemplateSet(path))


def listing(path: Path) -> object:
    """Read the lines as a working folder's listing, and remove what it names."""
    from ribbonet.system.listing import MARK
    from ribbonet.system.working import working_folder

    victim = path.parent / "victim"
    victim.write_bytes(b"precious")
    place = path.parent / ".ribbonet-listing"
    with working_folder(place, "listing"):
        pass
    (place / "listing").write_bytes(f"{MARK}{'0' * 32}\n".encode() + path.read_bytes())
    with working_folder(place, "listing") as folder:
        folder.remove()
    if victim.read_bytes() != b"precious" or not path.exists():
        raise AssertionError("a listing removed what is not in its folder")
    return place


CACHED = ("nbi", "nbc")
"""Ends the names of a cache's index and of its code."""


def caches() -> dict[str, Callable[[Path], object]]:
    """Return what reads each file of a cache of compiled code."""
    if find_spec("numba") is None:
        return {}
    return {f"cache, {end}": partial(_cache, end) for end in CACHED}


def cache_seeds(folder: Path) -> dict[str, list[bytes]]:
    """Return the files of a cache."""
    if find_spec("numba") is None:
        return {}
    _cache_of(folder).save("key", CODE)
    return {f"cache, {end}": [next(folder.glob(f"*.{end}")).read_bytes()] for end in CACHED}


CODE = b"code"


def _cache_of(folder: Path) -> object:
    from ribbonet.nn.compiled.cache import CheckedCache

    return CheckedCache(str(folder), "function", "stamp")


def _cache(end: str, path: Path) -> object:
    folder = path.parent / "cache"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    cache = _cache_of(folder)
    cache.save("key", CODE)
    next(folder.glob(f"*.{end}")).write_bytes(path.read_bytes())
    if cache.load("key") not in (None, CODE):
        raise AssertionError("damaged code is run")
    cache.save("key", CODE)
    if cache.load("key") != CODE:
        raise AssertionError("damaged code stays")
    return cache
