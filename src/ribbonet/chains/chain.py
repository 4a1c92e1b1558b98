"""Records: one protein chain, with or without the label of each residue."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import encode_residues, read_labels


@dataclass(frozen=True, slots=True)
class Chain:
    """A protein chain.

    Parameters
    ----------
    header : str
        What stood behind ``>`` but white space at its end: the id, then perhaps a description.
    sequence : str
        One upper-case letter a residue, unknown residues as they were written.
    labels : str or None
        One state a residue, ``-`` where it has none; None for a chain without labels.

    Raises
    ------
    ValueError
        If there are not as many labels as residues.

    Examples
    --------
    >>> chain = Chain("1ubq-A ubiquitin", "MQIFVK", "-EEEEC")
    >>> chain.id, chain.description, len(chain)
    ('1ubq-A', 'ubiquitin', 6)
    """

    header: str
    sequence: str
    labels: str | None = None

    def __post_init__(self) -> None:
        if self.labels is not None and len(self.labels) != len(self.sequence):
            raise ValueError(
                f"chain {self.id!r} has {len(self.sequence)} residues and {len(self.labels)} labels"
            )

    def __len__(self) -> int:
        return len(self.sequence)

    @property
    def id(self) -> str:
        """First word of the header, exactly as written; empty for an empty header."""
        return [*self.header.split(maxsplit=1), ""][0]

    @property
    def description(self) -> str:
        """The header behind the id."""
        return [*self.header.split(maxsplit=1), "", ""][1]

    @property
    def codes(self) -> NDArray[np.uint8]:
        """Codes of the residues, uint8 of shape (L,)."""
        return encode_residues(self.sequence)

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Which residues have a label, bool of shape (L,)."""
        if self.labels is None:
            return np.zeros(len(self), dtype=np.bool_)
        labelled: NDArray[np.bool_] = np.frombuffer(
            self.labels.encode("ascii"), dtype=np.uint8
        ) != ord("-")
        return labelled


def labelled_chain(header: str, sequence: str, labels: str, states: Literal[3, 8] = 3) -> Chain:
    """Make a chain of what a file says, in upper case, the labels as ``read_labels`` has them.

    Raises
    ------
    ValueError
        If there is a symbol that is no residue or no label, or not as many labels as residues.

    Examples
    --------
    >>> labelled_chain("1ubq-A", "mqifvk", "-EBE C").labels
    '-EEECC'
    """
    chain = Chain(header, sequence.upper(), read_labels(labels, states))
    encode_residues(chain.sequence)
    return chain
