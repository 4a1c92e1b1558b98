"""Blocks of chains in, parts of an output out, by several processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import chain as joined
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from ribbonet import __version__
from ribbonet.chains.alphabet import STATES, Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.models.inputs import Source
from ribbonet.models.model import Model
from ribbonet.prediction.blocks import predict_block
from ribbonet.prediction.formats.base import Format

if TYPE_CHECKING:
    from ribbonet.prediction.templates import Templates
    from ribbonet.prediction.tracks import Tracks

PROCESSOR = "processor, NumPy or Numba (OPENBLAS_CORETYPE can choose an older processor's kernels)"
"""What an output depends on in its last digits, for messages."""

PAYS = 6
"""Blocks of input that several processes are started for; fewer are done before they would be."""


class Parts(list[bytes]):
    """Parts of an output, and how many of their chains have relatives of known structure."""

    def __init__(self, parts: Iterable[bytes] = (), related: int = 0) -> None:
        super().__init__(parts)
        self.related = int(related)


@dataclass(frozen=True)
class Work:
    """Turns a block of chains into parts of an output: one, or a whole file a record."""

    model: Model
    format: Format
    min_confidence: float = 0.0
    states: Alphabet = STATES
    file_a_record: bool = False
    source: Source | None = None
    templates: Templates | None = None
    smooth: bool = False
    provenance: bool = False
    tracks: Tracks | None = None

    def __call__(self, chains: Sequence[Chain]) -> Parts:
        """Predict the chains and write them down."""
        predictions = predict_block(
            chains,
            self.model,
            self.min_confidence,
            self.states,
            self.source,
            templates=self.templates,
            tracks=self.tracks,
        )
        if self.smooth:
            predictions = [prediction.smoothed() for prediction in predictions]
        related = sum(p.has_relatives for p in predictions)
        if not self.file_a_record:
            return Parts([self.format.encode(predictions)], related)
        files = [BytesIO() for _ in predictions]
        for prediction, file in zip(predictions, files, strict=True):
            self.format.assemble([self.format.encode([prediction])], file)
        return Parts([file.getvalue() for file in files], related)

    @property
    def settings(self) -> dict[str, Any]:
        """All that the output depends on but the chains."""
        from ribbonet.nn.arithmetic import fingerprint

        return {
            "version": __version__,
            "--model": self.model.digest,
            "--format": self.format.suffix,
            "--min-confidence": self.min_confidence,
            "--states": len(self.states),
            "kind of --output": "folder" if self.file_a_record else "file",
            PROCESSOR: fingerprint(),
            **({} if self.source is None else {"profiles or arrays": self.source.settings}),
            "--templates": None if self.templates is None else self.templates.settings,
            **({} if self.tracks is None else {"--tracks": self.tracks.settings}),
            **({"--smooth": True} if self.smooth else {}),
            **self.format.settings,
            **({"--provenance": True} if self.provenance else {}),
        }


class Predict(Protocol):
    """Predicts blocks of chains: `predicted`, or what `ribbonet.prediction.runs.ray` makes."""

    def __call__(
        self, blocks: Iterator[list[Chain]], work: Work, done: int = 0
    ) -> Iterator[tuple[list[Chain], Parts]]:
        """Give the blocks and their parts of the output, in order.

        Parameters
        ----------
        blocks : iterator of list of Chain
            Read as they are needed.
        work : Work
        done : int
            Blocks that came before these in the same input.
        """


def predicted(
    blocks: Iterator[list[Chain]], work: Work, done: int = 0, *, threads: int | None = None
) -> Iterator[tuple[list[Chain], Parts]]:
    """Predict blocks of chains, in their order, by several processes.

    Parameters
    ----------
    blocks : iterator of list of Chain
        Read as they are needed.
    work : Work
    done : int
        Of no account here.
    threads : int, optional
        Processes; without it, as many as there are cores when there is enough to predict.
    """
    if threads is None:
        first = list(islice(blocks, PAYS))
        threads = None if len(first) == PAYS else 1
        blocks = joined(first, blocks)
    if threads == 1:
        return ((block, work(block)) for block in blocks)
    from ribbonet.system.pools import cores, in_order

    return in_order(work, blocks, threads or cores())
