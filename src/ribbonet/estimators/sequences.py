"""What is given to the estimators of windows: sequences, and a label or number for each symbol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

import numpy as np
from sklearn.utils.validation import check_consistent_length

Symbols = Sequence[Any]


def listed(sequences: Any, name: str = "X") -> list[Symbols]:
    """Return sequences in a list.

    Raises
    ------
    ValueError
        For what would be read as something else than it is: one sequence alone, a table, which is
        iterated over the names of its columns, a set, bytes, which are iterated over numbers.

    Examples
    --------
    >>> listed(letters for letters in ("MKT", "AY"))
    ['MKT', 'AY']
    >>> listed("MKT")
    Traceback (most recent call last):
    ValueError: X is of the type str; give a list of sequences
    """
    unlike = isinstance(sequences, str | bytes | bytearray | Mapping | Set)
    if unlike or hasattr(sequences, "columns") or not isinstance(sequences, Iterable):
        kind = type(sequences).__name__
        raise ValueError(f"{name} is of the type {kind}; give a list of sequences")
    found = list(sequences)
    for i, sequence in enumerate(found):
        if isinstance(sequence, bytes | bytearray) or not hasattr(sequence, "__len__"):
            what = "a text or a list of symbols" if name == "X" else "one for each symbol"
            raise ValueError(f"sequence {i} has {sequence!r:.40} for its {name}; give {what}")
        if np.ma.is_masked(sequence):
            raise ValueError(f"sequence {i} has masked entries in its {name}; fill them")
    return found


def paired(X: Any, y: Any) -> tuple[list[Symbols], list[Symbols]]:
    """Return sequences and what is for their symbols in lists.

    Raises
    ------
    ValueError
        Unless there is a symbol, and a label for each; and as `listed` does.
    """
    sequences, labels = listed(X), listed(y, "y")
    check_consistent_length(sequences, labels)
    if not any(len(sequence) for sequence in sequences):
        raise ValueError("there is no sequence with a symbol")
    for i, (sequence, own) in enumerate(zip(sequences, labels, strict=True)):
        if len(sequence) != len(own):
            raise ValueError(f"sequence {i} has {len(sequence)} symbols and {len(own)} labels")
    return sequences, labels
