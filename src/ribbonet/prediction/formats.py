"""Predictions as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ribbonet.prediction.predictor import Prediction
from ribbonet.sequence.alphabet import STATES

LINE = 60
"""Residues on a line of the view for reading."""

COLOURS = {"H": "\033[35m", "E": "\033[33m", "C": "\033[90m"}
"""Terminal colours of the states: magenta, yellow, grey; they differ in brightness too."""
PLAIN = "\033[0m"
BARS = np.array(list(" ▁▂▃▄▅▆▇█"))


def three_line(prediction: Prediction, colour: bool = False) -> str:
    """`>` and the header, the sequence, the states."""
    states = paint(prediction.states) if colour else prediction.states
    return f">{prediction.chain.header}\n{prediction.sequence}\n{states}\n"


def fasta(prediction: Prediction, colour: bool = False) -> str:
    """FASTA of the states alone: `>` and the header, the states."""
    states = paint(prediction.states) if colour else prediction.states
    return f">{prediction.chain.header}\n{states}\n"


def text(prediction: Prediction, colour: bool = False) -> str:
    """For reading: lines of 60 residues, the states, and a bar for each probability.

    The bars are eighths of the height of a line, from nothing to the whole of it.
    """
    return "\n".join(_text_lines(prediction, colour)) + "\n"


def _text_lines(prediction: Prediction, colour: bool) -> Iterator[str]:
    states = prediction.states
    shares = ", ".join(
        f"{100 * states.count(state) / len(states):.0f} % {name}"
        for state, name in zip(STATES, ("helix", "strand", "coil"), strict=True)
    )
    yield f">{prediction.chain.header}"
    yield f"{len(states)} residues: {shares}; mean confidence {prediction.confidence.mean():.2f}"
    for start in range(0, len(states), LINE):
        part = slice(start, start + LINE)
        own = states[part]
        yield ""
        yield f"{start + 1:>6} {prediction.sequence[part]} {start + len(own)}"
        yield f"{'':6} {paint(own) if colour else own}"
        for column, state in enumerate(STATES):
            heights = prediction.probabilities[part, column] * (len(BARS) - 1)
            bars = "".join(BARS[np.rint(heights).astype(int)])
            yield f"{'P(' + state + ')':>6} {COLOURS[state] + bars + PLAIN if colour else bars}"
    yield ""


def paint(states: str) -> str:
    """Colour runs of states for a terminal."""
    painted, last = [], ""
    for state in states:
        if state != last:
            painted.append(COLOURS.get(state, PLAIN))
            last = state
        painted.append(state)
    return "".join(painted) + PLAIN


FORMATS: dict[str, Callable[[Prediction, bool], str]] = {
    "three-line": three_line,
    "fasta": fasta,
    "text": text,
}
"""What `ribbonet predict --format` knows: each turns a prediction into text."""
