"""Relatives of a chain among chains of known structure, and how they are aligned to it.

Of the chains that share words with it (`ribbonet.chains.templates.words`), phmmer aligns the
best (Eddy 2011, PLoS Comput. Biol. 7, e1002195; by pyhmmer, Larralde & Zeller 2023,
Bioinformatics 39, btad214).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import SPACER
from ribbonet.chains.chain import Chain
from ribbonet.chains.templates.template_set import TemplateSet

if TYPE_CHECKING:
    from pyhmmer.plan7 import TopHits

    from ribbonet.chains.templates.words import WordFilter

E_VALUE = 1e-3
"""Of a relative, and of each of its alignments, at most."""
CANDIDATES = (400, 4000)
"""Chains, of those that share most words, that are aligned: the first part, and all."""
ENOUGH = 50
"""Relatives after which no further candidates are aligned."""
SAMPLES = 100
"""Random sequences by which phmmer calibrates its E-values, half of its default: they are wrong
by some 15 %, and a search is faster by a third."""
PIECE, OVERLAP = 2000, 500
"""Residues of a long chain that are searched for at a time, and those that pieces share: an
alignment takes memory by the product of both lengths."""
SHORTEST = 16
"""Residues of a chain that can have a relative of this E-value at all."""
_CODES = np.array([*range(SPACER), 26], np.uint8)
"""In the alphabet of HMMER, whose first twenty codes are those of `RESIDUES`, 26 is X."""


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """A local alignment of a chain to one of known structure.

    Parameters
    ----------
    place : int
        Index of the template in its set.
    id : str
        The template's.
    identity : float
        Share of columns, gaps included, in which both have the same residue; 0 to 1.
    e_value : float
    query, target : (n,) int64 arrays
        Pairs of aligned residues, places in the chain and in the template, from 0.
    confidence : (n,) float32 array
        Posterior probability of each pair, in tenths, as HMMER gives it.
    """

    place: int
    id: str
    identity: float
    e_value: float
    query: NDArray[np.int64]
    target: NDArray[np.int64]
    confidence: NDArray[np.float32]


def available() -> bool:
    """Whether pyhmmer is installed; it has no wheels for Windows."""
    return find_spec("pyhmmer") is not None


class TemplateSearch:
    """Finds the relatives of chains in a set of templates.

    What is found for a chain depends on the chain and the set alone.

    Parameters
    ----------
    templates : TemplateSet
    max_identity : float
        Relatives of higher identity are ignored, for scores without close homologues.
    """

    def __init__(self, templates: TemplateSet, max_identity: float = 1.0) -> None:
        self.templates, self.max_identity = templates, max_identity

    def __call__(
        self, chains: Sequence[Chain], pause: Callable[[], None] | None = None
    ) -> list[list[Alignment]]:
        """Return the alignments of each chain to its relatives, the most similar relative first.

        `pause` is called before each piece: it may wait, or raise to end the search.
        """
        pieces = [
            (number, start, codes)
            for number, chain in enumerate(chains)
            for start, codes in _pieces(chain.codes)
            if np.sum(codes < SPACER) >= SHORTEST
        ]
        found: list[list[Alignment]] = [[] for _ in chains]
        if pieces:
            ranked = self._filter.ranked((codes for *_, codes in pieces), CANDIDATES[-1])
            for (number, start, codes), candidates in zip(pieces, ranked, strict=True):
                if pause is not None:
                    pause()
                found[number] += [
                    replace(alignment, query=alignment.query + start)
                    for alignment in self._align(codes, candidates)
                ]
        return [_most_similar_first(alignments) for alignments in found]

    @property
    def settings(self) -> str:
        """What the alignments depend on besides the chains."""
        limit = "" if self.max_identity >= 1 else f" up to {self.max_identity:g}"
        return f"{self.templates.digest}{limit}"

    def __getstate__(self) -> dict[str, Any]:
        """Leave the filter out: another process makes its own."""
        return {"templates": self.templates, "max_identity": self.max_identity}

    @cached_property
    def _filter(self) -> WordFilter:
        from ribbonet.chains.templates.words import WordFilter

        return WordFilter(self.templates.residues, self.templates.starts)

    def _align(self, codes: NDArray[np.uint8], candidates: NDArray[np.int64]) -> list[Alignment]:
        from pyhmmer.easel import Alphabet, DigitalSequence
        from pyhmmer.plan7 import Background, Builder, Pipeline

        if not len(candidates):
            return []
        alphabet = Alphabet.amino()
        background = Background(alphabet)
        query = DigitalSequence(alphabet, name=b"query", sequence=in_hmmer(codes))
        model, _, _ = Builder(alphabet, EmN=SAMPLES, EvN=SAMPLES, EfN=SAMPLES).build(
            query, background
        )
        z = len(self.templates)
        relatives: dict[int, list[Alignment]] = {}
        for start, end in zip((0, *CANDIDATES), CANDIDATES, strict=False):
            block = self._block(alphabet, candidates[start:end])
            pipeline = Pipeline(alphabet, background, Z=z, domZ=z, E=E_VALUE, domE=E_VALUE)
            relatives |= self._near_enough(pipeline.search_hmm(model, block))
            if len(relatives) >= ENOUGH:
                break
        return [alignment for own in relatives.values() for alignment in own]

    def _block(self, alphabet: Any, places: NDArray[np.int64]) -> Any:
        from pyhmmer.easel import DigitalSequence, DigitalSequenceBlock

        residues, starts = self.templates.residues, self.templates.starts
        parts = zip(
            places.tolist(), starts[places].tolist(), starts[places + 1].tolist(), strict=True
        )
        sequences = [
            DigitalSequence(alphabet, name=b"%d" % place, sequence=in_hmmer(residues[start:end]))
            for place, start, end in parts
        ]
        return DigitalSequenceBlock(alphabet, sequences)

    def _near_enough(self, hits: TopHits[Any]) -> dict[int, list[Alignment]]:
        """Relatives by their places, those that are too similar left out."""
        found = {
            int(hit.name): [self._alignment(domain) for domain in hit.domains.reported]
            for hit in hits.reported
        }
        return {
            place: alignments
            for place, alignments in found.items()
            if alignments and max(a.identity for a in alignments) <= self.max_identity
        }

    def _alignment(self, domain: Any) -> Alignment:
        aligned = domain.alignment
        place = int(aligned.target_name)
        query, target, confidence = (
            np.frombuffer(text.upper().encode(), np.uint8)
            for text in (
                aligned.hmm_sequence,
                aligned.target_sequence,
                aligned.posterior_probabilities,
            )
        )
        in_query, in_target = query != ord("."), target != ord("-")
        pairs = in_query & in_target
        same = pairs & (query == target) & (query != ord("X"))
        tenths = np.where(confidence == ord("*"), 10, confidence.astype(np.int64) - ord("0"))
        return Alignment(
            place,
            self.templates.ids[place],
            float(same.sum() / len(same)),
            float(domain.i_evalue),
            (aligned.hmm_from - 2 + np.cumsum(in_query))[pairs],
            (aligned.target_from - 2 + np.cumsum(in_target))[pairs],
            (tenths[pairs] / 10).astype(np.float32),
        )


def _pieces(codes: NDArray[np.uint8]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Cut a long chain into overlapping pieces; yield where each starts, and its codes."""
    for start in range(0, max(len(codes) - OVERLAP, 1), PIECE - OVERLAP):
        yield start, codes[start : start + PIECE]


def _most_similar_first(alignments: Sequence[Alignment]) -> list[Alignment]:
    """Order alignments by the highest identity of their templates, then by these."""
    best: dict[int, float] = {}
    for alignment in alignments:
        best[alignment.place] = max(best.get(alignment.place, 0.0), alignment.identity)
    return sorted(alignments, key=lambda own: (-best[own.place], own.place, own.query[0]))


def in_hmmer(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return codes of residues in HMMER's alphabet."""
    return _CODES[codes]
