"""Pack the labelled chains of pdb_templates_q8 into the set of templates in the package.

    python recipes/templates/pack.py pdb_templates_q8.3line.xz [--names pdb_train_q8.3line.xz]
        [-o src/ribbonet/models/shipped/templates/pdb.templates]

An id is reduced to PDB entry and chain (`2L9R_A`). Where a source gave its chains numbers of its
own, the entry is that of a chain of exactly the same sequence in either file, if there is one. The
same chains give the same bytes with the same version of zstd.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.registry import read_chains
from ribbonet.chains.templates.packing import write_templates
from ribbonet.models import shipped_templates

ENTRY = re.compile(r"(\d[A-Za-z0-9]{3})(?:_\d+)?_?([A-Za-z0-9]+)")


def entry_of(id: str) -> str | None:
    """PDB entry and chain of an id, `SOURCE:ENTRY_CHAIN`, `_ENTITY_CHAIN` or `ENTRYCHAIN`.

    >>> entry_of("sidechainnet_full:2L9R_1_A"), entry_of("sspro_scratch1d:1bte_B")
    ('2L9R_A', '1BTE_B')
    >>> entry_of("tr6614:1BCPB"), entry_of("riguang_pdb_q8:rg1000")
    ('1BCP_B', None)
    """
    found = ENTRY.fullmatch(id.partition(":")[2])
    return f"{found[1].upper()}_{found[2]}" if found else None


def main() -> None:
    """Read the arguments and write the set."""
    parser = argparse.ArgumentParser(description="Pack labelled chains into a set of templates.")
    parser.add_argument("chains", type=Path)
    parser.add_argument("--names", type=Path, help="further chains, for the ids of the same ones")
    parser.add_argument("-o", "--output", type=Path, default=shipped_templates())
    args = parser.parse_args()

    chains = list(read_chains(args.chains, states=STATES8))
    others = read_chains(args.names, states=STATES8) if args.names else ()
    entries: dict[str, str] = {}
    for chain in [*chains, *others]:
        entry = entry_of(chain.id)
        if entry is not None:
            entries.setdefault(chain.sequence, entry)
    named = [
        Chain(
            entry_of(chain.id) or entries.get(chain.sequence) or chain.id.partition(":")[2],
            chain.sequence,
            chain.labels,
        )
        for chain in chains
    ]
    print(f"{write_templates(args.output, named):,} templates written to {args.output}")


if __name__ == "__main__":
    main()
