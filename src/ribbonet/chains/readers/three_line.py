"""Three lines a chain: ``>`` and a header, the sequence, the label of each residue."""

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from ribbonet.chains.alphabet import STATES, Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import LONGEST_LINE, name_of, open_text
from ribbonet.chains.readers.records.entry import Entry, Form, Head, one_by_one
from ribbonet.chains.readers.records.making import Making
from ribbonet.chains.sequences.resemblance import LEAST, are_labels
from ribbonet.errors import InputError

MOST_LABELS = 10
"""Distinct letters below a sequence beyond which they are residues, as in FASTA."""

Line = tuple[int, str]


def read_three_line(path: str | Path, *, states: Alphabet | None = STATES) -> Iterator[Chain]:
    """Chains of a three-line file: ``>`` and a header, the sequence, the label of each residue.

    Lower-case residues are read as upper case; both may be wrapped over as many lines. The file is
    opened when the first chain is asked for.

    Parameters
    ----------
    path : str or Path
        Plain, or compressed with gzip, xz, bzip2 or zstd; ``-`` is standard input.
    states : {STATES, STATES8}, optional
        Whether labels are reduced to H, E and C (``DSSP_TO_STATE``), or kept in the eight states,
        with the blank, ``_`` and the kappa helix (P) of DSSP as C. None: labels of any kind,
        unchanged.

    Raises
    ------
    InputError
        If the file cannot be read, holds no chain, lacks a line of one, or holds an invalid
        residue or label, or not as many labels as residues. Names the line.
    """
    making = Making(name_of(path), FORMS["three-line"], states)
    return (chain for chain, _ in making.of(read_entries(path)))


def read_entries(path: str | Path) -> Iterator[Entry]:
    """Read a three-line file; the sequence and the labels may be wrapped alike."""
    for number, header, lines in records(path):
        place = f"line {number}"
        if header is None:
            yield Entry(
                place,
                "",
                fault="should be '>' and a name; give a file with three lines a chain: name, "
                "sequence, labels",
            )
            continue
        half, odd = divmod(len(lines), 2)
        alike = all(len(lines[n][1]) == len(lines[half + n][1]) for n in range(half))
        if len(lines) < 2:
            yield Entry(place, header, fault=_lacking(lines))
        elif (wrong := _labels_within(lines[:half])) is not None:
            yield Entry(
                f"line {wrong}",
                header,
                fault="labels stand here and in lines below; leave one line of labels a chain",
            )
        elif len(lines) > 2 and (odd or not alike):
            yield Entry(
                f"line {lines[2][0]}",
                header,
                fault="should be '>' and a name; give a file with three lines a chain: name, "
                "sequence, labels",
            )
        else:
            sequence = "".join(line.strip() for _, line in lines[:half])
            labels = "".join(line for _, line in lines[half:])
            labels = labels[: len(sequence)] + labels[len(sequence) :].rstrip()
            at_sequence, at_labels = f"line {lines[0][0]}", f"line {lines[half][0]}"
            if len(labels) != len(sequence) and len({*labels}) > MOST_LABELS:
                fault = "reads as residues, as in FASTA, not as labels; give labelled chains"
                yield Entry(at_labels, header, fault=fault)
                continue
            yield Entry(at_sequence, header, sequence, labels, labels_place=at_labels)


def _labels_within(lines: list[Line]) -> int | None:
    """Return the line of labels among what should be a sequence, wrapped; None if there is none."""
    (_, first), *others = ((at, line.strip()) for at, line in lines)
    found = (at for at, line in others if len(line) >= LEAST and are_labels(line, first))
    return next(found, None)


def _lacking(lines: list[Line]) -> str:
    if lines and not lines[0][1].strip("HECL"):
        return (
            "this chain has labels and no sequence; if the sequences are in a file of their own, "
            "as FLIP's, put it beside this one as sequences.fasta (and masks as mask.fasta)"
        )
    if lines:
        return "this chain has a sequence and no labels, as in FASTA; give labelled chains"
    return "this chain lacks its sequence and its labels; add the lines"


def records(path: str | Path) -> Iterator[tuple[int, str | None, list[Line]]]:
    """Yield the number of a header's line, the header, and the lines below that are not blank.

    A line of blanks alone is kept where it stands for as many labels. Lines before the first
    header come by themselves, without a header.
    """
    number, size, header = 0, 0, None
    lines: list[Line] = []
    with open_text(path) as file:
        for at, text in enumerate(file, 1):
            line = text.rstrip("\n")
            if line.startswith(">"):
                if header is not None:
                    yield number, header, lines
                number, header, lines, size = at, line[1:].strip(), [], 0
            elif line.strip() or (len(lines) == 1 and line and len(line) == len(lines[0][1])):
                if header is None:
                    yield at, None, []
                else:
                    lines.append((at, line))
                    size += len(line)
                    if size > LONGEST_LINE:
                        raise too_long(path, number)
    if header is not None:
        yield number, header, lines


def too_long(path: str | Path, line: int) -> InputError:
    """Make the error for a record that no protein's can be."""
    return InputError(
        f"{name_of(path)}: line {line}: this record is longer than {LONGEST_LINE >> 20} MiB; give "
        "one chain per record"
    )


def format_three_line(chain: Chain) -> str:
    r"""Format a chain with labels as its three lines.

    Examples
    --------
    >>> format_three_line(Chain("1ubq-A", "MQIFVK", "-EEEEC"))
    '>1ubq-A\nMQIFVK\n-EEEEC\n'

    Raises
    ------
    ValueError
        If the chain has no labels.
    """
    return f">{chain.header}\n{chain.sequence}\n{chain.plain_labels}\n"


def write_three_line(file: TextIO, chain: Chain) -> None:
    """Write the three lines of a chain with labels; raises as ``format_three_line``."""
    file.write(format_three_line(chain))


def _fits(head: Head) -> bool:
    return head.first.startswith(">")


FORMS = {
    "three-line": Form(
        "three lines a chain: '>' and a name, sequence, labels",
        read_entries,
        _fits,
        remedy="correct the line",
        extensions=(".3line",),
        write=one_by_one(format_three_line),
        last=True,
    )
}
