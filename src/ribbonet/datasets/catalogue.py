"""The published data sets that are known by name: where each is found, and whose it is."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.biotrainer import read_biotrainer_files
from ribbonet.chains.readers.registry import read_chains
from ribbonet.errors import InputError

LARGEST = 1 << 28
"""Bytes of a file in an archive, at most."""


@dataclass(frozen=True)
class Dataset:
    """A published data set.

    Parameters
    ----------
    name : str
    summary : str
    urls : tuple of str
        Copies, tried in this order.
    sha256 : str
        Of the chains (see `ribbonet.datasets.library`), or of a file that is kept as it is.
    licence, citation : str
    read : callable, optional
        Chains of the file that is published; None for a file that is kept as it is.
    chains : int
        How many; 0 for a file that is kept as it is.
    published : str, optional
        SHA-256 of the file that is published, checked before it is read or unpacked.
    """

    name: str
    summary: str
    urls: tuple[str, ...]
    sha256: str
    licence: str
    citation: str
    read: Callable[[Path], Iterator[Chain]] | None = None
    chains: int = 0
    published: str | None = None

    @property
    def file(self) -> str:
        """Name of the file that is kept."""
        return self.name if self.read is None else f"{self.name}.3line"


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    """Copy a member of an archive, unless it unpacks to more than any data set has."""
    left = LARGEST
    while piece := source.read(min(left + 1, 1 << 20)):
        left -= len(piece)
        if left < 0:
            raise InputError(f"a file in the archive unpacks to more than {LARGEST:,} bytes")
        target.write(piece)


def _flip(marks: str, path: Path) -> Iterator[Chain]:
    """Chains of FLIP's archive whose header holds ``marks``, by their ids alone."""
    with zipfile.ZipFile(path) as archive, TemporaryDirectory() as folder:
        found = {Path(n).name: n for n in archive.namelist() if "__MACOSX" not in n}
        files = [Path(folder, name) for name in ("sequences.fasta", "sampled.fasta", "mask.fasta")]
        for path in files:
            with archive.open(found[path.name]) as member, path.open("wb") as file:
                _copy(member, file)
        for chain in read_biotrainer_files(*files):
            if marks in chain.description:
                yield replace(chain, header=chain.id)


def _csv(path: Path) -> Iterator[Chain]:
    return read_chains(path, form="netsurfp-csv", states=STATES8)


NETSURFP = (
    "Klausen et al. 2019, NetSurfP-2.0, Proteins 87, 520-527, doi:10.1002/prot.25674; "
    "Elnaggar et al. 2021, ProtTrans, doi:10.1109/TPAMI.2021.3095381"
)
AFL = "AFL-3.0, as stated by FLIP and ProtTrans"
UCI = "https://archive.ics.uci.edu/ml/machine-learning-databases/"
NON_COMMERCIAL = "non-commercial research use (header of the file)"
QIAN = "Qian & Sejnowski 1988, J. Mol. Biol. 202, 865-884, doi:10.1016/0022-2836(88)90564-5"
NETTALK = "Sejnowski & Rosenberg 1987, Complex Systems 1, 145-168"


def _prottrans(name: str, summary: str, chains: int, dropbox: str, sha256: str) -> Dataset:
    return Dataset(
        name,
        summary,
        (
            "https://huggingface.co/datasets/proteinea/secondary_structure_prediction/resolve/"
            f"5d2e1b432e824bfa2888f52d3d12ed18a292c8ab/{name.upper()}.csv",
            f"https://www.dropbox.com/s/{dropbox}/{name.upper()}_HHblits.csv?dl=1",
        ),
        sha256,
        AFL,
        NETSURFP,
        _csv,
        chains,
    )


def _netsurfp(part: str, marks: str, chains: int, sha256: str) -> Dataset:
    return Dataset(
        f"netsurfp2-{part}",
        f"NetSurfP-2.0's {part} chains, three states, as FLIP has them",
        ("https://github.com/J-SNACKKB/FLIP/raw/main/splits/secondary_structure/splits.zip",),
        sha256,
        AFL,
        f"{NETSURFP}; Dallago et al. 2021, FLIP, NeurIPS Datasets and Benchmarks",
        partial(_flip, marks),
        chains,
    )


def _qian(part: str, chains: int, sha256: str) -> Dataset:
    return Dataset(
        f"qian-sejnowski-1988-{part}",
        f"the {part} proteins of 1988, three states",
        (f"{UCI}molecular-biology/protein-secondary-structure/protein-secondary-structure.{part}",),
        sha256,
        NON_COMMERCIAL,
        QIAN,
        partial(read_chains, form="uci"),
        chains,
    )


def _nettalk(name: str, summary: str, sha256: str) -> Dataset:
    urls = (f"{UCI}undocumented/connectionist-bench/nettalk/{name}",)
    return Dataset(name, summary, urls, sha256, NON_COMMERCIAL, NETTALK)


DATASETS: dict[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        _prottrans(
            "cb513",
            "CB513, eight states, the evaluated residues labelled",
            511,
            "9mat2fqqkcvdr67",
            "894014c0366aa286d76a77acfb2801323d6fa87a96d5d66a15483636d1bb2ca2",
        ),
        _prottrans(
            "ts115",
            "TS115, eight states",
            115,
            "68pknljl9la8ax3",
            "d079322fadd100838abf9274153c599bd09f8743274a783eb5b010b7d376a099",
        ),
        _prottrans(
            "casp12",
            "targets of CASP12, eight states",
            20,
            "te0vn0t7ocdkra7",
            "4882a8442fa170fd380e46dd39e510a120952b6035f0425a44da0843ca8c227c",
        ),
        _netsurfp(
            "train",
            "SET=train VALIDATION=False",
            9712,
            "3862c01a50741f5f3f48fcb61f538b5ccc3e3889947ad320c6cf7748da544083",
        ),
        _netsurfp(
            "valid",
            "SET=train VALIDATION=True",
            1080,
            "273940882d6228bede7fdb5aa58405ae17a2b70f83f94dcb2adcc800ae376ff3",
        ),
        _qian("train", 111, "84916629ce951573def79fd87cfd826bf14672ac12a42521fbe061ea602be679"),
        _qian("test", 17, "5afbd33953cf572fe171cd2fbde94d38889a0325a8bd9d3d7313c5ce7e9605c5"),
        _nettalk(
            "nettalk.data",
            "NETtalk's dictionary, 20,007 words",
            "ef4ca3fb591ccccddd7d4236f0e4f12fe07dc404ea25e6c9ccee16771ae75f18",
        ),
        _nettalk(
            "nettalk.list",
            "the thousand commonest of its words",
            "07c47f92dba791e5525b757ee5797953bb42b50a7de5937dd3af5cb0e112b856",
        ),
    )
}

NOT_LISTED = {
    "casp13": "the targets of CASP13, which MCB128 block 1 names, have no published table of "
    "labels that we know; fetch their structures from the PDB and run `ribbonet data label`, or "
    "take casp12, which NetSurfP-2.0 and ProtTrans test on",
}
"""Data sets that the teaching documents name, and why they are not here."""
