"""What other predictors write: PSIPRED's .ss2 and .horiz (S4PRED's too), and reprof's tables.

Sources: Jones 1999, J. Mol. Biol. 292, 195-202 (https://github.com/psipred/psipred); Moffat & Jones
2021, Bioinformatics 37, 3744-3751; Rost & Sander 1994, Proteins 19, 55-72 (Debian package reprof).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.chain import Chain, labelled_chain
from ribbonet.chains.open import blamed_on, name_of, open_text
from ribbonet.errors import InputError

REMEDY = "; mend the line, or predict the chain again"
SS2, HORIZ, REPROF = "# PSIPRED VFORMAT", "# PSIPRED HFORMAT", "##General"
"""What the first line starts with."""


class Predicted(NamedTuple):
    """States that a predictor gave for a chain, and their probabilities where it tells them.

    ``chain.labels`` are the states; probabilities are ``(L, 3)`` in the order H, E, C, or None.
    """

    chain: Chain
    probabilities: NDArray[np.float32] | None


Row = tuple[int, list[str]]


def read_ss2(path: str | Path) -> Iterator[Predicted]:
    """Predictions of a .ss2 file: a row a residue, with the probabilities of C, H and E.

    The form has no name for a chain: it is the file's, with a number behind it from the second
    chain on, which S4PRED may write into the same file.

    Raises
    ------
    InputError
        If the file cannot be read, holds no residue, or a row is wrong. Names the line.
    """
    yield from _tables(path, SS2, letter=1, state=2, probabilities=(4, 5, 3))


def read_reprof(path: str | Path) -> Iterator[Predicted]:
    """Predictions of reprof's table: columns No, AA, PHEL, RI_S, pH, pE, pL and others.

    Its probabilities are per cent; states are H, E and L. Raises as ``read_ss2``.
    """
    yield from _tables(path, REPROF, letter=1, state=2, probabilities=(4, 5, 6))


def _tables(
    path: str | Path, start: str, letter: int, state: int, probabilities: tuple[int, int, int]
) -> Iterator[Predicted]:
    """Read tables of rows numbered from 1, their columns parted by spaces."""
    name = name_of(path)
    number = 0
    for number, rows in enumerate(_blocks(path, name, start), 1):
        letters, states = "", ""
        shares: list[list[float]] = []
        for line, row in rows:
            with blamed_on(f"{name}: line {line}", REMEDY):
                if len(row) <= max(probabilities) or row[0] != str(len(shares) + 1):
                    raise ValueError(f"row {len(shares) + 1} of a chain should stand here")
                letters += row[letter]
                states += row[state].replace("L", "C")
                shares.append([float(row[place]) for place in probabilities])
        with blamed_on(f"{name}: chain {number}", REMEDY):
            chain = labelled_chain(id_of(path, number), letters, states)
            yield Predicted(chain, normalised(np.array(shares, np.float32)))
    if number == 0:
        raise InputError(f"{name}: holds no residue; predict the chain again")


def normalised(shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale rows to sum to 1, as printed digits do only nearly."""
    totals = shares.sum(axis=1, keepdims=True)
    if not np.isfinite(totals).all() or (shares < 0).any() or (totals == 0).any():
        raise ValueError("probabilities should be above 0")
    normalised: NDArray[np.float32] = shares / totals
    return normalised


def _blocks(path: str | Path, name: str, start: str) -> Iterator[list[Row]]:
    rows: list[Row] = []
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            row = line.split()
            if line.startswith(start) and rows:
                yield rows
                rows = []
            elif row and not line.startswith("#") and row[0] != "No":
                rows.append((number, row))
    if rows:
        yield rows


def read_horiz(path: str | Path) -> Iterator[Predicted]:
    """Predictions of a .horiz file: lines ``Conf:``, ``Pred:`` and ``AA:``, without probabilities.

    Raises
    ------
    InputError
        If the file cannot be read, or holds no residue or not a state for each. Names the file.
    """
    name = name_of(path)
    number = 0
    for number, rows in enumerate(_blocks(path, name, HORIZ), 1):
        states = "".join(row[1] for _, row in rows if row[0] == "Pred:" and len(row) == 2)
        letters = "".join(row[1] for _, row in rows if row[0] == "AA:" and len(row) == 2)
        with blamed_on(f"{name}: chain {number}", REMEDY):
            yield Predicted(labelled_chain(id_of(path, number), letters, states), None)
    if number == 0:
        raise InputError(f"{name}: holds no residue; predict the chain again")


def id_of(path: str | Path, number: int) -> str:
    """Name a chain as its file, with a number behind it from the second on."""
    stem = Path(path).name.removesuffix(".gz").rsplit(".", 1)[0]
    return stem if number == 1 else f"{stem}_{number}"
