"""Training and validation sets, read from files or given as chains."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ribbonet.chains.alphabet import Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import read_fasta, read_ids
from ribbonet.chains.readers.registry import is_labelled
from ribbonet.chains.templates.template_set import refuse_to_train_on
from ribbonet.datasets.library import fetched
from ribbonet.errors import InputError
from ribbonet.evaluation.tasks import check_labels
from ribbonet.system.terminal import count_of
from ribbonet.tasks.base import Task
from ribbonet.tasks.classes import Classes
from ribbonet.tasks.labels import (
    Data,
    Labelled,
    LabelOptions,
    check_units,
    name_of_all,
    read_labelled,
    warn_of_unknown_ids,
)
from ribbonet.tasks.structure import Structure
from ribbonet.training.splits import by_headers, hold_out

MOST_REPEATS = 1000
"""Times at most that an epoch takes a chain."""


class Sets(NamedTuple):
    """The task that labels define, the chains to train on and those to validate on."""

    task: Task
    train: list[Chain]
    valid: list[Chain]
    repeats: list[float] | None = None
    """How many times an epoch takes each chain to train on, where that is said."""


def read_sets(
    train: Sequence[Data],
    valid: Sequence[Data],
    exclude: Sequence[str | Path],
    states: Alphabet,
    seed: int,
    options: LabelOptions,
    on_remark: Callable[[str], None],
    taught: bool = False,
    repeat: Sequence[float] | None = None,
) -> Sets:
    """Read labelled chains: the task, the chains to train on and those to validate on.

    Where headers have SET=train, as biotrainer's do, chains of other sets are not trained on.
    Without `valid`, those of SET=val are for validation or, where there are none, a tenth of the
    training chains, drawn by the seed.

    Parameters
    ----------
    train, valid : sequence of str, Path or sequence of Chain
        Files of labelled chains, or chains.
    exclude : sequence of str or Path
        Files of ids to leave out.
    states : {STATES, STATES8}
        What labels of secondary structure are reduced to.
    seed : int
    options : LabelOptions
    on_remark : callable
        Called with lines that say what labels were taken for, and how many chains are in each set.
    taught : bool
        Whether there is a teacher: chains without labels may then be among those to train on.
    repeat : sequence of float, optional
        How many times an epoch takes the chains of each of `train`; 0.5 is half of them, others in
        each epoch.

    Raises
    ------
    InputError
        When a file cannot be read, or there is nothing to learn.
    """
    for source in valid:
        _refuse_templates(source)
    _check_repeat(repeat, train)
    _refuse_twice(train)
    sources, unlabelled = dict(enumerate(train)), dict[int, list[Chain]]()
    if taught:
        sources, unlabelled = _by_labels(train, exclude, options)
    read = _read([*sources.values()], exclude, states, options, on_remark)
    places = dict(zip(map(id, read.chains), np.repeat([*sources], read.counts), strict=True))
    task, chains = read.task, read.chains
    asked, options, found = options, replace(options, task=task.kind), [read]
    own: list[Chain] = []
    others: list[Chain] = []
    if named := by_headers(chains):
        chains, own, others = named
    else:
        _warn_of_sets(chains, options)
    if valid:
        found.append(read_labelled(valid, exclude, options, states))
        judges = found[-1].chains
        others += own
        check_labels(task, judges, name_of_all(valid))
        check_units([*read.chains, *judges], asked, name_of_all([*train, *valid]))
    elif own:
        judges = own
    else:
        chains, judges = hold_out(chains, seed)
    if named:
        on_remark(
            f"{count_of(len(chains), 'chain')} of SET=train, {len(judges):,} to validate; "
            f"{len(others):,} of other sets left out"
        )
    for place, rest in unlabelled.items():
        chains = [*chains, *rest]
        places |= dict.fromkeys(map(id, rest), place)
        on_remark(f"{count_of(len(rest), 'chain')} without labels, for the teacher alone")
    _warn_of_both(chains, judges, options)
    if not unlabelled:
        warn_of_unknown_ids(exclude, found, options)
    repeats = None if repeat is None else [float(repeat[places[id(c)]]) for c in chains]
    return Sets(task, chains, judges, repeats)


def _refuse_twice(train: Sequence[Data]) -> None:
    """Refuse a file that is given twice: how often its chains are taken is for `repeat` to say."""
    files = [str(own) for own in train if isinstance(own, str | Path)]
    places = [Path(file).resolve() for file in files]
    for file, place in zip(files, places, strict=True):
        if places.count(place) > 1:
            raise InputError(
                f"{file}: is given twice; give it once (`ribbonet train --repeat` takes its "
                "chains several times an epoch)"
            )


def _warn_of_sets(chains: list[Chain], options: LabelOptions) -> None:
    """Warn where headers name sets, none of them to train on."""
    words = {word for chain in chains for word in chain.description.split()}
    sets = sorted(word for word in words if word.lower().startswith("set="))
    if sets:
        options.warn(
            f"no chain is of SET=train, so all are trained on, those of {', '.join(sets[:3])} too"
        )


def _warn_of_both(chains: list[Chain], judges: list[Chain], options: LabelOptions) -> None:
    """Warn where sequences are both to train on and to validate on."""
    both = len({c.sequence for c in chains} & {c.sequence for c in judges})
    if both:
        options.warn(
            f"{count_of(both, 'sequence')} both to train on and to validate on: the score will be "
            "too high; ribbonet data split keeps homologues apart"
        )


def _check_repeat(repeat: Sequence[float] | None, train: Sequence[Data]) -> None:
    if repeat is None:
        return
    if len(repeat) != len(train):
        raise InputError(
            f"repeat: {len(repeat)} numbers for {len(train)} sets of chains; give one for each"
        )
    for times in repeat:
        if not 0 < times <= MOST_REPEATS:
            raise InputError(f"repeat: {times:g}: give a number above 0, at most {MOST_REPEATS}")


def _by_labels(
    sources: Sequence[Data], exclude: Sequence[str | Path], options: LabelOptions
) -> tuple[dict[int, Data], dict[int, list[Chain]]]:
    """Return the sources of labelled chains, and the chains that have no labels, by their place.

    Raises
    ------
    InputError
        When a file cannot be read, or none has labels.
    """
    excluded = set().union(*(read_ids(path) for path in exclude))
    labelled: dict[int, Data] = {}
    unlabelled: dict[int, list[Chain]] = {}
    for place, source in enumerate(sources):
        rest: Iterable[Chain] = []
        if not isinstance(source, str | Path):
            labelled[place] = [chain for chain in source if _has_labels(chain)]
            rest = [replace(chain) for chain in source if not _has_labels(chain)]
        elif is_labelled(file := fetched(source)):
            labelled[place] = source
        else:
            how, warn = options.on_invalid, options.on_warning
            rest = read_fasta(file, on_invalid=how, on_warning=warn)
        if own := [chain for chain in rest if chain.id not in excluded]:
            unlabelled[place] = own
    if not labelled:
        raise InputError("none of the chains has labels; give labelled chains, too")
    return labelled, unlabelled


def _has_labels(chain: Chain) -> bool:
    return chain.labels is not None or chain.values is not None


def read_all(
    train: Sequence[Data],
    exclude: Sequence[str | Path],
    states: Alphabet,
    options: LabelOptions,
    on_remark: Callable[[str], None],
) -> tuple[Task, list[Chain]]:
    """Read the task and all chains, without those of test sets, for cross-validation.

    Parameters and errors are those of `read_sets`.
    """
    read = _read(train, exclude, states, options, on_remark)
    warn_of_unknown_ids(exclude, [read], options)
    task, chains = read.task, read.chains
    if named := by_headers(chains):
        *_, others = named
        left_out = set(map(id, others))
        chains = [chain for chain in chains if id(chain) not in left_out]
        on_remark(
            f"{count_of(len(chains), 'chain')} of SET=train and SET=val; {len(others):,} of other "
            "sets left out"
        )
    else:
        _warn_of_sets(chains, options)
    return task, chains


def _read(
    train: Sequence[Data],
    exclude: Sequence[str | Path],
    states: Alphabet,
    options: LabelOptions,
    on_remark: Callable[[str], None],
) -> Labelled:
    """Read labelled chains to learn from, and say what the labels are taken for."""
    for source in train:
        _refuse_templates(source)
    labelled = read_labelled(train, exclude, options, states)
    on_remark(labelled.reason)
    found = {*labelled.task.alphabet} if isinstance(labelled.task, Classes) else set()
    if isinstance(labelled.task, Structure):
        found = set("".join(chain.labels or "" for chain in labelled.chains)) - {"-"}
    if len(found) == 1:
        raise InputError(
            f"{name_of_all(train)}: every residue has the label {found.pop()}, so there is "
            "nothing to learn; give chains of two labels or more"
        )
    values = {v for chain in labelled.chains for v in chain.values or () if v == v}
    if len(values) == 1:
        raise InputError(
            f"{name_of_all(train)}: every residue has the value {values.pop():g}, so there is "
            "nothing to learn; give chains of two values or more"
        )
    return labelled


def _refuse_templates(source: Data) -> None:
    if isinstance(source, str | Path):
        refuse_to_train_on(source)
