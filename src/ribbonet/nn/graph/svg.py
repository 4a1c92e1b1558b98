"""The computation graph as a figure: circles and arrows, as SVG written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise

from ribbonet.nn.graph.nodes import Leaf, Node, order

COLOURS = {"parameter": "lightblue", "data": "lightgreen", "constant": "white"}
"""Parameters light blue and data light green, as in figure 1 of Rangan's notes."""

RADIUS, COLUMN, ROW = 24, 96, 64
ROW_WITH_NOTES = 84
SWEEPS = 8  # passes that move each circle towards its neighbours
Column = list["Place"]


class Place:
    """Where a circle stands, or where a link that spans several columns crosses one of them."""

    def __init__(self, node: Node | None = None) -> None:
        self.node = node
        self.neighbours: list[Place] = []
        self.x = self.y = 0.0


def draw_graph(*outputs: Node, notes: Mapping[str, str] | None = None) -> str:
    """Return the graph of an expression, or of several that share nodes, as an SVG figure.

    The computation runs from left to right. A node shows its name, or the symbol of its
    operation; parameters are light blue, data light green, other nodes white.

    Parameters
    ----------
    *outputs : Node
    notes : mapping, optional
        What stands below nodes, by their names: values or shapes. The function that a named node
        applies then stands above it.

    Examples
    --------
    >>> from ribbonet.nn.graph.nodes import data, parameter
    >>> loss = parameter(1.0, "w") * data(2.0, "x")
    >>> svg = draw_graph(loss)
    >>> svg.count("<circle"), svg.count("<path"), svg.count("lightblue")
    (3, 2, 1)
    """
    columns, links = _columns(outputs)
    row = ROW if notes is None else ROW_WITH_NOTES
    _arrange(columns, row)
    width = (len(columns) - 1) * COLUMN + 4 * RADIUS
    height = max(map(len, columns)) * row + RADIUS
    shapes = [_arrow(link) for link in links]
    for place in (place for column in columns for place in column):
        if place.node:
            shapes.append(_circle(place.node, place))
            shapes += _notes(place.node, place, notes) if notes else []
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" font-family="serif" text-anchor="middle">',
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
            'markerHeight="7" orient="auto"><polygon points="0 0 8 4 0 8"/></marker></defs>',
            *shapes,
            "</svg>\n",
        ]
    )


def _columns(outputs: Sequence[Node]) -> tuple[list[Column], list[list[Place]]]:
    """Place each node left of those that use it, and each link from column to column."""
    nodes = list(dict.fromkeys(node for output in outputs for node in order(output)))
    from_end = dict.fromkeys(outputs, 0)
    for node in reversed(nodes):
        for x in node.inputs:
            from_end[x] = max(from_end.get(x, 0), from_end[node] + 1)
    depth = {node: max(from_end.values()) - from_end[node] for node in nodes}
    columns: list[Column] = [[] for _ in range(1 + max(depth.values()))]
    places = {node: Place(node) for node in nodes}
    for node, place in places.items():
        columns[depth[node]].append(place)
    links = []
    for node in nodes:
        for x in dict.fromkeys(node.inputs):
            between = [Place() for _ in range(depth[x] + 1, depth[node])]
            for column, crossing in enumerate(between, depth[x] + 1):
                columns[column].append(crossing)
            link = [places[x], *between, places[node]]
            for left, right in pairwise(link):
                left.neighbours.append(right)
                right.neighbours.append(left)
            links.append(link)
    return columns, links


def _arrange(columns: list[Column], row: int) -> None:
    """Order each column by the mean height of its places' neighbours, and set all positions."""
    height = max(map(len, columns)) * row
    for sweep in range(SWEEPS):
        for column in columns[::-1] if sweep % 2 else columns:
            if sweep:
                column.sort(key=lambda p: sum(n.y for n in p.neighbours) / len(p.neighbours or [p]))
            for i, place in enumerate(column):
                place.y = (height - len(column) * row + row + RADIUS) / 2 + i * row
    for x, column in enumerate(columns):
        for place in column:
            place.x = 2 * RADIUS + COLUMN * x


def _arrow(link: list[Place]) -> str:
    """Draw a link as a smooth line through its places, with a tip at the end."""
    path = ""
    for i, (a, b) in enumerate(pairwise(link)):
        start = a.x + (RADIUS if i == 0 else 0)
        end = b.x - (RADIUS if i == len(link) - 2 else 0)
        middle = (start + end) / 2
        path += f"M{start:g} {a.y:g}" if i == 0 else ""
        path += f"C{middle:g} {a.y:g} {middle:g} {b.y:g} {end:g} {b.y:g}"
    return f'<path d="{path}" fill="none" stroke="#333" marker-end="url(#tip)"/>'


def _circle(node: Node, place: Place) -> str:
    kind = node.kind if isinstance(node, Leaf) else "computed"
    colour = COLOURS.get(kind, "white")
    text = repr(node)
    size = 16 if len(text) < 5 else max(6, 16 * 5 // len(text))
    return (
        f'<circle cx="{place.x:g}" cy="{place.y:g}" r="{RADIUS}" class="{kind}" '
        f'fill="{colour}" stroke="#333"/>'
        f'<text x="{place.x:g}" y="{place.y + size / 3:g}" font-size="{size}">{escape(text)}</text>'
    )


def _notes(node: Node, place: Place, notes: Mapping[str, str]) -> list[str]:
    """Write the function of a named node above it, and its note below."""
    texts = []
    symbol = node.operation.symbol if node.operation else ""
    if node.name != symbol and symbol.isalpha():
        texts.append(("operation", place.y - RADIUS - 5, symbol))
    if node.name in notes:
        texts.append(("note", place.y + RADIUS + 13, notes[node.name]))
    return [
        f'<text class="{kind}" x="{place.x:g}" y="{y:g}" font-size="12">{escape(text)}</text>'
        for kind, y, text in texts
    ]
