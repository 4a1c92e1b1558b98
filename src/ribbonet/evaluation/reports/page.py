"""The frame of a report: one HTML file that stands by itself and asks nothing of the network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from ribbonet import __version__

TEMPLATE = Path(__file__).with_name("page.html")


def page(
    predictor: str, data: Sequence[str], task: str, sections: Sequence[str], overview: str = ""
) -> str:
    """Return the HTML of a report.

    Parameters
    ----------
    predictor : str
    data : sequence of str
        Names of the data sets.
    task : str
        What is predicted, as the beginning of a sentence.
    sections : sequence of str
        HTML, one for each data set.
    overview : str
        HTML below the title.
    """
    text = TEMPLATE.read_text("utf-8")
    filled = {
        "TITLE": escape(f"{predictor} on {', '.join(data)}"),
        "TASK": escape(task),
        "VERSION": __version__,
        "OVERVIEW": overview,
        "SECTIONS": "\n".join(sections),
    }
    for key, value in filled.items():
        text = text.replace(f"<!-- {key} -->", value)
    return text
