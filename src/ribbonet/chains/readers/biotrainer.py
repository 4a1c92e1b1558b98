"""Files of biotrainer: labels and mask in the header of a FASTA record, or in files beside it.

Sources: the documentation of biotrainer (https://github.com/sacdallago/biotrainer), whose newer
form is one file, and FLIP (Dallago et al. 2021, https://github.com/J-SNACKKB/FLIP), whose older
form is three.
"""

import math
import re
from collections.abc import Iterator
from pathlib import Path

from ribbonet.chains.alphabet import STATES, Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import PACKED, name_of
from ribbonet.chains.readers.records.entry import Entry, Form, Head, labels_of, number, one_by_one
from ribbonet.chains.readers.records.making import Making
from ribbonet.chains.readers.three_line import records
from ribbonet.errors import InputError

_TARGET = re.compile(r"\sTARGET=")
SEQUENCES = ("sequences",)
MASKS = ("mask", "resolved")
"""Names, without extensions, of the files beside one of labels."""


def read_entries(path: str | Path) -> Iterator[Entry]:
    """Read records ``>id TARGET=HHHEC SET=train MASK=11100`` and a sequence on lines below.

    A residue whose mask is 0 has no label. Other words of the header, such as ``SET=train``, remain
    in the chain's header. A target with semicolons is a list of numbers.
    """
    for line, header, sequence in _records(path):
        words = header.split()
        told = [word for word in words if word.startswith(("TARGET=", "MASK="))]
        given = dict(word.split("=", 1) for word in told)
        if len(given) < len(told):
            yield Entry(f"line {line}", words[0], fault="has TARGET= or MASK= twice; leave one")
            continue
        rest = " ".join(word for word in words if word.split("=")[0] not in given)
        yield _entry(f"line {line}", rest, sequence, given.get("TARGET"), given.get("MASK"))


def _entry(place: str, header: str, sequence: str, target: str | None, mask: str | None) -> Entry:
    if target is None:
        return Entry(place, header, fault="this record has no TARGET=")
    if ";" not in target:
        return Entry(place, header, sequence, target, mask=mask)
    try:
        values = tuple(map(number, target.split(";")))
    except ValueError as error:
        return Entry(place, header, fault=str(error))
    return Entry(place, header, sequence, values=values, mask=mask)


def _records(path: str | Path) -> Iterator[tuple[int, str, str]]:
    """Yield the header's line number, the header and the text below it."""
    for line, header, lines in records(path):
        if header is None:
            raise InputError(
                f"{name_of(path)}: line {line} should be '>' and a name; add the header"
            )
        if not header:
            raise InputError(f"{name_of(path)}: line {line}: '>' stands without a name; add it")
        yield line, header, "".join(text.strip() for _, text in lines)


def read_three_files(
    sequences: str | Path, labels: str | Path, mask: str | Path | None = None
) -> Iterator[Entry]:
    """Read biotrainer's older form: FASTA of sequences, of labels and of masks, by id.

    They come in the order of ``labels``, with what stands in their headers there, as
    ``SET=train VALIDATION=False``.
    """
    letters, masks = _by_id(sequences), _by_id(mask) if mask else None
    for line, header, text in _records(labels):
        id, place = header.split()[0], f"line {line}"
        lacking = [
            str(file)
            for found, file in ((letters, sequences), (masks, mask))
            if found is not None and id not in found
        ]
        if lacking:
            fault = f"{lacking[0]} has no record {id!r}; add it"
            yield Entry(place, header, fault=fault)
        else:
            yield _entry(place, header, letters[id], text, masks[id] if masks else None)


def _by_id(path: str | Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for line, header, text in _records(path):
        id = header.split()[0]
        if found.setdefault(id, text) != text:
            raise InputError(
                f"{name_of(path)}: line {line}: a second record of {id!r}, unlike the first; "
                "keep one"
            )
    return found


def read_beside(path: str | Path) -> Iterator[Entry]:
    """Read the older form, by its file of labels and the others beside it."""
    sequences = _beside(Path(path), SEQUENCES)
    if sequences is None:
        raise InputError(
            f"{path}: holds labels without sequences; put sequences.fasta (and mask.fasta) beside "
            "it, as FLIP has them"
        )
    if _stem(Path(path)) in (*SEQUENCES, *MASKS):
        raise InputError(
            f"{path}: holds no labels; give the file of labels beside it, which finds this one"
        )
    yield from read_three_files(sequences, path, _beside(Path(path), MASKS))


def _beside(path: Path, stems: tuple[str, ...]) -> Path | None:
    names = [
        f"{stem}{extension}{packed}"
        for stem in stems
        for extension in (".fasta", ".fa")
        for packed in ("", *PACKED)
    ]
    return next((path.with_name(name) for name in names if path.with_name(name).is_file()), None)


def _stem(path: Path) -> str:
    return path.name.split(".")[0]


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
    making = Making(name_of(labels), FORMS["flip"], states)
    for chain, _ in making.of(read_three_files(sequences, labels, mask)):
        yield chain


def format_biotrainer(chain: Chain) -> str:
    r"""Format a chain with labels or values, and a mask where some residue has none.

    A residue of secondary structure without a label is C in the target, one without a value 0.

    Examples
    --------
    >>> format_biotrainer(Chain("1ubq-A SET=train", "MQIFVK", "-EEEEC"))
    '>1ubq-A TARGET=CEEEEC SET=train MASK=011111\nMQIFVK\n'

    Raises
    ------
    ValueError
        If the chain has no labels.
    """
    if chain.values is not None:
        target = ";".join("0" if math.isnan(v) else repr(v) for v in chain.values)
    else:
        labels = labels_of(chain)
        target = labels if chain.known is not None else labels.replace("-", "C")
    if " " in target:
        raise ValueError(
            f"chain {chain.id!r} has a blank for a label, which separates words in this format"
        )
    words = [chain.id, f"TARGET={target}", *chain.description.split()]
    if not chain.mask.all():
        words.append("MASK=" + "".join("1" if known else "0" for known in chain.mask))
    return f">{' '.join(words)}\n{chain.sequence}\n"


def _fits(head: Head) -> bool:
    return head.first.startswith(">") and _TARGET.search(head.first) is not None


def _is_one_of_three(head: Head) -> bool:
    """Whether records have one line, or one block, and the sequences are in a file beside."""
    if not head.first.startswith(">"):
        return False
    return _beside(head.path, SEQUENCES) is not None and _has_one_text(head.lines)


def _has_one_text(lines: list[str]) -> bool:
    """Whether the lines of the first record are not halves of the same lengths."""
    below: list[str] = []
    for line in lines[1:]:
        if line.startswith(">"):
            break
        below.append(line)
    half, odd = divmod(len(below), 2)
    return bool(odd) or any(len(below[n]) != len(below[half + n]) for n in range(half))


FORMS = {
    "biotrainer": Form(
        "FASTA with TARGET=, SET= and MASK= in the header",
        read_entries,
        _fits,
        extensions=(".fasta", ".fa"),
        write=one_by_one(format_biotrainer),
    ),
    "flip": Form(
        "FLIP's labels, beside sequences.fasta and mask.fasta", read_beside, _is_one_of_three
    ),
}
