"""What labels mean: secondary structure, classes of another kind, or values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ribbonet.chains.alphabet import RESIDUES, STATES, UNKNOWN, Alphabet, read_labels
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import blamed_on
from ribbonet.errors import InputError
from ribbonet.tasks.base import Task
from ribbonet.tasks.classes import Classes
from ribbonet.tasks.labels.options import AUTO, LabelOptions
from ribbonet.tasks.labels.plausible import implausible
from ribbonet.tasks.labels.resemblance import doubt
from ribbonet.tasks.labels.spelling import (
    as_structure,
    in_upper_case,
    is_lower_case,
    refuse_mixed,
    refuse_two_coils,
    refuse_unclear,
    writes_loop,
)
from ribbonet.tasks.structure import Structure
from ribbonet.tasks.values import FEW_VALUES, Values, mark_of_none, unlike_units

MOST_CLASSES = 64
"""Distinct labels beyond which they are taken for a mistake."""
MOST_LIKE_RESIDUES = 10
"""Distinct labels, all of them letters of residues, beyond which they are a sequence's."""
LEAST_DIGITS = 9
"""Distinct digits from which on labels are taken for a predictor's confidences."""
MARKS = "-?.X*~_"
"""Symbols that may stand for no label, the likelier first."""


@dataclass(frozen=True)
class Labelled:
    """Chains whose labels have a meaning.

    Parameters
    ----------
    task : Task
    chains : list of Chain
        Distinct objects, even where one chain was given twice.
    reason : str
        What the labels were taken for, and why.
    left_out : frozenset of str
        Ids to leave out that were found.
    counts : tuple of int
        How many of the chains each file has.
    """

    task: Task
    chains: list[Chain]
    reason: str
    left_out: frozenset[str] = frozenset()
    counts: tuple[int, ...] = ()

    def structure(self) -> list[Chain]:
        """Return the chains, labelled with secondary structure.

        Raises
        ------
        InputError
            When the labels are something else.
        """
        if not isinstance(self.task, Structure):
            raise InputError(f"{self.reason}; give labels of secondary structure")
        return self.chains


def interpret(
    chains: Sequence[Chain],
    options: LabelOptions = LabelOptions(),  # noqa: B008 - immutable
    name: str = "the chains",
    states: Alphabet = STATES,
) -> Labelled:
    """Give a meaning to labels as they are written.

    Parameters
    ----------
    chains : sequence of Chain
    options : LabelOptions
    name : str
        Of the file, for messages.
    states : {STATES, STATES8}
        What labels of secondary structure are reduced to.

    Raises
    ------
    InputError
        When nothing is labelled, or the labels are not plausibly what they are said to be.
    """
    if not any(chain.labels or chain.values for chain in chains):
        raise InputError(f"{name}: no labelled residue is left; give labelled chains")
    if any(chain.values is not None for chain in chains):
        return _values(chains, options, name)
    if options.task == Values.kind:
        raise InputError(f"{name}: holds labels, not numbers; give --task classes, or values")
    refuse_two_coils(chains, options, name)
    if options.task == Classes.kind:
        return _classes(chains, options, name, "as --task says")
    fault = implausible(as_structure(chain, options) for chain in chains)
    if fault is not None and is_lower_case(chains, options):
        chains, fault = [in_upper_case(chain) for chain in chains], None
        options.warn(f"{name}: labels in lower case are read as upper case")
    if fault is not None and writes_loop(chains, options):
        options, fault = replace(options, coil="L"), None
        options.warn(f"{name}: L, for loop, is read as coil")
    if fault is not None:
        refuse_unclear(chains, options, name, fault)
    elif options.task == AUTO:
        _refuse_or_warn(chains, options, name)
    if fault is None or options.task == Structure.kind:
        return _structure(chains, options, name, states, fault)
    return _classes(chains, options, name, f"as secondary structure they are implausible: {fault}")


def _refuse_or_warn(chains: Sequence[Chain], options: LabelOptions, name: str) -> None:
    """Refuse, or warn of, labels that have the letters of secondary structure alone."""
    refuse_mixed(chains, options, name)
    found = doubt((chain.sequence, as_structure(chain, options)) for chain in chains)
    if found is None:
        return
    message = f"{name}: the labels have the letters of secondary structure, but {found.reason}"
    classes = "if they are classes of another kind, give --task classes"
    if found.certain:
        raise InputError(f"{message}; {classes}; if they are secondary structure, --task structure")
    options.warn(f"{message}; {classes}")


def _structure(
    chains: Sequence[Chain], options: LabelOptions, name: str, states: Alphabet, fault: str | None
) -> Labelled:
    found = []
    for chain in chains:
        with blamed_on(f"{name}: chain {chain.id!r}", "; correct the labels"):
            labels = read_labels(as_structure(chain, options), states)
        found.append(Chain(chain.header, chain.sequence, labels))
    if not any(chain.mask.any() for chain in found):
        raise InputError(f"{name}: no labelled residue is left; give labelled chains")
    counts = Counter("".join(read_labels(chain.labels or "", STATES) for chain in found))
    shares = _shares({state: counts[state] for state in STATES})
    why = shares if fault is None else f"as --task says, although {fault}"
    return Labelled(Structure(), found, f"{name}: the labels are secondary structure ({why})")


