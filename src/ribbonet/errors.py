"""What goes wrong through the user's input, as opposed to through a defect of ours."""

import errno


class InputError(ValueError):
    """Bad input or usage: a message for the user, who can mend it; exit code 2.

    The message names the file, the record or line and what to do.
    """


def lacking(what: str, library: str, extra: str) -> InputError:
    """Return the complaint that a library is missing, which an extra of the package brings.

    Examples
    --------
    >>> str(lacking("training", "SciPy", "train"))
    "training needs SciPy; add it by: pip install 'ribbonet[train]'"
    """
    return InputError(f"{what} needs {library}; add it by: pip install 'ribbonet[{extra}]'")


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Numbers of a system's errors when there is no room to write."""
