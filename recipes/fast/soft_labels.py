"""Choose the chains that `fast` learns from, and have the first network of `accurate` judge them.

    python soft_labels.py --data DATA --to packs [--residues 2000000]

Writes packs as `recipes/accurate/data.py` reads them: `judged.npz` and `unlabelled.npz`, of so many
residues or a few more, with the teacher's probabilities of the eight states; `plain.npz`, the
labelled chains that it has not judged; and `valid.npz`. Needs ribbonet.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).parents[1] / "accurate"))

from data import ALPHABET, NO_LABEL, STATES, UNKNOWN
from pack import IN_CB513

from ribbonet import load_model
from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import read_fasta
from ribbonet.chains.readers.three_line import read_three_line
from ribbonet.models.stages import Stage
from ribbonet.tasks.structure import Structure

SEED = 1
SHORTEST, LONGEST = 60, 500
"""Residues of the unlabelled chains."""
LARGE = 3
"""Chains of a cluster from which half of the unlabelled ones come."""
TOGETHER = 400_000
"""Residues that are judged at a time."""


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
    """Return one chain of each cluster of 50 % identity, of large and small ones in turn."""
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
    return itertools.chain.from_iterable(zip(*drawn, strict=False))


def portions(chains: Iterable[Chain], residues: int) -> Iterator[list[Chain]]:
    """Cut chains into runs of at least so many residues, but for the last."""
    own: list[Chain] = []
    size = 0
    for chain in chains:
        own.append(chain)
        size += len(chain)
        if size >= residues:
            yield own
            own, size = [], 0
    if own:
        yield own


def arrays(chains: list[Chain]) -> dict[str, np.ndarray]:
    """Return a pack of chains."""
    letters, states = np.full(256, UNKNOWN, np.uint8), np.full(256, NO_LABEL, np.uint8)
    letters[list(ALPHABET.encode())] = np.arange(len(ALPHABET))
    states[list(STATES.encode())] = np.arange(len(STATES))
    labels = [chain.labels or "-" * len(chain) for chain in chains]
    return {
        "ids": np.array([chain.id for chain in chains]),
        "start": np.cumsum([0, *map(len, chains)]),
        "codes": letters[list("".join(chain.sequence for chain in chains).encode())],
        "labels": states[list("".join(labels).encode())],
    }


def judged(chains: list[Chain], teacher: Stage) -> dict[str, np.ndarray]:
    """Return a pack of chains with the teacher's probabilities, as 255ths."""
    own, said = arrays(chains), []
    for some in portions(chains, TOGETHER):
        pack = arrays(some)
        tracks = np.split(pack["codes"], pack["start"][1:-1])
        said.extend(teacher.probabilities(tracks, teacher.task))
        print(f"{sum(map(len, said)):,} residues judged", flush=True)
    return own | {"soft": np.round(np.concatenate(said) * 255).astype(np.uint8)}


def main() -> None:
    """Read the arguments and write the packs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--residues", type=int, default=2_000_000, help="of each kind, judged")
    args = parser.parse_args()
    args.to.mkdir(parents=True, exist_ok=True)
    stage, rng = load_model("accurate").stages[0], random.Random(SEED)
    teacher = Stage(stage.window, stage.networks[:1], Structure(STATES8))
    labelled = labelled_chains(args.data, rng)
    unlabelled = unlabelled_chains(args.data, rng)
    valid = read_three_line(args.data / "pdb_valid_q8.3line", states=STATES8)
    first = next(portions(labelled, args.residues), [])
    np.savez(args.to / "valid.npz", **arrays(list(valid)))
    np.savez(args.to / "plain.npz", **arrays(labelled[len(first) :]))
    np.savez(args.to / "judged.npz", **judged(first, teacher))
    np.savez(
        args.to / "unlabelled.npz", **judged(next(portions(unlabelled, args.residues)), teacher)
    )


if __name__ == "__main__":
    main()
