"""Files of biotrainer: labels and mask in the header of a FASTA record, or in files beside it.

Sources: the documentation of biotrainer (https://github.com/sacdallago/biotrainer), whose newer
form is one file, and FLIP (Dallago et al. 2021, https://github.com/J-SNACKKB/FLIP), whose older
form is three.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ribbonet.chains.alphabet import STATES, Alphabet
from ribbonet.chains.chain import Chain, labelled_chain
from ribbonet.chains.open import blamed_on, name_of, open_text
from ribbonet.errors import InputError

T = TypeVar("T")
REMEDY = "; mend the record"


def read_biotrainer(path: str | Path, *, states: Alphabet | None = STATES) -> Iterator[Chain]:
    """Chains of ``>id TARGET=HHHEC SET=train MASK=11100`` and a sequence on one line or more.

    A residue whose mask is 0 has no label. What else stands in the header, as ``SET=train``, stays
    in the chain's.

    Parameters
    ----------
    path : str or Path
        Plain, or compressed with gzip, xz, bzip2 or zstd.
    states : Alphabet, optional
        As for ``read_three_line``.

    Raises
    ------
    InputError
        If the file cannot be read, or a record lacks its target or holds an invalid symbol. Names
        the line.
    """
    name = name_of(path)
    for line, header, sequence in _records(path):
        with blamed_on(f"{name}: line {line}", REMEDY):
            yield _chain(header, sequence, states)


def _chain(header: str, sequence: str, states: Alphabet | None) -> Chain:
    words = header.split()
    given = dict(word.split("=", 1) for word in words if word.startswith(("TARGET=", "MASK=")))
    if "TARGET" not in given:
        raise ValueError("this record has no TARGET=")
    rest = " ".join(word for word in words if word.split("=")[0] not in given)
    return _labelled(rest, sequence, given["TARGET"], given.get("MASK"), states)


def _labelled(
    header: str, sequence: str, target: str, mask: str | None, states: Alphabet | None
) -> Chain:
    """Make a chain of a record; a target with semicolons is of numbers."""
    if states is None and ";" in target:
        values = [float(number) for number in target.split(";")]
        if mask is not None:
            values = [v if m == "1" else math.nan for v, m in _together(values, mask)]
        chain = labelled_chain(header, sequence, "-" * len(sequence), None)
        return replace(chain, labels=None, values=tuple(values))
    if states is None:
        return replace(labelled_chain(header, sequence, target, None), known=mask)
    if mask is not None:
        target = "".join("-" if m == "0" else label for label, m in _together(target, mask))
    return labelled_chain(header, sequence, target, states)


def _together(labels: Sequence[T], mask: str) -> Iterator[tuple[T, str]]:
    if len(mask) != len(labels) or set(mask) - set("01"):
        raise ValueError(
            f"the mask is not a 0 or 1 for each of the {len(labels)} labels: it has {len(mask)} "
            "symbols"
        )
    return zip(labels, mask, strict=True)


def _records(path: str | Path) -> Iterator[tuple[int, str, str]]:
    """Yield the header's line number, the header and the text below it."""
    name = name_of(path)
    header, text = None, ""
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            if line.startswith(">"):
                if header is not None:
                    yield *header, text
                header, text = (number, line[1:].strip()), ""
                if not header[1]:
                    raise InputError(f"{name}: line {number}: '>' stands without a name; add it")
            elif line.strip() and header is None:
                raise InputError(f"{name}: line {number} should be '>' and a name; add the header")
            else:
                text += line.strip()
    if header is None:
        raise InputError(f"{name}: is empty; give a file with one record or more")
    yield *header, text


def read_biotrainer_files(
    sequences: str | Path,
    labels: str | Path,
    mask: str | Path | None = None,
    *,
    states: Alphabet | None = STATES,
) -> Iterator[Chain]:
    """Chains of biotrainer's older form: FASTA of sequences, of labels and of masks, by id.

    Chains come in the order of ``labels``, with what stands in their headers there, as
    ``SET=train VALIDATION=False``.

    Raises
    ------
    InputError
        If a file cannot be read, lacks a record that ``labels`` has, or does not fit it.
    """
    letters = {header.split()[0]: text for _, header, text in _records(sequences)}
    masks = {header.split()[0]: text for _, header, text in _records(mask)} if mask else None
    for line, header, text in _records(labels):
        id = header.split()[0]
        for found, file in ((letters, sequences), (masks, mask)):
            if found is not None and id not in found:
                raise InputError(f"{file}: has no record {id!r}, as {labels} has; add it")
        with blamed_on(f"{name_of(labels)}: line {line}", REMEDY):
            yield _labelled(header, letters[id], text, masks[id] if masks else None, states)


def format_biotrainer(chain: Chain) -> str:
    r"""Format a chain with labels; a masked residue is C in the target and 0 in the mask.

    Examples
    --------
    >>> format_biotrainer(Chain("1ubq-A SET=train", "MQIFVK", "-EEEEC"))
    '>1ubq-A TARGET=CEEEEC SET=train MASK=011111\nMQIFVK\n'

    Raises
    ------
    ValueError
        If the chain has no labels.
    """
    if chain.labels is None:
        raise ValueError(f"chain {chain.id!r} has no labels to write")
    words = [chain.id, f"TARGET={chain.labels.replace('-', 'C')}", *chain.description.split()]
    if "-" in chain.labels:
        words.append("MASK=" + "".join("0" if label == "-" else "1" for label in chain.labels))
    return f">{' '.join(words)}\n{chain.sequence}\n"


def looks_like_biotrainer(lines: Iterable[str]) -> bool:
    """Whether the first lines of a file are of biotrainer's newer form."""
    with suppress(StopIteration):
        first = next(line for line in lines if line.strip())
        return first.startswith(">") and " TARGET=" in first
    return False
