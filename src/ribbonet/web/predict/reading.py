"""What a user pastes or drops, FASTA or bare sequences, compressed or not, as chains."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby

from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import OnInvalid, read_fasta
from ribbonet.chains.open import open_bytes
from ribbonet.chains.sequences.lines import ENDS
from ribbonet.chains.sequences.resemblance import warn_of_nucleotides
from ribbonet.errors import InputError
from ribbonet.web.server.guard import too_long
from ribbonet.web.server.limits import Limits

WRAPPED = 40
"""Letters from which lines of one length are taken for one sequence, wrapped."""


@dataclass(frozen=True)
class Reading:
    """Chains, and what was not taken as it stood (a line, or nothing)."""

    chains: list[Chain]
    warning: str

    @property
    def residues(self) -> int:
        """Of all chains together."""
        return sum(map(len, self.chains))


def read(body: bytes, on_invalid: OnInvalid, limits: Limits) -> Reading:
    """Read the chains in a body.

    Raises
    ------
    InputError
        When there are none, or too many, or what `read_fasta` finds wrong.
    HTTPException
        413, when it is too long once it is decompressed.
    """
    with open_bytes(_named(body)) as file:
        text = file.read(limits.body + 1).removeprefix(BOM_UTF8)
    if len(text) > limits.body:
        raise too_long(limits)
    warnings: list[str] = []
    chains: list[Chain] = []
    residues = 0
    found = read_fasta(_named(fasta(text)), on_invalid=on_invalid, on_warning=warnings.append)
    for chain in warn_of_nucleotides(found, NAME, warnings.append):
        chains.append(chain)
        residues += len(chain)
        if residues > limits.residues:
            raise InputError(
                f"more than {limits.residues:,} residues; send fewer at a time, or use the command "
                "`ribbonet predict`, which takes any number"
            )
        if len(chains) > limits.chains:
            raise InputError(f"more than {limits.chains:,} chains; send fewer at a time")
    return Reading(chains, "; ".join(w.removeprefix(f"{NAME}: ") for w in warnings))


NAME = "input"


def _named(text: bytes) -> BytesIO:
    file = BytesIO(text)
    file.name = NAME  # for complaints
    return file


def fasta(text: bytes) -> bytes:
    r"""Give bare sequences headers; FASTA stays as it is.

    A bare sequence is a line, or a run of lines of one length of `WRAPPED` letters or more, the
    last of which may be shorter. One alone is named as `ribbonet predict --sequence` names it.

    Raises
    ------
    InputError
        When a line reads as the name of a sequence below.

    Examples
    --------
    >>> fasta(b"MKTAY IAKQR\n")
    b'>sequence\nMKTAYIAKQR\n'
    >>> fasta(b"MKTAY\nIAKQR\n")
    b'>sequence-1\nMKTAY\n>sequence-2\nIAKQR\n'
    """
    lines = [b"".join(line.split()) for line in text.splitlines()]
    starts = (line[:1] for line in lines if line and not line.startswith(b"#"))
    if next(starts, b">") in (b">", b"@") or any(line.startswith(b">") for line in lines):
        return text
    sequences = [
        sequence
        for filled, run in groupby(lines, key=bool)
        if filled
        for sequence in _unwrapped([line for line in run if not line.startswith(b"#")])
    ]
    if any(map(bytes.isupper, sequences)):
        name = next((s for s in sequences if _NAME.fullmatch(s) and not s.isupper()), None)
        if name is not None:
            raise InputError(
                f"{NAME}: {name.decode()!r} reads as a name, not as a sequence; begin its line "
                "with '>'"
            )
    while len(sequences) > 1 and sequences[-1].upper() in ENDS:
        last = sequences.pop()
        sequences[-1] += b"\n" + last  # which is refused there
    names = (
        [b"sequence"]
        if len(sequences) == 1
        else [b"sequence-%d" % n for n in range(1, len(sequences) + 1)]
    )
    return b"".join(b">%s\n%s\n" % pair for pair in zip(names, sequences, strict=True))


_NAME = re.compile(rb"(?!(?i:%s)$)[A-Za-z]{2,24}" % b"|".join(sorted(ENDS)))
"""A bare line that is a name where it has small letters and another line has none."""


def _unwrapped(lines: list[bytes]) -> list[bytes]:
    lengths = {len(line) for line in lines[:-1]}
    if len(lengths) == 1 and len(lines[-1]) <= max(lengths) >= WRAPPED:
        return [b"".join(lines)]
    return lines