def _classes(chains: Sequence[Chain], options: LabelOptions, name: str, why: str) -> Labelled:
    found = [_marked(chain, options.unlabelled) for chain in chains]
    counts: Counter[str] = Counter()
    for chain in found:
        pairs = zip(chain.labels or "", chain.known or "", strict=True)
        counts.update(symbol for symbol, known in pairs if known == "1")
    symbols = "".join(sorted(counts))
    letters = {*symbols} - {*MARKS.replace("X", "")}
    if len(letters) > MOST_LIKE_RESIDUES and letters <= {*RESIDUES, *UNKNOWN}:
        raise InputError(
            f"{name}: the labels read as residues ({symbols}); is it FASTA, of two lines a "
            "sequence? give labelled chains"
        )
    digits = symbols.replace("-", "")
    if options.task == AUTO and digits.isdigit() and len(digits) >= LEAST_DIGITS:
        raise InputError(
            f"{name}: the labels are the digits {digits}, as predictors state confidence; give "
            "labels, or --task classes if these are classes"
        )
    if not symbols:
        raise InputError(f"{name}: no labelled residue is left; give labelled chains")
    if len(symbols) < 2 and options.task == AUTO:
        raise InputError(
            f"{name}: holds only the label {symbols!r}; give labels of two classes or more, or "
            "--task classes to score these"
        )
    if len(symbols) > MOST_CLASSES:
        raise InputError(f"{name}: holds {len(symbols)} different labels, too many for classes")
    if options.task == AUTO and (apart := _apart(found)) is not None:
        first, second = map(" ".join, apart)
        raise InputError(
            f"{name}: no chain with the labels {first} has any of {second}; give all chains the "
            "same labels, or --task classes if they have them"
        )
    marks = "".join(mark for mark in MARKS if mark in counts)
    unsaid = f"; if {marks[0]} stands for no label, give --unlabelled {marks[0]}" if marks else ""
    shares = _shares({symbol: counts[symbol] for symbol in symbols})
    return Labelled(
        Classes(Alphabet(symbols), options.unlabelled),
        found,
        f"{name}: the labels are {len(symbols)} classes ({shares}), {why}{unsaid}",
    )


def _apart(chains: Sequence[Chain]) -> tuple[list[str], list[str]] | None:
    """Return two sets of labels, of two or more each, that no chain has some of both of."""
    groups: list[set[str]] = []
    for chain in chains:
        own = {s for s, k in zip(chain.labels or "", chain.known or "", strict=True) if k == "1"}
        joined = [group for group in groups if group & own]
        groups = [group for group in groups if not group & own]
        groups += [own.union(*joined)] if own else []
    several = sorted(sorted(group) for group in groups if len(group) > 1)
    return (several[0], several[1]) if len(several) > 1 else None


def _marked(chain: Chain, unlabelled: str | None) -> Chain:
    """Say of each residue whether it has a label."""
    if chain.labels is None:
        return replace(chain, labels=" " * len(chain), known="0" * len(chain))
    known = chain.known or "1" * len(chain)
    if unlabelled is not None:
        known = "".join(
            "0" if s == unlabelled else k for s, k in zip(chain.labels, known, strict=True)
        )
    return replace(chain, known=known)


def _values(chains: Sequence[Chain], options: LabelOptions, name: str) -> Labelled:
    if options.unlabelled is not None:
        raise InputError(
            f"{name}: holds numbers, which have no symbol for none; leave --unlabelled out"
        )
    if options.task not in (AUTO, Values.kind):
        raise InputError(f"{name}: holds numbers, which are no {options.task}; give --task values")
    for chain in chains:
        if chain.values is None:
            raise InputError(
                f"{name}: chain {chain.id!r} has no numbers, as others have; give one a residue"
            )
    values = [v for chain in chains for v in chain.values or () if v == v]
    if not values:
        raise InputError(f"{name}: no labelled residue is left; give labelled chains")
    if (mark := mark_of_none(values)) is not None:
        message = (
            f"{name}: the value {mark:g} stands {values.count(mark):,} times, outside the range "
            "of all others; if it stands for no value, leave its cells empty (null in JSON, 0 in "
            "MASK= of biotrainer)"
        )
        if options.task == AUTO and (mark != -1 or len({*values}) > FEW_VALUES + 1):
            raise InputError(
                f"{message}; if it is a value, as at the end of a scale, give --task values"
            )
        options.warn(message)
    check_units(chains, options, name)
    return Labelled(
        Values(),
        [replace(chain) for chain in chains],
        f"{name}: the labels are values, numbers from {min(values):g} to {max(values):g}",
    )


def check_units(chains: Sequence[Chain], options: LabelOptions, name: str) -> None:
    """Refuse values in unlike units, or warn of them where the task is named.

    Raises
    ------
    InputError
        If there are chains in one unit, and others in another.
    """
    if (unlike := unlike_units(chains)) is not None:
        message = f"{name}: {unlike}; give all in one unit"
        if options.task == AUTO:
            raise InputError(f"{message}, or --task values if they are")
        options.warn(message)


def _shares(counts: dict[str, int]) -> str:
    total = sum(counts.values())
    return ", ".join(f"{symbol} {100 * n / total:.1f} %" for symbol, n in counts.items())
