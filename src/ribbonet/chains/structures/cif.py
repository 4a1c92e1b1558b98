"""Categories of a CIF file (Hall, Allen & Brown 1991, Acta Cryst. A47, 655-685) as tables."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(r"""'((?:[^']|'(?=\S))*)'(?=\s|$)|"((?:[^"]|"(?=\S))*)"(?=\s|$)|(\#.*)|(\S+)""")
UNKNOWN = ("?", ".")
"""Values that say that there is none."""


@dataclass
class Table:
    """A category: names of its items, and rows of their values as they are written."""

    items: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def column(self, item: str) -> list[str] | None:
        """Values of an item, None if the category lacks it."""
        if item not in self.items:
            return None
        place = self.items.index(item)
        return [row[place] for row in self.rows]

    def columns(self, *items: str) -> Iterator[tuple[str, ...]]:
        """Rows of some items, ``?`` where the category lacks one."""
        found = [self.column(item) or ["?"] * len(self.rows) for item in items]
        return zip(*found, strict=True)


def read_tables(lines: Iterable[str], categories: Collection[str]) -> dict[str, Table]:
    """Categories of the first data block, as ``_atom_site``; all of those wanted, empty or not.

    Raises
    ------
    ValueError
        If there is no data block, an item has no name, or a loop ends within a row; names the line
        or the category.
    """
    tables = {name: Table() for name in categories}
    tokens = _tokens(lines)
    number, first, quoted = next(tokens, (0, "", False))
    if quoted or not first.lower().startswith("data_"):
        raise ValueError(f"line {max(number, 1)} should start with data_")
    heading: list[str] | None = None
    wanted: Table | None = None
    values: list[str] = []

    def finish() -> None:
        """Cut the values of the loop that has ended into rows."""
        if wanted is None or not heading:
            return
        if any("." not in item for item in heading):
            raise ValueError(f"the loop of _{name} before line {number} names no items")
        if len(values) % len(heading):
            raise ValueError(f"the loop of _{name} before line {number} ends within a row")
        wanted.items = [item.split(".", 1)[1] for item in heading]
        width = len(heading)
        wanted.rows = [values[i : i + width] for i in range(0, len(values), width)]

    name = single = ""
    for number, token, quoted in tokens:
        if not quoted and token.startswith("_"):
            name = token[1:].split(".")[0]
            if token in tables:
                raise ValueError(f"line {number}: {token} names a category, and no item of it")
            if heading is not None and not values:
                heading.append(token)
                wanted = tables.get(f"_{name}")
                continue
            finish()
            heading, wanted, values, single = None, None, [], token
        elif not quoted and token.lower() == "loop_":
            finish()
            heading, wanted, values, single = [], None, [], ""
        elif not quoted and token.lower().startswith("data_"):
            break
        elif single:
            if (table := tables.get(single.split(".")[0])) is not None:
                table.items.append(single.split(".", 1)[1])
                table.rows = [[*(table.rows[0] if table.rows else []), token]]
            single = ""
        elif heading:
            # values of a category that nobody wants only have to be there
            values = [token] if wanted is None else values
            if wanted is not None:
                values.append(token)
    finish()
    return tables


def _tokens(lines: Iterable[str]) -> Iterator[tuple[int, str, bool]]:
    """Yield line number, text, and whether it was quoted."""
    block: list[str] | None = None
    for number, line in enumerate(lines, 1):
        if line.startswith(";"):
            if block is None:
                block = [line[1:].rstrip("\n")]
            else:
                yield number, "\n".join(block), True
                block = None
        elif block is not None:
            block.append(line.rstrip("\n"))
        elif "'" not in line and '"' not in line and "#" not in line:
            for word in line.split():
                yield number, word, False
        else:
            for single, double, comment, plain in _TOKEN.findall(line):
                if not comment:
                    yield number, plain or single or double, not plain
