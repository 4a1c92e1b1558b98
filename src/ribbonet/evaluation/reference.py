"""The states of a chain's structure, found in a file, and how well others agree with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ribbonet.chains.alphabet import agree, reduce_states
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.registry import read_predicted
from ribbonet.chains.structures.batch import is_structure, label_structures
from ribbonet.evaluation.scores import chain_scores

Reference = str | Path | Chain | Iterable[Chain]
"""A structure of PDB or mmCIF, a file of states in any form, or labelled chains."""


def read_reference(reference: Reference, seconds: float | None = None) -> list[Chain]:
    """Return the labelled chains of a reference; DSSP labels those of a structure.

    Parameters
    ----------
    reference : str, Path, Chain or iterable of Chain
    seconds : float, optional
        That DSSP may take.

    Raises
    ------
    InputError
    """
    if isinstance(reference, Chain):
        return [reference]
    if not isinstance(reference, str | Path):
        return list(reference)
    if is_structure(reference):
        return list(label_structures([Path(reference)], on_failure=_ignore, seconds=seconds))
    return [chain for chain, _ in read_predicted(reference)]


def _ignore(_: str) -> None:
    """Of one structure alone, a failure is raised."""


def reference_of(chain: Chain, observed: Sequence[Chain]) -> Chain | None:
    """Return the chain with the labels of the one among others that is it, or has a part of it.

    Residues without a counterpart get ``-``. Its header is that of the one found.
    """
    sequence = chain.sequence
    for own in sorted(observed, key=lambda own: own.id != chain.id):
        if agree(own.sequence, sequence):
            return Chain(own.header, sequence, own.plain_labels)
    for own in observed:
        start = sequence.find(own.sequence)
        if start >= 0:
            labels = "-" * start + own.plain_labels
            return Chain(own.header, sequence, labels.ljust(len(sequence), "-"))
        start = own.sequence.find(sequence)
        if start >= 0:
            return Chain(own.header, sequence, own.plain_labels[start : start + len(sequence)])
    return None


def agreement(reference: Chain, states: str) -> tuple[float, float] | None:
    """Score states where both they and a reference have one; None where there is no such residue.

    Parameters
    ----------
    reference : Chain
    states : str
        Of DSSP's eight or of three, ``-`` for none.

    Returns
    -------
    q3, sov : float
        In per cent.
    """
    three = reduce_states(states)
    labels = "".join(
        "-" if state == "-" else own
        for own, state in zip(reduce_states(reference.plain_labels), three, strict=True)
    )
    chain = Chain(reference.header, reference.sequence, labels)
    (score,) = chain_scores([chain], [three.replace("-", "C")])
    return None if score.q3 is None or score.sov is None else (score.q3, score.sov)
