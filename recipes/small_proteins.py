"""Choose the small proteins that the package ships, with their families.

    python recipes/small_proteins.py CHAINS

CHAINS is a three-line file in eight states whose headers are `source:PDB_MODEL_CHAIN fN cM`, where
N is the family (30 % identity) and M the cluster at 90 %; of it, only chains that sidechainnet
publishes (BSD-3-Clause) are taken. Written are `TEST` chains to test on, a relative of each, and
`TRAIN` chains of other families to learn from, in three states:
`src/ribbonet/datasets/small_proteins.3line`, whose headers say `PDB_CHAIN family role`.

Relatives are chains of the same family, 35 to 80 % identical to the test chain somewhere over 40
residues without a gap. No chain to learn from is that of any test chain, as far as 15 of 30
residues tell, either.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ribbonet.chains.alphabet import RESIDUES, STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.three_line import format_three_line, read_three_line

TRAIN, TEST = 90, 24
SHORTEST, LONGEST = 60, 190
SEED = 1988
SOURCE = "sidechainnet_full:"
OUTPUT = Path(__file__).parents[1] / "src" / "ribbonet" / "datasets" / "small_proteins.3line"


def candidates(path: Path) -> Iterator[tuple[str, str, Chain]]:
    """Yield family, cluster and chain for what is small, whole and of natural residues."""
    for chain in read_three_line(path, states=STATES8):
        natural = set(chain.sequence) <= set(RESIDUES.symbols)
        if not (chain.id.startswith(SOURCE) and natural and SHORTEST <= len(chain) <= LONGEST):
            continue
        labels = (chain.labels or "").translate(str.maketrans("GIBTS", "HHECC"))
        parts = chain.id.removeprefix(SOURCE).split("_")
        whole = labels.count("-") <= 0.05 * len(labels)
        folded = sum(labels.count(state) for state in "HE") >= 0.25 * len(labels)
        if len(parts) == 3 and len(parts[0]) == 4 and whole and folded:
            family, cluster = chain.description.split()
            yield family, cluster, Chain(f"{parts[0]}_{parts[2]}", chain.sequence, labels)


def identity(a: Chain, b: Chain, span: int) -> float:
    """Return the largest share of residues that agree over `span` of two chains without a gap."""
    n, m = len(a) - span + 1, len(b) - span + 1
    if min(n, m) < 1:
        return 0.0
    equal = (a.codes[:, None] == b.codes).astype(np.uint8)
    agreeing = sum(equal[k : k + n, k : k + m] for k in range(span))
    return float(np.max(agreeing)) / span


def main() -> None:
    """Read the chains, choose, and write."""
    rng = np.random.default_rng(SEED)
    families: dict[str, dict[str, Chain]] = defaultdict(dict)
    for family, cluster, chain in candidates(Path(sys.argv[1])):
        families[family].setdefault(cluster, chain)
    order = list(rng.permutation(sorted(families)))
    test: list[tuple[str, Chain, Chain]] = []
    for family in order:
        first, *others = families[family].values()
        alike = [other for other in others if 0.35 <= identity(first, other, 40) <= 0.8]
        if alike and len(test) < TEST:
            test.append((family, first, alike[0]))
    taken = {family for family, _, _ in test}
    train: list[tuple[str, Chain]] = []
    for family in order:
        chain = next(iter(families[family].values()))
        apart = all(identity(chain, own, 30) < 0.5 for _, own, _ in test)
        if family not in taken and apart and len(train) < TRAIN:
            train.append((family, chain))
    with OUTPUT.open("w", encoding="utf-8", newline="\n") as file:
        for family, chain in train:
            file.write(written(chain, family, "train"))
        for family, chain, _ in test:
            file.write(written(chain, family, "test"))
        for family, _, chain in test:
            file.write(written(chain, family, "relative"))


def written(chain: Chain, family: str, role: str) -> str:
    """Return a chain's three lines, its family and role in the header."""
    return format_three_line(Chain(f"{chain.id} {family} {role}", chain.sequence, chain.labels))


if __name__ == "__main__":
    main()
