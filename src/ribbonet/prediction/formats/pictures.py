"""Predictions drawn: pictures as SVG, PDF or PNG."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, BinaryIO

from ribbonet.errors import InputError
from ribbonet.prediction.figures.layout import ending, rows
from ribbonet.prediction.figures.pages import check_matplotlib, write_pdf, write_png
from ribbonet.prediction.figures.record import Record, record_of
from ribbonet.prediction.figures.shapes import Row
from ribbonet.prediction.figures.style import Style, style_of
from ribbonet.prediction.figures.svg import to_svg
from ribbonet.prediction.formats.base import Format

if TYPE_CHECKING:
    from ribbonet.prediction.prediction import Prediction
    from ribbonet.tasks.base import Task


@dataclass(frozen=True)
class Picture(Format):
    """A picture of all records, one below the other.

    A picture begins with its size, so it cannot be resumed: `encode` gives the rows that each
    record has, a line of JSON each, and `assemble` draws them.

    Parameters
    ----------
    suffix : str
    render : callable
        Draws rows to a file.
    style : Style
    """

    suffix: str
    render: Callable[[Sequence[Row], Style, BinaryIO], None]
    style: Style = Style()  # noqa: RUF009 - immutable

    appendable = False
    not_compressed = "is opened by viewers as it is"

    @property
    def settings(self) -> dict[str, Any]:
        """The options of its style that are not the usual ones."""
        usual = Style()
        own = {f.name: getattr(self.style, f.name) for f in fields(Style)}
        return {
            f"figure's {name}": list(value) if name == "tracks" else value
            for name, value in own.items()
            if value != getattr(usual, name)
        }

    def styled(self, style: Mapping[str, Any]) -> Format:
        """Return the picture with options of its style."""
        return replace(self, style=style_of(**style))

    def check(self) -> None:
        """Raise InputError where Matplotlib is needed and missing."""
        if self.render is not write_svg:
            check_matplotlib()

    def for_terminal(self) -> Format:
        """Raise InputError: it is a picture."""
        raise InputError(f"{self.suffix} is a picture; give a file by --output")

    def encode(self, predictions: Sequence[Prediction]) -> bytes:
        """Return the records' rows, a line each."""
        return self.encode_records(map(record_of, predictions))

    def encode_records(self, records: Iterable[Record], left: float = 0) -> bytes:
        """Return the rows of any records."""
        return "".join(row.to_line() for row in rows(records, self.style, left)).encode()

    def assemble(self, parts: Iterable[bytes], file: BinaryIO) -> None:
        """Write the picture, with a legend and a caption."""
        drawn = [Row.of_line(line) for line in b"".join(parts).decode().splitlines()]
        self.render([*drawn, *ending(drawn, self.style)], self.style, file)


def write_svg(drawn: Sequence[Row], style: Style, file: BinaryIO) -> None:
    """Write rows as SVG."""
    file.write(to_svg(drawn, style).encode())


PICTURES: dict[str, Picture] = {
    "svg": Picture(".svg", write_svg),
    "pdf": Picture(".pdf", write_pdf),
    "png": Picture(".png", write_png),
}
"""By the names of their formats."""


def make(name: str, task: Task, relatives: bool) -> Format:
    """Return the format of a name."""
    return PICTURES[name]
