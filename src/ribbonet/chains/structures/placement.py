"""Where the resolved pieces of a chain are in its whole sequence."""

import re
from collections.abc import Iterator, Sequence

_TRIES = 100_000


def place_pieces(pieces: Sequence[str], gaps: Sequence[int], declared: str) -> list[int] | None:
    """Positions of pieces in a sequence, one after the other.

    Of several positions the one that leaves a gap nearest to the expected length is tried first.

    Parameters
    ----------
    pieces : sequence of str
        Letters of residues that follow one another; ``X`` is any.
    gaps : sequence of int
        Residues expected between each piece and the next.
    declared : str
        The whole sequence.

    Returns
    -------
    list of int or None
        From 0; None if the pieces do not fit.

    Examples
    --------
    >>> place_pieces(["MK", "AA"], [2], "MKAAAAAA")
    [0, 4]
    >>> place_pieces(["MK", "W"], [0], "MKAAAAAA") is None
    True
    """
    patterns = [re.compile(f"(?={piece.replace('X', '.')})") for piece in pieces]
    starts: list[int] = []
    # for each of these and the piece after them: the positions that are still to be tried
    waiting = [_positions(patterns[0], declared, 0, 0)]
    tried: set[tuple[int, int]] = set()
    while waiting and len(tried) < _TRIES:
        start = next(waiting[-1], None)
        if start is None:
            waiting.pop()
            del starts[-1:]
            continue
        number, end = len(waiting), start + len(pieces[len(starts)])
        if number == len(pieces):
            return [*starts, start]
        if (number, end) not in tried:
            tried.add((number, end))
            starts.append(start)
            waiting.append(_positions(patterns[number], declared, end, end + gaps[number - 1]))
    return None


def _positions(pattern: re.Pattern[str], declared: str, start: int, likely: int) -> Iterator[int]:
    """Positions of a piece from ``start`` on, the likeliest first."""
    found = [match.start() for match in pattern.finditer(declared, start)]
    return iter(sorted(found, key=lambda position: abs(position - likely)))
