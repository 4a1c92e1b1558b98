"""What a picture is made of: outlines and words, in rows one below the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

Anchor = Literal["start", "middle", "end"]


class Outline(NamedTuple):
    """A path, filled or stroked as its kind says.

    Attributes
    ----------
    kind : str
        A name, or several with a space between, of `ribbonet.prediction.figures.style`.
    path : str
        Path data of SVG, of the absolute commands M, L, H, V, C and Z.
    """

    kind: str
    path: str


class Words(NamedTuple):
    """A text.

    Attributes
    ----------
    kind : str
    text : str
    x : list of float
        A place for the whole text, or one for each of its characters.
    y : float
        Of the base line.
    anchor : {"start", "middle", "end"}
    """

    kind: str
    text: str
    x: list[float]
    y: float
    anchor: Anchor = "start"


def box(kind: str, x: float, y: float, width: float, height: float) -> Outline:
    """Outline a rectangle, from its upper left corner."""
    return Outline(kind, f"M{x:g} {y:g}H{x + width:g}V{y + height:g}H{x:g}Z")


@dataclass(frozen=True)
class Row:
    """A part of a picture over its whole width; pages break between rows.

    Parameters
    ----------
    width, height : float
    outlines : list of Outline
    words : list of Words
    caption : str
        What the caption of the picture says of it.
    """

    width: float
    height: float
    outlines: list[Outline]
    words: list[Words]
    caption: str = ""

    def to_line(self) -> str:
        """Return it as a line of JSON."""
        return json.dumps([self.width, self.height, self.outlines, self.words, self.caption]) + "\n"

    @classmethod
    def of_line(cls, line: str) -> Row:
        """Read what `to_line` wrote."""
        width, height, outlines, words, caption = json.loads(line)
        return cls(
            width, height, [Outline(*o) for o in outlines], [Words(*w) for w in words], caption
        )


Command = tuple[str, list[float]]

_COMMAND = re.compile(r"([MLHVCZ])([^MLHVCZ]*)")


def commands(path: str) -> Iterator[Command]:
    """Parse the path data of an outline.

    Examples
    --------
    >>> list(commands("M0 9H18Z"))
    [('M', [0.0, 9.0]), ('H', [18.0]), ('Z', [])]
    """
    for letter, numbers in _COMMAND.findall(path):
        yield letter, [float(number) for number in numbers.split()]
