"""A prediction for notebooks: as a table, segments, a plot or a picture."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from ribbonet.errors import lacking

if TYPE_CHECKING:
    import pandas as pd

    from ribbonet.prediction.figures.shapes import Row
    from ribbonet.prediction.figures.style import Style
    from ribbonet.prediction.prediction import Prediction


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
    """Make a table with one row per residue, with the columns of the format csv."""
    try:
        import pandas as pd
    except ImportError:
        raise lacking("a table", "pandas", "dataframe") from None
    from ribbonet.prediction.formats.base import track_columns
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
    columns |= zip(prediction.task.columns, prediction.probabilities.T, strict=True)
    for track, own in prediction.tracks.items():
        numbers: list[Any] = list(own.probabilities.T)
        labels = [list(own.states)] if isinstance(own.task, Labelling) else []
        columns |= zip(track_columns(track, own.task), labels + numbers, strict=True)
    return pd.DataFrame(columns, copy=True)


def svg_of(prediction: Prediction, style: Mapping[str, Any]) -> str:
    """Return the picture of the format svg, in a style."""
    from ribbonet.prediction.figures.svg import to_svg

    chosen, drawn = _drawn(prediction, style)
    return to_svg(drawn, chosen)


def plot(prediction: Prediction, ax: Any, style: Mapping[str, Any]) -> Any:
    """Draw the picture of the formats svg, pdf and png on axes of Matplotlib.

    Parameters
    ----------
    prediction : Prediction
    ax : matplotlib.axes.Axes, optional
        Where to draw: the axes lose their ticks and get the picture's shape. By default axes of a
        new figure, of the picture's size.
    style : mapping
        Options of `ribbonet.prediction.figures.style.Style`.

    Returns
    -------
    ax : matplotlib.axes.Axes

    Raises
    ------
    InputError
        When matplotlib is missing.
    """
    from ribbonet.prediction.figures.pages import check_matplotlib, draw_on, new_axes

    check_matplotlib()
    chosen, drawn = _drawn(prediction, style)
    if ax is None:
        ax = new_axes(drawn, chosen)
    draw_on(ax, drawn, chosen)
    return ax


def _drawn(prediction: Prediction, options: Mapping[str, Any]) -> tuple[Style, list[Row]]:
    from ribbonet.prediction.figures.layout import ending, rows
    from ribbonet.prediction.figures.record import record_of
    from ribbonet.prediction.figures.style import style_of

    style = style_of(**options)
    drawn = list(rows([record_of(prediction)], style))
    return style, [*drawn, *ending(drawn, style)]


def html_of(prediction: Prediction) -> str:
    """Show the picture of the format svg; as an image, so that its styles stay within."""
    data = b64encode(svg_of(prediction, {}).encode()).decode()
    return f'<img alt="{prediction.states}" src="data:image/svg+xml;base64,{data}">'
