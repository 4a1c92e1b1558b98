"""Published data sets by name: downloaded, known to be right, and kept.

A set of chains is kept as a three-line file in eight states where they are published, else in
three. Its checksum is that of its chains, so it holds whichever copy they come from, in whichever
form: the SHA-256 of the sorted lines ``SEQUENCE LABELS``.
"""

import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from shutil import copyfileobj

from platformdirs import user_cache_path

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import read_fasta
from ribbonet.chains.open import rereadable, stem_of
from ribbonet.chains.readers.registry import is_labelled, read_chains
from ribbonet.chains.readers.three_line import format_three_line, read_three_line
from ribbonet.datasets.catalogue import DATASETS, Dataset
from ribbonet.datasets.download import OnBytes, download
from ribbonet.errors import InputError
from ribbonet.system.atomic import atomic_write, write_errors
from ribbonet.system.leftovers import remove_leftovers
from ribbonet.system.working import (
    WorkingFolder,
    is_working_folder,
    move,
    working_folder,
    working_path,
)

FOLDER_VARIABLE = "RIBBONET_DATA"
KEPT = "kept"
"""Name of what is kept of a download, in its working folder."""

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError)
"""What the reading of an archive that is none, or is damaged, raises."""


def data_folder() -> Path:
    """Where data sets are kept: ``RIBBONET_DATA``, or ``ribbonet`` in the user's cache folder."""
    if chosen := os.environ.get(FOLDER_VARIABLE):
        return Path(chosen)
    return user_cache_path("ribbonet", appauthor=False)


def fetched(name: str | Path) -> str | Path:
    """Path of a data set by its name, if no file has that name; anything else as it is.

    Raises
    ------
    InputError
        If the data set has not been fetched.
    """
    dataset = DATASETS.get(str(name))
    if dataset is None or Path(name).exists():
        return name
    path = data_folder() / dataset.file
    if not path.exists():
        raise InputError(f"{name}: is not fetched yet; run `ribbonet data fetch {name}`")
    return path


def fetch(dataset: Dataset, folder: Path | None = None, on_bytes: OnBytes | None = None) -> Path:
    """Download a data set, check it and keep it; a kept one is checked and taken as it is.

    Parameters
    ----------
    dataset : Dataset
    folder : Path, optional
        Instead of ``data_folder()``; made if there is none.
    on_bytes : callable, optional
        Told of the progress of a download.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If no copy can be downloaded, its contents differ, or another process is fetching it.
    """
    folder = folder or data_folder()
    kept = folder / dataset.file
    if kept.is_file() and _checksum_of_kept(dataset, kept) == dataset.sha256:
        remove_leftovers(folder)
        if is_working_folder(working_path(kept)):  # of one that was killed just before its end
            with suppress(InputError), working_folder(working_path(kept), kept) as working:
                working.remove()
        return kept
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be made ({error.strerror}); set {FOLDER_VARIABLE} to another folder"
        ) from None
    if kept.is_symlink() or (kept.exists() and not kept.is_file()):
        raise InputError(f"{kept}: is not the data set; move it, or set {FOLDER_VARIABLE}")
    complaints = []
    with working_folder(working_path(kept), kept) as working:
        for url in dataset.urls:
            try:
                _fetch_from(url, dataset, working, kept, on_bytes)
            except InputError as error:
                complaints.append(str(error))
            else:
                working.remove()
                return kept
        parts = [working.path / name for name in working.names]
        if not any(part.is_file() and part.stat().st_size for part in parts):
            working.remove()
    raise InputError(f"{dataset.name}: cannot be fetched: {'; '.join(complaints)}")


def _fetch_from(
    url: str, dataset: Dataset, working: WorkingFolder, kept: Path, on_bytes: OnBytes | None
) -> None:
    """Download a copy, or the rest of it, check it and keep it."""
    name = f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.part"
    with write_errors(kept):
        with working.open(name) as part:
            resumed = part.seek(0, os.SEEK_END) > 0
            download(url, part, on_bytes)
        try:
            working.add([KEPT])
            _keep(working.path / name, dataset, working.path / KEPT)
            move(working.path / KEPT, kept)
        except InputError as error:
            working.discard(name)
            if not resumed:
                raise InputError(f"{url}: is not the file expected ({error})") from None
        else:
            return
    # what was left of an earlier file may be at fault
    _fetch_from(url, dataset, working, kept, on_bytes)


def _keep(part: Path, dataset: Dataset, kept: Path) -> None:
    """Check what was downloaded, read it and write what is kept of it."""
    with part.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if dataset.read is None:
        _check(found, dataset.sha256)
        with part.open("rb") as file, atomic_write(kept, "wb") as copy:
            copyfileobj(file, copy)
        return
    if dataset.published is not None:
        _check(found, dataset.published)
    try:
        chains = list(dataset.read(part))
    except (*BROKEN, RuntimeError) as error:
        raise InputError(f"not the archive: {error}") from None
    _check(checksum(chains), dataset.sha256)
    with atomic_write(kept) as text:
        for number, chain in enumerate(chains):
            named = chain.id if not chain.id.startswith(stem_of(part)) else ""
            header = named or f"{dataset.name}_{number:03}"
            text.write(format_three_line(replace(chain, header=header)))


def checksum(chains: Iterable[Chain]) -> str:
    """SHA-256 of the chains' sorted lines ``SEQUENCE LABELS``, whatever their ids and order."""
    lines = sorted(f"{chain.sequence} {chain.labels}\n" for chain in chains)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _check(found: str, expected: str) -> None:
    if found != expected:
        raise InputError(f"SHA-256 {found[:12]}... instead of {expected[:12]}...")


def _checksum_of_kept(dataset: Dataset, kept: Path) -> str:
    if dataset.read is None:
        return hashlib.sha256(kept.read_bytes()).hexdigest()
    try:
        return checksum(read_three_line(kept, states=STATES8))
    except InputError:
        return ""


def read_all(files: Sequence[str | Path]) -> list[Chain]:
    """Chains of files in any form, or of data sets by name, labelled as they are written."""
    return [chain for file in files for chain in read_chains(fetched(file), states=None)]


def chains_of(name: str | Path) -> Iterator[Chain]:
    """Chains of a file in any form, or of a data set by name; labelled or, in FASTA, not."""
    with rereadable(fetched(name)) as file:
        yield from read_chains(file, states=None) if is_labelled(file) else read_fasta(file)
