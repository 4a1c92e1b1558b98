"""Labelled chains split into parts that have no homologues in each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isclose
from pathlib import Path

from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.biotrainer import format_biotrainer
from ribbonet.chains.readers.three_line import format_three_line
from ribbonet.chains.relatives.homologues import IDENTITY, SENSITIVITY, deal, families, homologues
from ribbonet.errors import InputError
from ribbonet.system.working import write_folder

SHARES = {2: ["train", "test"], 3: ["train", "valid", "test"]}
"""Names of so many parts."""


@dataclass(frozen=True)
class Split:
    """Families of homologues and parts, as indices of chains."""

    families: list[list[int]]
    parts: list[list[int]]


def read_shares(text: str) -> list[float]:
    """Shares written as percentages between commas, two or three.

    Raises
    ------
    InputError
        If they are not, or do not sum to 100.

    Examples
    --------
    >>> read_shares("80,10,10")
    [80.0, 10.0, 10.0]
    """
    try:
        shares = [float(share) for share in text.split(",")]
    except ValueError:
        shares = []
    if len(shares) not in SHARES or not all(0 < share < inf for share in shares):
        raise InputError(
            f"{text!r} is not a list of shares; give two or three numbers, as 80,10,10"
        )
    if not isclose(sum(shares), 100, abs_tol=0.1):
        raise InputError(
            f"the shares {text} sum to {sum(shares):g}; give percentages that sum to 100, two for "
            "train and test, or three for train, valid and test"
        )
    return shares


def split_chains(
    chains: Sequence[Chain],
    shares: Sequence[float],
    *,
    identity: float = IDENTITY,
    seed: int = 0,
    sensitivity: float = SENSITIVITY,
    threads: int | None = None,
) -> Split:
    """Split chains so that no two homologues are in different parts.

    Chains that MMseqs2 finds homologous, directly or through others, are a family; each family is
    assigned to one part.

    Parameters
    ----------
    chains : sequence of Chain
    shares : sequence of float
        Of the parts; only their proportions count.
    identity : float
        From 0 to 1; a pair with more is homologous.
    seed : int
    sensitivity : float
        Of MMseqs2's search.
    threads : int, optional

    Raises
    ------
    InputError
        If there are fewer families than parts, a part would be empty, or mmseqs is missing or
        fails.
    """
    pairs = homologues(chains, chains, identity=identity, sensitivity=sensitivity, threads=threads)
    found = families(len(chains), pairs)
    if len(found) < len(shares):
        raise InputError(
            f"the chains are {len(found)} families at this identity, too few for {len(shares)} "
            "parts; give more chains, or a higher --identity"
        )
    parts = deal(found, shares, seed)
    if not all(parts):
        raise InputError(
            "the chains are too few, or their families too large, for a part of so small a share; "
            "give it a larger one"
        )
    return Split(found, parts)


def write_parts(folder: Path, chains: Sequence[Chain], names: Sequence[str], split: Split) -> None:
    """Write a new folder: a file per part, and ``families.tsv``: id, family and part of a chain.

    Labels are written in three lines a chain; values, and labels with a mask, in biotrainer's form.

    Raises
    ------
    InputError
        If the folder or a file cannot be written, or a chain has no labels.
    """
    for chain in chains:
        if chain.labels is None and chain.values is None:
            raise InputError(f"chain {chain.id!r} has no labels to write; give labelled chains")
    plain = all(chain.values is None and chain.known is None for chain in chains)
    text, suffix = (format_three_line, ".3line") if plain else (format_biotrainer, ".fasta")
    part_of, files = {}, {}
    for name, part in zip(names, split.parts, strict=True):
        part_of.update(dict.fromkeys(part, name))
        files[f"{name}{suffix}"] = "".join(text(chains[place]) for place in part)
    files["families.tsv"] = "id\tfamily\tpart\n" + "".join(
        f"{chains[c].id}\t{number}\t{part_of[c]}\n"
        for number, family in enumerate(split.families)
        for c in family
    )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made ({error.strerror})") from None
    write_folder(folder, {name: text.encode() for name, text in files.items()})
