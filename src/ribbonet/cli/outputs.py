"""What an output must not be: one of the inputs, or of a form that its name denies."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ribbonet.errors import InputError


def spare_inputs(output: str | Path, inputs: Iterable[str | Path | None]) -> None:
    """Refuse an output that is a file to be read.

    Parameters
    ----------
    output : str or Path
        Need not exist.
    inputs : iterable of str, Path or None
        Files, folders, and what is neither, such as the name of a model.

    Raises
    ------
    InputError
        When a file of that name is one of the inputs, under whatever name.
    """
    path = Path(output)
    if not path.is_file():
        return
    for name in inputs:
        if name is not None and Path(name).exists() and path.samefile(name):
            raise InputError(f"{output}: is to be read and would be overwritten; choose another")
