"""Choose the chains that `fast` learns from.

    python choose.py --data DATA --to chains [--residues 6000000]

Writes `judged.3line` and `unlabelled.fasta`, of so many residues or a few more, which the teacher
is to judge, the former's sequences as `judged.fasta`, too; and `plain.3line`, the other labelled
chains. Needs ribbonet.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "accurate"))

from pack import IN_CB513

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import read_fasta
from ribbonet.chains.readers.three_line import format_three_line, read_three_line

SEED = 1
SHORTEST, LONGEST = 60, 500
"""Residues of the unlabelled chains."""
LARGE = 3
"""Chains of a cluster from which half of the unlabelled ones come."""


def labelled_chains(data: Path, rng: random.Random) -> list[Chain]:
    """Return the chain with most labels of each cluster of 90 % identity, in random order."""
    clusters = defaultdict(list)
    for chain in read_three_line(data / "pdb_train_q8.3line.xz", states=STATES8):
        clusters[chain.header.split()[-1]].append(chain)
    chosen = [
        max(chains, key=lambda chain: chain.mask.sum())
        for cluster, chains in clusters.items()
        if cluster not in IN_CB513
    ]
    rng.shuffle(chosen)
    return chosen


def unlabelled_chains(data: Path, rng: random.Random) -> Iterator[Chain]:
    """Return one chain of each cluster of 50 % identity, of large and small ones in turn.

    Validation chains among them are left out.
    """
    judges = {chain.sequence for chain in read_three_line(data / "pdb_valid_q8.3line")}
    clusters = defaultdict(list)
    for chain in read_fasta(data / "unlabelled.fasta.xz"):
        clusters[chain.header.split()[-1]].append(chain)
    sizes = [
        [c for c in clusters.values() if (len(c) >= LARGE) == large] for large in (True, False)
    ]
    drawn = [[rng.choice(chains) for chains in own] for own in sizes]
    drawn = [[chain for chain in own if SHORTEST <= len(chain) <= LONGEST] for own in drawn]
    for own in drawn:
        rng.shuffle(own)
    in_turn = itertools.chain.from_iterable(zip(*drawn, strict=False))
    return (chain for chain in in_turn if chain.sequence not in judges)


def first(chains: Iterable[Chain], residues: int) -> list[Chain]:
    """Return the first chains, of at least so many residues where there are as many."""
    chosen: list[Chain] = []
    size = 0
    for chain in chains:
        if size >= residues:
            break
        chosen.append(chain)
        size += len(chain)
    return chosen


def main() -> None:
    """Read the arguments and write the chains."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--residues", type=int, default=6_000_000, help="of each kind, judged")
    args = parser.parse_args()
    args.to.mkdir(parents=True, exist_ok=True)
    rng = random.Random(SEED)
    labelled = labelled_chains(args.data, rng)
    judged = first(labelled, args.residues)
    unlabelled = first(unlabelled_chains(args.data, rng), args.residues)
    for name, chains in {"judged": judged, "plain": labelled[len(judged) :]}.items():
        (args.to / f"{name}.3line").write_text("".join(map(format_three_line, chains)))
    for name, chains in {"judged": judged, "unlabelled": unlabelled}.items():
        text = "".join(f">{chain.header}\n{chain.sequence}\n" for chain in chains)
        (args.to / f"{name}.fasta").write_text(text)


if __name__ == "__main__":
    main()
