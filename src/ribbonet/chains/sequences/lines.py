"""The lines of a record: which are no residues, but labels, text or the end of another format."""

from __future__ import annotations

from collections import Counter

from ribbonet.chains.sequences.resemblance import LEAST, STATE_LETTERS, are_labels, reads_as_states
from ribbonet.chains.sequences.rules import UnfitError, WrongFormError

LEAST_WORDS = 3
"""Words from which a line in small letters is warned of."""
MOST_LACKING = 3
"""Labels by which a line below a sequence may be shorter or longer by mistake."""
ENDS = frozenset((b"END", b"TER", b"ENDMDL", b"STOP", b"EOF"))
"""What other formats, as PDB, write below the last residue, in letters of residues."""
WIDTHS = (50, 60, 70, 80, 100)
"""Residues on a line of a sequence that is wrapped, as programs write it."""
_STATES = STATE_LETTERS.encode()


def is_halved(body: bytes) -> bool:
    """Whether a line ends exactly in the middle, as for a sequence followed by its labels."""
    text = body.strip(b"\n")
    return len(text) % 2 == 1 and text[len(text) // 2] == ord("\n")


def half_is_labels(text: str) -> bool:
    """Whether one half of a record's lines is labels of the residues in the other half."""
    if not is_halved(text.encode()):
        return False
    text = text.strip("\n")
    half = len(text) // 2
    halves = (text[:half], text[half + 1 :])
    return len(text) >= LEAST and (are_labels(*halves) or are_labels(*reversed(halves)))


def check_lines(lines: list[bytes], counts: Counter[str]) -> None:
    """Refuse states below a sequence, and count lines that may be labels, text or another record.

    Raises
    ------
    UnfitError
        If the last line is the end of another format.
    WrongFormError
        If some of the lines are states.
    """
    if len(lines) == 1:
        counts["words"] += b" " in lines[0] and _is_phrase(lines[0].decode(errors="replace"))
        return
    lines = [line.strip() for line in lines]
    filled = [line for line in lines if line[:1] not in b"#;"]
    states = [
        not line.translate(None, _STATES) and reads_as_states(line.decode()) for line in filled
    ]
    if any(states) and not all(states):
        raise WrongFormError(
            f"line {states.index(True) + 1} of the sequence reads as labels",
            "give sequences alone; ribbonet data convert reads labelled chains",
        )
    if filled and filled[-1].upper() in ENDS:
        counts["words"] += _may_end(filled)
    *whole, last = map(len, filled or lines)
    if not all(lines) and (len({*whole}) > 1 or last > max(whole, default=last)):
        counts["parted"] += 1
    if len(whole) == 1 and last >= LEAST and 0 < abs(whole[0] - last) <= MOST_LACKING:
        texts = (line.decode(errors="replace") for line in reversed(filled))
        counts["labels"] += are_labels(*texts)
    phrases = [line for line in filled if b" " in line or b"\t" in line]
    if 0 < len(phrases) < len(filled):
        longest = max(len(line) for line in filled if line not in phrases)
        letters = [line for line in phrases if line.isupper() and b"".join(line.split()).isalpha()]
        counts["words"] += sum(not is_in_blocks(line.decode(), longest) for line in letters)


def _may_end(lines: list[bytes]) -> bool:
    """Whether a last line such as ``END`` may be residues, since the lines above it are wrapped.

    Raises
    ------
    UnfitError
        If it is no residues.
    """
    *above, last = lines
    if not above:
        return False
    lengths = {len(line) for line in above}
    wrapped = len(lengths) == 1 and (len(above) > 1 or len(above[0]) in WIDTHS)
    if wrapped and last.isupper():
        return True
    raise UnfitError(
        f"the last line, {last.decode()}, reads as the end of another format, not as residues",
        "take it out, or join it to the line above if it is residues",
    )


def is_in_blocks(line: str, least: int) -> bool:
    """Whether a line's words are blocks of one length, at least that, the last perhaps shorter."""
    *blocks, last = map(len, line.split())
    return len({*blocks}) == 1 and max(last, least) <= blocks[0]


def _is_phrase(line: str) -> bool:
    """Whether a line is of words in small letters, and not of a sequence in blocks."""
    return line.islower() and len(line.split()) >= LEAST_WORDS and not is_in_blocks(line, 0)
