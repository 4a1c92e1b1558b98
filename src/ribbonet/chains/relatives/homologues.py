"""Homologous chains, found by MMseqs2, for splits and for the identity to training chains.

Steinegger & Soeding 2017, Nat. Biotechnol. 35, 1026-1028 (Debian package mmseqs2). Two chains count
as homologous if a local alignment of ``LENGTH`` residues or more, with an E-value below
``E_VALUE``, has the given identity, or if they are the same sequence, however short.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ribbonet.chains.alphabet import RESIDUES
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.system.programs import find_program, last_line, run

LENGTH = 30
E_VALUE = 1e-3
SENSITIVITY = 7.0
IDENTITY = 0.25
"""Above which chains should not stand on both sides of a split."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Indices of two homologous chains, and the identity of their alignment, from 0 to 1."""

    query: int
    target: int
    identity: float


def homologues(
    queries: Sequence[Chain],
    targets: Sequence[Chain],
    *,
    identity: float = IDENTITY,
    sensitivity: float = SENSITIVITY,
    threads: int | None = None,
) -> list[Pair]:
    """Pairs of homologous chains of two sets, which may be one and the same.

    Parameters
    ----------
    queries, targets : sequence of Chain
    identity : float
        The lowest identity of a pair, from 0 to 1.
    sensitivity : float
        Of MMseqs2's search, 1 to 7.5.
    threads : int, optional
        As many as there are cores, if it is not given.

    Raises
    ------
    InputError
        If mmseqs is missing or fails.
    """
    places = defaultdict(list)
    for place, chain in enumerate(targets):
        places[chain.sequence].append(place)
    same = [Pair(q, t, 1.0) for q, c in enumerate(queries) for t in places[c.sequence]]
    program = find_program("mmseqs", "mmseqs2")
    records = [_long_enough(chains) for chains in (queries, targets)]
    if not all(records):
        return same
    with TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("queries.fasta", "targets.fasta", "hits.tsv")]
        for path, text in zip(paths, records, strict=False):
            path.write_text(text)
        options: dict[str, object] = {
            "-s": sensitivity,
            "-e": E_VALUE,
            "--min-seq-id": identity,
            "--min-aln-len": LENGTH,
            "--alignment-mode": 3,
            "--max-seqs": max(len(targets), 300),
            "--format-output": "query,target,fident",
            "-v": 1,
        }
        if threads is not None:
            options["--threads"] = threads
        command = [program, "easy-search", *map(str, paths), str(Path(folder, "tmp"))]
        for option, value in options.items():
            command += [option, str(value)]
        done = run(command)
        if done.returncode:
            raise InputError(f"mmseqs failed: {last_line(done)}; is there room in {folder}?")
        with paths[2].open(encoding="utf-8") as file:
            rows = (line.split() for line in file)
            return same + [Pair(int(q), int(t), float(f)) for q, t, f in rows]


def _long_enough(chains: Sequence[Chain]) -> str:
    """FASTA of the chains, by their places, that can have an alignment at all."""
    known = (
        (place, "".join(letter if letter in RESIDUES else "X" for letter in chain.sequence))
        for place, chain in enumerate(chains)
    )
    return "".join(f">{n}\n{text}\n" for n, text in known if len(text) - text.count("X") >= LENGTH)


def families(count: int, pairs: Sequence[Pair]) -> list[list[int]]:
    """Chains linked by pairs, directly or through others; the largest family first.

    Examples
    --------
    >>> families(4, [Pair(0, 2, 0.5), Pair(2, 3, 0.3)])
    [[0, 2, 3], [1]]
    """
    parent = list(range(count))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = place = parent[parent[place]]
        return place

    for pair in pairs:
        first, second = sorted((root(pair.query), root(pair.target)))
        parent[second] = first
    found: dict[int, list[int]] = defaultdict(list)
    for place in range(count):
        found[root(place)].append(place)
    return sorted(found.values(), key=len, reverse=True)


def deal(groups: Sequence[Sequence[int]], shares: Sequence[float], seed: int) -> list[list[int]]:
    """Deal whole families out to parts, so that each has its share of the chains.

    The largest family goes first, each to the part that lacks most of its share; families of one
    size in an order drawn by the seed. A family larger than a part's share makes that part larger.

    Parameters
    ----------
    groups : sequence of sequence of int
        Chains of each family.
    shares : sequence of float
        Of the parts; only their proportions count.
    seed : int

    Returns
    -------
    list of list of int
        Chains of each part, in order.

    Examples
    --------
    >>> [len(part) for part in deal([[0, 1, 2], [3], [4], [5], [6], [7]], [3, 1], seed=0)]
    [6, 2]
    """
    count = sum(map(len, groups))
    order = np.random.default_rng(seed).permutation(len(groups))
    lacking = [share / sum(shares) * count for share in shares]
    parts: list[list[int]] = [[] for _ in shares]
    for group in sorted((groups[g] for g in order), key=len, reverse=True):
        part = int(np.argmax(lacking))
        parts[part] += group
        lacking[part] -= len(group)
    return [sorted(part) for part in parts]


def nearest(
    chains: Sequence[Chain], trained: Sequence[Chain], *, threads: int | None = None
) -> list[tuple[float, str] | None]:
    """Identity to the nearest of other chains, and its id; None where none is homologous.

    At any identity, and at the highest sensitivity of the search.

    Raises
    ------
    InputError
        If mmseqs is missing or fails.
    """
    found: list[tuple[float, str] | None] = [None] * len(chains)
    for pair in homologues(chains, trained, identity=0, sensitivity=7.5, threads=threads):
        best = found[pair.query]
        if best is None or pair.identity > best[0]:
            found[pair.query] = pair.identity, trained[pair.target].id
    return found
