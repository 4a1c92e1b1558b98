"""Secondary structure written otherwise than in the letters of DSSP: which spelling it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ribbonet.chains.alphabet import DSSP_TO_STATE, STATES
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.tasks.labels.options import AUTO, LabelOptions
from ribbonet.tasks.labels.plausible import COIL, implausible
from ribbonet.tasks.structure import Structure


def as_structure(chain: Chain, options: LabelOptions) -> str:
    """Labels with C for coil and `-` for none."""
    if chain.labels is None:
        return "-" * len(chain)
    table: dict[str, str | int | None] = {}
    table |= {} if options.unlabelled is None else {options.unlabelled: "-"}
    table |= {} if options.coil is None else {options.coil: "C"}
    labels = chain.labels.translate(str.maketrans(table))
    if chain.known is None:
        return labels
    return "".join(s if k == "1" else "-" for s, k in zip(labels, chain.known, strict=True))


def is_lower_case(chains: Sequence[Chain], options: LabelOptions) -> bool:
    """Whether labels are those of secondary structure but for their case, as STRIDE's b."""
    labels = [as_structure(chain, options) for chain in chains]
    return options.coil is None and implausible(own.upper() for own in labels) is None


def in_upper_case(chain: Chain) -> Chain:
    """Return the chain with its labels in upper case."""
    return replace(chain, labels=chain.labels and chain.labels.upper())


def writes_loop(chains: Sequence[Chain], options: LabelOptions) -> bool:
    """Whether coil is written L, for loop, as by reprof, RaptorX and CullPDB."""
    labels = [as_structure(chain, options) for chain in chains]
    return options.coil is None and "C" not in "".join(labels) and _is_coil("L", labels)


def refuse_unclear(chains: Sequence[Chain], options: LabelOptions, name: str, fault: str) -> None:
    """Raise InputError where labels may be secondary structure written in another way.

    Parameters
    ----------
    chains : sequence of Chain
    options : LabelOptions
    name : str
        Of the file, for messages.
    fault : str
        Why the labels as they stand are implausible.

    Raises
    ------
    InputError
        Names the options that say what the symbols in question are.
    """
    labels = [as_structure(chain, options) for chain in chains]
    symbols = set("".join(labels))
    foreign = symbols - set(DSSP_TO_STATE) - {"-"}
    auto = options.task == AUTO
    if options.unlabelled is None and options.coil is None and _is_coil("-", labels):
        raise InputError(
            f"{name}: {fault}, and - is read as no label; if - is coil (PyDSSP, Biopython), "
            "give --coil -; if it stands for no label, --unlabelled - and --task structure; "
            "if it is a class, --task classes"
        )
    if auto and foreign and _are_unlabelled(foreign, labels):
        first = next(n for n, own in enumerate(labels) if set(own) & foreign)
        place = next(n for n, symbol in enumerate(labels[first], 1) if symbol in foreign)
        raise InputError(
            f"{name}: the labels are those of secondary structure but for "
            f"{' and '.join(map(repr, sorted(foreign)))} (first at residue {place} of chain "
            f"{chains[first].id!r}); give --unlabelled {min(foreign)} if it stands for no label, "
            f"--coil {min(foreign)} if it is coil, or --task classes if it is a class"
        )
    if auto and len(foreign) == 1 and {"H", "E"} <= symbols and _is_coil(min(foreign), labels):
        (symbol,) = foreign
        raise InputError(
            f"{name}: {fault}, and the other labels are those of secondary structure; if "
            f"{symbol} is coil, give --coil {symbol}; if it stands for no label, --unlabelled "
            f"{symbol}; if it is a class, --task classes"
        )
    if options.coil is not None or (options.task == Structure.kind and foreign):
        raise InputError(
            f"{name}: the labels are not those of secondary structure: {fault}; "
            "if they are classes of another kind, give --task classes"
        )


LEAST_LABELLED, MOST_NONE = 28, 0.1
"""Labels of a chain among which one is coil, and the share of none between them that is odd."""


def refuse_mixed(chains: Sequence[Chain], options: LabelOptions, name: str) -> None:
    """Raise InputError where some chains have `-` for coil, and others C.

    None of 115,000 chains of the PDB lacks coil and has so many residues without a label.
    """
    if options.unlabelled == "-" or options.coil is not None:
        return
    for chain in chains:
        inner = (chain.labels or "").strip("-") if chain.known is None else ""
        none = inner.count("-")
        enough = len(inner) - none >= LEAST_LABELLED and none >= MOST_NONE * len(inner)
        if enough and not {*inner} & {*COIL}:
            raise InputError(
                f"{name}: chain {chain.id!r} has - and no C, as others have; write C for coil in "
                "all chains, or give --unlabelled - if - stands for no label"
            )


def refuse_two_coils(chains: Sequence[Chain], options: LabelOptions, name: str) -> None:
    """Raise InputError where a chain has C, and `-`, which would be coil too and not no label."""
    if options.coil != "-":
        return
    for chain in chains:
        if {"C", "-"} <= {*(chain.labels or "")}:
            raise InputError(
                f"{name}: chain {chain.id!r} has C for coil, so that - stands for no label; leave "
                "--coil out, or correct the labels"
            )


def _is_coil(symbol: str, labels: Sequence[str]) -> bool:
    """Whether labels are plausible as secondary structure once a symbol is read as coil."""
    return implausible(own.replace(symbol, "C") for own in labels) is None


def _are_unlabelled(foreign: set[str], labels: Sequence[str]) -> bool:
    """Whether labels are plausible, of all three states, where rare symbols are read as none."""
    counts = Counter("".join(labels))
    if sum(counts[symbol] for symbol in foreign) >= 0.5 * (counts.total() - counts["-"]):
        return False
    drop = str.maketrans(dict.fromkeys(foreign, "-"))
    rest = [own.translate(drop) for own in labels]
    states = {DSSP_TO_STATE[symbol] for symbol in set("".join(rest)) - {"-"}}
    return states == set(STATES) and implausible(rest) is None
