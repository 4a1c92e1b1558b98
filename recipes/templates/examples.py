"""Make what the network of templates learns from: chains with the evidence of relatives.

    python recipes/templates/examples.py pdb_train_q8.3line.xz -o FOLDER [--chains 620]
    ribbonet train FOLDER/train.3line --valid FOLDER/valid.3line --inputs FOLDER/inputs.npz
        --config recipes/templates/network.toml --engine torch -o FOLDER/network

Templates are the most labelled chain of each 90 % cluster of the training chains themselves, never
pdb_templates_q8, which holds relatives of the test sets. A chain that is learned from is one of
them, and is left out of its own relatives. Each is seen with all relatives, and with those below
three random ceilings of identity; some without any. As `accurate` was trained on these chains too,
its probabilities are flattened a little, at random.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from zipfile import ZipFile

import numpy as np

from ribbonet.chains import templates as search
from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.registry import read_chains
from ribbonet.chains.templates import Alignment, TemplateSearch
from ribbonet.chains.templates.evidence import weigh
from ribbonet.chains.templates.packing import write_templates
from ribbonet.chains.templates.template_set import TemplateSet
from ribbonet.models import load_model
from ribbonet.prediction.templates import network_inputs

ENOUGH = 120
"""Relatives that are looked for, so that enough are left below a ceiling."""
LOWEST, HIGHEST, CEILINGS = 0.2, 0.7, 3
"""Of the random ceilings, and their number."""
ALONE = 0.3
"""Share of the cases without any relative that are kept."""
FLATTEST = 0.75
"""Lowest exponent of the probabilities; the highest is 1."""


def representatives(chains: Iterable[Chain]) -> list[Chain]:
    """Return the most labelled chain of each cluster, the last word of its header."""
    best: dict[str, Chain] = {}
    for chain in chains:
        cluster = chain.header.split()[-1]
        if cluster not in best or chain.mask.sum() > best[cluster].mask.sum():
            best[cluster] = chain
    return list(best.values())


def below(alignments: Sequence[Alignment], ceiling: float) -> list[Alignment]:
    """Return alignments of the relatives of which none is more similar than the ceiling."""
    near = {a.place for a in alignments if a.identity > ceiling}
    return [alignment for alignment in alignments if alignment.place not in near]


def main() -> None:
    """Read the arguments and write the examples."""
    parser = argparse.ArgumentParser(description="Make examples for the network of templates.")
    parser.add_argument("chains", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--chains", dest="number", type=int, default=620)
    args = parser.parse_args()

    search.ENOUGH = ENOUGH
    args.output.mkdir(parents=True, exist_ok=True)
    known = representatives(read_chains(args.chains, states=STATES8))
    write_templates(args.output / "train.templates", known)
    templates = TemplateSet(args.output / "train.templates")
    find = TemplateSearch(templates)
    model, rng = load_model("accurate"), np.random.default_rng(1)
    drawn = np.random.default_rng(0).permutation(len(known))[: args.number]
    records: dict[str, list[str]] = {"train": [], "valid": []}
    with ZipFile(args.output / "inputs.npz", "w") as archive:
        for number, place in enumerate(drawn.tolist()):
            chain = known[place]
            part = "valid" if number < args.number // 12 else "train"
            (found,) = find([chain])
            found = [a for a in found if a.id != chain.id]
            (own,) = model.probabilities([chain.codes], model.task)
            ceilings = [1.0, *rng.uniform(LOWEST, HIGHEST, CEILINGS)]
            for view, ceiling in enumerate(ceilings if found else ceilings[:1]):
                evidence = weigh(
                    chain.codes, below(found, ceiling), templates.states, templates.sequence
                )
                if not evidence.known.any() and rng.random() > ALONE:
                    continue
                flat = own ** rng.uniform(FLATTEST, 1) if part == "train" else own
                flat /= flat.sum(axis=1, keepdims=True)
                id = f"{number}v{view}"
                records[part].append(f">{id}\n{chain.sequence}\n{chain.labels}\n")
                with archive.open(f"{id}.npy", "w") as file:
                    np.lib.format.write_array(file, network_inputs(chain.codes, flat, evidence))
    for part, texts in records.items():
        (args.output / f"{part}.3line").write_text("".join(texts))


if __name__ == "__main__":
    main()
