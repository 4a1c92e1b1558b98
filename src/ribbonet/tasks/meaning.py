"""What labels mean: secondary structure, classes of another kind, or values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ribbonet.chains.alphabet import DSSP_TO_STATE, RESIDUES, STATES, UNKNOWN, Alphabet, read_labels
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import blamed_on
from ribbonet.chains.residues import OnInvalid
from ribbonet.errors import InputError
from ribbonet.tasks.base import Task
from ribbonet.tasks.classes import Classes
from ribbonet.tasks.plausible import implausible
from ribbonet.tasks.resemblance import doubt
from ribbonet.tasks.structure import Structure
from ribbonet.tasks.values import FEW_VALUES, Values, mark_of_none

AUTO = "auto"
KINDS = (AUTO, Structure.kind, Classes.kind, Values.kind)
"""What `LabelOptions` takes for a task."""
MOST_CLASSES = 64
"""Distinct labels beyond which they are taken for a mistake."""
MOST_LIKE_RESIDUES = 10
"""Distinct labels, all of them letters of residues, beyond which they are a sequence's."""
LEAST_DIGITS = 9
"""Distinct digits from which on labels are taken for a predictor's confidences."""
MARKS = "-?.X*~_"
"""Symbols that may stand for no label, the likelier first."""


@dataclass(frozen=True)
class LabelOptions:
    """What a user says of labels.

    Parameters
    ----------
    task : str
        `auto`, or a kind of task.
    unlabelled : str, optional
        The symbol that stands for no label.
    coil : str, optional
        The symbol that stands for coil, where it is not C, as `-` of PyDSSP and Biopython.
    on_invalid : {"error", "mask", "skip", "degap"}
        What to do with records that are wrong, as `read_chains` has it.
    on_warning : callable, optional
        Called with what was not taken as it stands, a line each.
    """

    task: str = AUTO
    unlabelled: str | None = None
    coil: str | None = None
    on_invalid: OnInvalid = "error"
    on_warning: Callable[[str], None] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.task not in KINDS:
            known = ", ".join(map(repr, KINDS))
            raise InputError(f"task = {self.task!r}: give one of {known}")
        for name in ("unlabelled", "coil"):
            symbol = getattr(self, name)
            if symbol is not None and len(symbol) != 1:
                raise InputError(f"--{name} {symbol!r}: give one symbol")
        if self.coil is not None and self.task not in (AUTO, Structure.kind):
            raise InputError(f"--coil is for secondary structure, not for --task {self.task}")


@dataclass(frozen=True)
class Labelled:
    """Chains whose labels have a meaning.

    Parameters
    ----------
    task : Task
    chains : list of Chain
        Objects of their own, though one that is given twice stands there twice.
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
    options: LabelOptions = LabelOptions(),
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
    if options.task == Classes.kind:
        return _classes(chains, options, name, "as --task says")
    fault = implausible(_as_structure(chain, options) for chain in chains)
    if fault is not None and _is_lower_case(chains, options):
        chains, fault = [_in_upper_case(chain) for chain in chains], None
        _warn(options, f"{name}: labels in lower case are read as upper case")
    if fault is not None and _writes_loop(chains, options):
        options, fault = replace(options, coil="L"), None
        _warn(options, f"{name}: L, for loop, is read as coil")
    if fault is not None:
        _refuse_what_is_unclear(chains, options, name, fault)
    elif options.task == AUTO:
        _heed_doubt(chains, options, name)
    if fault is None or options.task == Structure.kind:
        return _structure(chains, options, name, states, fault)
    return _classes(chains, options, name, f"as secondary structure they are implausible: {fault}")


def _as_structure(chain: Chain, options: LabelOptions) -> str:
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


def _warn(options: LabelOptions, message: str) -> None:
    if options.on_warning is not None:
        options.on_warning(message)


def _is_lower_case(chains: Sequence[Chain], options: LabelOptions) -> bool:
    """Whether labels are those of secondary structure but for their case, as STRIDE's b."""
    labels = [_as_structure(chain, options) for chain in chains]
    return options.coil is None and implausible(own.upper() for own in labels) is None


def _in_upper_case(chain: Chain) -> Chain:
    return replace(chain, labels=chain.labels and chain.labels.upper())


