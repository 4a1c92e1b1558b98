"""A prediction as notebooks show and take it: a table, segments, a plot, a picture."""

from __future__ import annotations

from base64 import b64encode
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from ribbonet.chains.alphabet import STATES
from ribbonet.errors import lacking

if TYPE_CHECKING:
    import pandas as pd

    from ribbonet.prediction.prediction import Prediction

COLOURS = {"H": "#cc79a7", "E": "#e69f00", "C": "#7d8a98"}
NAMES = {"H": "helix", "E": "strand", "C": "coil"}


class Segment(NamedTuple):
    """A run of residues of one state.

    Attributes
    ----------
    state : str
    start, end : int
        Positions of the first and the last residue, from 1.
    """

    state: str
    start: int
    end: int

    @property
    def length(self) -> int:
        """How many residues it has."""
        return self.end - self.start + 1


def segments_of(states: str) -> list[Segment]:
    """Cut states into segments.

    Examples
    --------
    >>> segments_of("CCHHHC")
    [Segment(state='C', start=1, end=2), Segment(state='H', start=3, end=5), \
Segment(state='C', start=6, end=6)]
    """
    segments = []
    end = 0
    for state, run in groupby(states):
        start, end = end + 1, end + len(list(run))
        segments.append(Segment(state, start, end))
    return segments


def frame_of(prediction: Prediction) -> pd.DataFrame:
    """Make a table with a row a residue, with the columns of the format csv."""
    try:
        import pandas as pd
    except ImportError:
        raise lacking("a table", "pandas", "dataframe") from None
    from ribbonet.tasks.base import Labelling
    from ribbonet.tasks.structure import Structure

    length = len(prediction)
    columns: dict[str, Any] = {
        "id": [prediction.id] * length,
        "position": range(1, length + 1),
        "residue": list(prediction.sequence),
    }
    if isinstance(prediction.task, Labelling):
        name = "state" if isinstance(prediction.task, Structure) else "label"
        columns[name] = list(prediction.states)
    names = prediction.task.columns
    return pd.DataFrame(
        columns | dict(zip(names, prediction.probabilities.T, strict=True)), copy=True
    )


def plot(prediction: Prediction, ax: Any = None) -> Any:
    """Draw the probabilities of helix, strand and coil along the chain, and the states below.

    Parameters
    ----------
    prediction : Prediction
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default new axes.

    Returns
    -------
    ax : matplotlib.axes.Axes

    Raises
    ------
    InputError
        When matplotlib is missing.
    """
    try:
        from matplotlib import pyplot
    except ImportError:
        raise lacking("drawing", "matplotlib", "plot") from None
    three = prediction.in_three()
    length = len(three)
    if ax is None:
        _, ax = pyplot.subplots(figsize=(min(max(6.0, length / 12), 20.0), 2.5), layout="tight")
    for column, state in enumerate(STATES):
        ax.plot(
            range(1, length + 1),
            three.probabilities[:, column],
            color=COLOURS[state],
            label=NAMES[state],
        )
    for segment in segments_of(three.states):
        if segment.state in "HE":
            ax.axvspan(
                segment.start - 0.5, segment.end + 0.5, ymax=0.06, color=COLOURS[segment.state]
            )
    ax.set(
        xlim=(0.5, length + 0.5),
        ylim=(-0.1, 1),
        xlabel="residue",
        ylabel="probability",
        title=prediction.chain.header,
    )
    ax.legend(loc="upper right", ncols=len(STATES))
    return ax


def html_of(prediction: Prediction) -> str:
    """Show the picture of the format svg; as an image, so that its styles stay within."""
    from ribbonet.prediction.formats.svg import draw

    data = b64encode(draw([prediction]).encode()).decode()
    return f'<img alt="{prediction.states}" src="data:image/svg+xml;base64,{data}">'
