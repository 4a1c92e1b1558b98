"""Examples through a small network, forward and backward, with every number on the way."""

from ribbonet.nn.views.worked_example.example import OUTPUTS, Example
from ribbonet.nn.views.worked_example.passes import Row, central_difference, explain
from ribbonet.nn.views.worked_example.step import RULES, step
from ribbonet.nn.views.worked_example.tables import markdown, table, written

__all__ = [
    "OUTPUTS",
    "RULES",
    "Example",
    "Row",
    "central_difference",
    "explain",
    "markdown",
    "step",
    "table",
    "written",
]
