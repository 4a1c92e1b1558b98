"""Embeddings of residues by a trained model, which other networks read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.errors import InputError
from ribbonet.models import SHIPPED, read_shipped
from ribbonet.models.card import CARD, EMBEDDING
from ribbonet.models.stages import Stage, no_pause
from ribbonet.nn.layers.stack import Network

Array = NDArray[Any]


@dataclass(frozen=True)
class Embedding(Stage):
    """A model's stage that returns its hidden layers besides its probabilities.

    Networks for tasks with a few thousand labels learn more from these than from residues alone
    (transfer learning). The stage's weights are not changed.

    Parameters
    ----------
    model : str
        Name of the shipped model whose stage it is.
    digest : str
        That model's SHA-256.
    """

    gives_hidden = True

    model: str = ""
    digest: str = ""

    @classmethod
    def of(cls, stage: Stage, model: str, digest: str) -> Embedding:
        """Return a stage as an embedding; both share their networks' forms for prediction."""
        own = cls(stage.window, stage.networks, stage.task, model, digest)
        vars(own)["_forms"] = stage._forms  # a cached property's
        return own

    @property
    def outputs(self) -> int:
        """Number of columns: the units of the last hidden layers, and the model's labels."""
        lasts = (network.layers[-1].input_size or 0 for network in self.networks)
        return sum(lasts) + self.task.outputs

    def for_next(
        self, tracks: Sequence[Array], pause: Callable[[], None] = no_pause
    ) -> list[NDArray[np.float32]]:
        """Embeddings of each residue of each chain.

        Parameters
        ----------
        tracks : sequence of (L,) uint8 arrays
            Residues' codes.
        pause : callable
            Called between forward passes: it may wait, or raise to end them.

        Returns
        -------
        embeddings : list of (L, D) float32 arrays
            The last hidden layer of each network, side by side; then the model's probabilities of
            its labels, to the last bit those that it predicts by itself.
        """
        return self._outputs(tracks, pause)

    @property
    def arrays(self) -> dict[str, Array]:
        """Return nothing: the weights are stored with the model."""
        return {}

    def described(self) -> dict[str, Any]:
        """Return the model's name and digest, as plain values."""
        return {EMBEDDING: self.model, "sha256": self.digest}

    def identity(self) -> Iterator[bytes]:
        """Yield the model's digest."""
        yield f"embeddings of {self.digest}".encode()

    def _predicted(
        self, network: Network, x: Array, mask: NDArray[np.bool_] | None
    ) -> NDArray[np.float32]:
        """Return a network's last hidden layer, and its predictions beside it."""
        for layer in network.layers[:-1]:
            x = layer(x, mask)
        given = self.task.activate(network.layers[-1](x, mask))
        return np.concatenate([x, given], axis=-1)

    def _combined(self, each: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Return the hidden layers side by side, and the mean of the predictions."""
        labels = self.task.outputs
        hidden = [own[..., :-labels] for own in each]
        mean = np.mean([own[..., -labels:] for own in each], axis=0)
        return np.concatenate([*hidden, mean], axis=-1)


def embedding_of(name: str) -> Embedding:
    """Return the stage of a shipped model as an embedding for other networks.

    Parameters
    ----------
    name : str
        Of a shipped model of one stage that reads sequences alone.

    Raises
    ------
    InputError
        When there is no such model.
    """
    known = [path.parent.name for path in SHIPPED.glob(f"*/{CARD}")]
    model = read_shipped(name) if name in known else None
    if model is None or len(model.stages) > 1 or model.inputs != "sequence":
        raise InputError(
            f"embedding = {name!r}: give a shipped model of one stage that reads sequences, as "
            "'accurate' is"
        )
    (stage,) = model.stages
    return Embedding.of(stage, name, model.digest)
