"""Choose the chains of a training, and pack them into arrays with profiles of their homologues.

    python pack.py choose --data DATA --to search
    python pack.py thin search/tmp/latest/pref_0 search/thin --most 30
    python pack.py pack search/labelled.3line search/labelled.m8 packs/labelled.npz
    python pack.py pack search/unlabelled.fasta search/unlabelled.m8 packs/unlabelled.npz --least 5

`search.sh` calls MMseqs2 between these steps. Needs ribbonet.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from pathlib import Path
from shutil import copy

import numpy as np
from data import ALPHABET, NO_LABEL, STATES, UNKNOWN

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.fasta import read_fasta, read_three_line, write_three_line
from ribbonet.chains.open import open_bytes
from ribbonet.chains.relatives.profiles import ABSENT, encode_row, profile

SEED = 1
FRESH, SHORTEST, LONGEST = 180_000, 60, 500
"""Chains of small clusters that are searched for homologues, and their residues."""
IN_CB513 = {"c12977", "c15876", "c23587"}
"""Clusters with a chain that is one of CB513's, or has one in it: short repeats (see README)."""


def choose(args: argparse.Namespace) -> None:
    """Write the chain with most labels of each 90 % cluster, and one of each 50 % cluster.

    Those of clusters of three or more are `unlabelled`; of the others `FRESH` are, as `fresh`.
    """
    rng = random.Random(SEED)
    args.to.mkdir(parents=True, exist_ok=True)
    clusters = defaultdict(list)
    for chain in read_three_line(args.data / "pdb_train_q8.3line.xz", states=STATES8):
        cluster = chain.header.split()[-1]
        if cluster not in IN_CB513:
            clusters[cluster].append(chain)
    best = [max(chains, key=lambda chain: chain.mask.sum()) for chains in clusters.values()]
    valid = list(read_three_line(args.data / "pdb_valid_q8.3line", states=STATES8))
    for name, chains in (("labelled", best), ("valid", valid)):
        with (args.to / f"{name}.3line").open("w") as file:
            for chain in chains:
                write_three_line(file, chain)
        to_fasta(args.to / f"{name}.fasta", ((c.id, c.sequence) for c in chains))
    families = defaultdict(list)
    everything = []
    for chain in read_fasta(args.data / "unlabelled.fasta.xz"):
        name, cluster = chain.header.split()
        families[cluster].append((name, chain.sequence))
        everything.append((name, chain.sequence))
    to_fasta(args.to / "homologues.fasta", everything)
    large = [rng.choice(family) for family in families.values() if len(family) > 2]
    to_fasta(args.to / "unlabelled.fasta", large)
    small = [rng.choice(family) for family in families.values() if len(family) < 3]
    small = [record for record in small if SHORTEST <= len(record[1]) <= LONGEST]
    small = rng.sample(small, min(FRESH, len(small)))
    to_fasta(args.to / "fresh.fasta", small)
    print(
        f"{len(best)} labelled, {len(valid)} validation, {len(large)} unlabelled and {len(small)} "
        "fresh chains"
    )


def to_fasta(path: Path, records) -> None:
    """Write ids and sequences."""
    path.write_text("".join(f">{name}\n{sequence}\n" for name, sequence in records))


def thin(args: argparse.Namespace) -> None:
    """Keep some of a prefilter's hits a query, the best or any, the query itself left out."""
    rng = random.Random(SEED)
    parts = sorted(args.prefilter.parent.glob(f"{args.prefilter.name}.[0-9]*"))
    table = b"".join(part.read_bytes() for part in parts)
    offset = 0
    index = args.prefilter.with_suffix(".index").read_text().splitlines()
    with args.to.open("wb") as out, args.to.with_suffix(".index").open("w") as places:
        for line in index:
            key, start, size = map(int, line.split())
            rows = table[start : start + size - 1].splitlines(keepends=True)
            rows = [row for row in rows if score(row) > args.score][1:]
            if not args.best:
                rows = rng.sample(rows, min(args.most, len(rows)))
            entry = b"".join(sorted(rows, key=score, reverse=True)[: args.most]) + b"\0"
            out.write(entry)
            places.write(f"{key}\t{offset}\t{len(entry)}\n")
            offset += len(entry)
    copy(args.prefilter.with_suffix(".dbtype"), args.to.with_suffix(".dbtype"))


def score(row: bytes) -> int:
    """Return the prefilter's score of a hit."""
    return int(row.split(b"\t")[1])


def alignments(path: Path):
    """Ids of queries and their rows: first residue, query and homologue as aligned."""
    name, rows = None, []
    with open_bytes(path) as file:
        for line in file:
            query, target, first, _, own, other = line.rstrip(b"\n").split(b"\t")
            if query != name and name is not None:
                yield name.decode(), rows
                rows = []
            name = query
            if target != query:
                rows.append((int(first) - 1, own, other))
    if name is not None:
        yield name.decode(), rows


def pack(args: argparse.Namespace) -> None:
    """Write the arrays of chains with at least so many homologues."""
    letters = np.full(256, UNKNOWN, np.uint8)
    letters[list(ALPHABET.encode())] = np.arange(20)
    states = np.full(256, NO_LABEL, np.uint8)
    states[list(STATES.encode())] = np.arange(8)
    labelled = args.chains.suffix == ".3line"
    read = read_three_line(args.chains, states=STATES8) if labelled else read_fasta(args.chains)
    chains = {chain.id: chain for chain in read}
    found = {key: [] for key in chains} | dict(alignments(args.rows))
    packed = []
    for name, rows in found.items():
        if name not in chains or len(rows) < args.least:
            continue
        sequence = chains[name].sequence.encode()
        table = np.full((len(rows) + 1, len(sequence)), ABSENT, np.uint8)
        table[0] = encode_row(sequence)
        for row, (first, own, other) in zip(table[1:], rows, strict=True):
            known = encode_row(other)[np.frombuffer(own, np.uint8) != ord("-")]
            row[first : first + len(known)] = known
        labels = chains[name].labels if labelled else "-" * len(sequence)
        packed.append(
            (
                name,
                letters[list(sequence)],
                states[list(labels.encode())],
                np.round(profile(table) * 255).astype(np.uint8),
                len(rows),
            )
        )
    ids, codes, labels, profiles, rows = zip(*packed, strict=True)
    start = np.cumsum([0, *map(len, codes)])
    np.savez(
        args.to,
        ids=np.array(ids),
        start=start,
        codes=np.concatenate(codes),
        labels=np.concatenate(labels),
        profile=np.concatenate(profiles),
        rows=np.array(rows),
    )
    print(
        f"{args.to}: {len(ids)} chains, {start[-1]} residues, {np.median(rows):.0f} rows (median)"
    )


def main() -> None:
    """Read the arguments and run one command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("choose", help=choose.__doc__)
    command.add_argument("--data", type=Path, required=True)
    command.add_argument("--to", type=Path, required=True)
    command.set_defaults(run=choose)
    command = commands.add_parser("thin", help=thin.__doc__)
    command.add_argument("prefilter", type=Path)
    command.add_argument("to", type=Path)
    command.add_argument("--most", type=int, default=30)
    command.add_argument("--score", type=int, default=25)
    command.add_argument("--best", action="store_true", help="not any, but those that score most")
    command.set_defaults(run=thin)
    command = commands.add_parser("pack", help=pack.__doc__)
    command.add_argument("chains", type=Path)
    command.add_argument("rows", type=Path)
    command.add_argument("to", type=Path)
    command.add_argument("--least", type=int, default=0)
    command.set_defaults(run=pack)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
