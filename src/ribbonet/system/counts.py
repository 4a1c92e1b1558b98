"""Counts in messages."""


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun, which is in the plural unless the number is one.

    Examples
    --------
    >>> count_of(1, "chain"), count_of(1024, "chain"), count_of(2, "family")
    ('1 chain', '1,024 chains', '2 families')
    """
    if number != 1:
        noun = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun}"
