"""How much the page takes on, so that nobody can bring it down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What is refused beyond: a body by 413, its content by 422, one more of something by 429.

    A body that comes too slowly is refused by 408.

    Parameters
    ----------
    body : int
        Bytes of a request, as sent and, where it is compressed, as decompressed.
    arrival : float
        Seconds within which the body of a prediction has to be there.
    chains : int
        Of one prediction.
    predictions : int
        Under way or waiting at once.
    kept : int
        Residues whose predictions are kept, for a download that follows.
    sessions : int
        Players at once.
    silence : float
        Seconds after which a player whose page says nothing has to leave; it says of each picture
        that it is drawn.
    steps : int
        Training steps a second of one player.
    """

    body: int = 1_000_000
    arrival: float = 30
    chains: int = 1_000
    predictions: int = 256
    kept: int = 2_000_000
    sessions: int = 50
    silence: float = 900
    steps: int = 20_000
