"""Errors in the user's input, as opposed to defects of ribbonet."""

import errno


class InputError(ValueError):
    """Bad input or usage: a message for the user, who can correct it; exit code 2.

    The message names the file, the record or line and what to do.
    """


def lacking(what: str, library: str, extra: str) -> InputError:
    """Return the error for a missing library, which names the extra that brings it.

    Examples
    --------
    >>> str(lacking("training", "SciPy", "train"))
    "training needs SciPy; add it by: pip install 'ribbonet[train]'"
    """
    return InputError(f"{what} needs {library}; add it by: pip install 'ribbonet[{extra}]'")


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Error numbers of the system when there is no room to write."""
