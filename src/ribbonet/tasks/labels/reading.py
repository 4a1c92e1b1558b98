"""Labelled chains read from files: labels as they are written, then what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain as chained
from pathlib import Path

from ribbonet.chains.alphabet import STATES, Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import read_ids
from ribbonet.chains.open import name_of
from ribbonet.chains.readers.registry import read_chains
from ribbonet.chains.sequences.resemblance import warn_of_nucleotides
from ribbonet.datasets.library import fetched
from ribbonet.system.terminal import count_of
from ribbonet.tasks.labels.meaning import Labelled, interpret
from ribbonet.tasks.labels.options import LabelOptions

Data = str | Path | Sequence[Chain]
"""A file of labelled chains in any form, the name of a data set, or chains."""


def name_of_all(data: Sequence[Data]) -> str:
    """Name files, or chains, in messages."""
    return ", ".join(
        name_of(source) if isinstance(source, str | Path) else "the chains" for source in data
    )


def read_labelled(
    data: Sequence[Data],
    exclude: Sequence[str | Path] = (),
    options: LabelOptions = LabelOptions(),  # noqa: B008 - immutable
    states: Alphabet = STATES,
) -> Labelled:
    """Read labelled chains of files in any form, or of data sets by name; or take chains.

    Parameters
    ----------
    data : sequence of str, Path or sequence of Chain
    exclude : sequence of str or Path
        Files of ids to leave out.
    options : LabelOptions
    states : {STATES, STATES8}
        What labels of secondary structure are reduced to.

    Raises
    ------
    InputError
        When a file cannot be read, nothing labelled is left, or the labels are not plausibly what
        they are said to be.
    """
    excluded = set().union(*(read_ids(path) for path in exclude))
    written = [
        list(read_written(source, options) if isinstance(source, str | Path) else source)
        for source in data
    ]
    kept = [[chain for chain in own if chain.id not in excluded] for own in written]
    labelled = interpret(list(chained.from_iterable(kept)), options, name_of_all(data), states)
    for warning in _conflicts(labelled.chains) if options.on_warning else ():
        options.warn(f"{name_of_all(data)}: {warning}")
    return replace(
        labelled,
        left_out=frozenset(excluded & {chain.id for chain in chained.from_iterable(written)}),
        counts=tuple(map(len, kept)),
    )


def _conflicts(chains: Sequence[Chain]) -> Iterator[str]:
    """Say which chains contradict others: the same id or sequence for something else."""
    by_id: dict[str, Chain] = {}
    by_sequence: dict[str, Chain] = {}
    same_id, same_sequence = [], []
    for chain in chains:
        if chain.id and by_id.setdefault(chain.id, chain).sequence != chain.sequence:
            same_id.append(chain.id)
        first = by_sequence.setdefault(chain.sequence, chain)
        if first is not chain and _contradict(first, chain):
            same_sequence.append(f"{chain.id!r} and {first.id!r}")
    if same_id:
        yield f"{count_of(len(same_id), 'chain')} of an id that another has (first {same_id[0]!r})"
    if same_sequence:
        yield (
            f"{count_of(len(same_sequence), 'chain')} of another's sequence, and other labels at "
            f"most residues (first {same_sequence[0]})"
        )


def _contradict(a: Chain, b: Chain) -> bool:
    """Whether two chains of one sequence have other labels where both have some."""
    pairs = zip(a.labels or "", b.labels or "", a.mask & b.mask, strict=True)
    unlike = [x != y for x, y, both in pairs if both] if a.labels and b.labels else []
    return 2 * sum(unlike) > len(unlike)


def warn_of_unknown_ids(
    exclude: Sequence[str | Path], read: Iterable[Labelled], options: LabelOptions
) -> None:
    """Warn of ids to leave out that no file has, as they may be misspelt."""
    excluded = set().union(*map(read_ids, exclude))
    unknown = len(excluded.difference(*(labelled.left_out for labelled in read)))
    if unknown:
        options.warn(f"{unknown:,} of the {len(excluded):,} ids of --exclude are those of no chain")


LISTED = 20
"""Records left out that are named, one by one; the others are counted."""


def read_written(
    path: str | Path,
    options: LabelOptions = LabelOptions(),  # noqa: B008 - immutable
    form: str | None = None,
) -> Iterator[Chain]:
    """Chains of a file in any form, or of a data set by name, with labels as they are written.

    Parameters
    ----------
    path : str or Path
    options : LabelOptions
    form : str, optional
        As for `read_chains`, like what is raised.
    """
    named = 0

    def on_skip(number: int, header: str, fault: str) -> None:
        nonlocal named
        named += 1
        if named <= LISTED:
            place = f"{name_of(path)}: record {number} ({header[:80]})"
            options.warn(f"{place} is left out: {fault}")

    chains = read_chains(
        fetched(path),
        states=None,
        form=form,
        on_invalid=options.on_invalid,
        on_warning=options.on_warning,
        on_skip=on_skip,
    )
    if options.on_warning is None:
        return chains
    return warn_of_nucleotides(chains, name_of(path), options.on_warning)
