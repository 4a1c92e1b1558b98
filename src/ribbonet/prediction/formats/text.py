"""Predictions for reading: three lines a record, FASTA of states, and with ribbons and bars."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from string import ascii_letters

import numpy as np

from ribbonet.chains.alphabet import STATES
from ribbonet.prediction.formats import FORMATS
from ribbonet.prediction.formats.base import Format, Text, in_first_line
from ribbonet.prediction.prediction import MASK, Prediction
from ribbonet.tasks.base import Task

LINE = 60
"""Residues on a line."""

COLOURS = {
    state: colour
    for states, colour in (("HGI", "\033[35m"), ("EB", "\033[33m"), ("CTS", "\033[90m"))
    for state in states
}
"""Terminal colours of the states: magenta, yellow, grey; they differ in brightness too."""
PLAIN = "\033[0m"
BARS = np.array(list(" ▁▂▃▄▅▆▇█"))
NAMES = {"H": "helix", "E": "strand", "C": "coil", MASK: "unsure"}


def make(name: str, task: Task, relatives: bool) -> Format:
    """Return the format of a name."""
    record = {"three-line": three_line, "fasta": fasta, "text": text}[name]
    coloured = partial(record, colour=True)
    return Text(FORMATS[name].suffix, record, coloured=coloured, annotated=in_first_line)


def three_line(prediction: Prediction, colour: bool = False) -> str:
    """`>` and the header, the sequence, the states."""
    return f">{prediction.chain.header}\n{prediction.sequence}\n{_states(prediction, colour)}\n"


def fasta(prediction: Prediction, colour: bool = False) -> str:
    """FASTA of the states alone: `>` and the header, the states."""
    return f">{prediction.chain.header}\n{_states(prediction, colour)}\n"


def _states(prediction: Prediction, colour: bool) -> str:
    states = prediction.states
    return paint(states, states) if colour else states


def text(prediction: Prediction, colour: bool = False) -> str:
    """Lines of 60 residues: the ribbon, the residues, the states, a bar for each probability.

    The bars are eighths of the height of a line, from nothing to the whole of it.
    """
    return "\n".join(_lines(prediction, colour)) + "\n"


def _lines(prediction: Prediction, colour: bool) -> Iterator[str]:
    states = prediction.states
    shares = ", ".join(
        f"{100 * states.count(state) / len(states):.0f} % {name}"
        for state, name in NAMES.items()
        if state in STATES or state in states
    )
    yield f">{prediction.chain.header}"
    yield f"{len(states)} residues: {shares}; mean confidence {prediction.confidence.mean():.2f}"
    marks = _marks(prediction)
    drawn = ribbon(states)
    for start in range(0, len(states), LINE):
        part = slice(start, start + LINE)
        own = states[part]
        yield ""
        yield f"{'':6} {paint(drawn[part], own) if colour else drawn[part]}"
        yield f"{start + 1:>6} {prediction.sequence[part]} {start + len(own)}"
        yield f"{'':6} {paint(own, own) if colour else own}"
        for column, state in enumerate(STATES):
            heights = prediction.probabilities[part, column] * (len(BARS) - 1)
            bars = "".join(BARS[np.rint(heights).astype(int)])
            yield f"{'P(' + state + ')':>6} {COLOURS[state] + bars + PLAIN if colour else bars}"
        if marks:
            nearest = evidence.nearest[part].tolist() if (evidence := prediction.evidence) else []
            yield f"{'known':>6} {''.join(marks.get(own, ' ') for own in nearest)}".rstrip()
    if marks:
        yield ""
        yield from _legend(prediction, marks)
    yield ""


def _marks(prediction: Prediction) -> dict[int, str]:
    """Return a letter for each alignment that is the nearest to some residue."""
    if prediction.evidence is None:
        return {}
    used = sorted({own for own in prediction.evidence.nearest.tolist() if own >= 0})
    letters = ascii_letters.ljust(len(used), "+")
    return dict(zip(used, letters, strict=False))


def _legend(prediction: Prediction, marks: dict[int, str]) -> Iterator[str]:
    if prediction.evidence is None:
        return
    for number, mark in marks.items():
        relative = prediction.evidence.alignments[number]
        yield f"{mark:>6} {relative.id}: known structure, {100 * relative.identity:.0f} % identity"


def ribbon(states: str) -> str:
    """Draw a helix as waves, a strand as an arrow, coil as a line, and nothing where masked.

    Examples
    --------
    >>> ribbon("CCHHHHHCCEEEEC-C")
    '──◠◡◠◡◠──═══▶─ ─'
    """
    return "".join(_draw(state, len(list(run))) for state, run in groupby(states))


def _draw(state: str, length: int) -> str:
    if state == "E":
        return "═" * (length - 1) + "▶"
    pattern = {"H": "◠◡", "C": "─"}.get(state, " ")
    return (pattern * length)[:length]


def paint(symbols: str, states: str) -> str:
    """Colour each symbol by its state, for a terminal."""
    painted = []
    for state, run in groupby(zip(states, symbols, strict=True), key=lambda pair: pair[0]):
        painted += [COLOURS.get(state, PLAIN), *(symbol for _, symbol in run)]
    return "".join(painted) + PLAIN
