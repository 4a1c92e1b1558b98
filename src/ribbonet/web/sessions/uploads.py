"""Files of a pupil's own, which come as text in a message."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.three_line import read_three_line
from ribbonet.errors import InputError


def uploaded_chains(text: str) -> list[Chain]:
    """Read labelled chains, three lines each.

    Raises
    ------
    InputError
        When they are in another form; what it says is of "the file".
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_text(text, encoding="utf-8")
        try:
            return list(read_three_line(path))
        except InputError as error:
            raise InputError(str(error).replace(str(path), "the file")) from None
