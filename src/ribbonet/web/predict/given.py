"""Files that the room Predict is given for a chain, within JSON."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ribbonet.chains.open import open_bytes
from ribbonet.errors import InputError

Residues = Annotated[str, Field(min_length=1, max_length=40_000)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]


class Given(BaseModel):
    """A chain, and a file for it."""

    model_config = ConfigDict(extra="forbid")

    sequence: Residues
    id: Annotated[str, Field(max_length=1000)] = ""
    name: Name
    content: Annotated[str, Field(description="Of the file, plain or compressed, as base64.")]

    def decompressed(self, most: int) -> bytes:
        """Return what the file holds.

        Raises
        ------
        InputError
            When it is damaged, or holds more than `most` bytes.
        """
        try:
            file = BytesIO(b64decode(self.content, validate=True))
        except ValueError:
            raise InputError("content: is not base64") from None
        file.name = self.name
        with open_bytes(file) as opened:
            text = opened.read(most + 1)
        if len(text) > most:
            raise InputError(
                f"{self.name}: has more than {most:,} bytes; use the command `ribbonet`"
            )
        return text

    @contextmanager
    def written(self, text: bytes) -> Iterator[Path]:
        """Keep what the file holds as a file of its name, which complaints speak of."""
        with TemporaryDirectory() as folder:
            path = Path(folder, re.sub(r"\.(gz|xz|bz2|zst)$", "", self.name))
            path.write_bytes(text)
            try:
                yield path
            except InputError as error:
                raise InputError(str(error).replace(f"{folder}/", "")) from None
