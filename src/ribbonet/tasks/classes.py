"""Classes of any kind: two labels or more, read from the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import UNLABELLED, Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.tasks.base import Labelling


@dataclass(frozen=True)
class Classes(Labelling):
    """Labels of an alphabet of their own.

    Parameters
    ----------
    alphabet : Alphabet
        The labels, in the order of their characters.
    unlabelled : str, optional
        The symbol that stood for no label in the data trained on, where the user named one.
    """

    kind = "classes"

    alphabet: Alphabet
    unlabelled: str | None = field(default=None, compare=False)

    @property
    def labels(self) -> Alphabet:  # type: ignore[override]
        """The same."""
        return self.alphabet

    @property
    def summary(self) -> str:
        """The labels."""
        return f"the classes {' '.join(self.alphabet)}"

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the probabilities."""
        return tuple(f"p_{symbol}" for symbol in self.alphabet)

    def targets(self, chain: Chain) -> NDArray[np.uint8]:
        """Return codes of the labels, `UNLABELLED` where there is none.

        Raises
        ------
        ValueError
            If a label is none of the alphabet's; names it and its position, from 1.
        """
        unknown = ~chain.mask
        text = np.frombuffer((chain.labels or " " * len(chain)).encode("ascii"), np.uint8).copy()
        text[unknown] = ord(self.alphabet.symbols[0])
        codes = self.alphabet.encode(text.tobytes().decode("ascii"))
        codes[unknown] = UNLABELLED
        return codes

    def to_json(self) -> dict[str, Any]:
        """Return the labels."""
        named = {} if self.unlabelled is None else {"unlabelled": self.unlabelled}
        return {"labels": self.alphabet.symbols, **named}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Classes:
        """Read the labels."""
        return cls(Alphabet(stored["labels"]), stored.get("unlabelled"))