def _writes_loop(chains: Sequence[Chain], options: LabelOptions) -> bool:
    """Whether coil is written L, for loop, as by reprof, RaptorX and CullPDB."""
    labels = [_as_structure(chain, options) for chain in chains]
    if options.coil is not None or "C" in "".join(labels):
        return False
    return implausible(own.replace("L", "C") for own in labels) is None


def _refuse_what_is_unclear(
    chains: Sequence[Chain], options: LabelOptions, name: str, fault: str
) -> None:
    """Raise InputError where the labels may be secondary structure written in another way."""
    texts = [_as_structure(chain, options) for chain in chains]
    unsaid = options.unlabelled is None and options.coil is None
    if unsaid and implausible(text.replace("-", "C") for text in texts) is None:
        raise InputError(
            f"{name}: {fault}, and - is read as no label; if - is coil (PyDSSP, Biopython), "
            "give --coil -; if it stands for no label, --unlabelled - and --task structure; "
            "if it is a class, --task classes"
        )
    foreign = set("".join(texts)) - set(DSSP_TO_STATE) - {"-"}
    drop = str.maketrans(dict.fromkeys(foreign, "-"))
    rest = [text.translate(drop) for text in texts]
    counts = Counter("".join(texts))
    few = sum(counts[symbol] for symbol in foreign) < 0.5 * (counts.total() - counts["-"])
    three = {DSSP_TO_STATE[s] for s in set("".join(rest)) - {"-"}} == set(STATES)
    if foreign and few and three and implausible(rest) is None and options.task == AUTO:
        symbols = " and ".join(map(repr, sorted(foreign)))
        first = next(n for n, text in enumerate(texts) if set(text) & foreign)
        place = next(n for n, symbol in enumerate(texts[first], 1) if symbol in foreign)
        raise InputError(
            f"{name}: the labels are those of secondary structure but for {symbols} (first at "
            f"residue {place} of chain {chains[first].id!r}); give "
            f"--unlabelled {min(foreign)} if it stands for no label, --coil {min(foreign)} if it "
            "is coil, or --task classes if it is a class"
        )
    if len(foreign) == 1 and options.task == AUTO and {"H", "E"} <= set("".join(texts)):
        (symbol,) = foreign
        if implausible(text.replace(symbol, "C") for text in texts) is None:
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


def _heed_doubt(chains: Sequence[Chain], options: LabelOptions, name: str) -> None:
    """Refuse, or warn of, labels that have the letters of secondary structure alone."""
    found = doubt((chain.sequence, _as_structure(chain, options)) for chain in chains)
    if found is None:
        return
    message = f"{name}: the labels have the letters of secondary structure, but {found.reason}"
    classes = "if they are classes of another kind, give --task classes"
    if found.certain:
        raise InputError(f"{message}; {classes}; if they are secondary structure, --task structure")
    _warn(options, f"{message}; {classes}")


def _structure(
    chains: Sequence[Chain], options: LabelOptions, name: str, states: Alphabet, fault: str | None
) -> Labelled:
    found = []
    for chain in chains:
        with blamed_on(f"{name}: chain {chain.id!r}", "; correct the labels"):
            labels = read_labels(_as_structure(chain, options), states)
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
    if len(symbols) > MOST_LIKE_RESIDUES and {*symbols} <= {*RESIDUES, *UNKNOWN}:
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
    if len(symbols) < 2:
        what = f"only the label {symbols!r}" if symbols else "no labelled residue"
        raise InputError(f"{name}: holds {what}; give labels of two classes or more")
    if len(symbols) > MOST_CLASSES:
        raise InputError(f"{name}: holds {len(symbols)} different labels, too many for classes")
    marks = "".join(mark for mark in MARKS if mark in counts)
    unsaid = f"; if {marks[0]} stands for no label, give --unlabelled {marks[0]}" if marks else ""
    shares = _shares({symbol: counts[symbol] for symbol in symbols})
    return Labelled(
        Classes(Alphabet(symbols), options.unlabelled),
        found,
        f"{name}: the labels are {len(symbols)} classes ({shares}), {why}{unsaid}",
    )


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
            raise InputError(f"{message}; if it is one, give --task values")
        _warn(options, message)
    return Labelled(
        Values(),
        [replace(chain) for chain in chains],
        f"{name}: the labels are values, numbers from {min(values):g} to {max(values):g}",
    )


def _shares(counts: dict[str, int]) -> str:
    total = sum(counts.values())
    return ", ".join(f"{symbol} {100 * n / total:.1f} %" for symbol, n in counts.items())
