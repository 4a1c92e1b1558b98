"""What an output must not be: one of the inputs, or of a name that says another format."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ribbonet.errors import InputError


def spare_inputs(
    output: str | Path, inputs: Iterable[str | Path | None], ends: Iterable[str] = ("",)
) -> None:
    """Refuse an output that is a file to be read.

    Parameters
    ----------
    output : str or Path
        Need not exist.
    inputs : iterable of str, Path or None
        Files, folders, and what is neither, such as the name of a model.
    ends : iterable of str
        Ends of the names of all that is written, after that of the output.

    Raises
    ------
    InputError
        When a file of such a name is one of the inputs, under whatever name, or is read in one of
        those that are folders; or such a name is too long.
    """
    from ribbonet.system.atomic import write_errors

    given = [Path(name) for name in inputs if name is not None and Path(name).exists()]
    for path in (Path(f"{Path(output)}{end}") for end in ends):
        with write_errors(path):
            taken = path.is_file() and any(_reads(name, path) for name in given)
        if taken:
            raise InputError(f"{path}: is to be read and would be overwritten; choose another")


def check_ending(output: Path, *endings: str) -> None:
    """Refuse an output whose name does not end as its format wants.

    Raises
    ------
    InputError
        Names the endings.
    """
    if output.suffix.lower() not in endings:
        raise InputError(f"{output}: end the name with {' or '.join(endings)}")


def _reads(given: Path, path: Path) -> bool:
    """Whether a file is one that was given, or of a kind that is read in a folder that was."""
    from ribbonet.chains.relatives.profile_files import READERS
    from ribbonet.models.card import CARD, WEIGHTS
    from ribbonet.prediction.runs.folders import FASTA

    if not given.is_dir():
        return path.samefile(given)
    read = {*READERS, *FASTA, *(Path(name).suffix for name in (CARD, WEIGHTS))}
    return path.parent.samefile(given) and not read.isdisjoint(path.suffixes)
