"""Choose the chains of a training, and pack them into arrays with profiles of their homologues.

    python pack.py choose --data DATA --to search
    python pack.py thin search/prefilter search/thin --most 30
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
from ribbonet.chains.fasta import read_fasta
from ribbonet.chains.open import open_bytes
from ribbonet.chains.readers.three_line import read_three_line, write_three_line
from ribbonet.chains.relatives.profiles import ABSENT, encode_row, profile

SEED = 1
FRESH, SHORTEST, LONGEST = 180_000, 60, 500
"""Chains of small clusters that are searched for homologues, and their residues."""
RELATIVES = 12
"""Hits with labels that are aligned."""
NEAR, SHORTEST_VOTE = 10, 30
"""Residues to either side, and in an alignment, that a vote looks at."""
IDENTITIES, WEIGHTS = (0.2, 0.25, 0.4, 0.6, 0.8, 1.0), (0.0, 0.5, 1.5, 4.0, 8.0, 16.0)
"""Shares of equal residues, and what a vote weighs there beside the teacher's 1."""
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
    longest = [max(chains, key=lambda chain: chain.mask.sum()) for chains in clusters.values()]
    valid = list(read_three_line(args.data / "pdb_valid_q8.3line", states=STATES8))
    for name, chains in (("labelled", longest), ("valid", valid)):
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
    to_fasta(args.to / "homologues.fasta", [*((c.id, c.sequence) for c in longest), *everything])
    large = [rng.choice(family) for family in families.values() if len(family) > 2]
    to_fasta(args.to / "unlabelled.fasta", large)
    small = [rng.choice(family) for family in families.values() if len(family) < 3]
    small = [record for record in small if SHORTEST <= len(record[1]) <= LONGEST]
    small = rng.sample(small, min(FRESH, len(small)))
    to_fasta(args.to / "fresh.fasta", small)
    print(
        f"{len(longest)} labelled, {len(valid)} validation, {len(large)} unlabelled and "
        f"{len(small)} fresh chains"
    )


def to_fasta(path: Path, records) -> None:
    """Write ids and sequences."""
    path.write_text("".join(f">{name}\n{sequence}\n" for name, sequence in records))


def thin(args: argparse.Namespace) -> None:
    """Keep some of a prefilter's hits a query, the best or any, the query itself left out.

    Of the first chains of the database, which have labels, the best `RELATIVES` are kept besides.
    """
    rng = random.Random(SEED)
    parts = sorted(args.prefilter.parent.glob(f"{args.prefilter.name}.[0-9]*"))
    table = b"".join(part.read_bytes() for part in parts or [args.prefilter])
    offset = 0
    index = args.prefilter.with_suffix(".index").read_text().splitlines()
    with args.to.open("wb") as out, args.to.with_suffix(".index").open("w") as places:
        for line in index:
            key, start, size = map(int, line.split())
            rows = table[start : start + size - 1].splitlines(keepends=True)
            rows = [row for row in rows if score(row) > args.score][1:]
            known = [row for row in rows if int(row.split(b"\t")[0]) < args.labelled]
            rows = [row for row in rows if int(row.split(b"\t")[0]) >= args.labelled]
            if not args.best:
                rows = rng.sample(rows, min(args.most, len(rows)))
            kept = best(known)[:RELATIVES] + best(rows)[: args.most]
            entry = b"".join(best(kept)) + b"\0"
            out.write(entry)
            places.write(f"{key}\t{offset}\t{len(entry)}\n")
            offset += len(entry)
    copy(args.prefilter.with_suffix(".dbtype"), args.to.with_suffix(".dbtype"))


def best(rows: list[bytes]) -> list[bytes]:
    """Sort hits by score, the best first."""
    return sorted(rows, key=score, reverse=True)


def score(row: bytes) -> int:
    """Return the prefilter's score of a hit."""
    return int(row.split(b"\t")[1])


def alignments(path: Path):
    """Ids of queries and their rows: homologue, identity, first residues, both as aligned."""
    name, rows = None, []
    with open_bytes(path) as file:
        for line in file:
            query, target, identity, first, start, own, other = line.rstrip(b"\n").split(b"\t")
            if query != name and name is not None:
                yield name.decode(), rows
                rows = []
            name = query
            if target != query:
                places = int(first) - 1, int(start) - 1
                rows.append((target.decode(), float(identity), *places, own, other))
    if name is not None:
        yield name.decode(), rows


def votes(rows, length: int, known: dict[str, np.ndarray]) -> np.ndarray:
    """Votes (L, 8) of aligned relatives whose labels are known, for the states of a chain.

    A vote weighs more the more residues are the same, in the whole alignment and within ten of the
    position: as much as the teacher's probabilities at about a third of the residues.
    """
    result = np.zeros((length, len(STATES)), np.float32)
    window = np.ones(2 * NEAR + 1)
    for name, identity, first, start, own, other in rows:
        if name not in known or identity < IDENTITIES[1]:
            continue
        mine, theirs = (np.frombuffer(text, np.uint8) for text in (own, other))
        both = (mine != ord("-")) & (theirs != ord("-"))
        if both.sum() < SHORTEST_VOTE:
            continue
        to = first + np.cumsum(mine != ord("-"))[both] - 1
        labels = known[name][start + np.cumsum(theirs != ord("-"))[both] - 1]
        same = (mine == theirs)[both]
        near = np.convolve(same, window, "same") / np.convolve(np.ones(len(same)), window, "same")
        weight = np.interp((identity + near) / 2, IDENTITIES, WEIGHTS)
        there = labels != NO_LABEL
        np.add.at(result, (to[there], labels[there]), weight[there])
    return result


def read_labels(path: Path) -> dict[str, np.ndarray]:
    """Numbers of the states of labelled chains, by id."""
    states = np.full(256, NO_LABEL, np.uint8)
    states[list(STATES.encode())] = np.arange(len(STATES))
    chains = read_three_line(path, states=STATES8)
    return {chain.id: states[list(chain.labels.encode())] for chain in chains}


def pack(args: argparse.Namespace) -> None:
    """Write the arrays of chains with at least so many homologues, or a relative with labels."""
    relatives = read_labels(args.relatives) if args.relatives else {}
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
        if name not in chains:
            continue
        own_votes = votes(rows, len(chains[name].sequence), relatives)
        if len(rows) < args.least and not own_votes.any():
            continue
        sequence = chains[name].sequence.encode()
        table = np.full((len(rows) + 1, len(sequence)), ABSENT, np.uint8)
        table[0] = encode_row(sequence)
        for row, (_, _, first, _, own, other) in zip(table[1:], rows, strict=True):
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
                own_votes.astype(np.float16),
            )
        )
    ids, codes, labels, profiles, rows, voted = zip(*packed, strict=True)
    start = np.cumsum([0, *map(len, codes)])
    np.savez(
        args.to,
        **({"votes": np.concatenate(voted)} if relatives else {}),
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
    command.add_argument("--labelled", type=int, default=0, help="first chains that have labels")
    command.add_argument("--best", action="store_true", help="not any, but those that score most")
    command.set_defaults(run=thin)
    command = commands.add_parser("pack", help=pack.__doc__)
    command.add_argument("chains", type=Path)
    command.add_argument("rows", type=Path)
    command.add_argument("to", type=Path)
    command.add_argument("--least", type=int, default=0)
    command.add_argument("--relatives", type=Path, help="labelled chains whose labels vote")
    command.set_defaults(run=pack)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
