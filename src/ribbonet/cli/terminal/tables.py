"""Tables on standard output."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def print_columns(rows: Sequence[Sequence[str]]) -> None:
    """Write rows in columns: names first, to the left, then numbers, to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        numbers = (text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True))
        sys.stdout.write("  ".join([row[0].ljust(widths[0]), *numbers]).rstrip() + "\n")
