"""What goes wrong through the user's input, as opposed to through a defect of ours."""

import errno


class InputError(ValueError):
    """Bad input or usage: a message for the user, who can mend it; exit code 2.

    The message names the file, the record or line and what to do.
    """


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Numbers of a system's errors when there is no room to write."""
