"""Chains made of entries: symbols checked, invalid records refused, masked or left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import (
    STATES,
    UNLABELLED,
    Alphabet,
    encode_labels,
    encode_residues,
    read_labels,
)
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.records.entry import Entry, Form, normalised
from ribbonet.chains.sequences.conventions import with_cystines
from ribbonet.chains.sequences.counts import summary
from ribbonet.chains.sequences.resemblance import LEAST
from ribbonet.chains.sequences.rules import GAPS, NO_LETTER, OnInvalid
from ribbonet.errors import InputError

OnWarning = Callable[[str], None]
OnSkip = Callable[[int, str, str], None]


class Predicted(NamedTuple):
    """A chain of a file, and the probabilities of its states where a predictor states them.

    Probabilities are ``(L, 3)`` in the order H, E, C, or None.
    """

    chain: Chain
    probabilities: NDArray[np.float32] | None


@dataclass
class Making:
    """Makes the entries of a file into chains.

    Parameters
    ----------
    name : str
        The file's.
    form : Form
        What it has.
    states : {STATES, STATES8}, optional
        As for `read_chains`.
    on_invalid : {"error", "mask", "skip", "degap"}
        What to do with a record that is wrong: raise, read symbols that are no residues as X and
        leave out what is wrong otherwise, leave it out, or take out positions with a gap.
    on_warning, on_skip : callable, optional
        As for `read_fasta`.
    """

    name: str
    form: Form
    states: Alphabet | None = STATES
    on_invalid: OnInvalid = "error"
    on_warning: OnWarning | None = None
    on_skip: OnSkip | None = None
    _counts: Counter[str] = field(default_factory=Counter)

    def of(self, entries: Iterable[Entry]) -> Iterator[Predicted]:
        """Give the chains, one after the other.

        Raises
        ------
        InputError
            If a record is wrong and not to be mended or left out, or none is left.
        """
        number, made, first = 0, 0, ""
        for number, entry in enumerate(entries, 1):
            try:
                found = self._made(entry)
            except _WrongError as error:
                wrong = error
            else:
                made += 1
                yield found
                continue
            message = f"{self.name}: {wrong.place}{self._said(str(wrong))}"
            first = first or message
            if self.on_invalid not in ("mask", "skip"):
                raise InputError(message)
            self._counts["skipped"] += 1
            if self.on_skip is not None:
                self.on_skip(number, entry.header, str(wrong))
        if number == 0:
            raise InputError(f"{self.name}: is empty; give {self.form.summary}")
        if made == 0:
            raise InputError(f"no record is left of {number:,}; the first is wrong: {first}")
        if self.on_warning is not None and (counted := summary(self._counts)):
            self.on_warning(f"{self.name}: {counted}")

    def _said(self, fault: str) -> str:
        joined = " " if fault.startswith("should be ") else ": "
        return f"{joined}{fault}" + ("" if ";" in fault else f"; {self.form.remedy}")

    def _made(self, entry: Entry) -> Predicted:
        with _at(entry.place):
            if entry.fault:
                raise ValueError(entry.fault)
            if "\n" in entry.header or "\r" in entry.header:
                raise ValueError("the id holds a line end")
            if any("\ud800" <= letter <= "\udfff" for letter in entry.header):
                raise ValueError("the id holds half of a character (a lone surrogate)")
            labels = entry.labels
            if self.states == STATES and entry.three is not None:
                labels = entry.three
            sequence, labels, mask = self._mended(entry, labels)
        with _at(entry.labels_place or entry.place):
            if entry.values is not None:
                return Predicted(self._valued(entry, sequence, mask), None)
            if labels is None:
                raise ValueError("this record has no labels")
            chain = self._labelled(entry.header, sequence, labels, mask)
            self._counts["predicted"] += self.form.predicted or entry.probabilities is not None
            if entry.probabilities is None:
                return Predicted(chain, None)
            if entry.probabilities.shape != (len(chain), len(STATES)):
                raise ValueError("should have a probability for each residue and state")
            shares = normalised(entry.probabilities)
            if _contradict(chain, shares):
                raise ValueError("most states are not those of the highest probability")
            return Predicted(chain, shares)

    def _mended(self, entry: Entry, labels: str | None) -> tuple[str, str | None, str | None]:
        """Residues, labels and mask; an asterisk with a label is a residue that is not standard."""
        sequence, mask = entry.sequence, entry.mask
        if not sequence.isupper():
            sequence = with_cystines(sequence, self._counts)
            self._counts["lower"] += sequence != sequence.upper()
            sequence = sequence.upper()
        length = len(labels if labels is not None else entry.values or ())
        if sequence.endswith("*") and length == len(sequence) - 1:
            sequence = sequence[:-1]
        if self.on_invalid == "degap":
            kept = [n for n, symbol in enumerate(sequence) if symbol not in GAPS]
            self._counts["gaps"] += len(sequence) - len(kept)
            labels, mask = (
                "".join(text[n] for n in kept) if text and len(text) == len(sequence) else text
                for text in (labels, mask)
            )
            sequence = "".join(sequence[n] for n in kept)
        if not sequence:
            raise ValueError("no sequence")
        self._counts["missing"] += entry.skipped
        self._counts["joined"] += entry.joined
        self._counts["stars"] += sequence.count("*")
        sequence = sequence.replace("*", "X")
        if self.on_invalid == "mask":
            sequence, number = NO_LETTER.subn("X", sequence)
            self._counts.update(masked=number, masked_records=int(bool(number)))
        if (gap := _GAP.search(sequence)) is not None:
            raise ValueError(
                f"symbol {gap[0]!r} at position {gap.start() + 1} of the sequence is a gap, so "
                "this is a row of an alignment; take the gaps out with --on-invalid degap"
            )
        encode_residues(sequence)
        return sequence, labels, mask

    def _labelled(self, header: str, sequence: str, labels: str, mask: str | None) -> Chain:
        if mask is not None:
            _check_mask(mask, len(labels))
        if self.states is None:
            return Chain(header, sequence, read_labels(labels, None), known=mask)
        if mask is not None:
            labels = "".join("-" if m == "0" else s for s, m in zip(labels, mask, strict=True))
        return Chain(header, sequence, read_labels(labels, self.states))

    def _valued(self, entry: Entry, sequence: str, mask: str | None) -> Chain:
        values = entry.values or ()
        if self.states is not None:
            raise ValueError("has numbers in place of labels; give labels of states")
        if mask is not None:
            _check_mask(mask, len(values))
            pairs = zip(values, mask, strict=True)
            values = tuple(v if m == "1" else float("nan") for v, m in pairs)
        return Chain(entry.header, sequence, values=values)


_GAP = re.compile(f"[{re.escape(GAPS)}]")


def _contradict(chain: Chain, shares: NDArray[np.float32]) -> bool:
    """Whether most states are others than the likeliest, as where columns are mixed up."""
    states = encode_labels(read_labels(chain.labels or "", STATES))
    known = states != UNLABELLED
    unlike = (shares.argmax(axis=1) != states)[known]
    return len(unlike) >= LEAST and bool(unlike.mean() > 0.5)


class _WrongError(Exception):
    """What is wrong with an entry, and where."""

    def __init__(self, fault: str, place: str) -> None:
        super().__init__(fault)
        self.place = place


@contextmanager
def _at(place: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise _WrongError(str(error), place) from None


def _check_mask(mask: str, length: int) -> None:
    if len(mask) != length or set(mask) - set("01"):
        raise ValueError(
            f"the mask is not a 0 or 1 for each of the {length} labels: it has {len(mask)} symbols"
        )
