"""How much the page takes on, so that nobody can bring it down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What is refused beyond: a body by 413, its content by 422, one more of something by 429.

    A client is an address; of what all share, it may have a part, so that some is left for others.

    Parameters
    ----------
    body : int
        Bytes of a request, as sent and, where it is compressed, as decompressed.
    bodies : int
        Bytes of all requests under way together.
    header, arrival : float
        Seconds within which the header of a request, and then its body, have to arrive; slower
        ones are answered by 408.
    connections, connections_of_client : int
        Open at once; beyond, the one that has kept us waiting longest is closed.
    chains, residues : int
        Of one prediction.
    drawn, scanned : int
        Residues of one picture, and of a chain whose mutants are all predicted.
    searched : int
        Residues of one prediction whose relatives of known structure are looked for.
    structure : int
        Bytes of a structure, decompressed, that predictions are compared with.
    labelling : float
        Seconds that DSSP may take for it.
    chain : int
        Residues of one chain, where a model takes each chain at once.
    predictions, predictions_of_client : int
        Under way or waiting at once.
    kept, kept_predictions : int
        Bytes and number of predictions that are kept, for a download that follows.
    sessions, sessions_of_client : int
        Players at once.
    silence : float
        Seconds after which a player whose page says nothing has to leave; it says of each picture
        that it is drawn.
    steps : int
        Training steps a second of one player.
    """

    body: int = 1_000_000
    bodies: int = 64_000_000
    header: float = 10
    arrival: float = 30
    connections: int = 512
    connections_of_client: int = 384
    chains: int = 1_000
    residues: int = 300_000
    drawn: int = 20_000
    scanned: int = 300
    searched: int = 50_000
    structure: int = 8_000_000
    labelling: float = 30
    chain: int = 40_000
    predictions: int = 256
    predictions_of_client: int = 224
    kept: int = 32_000_000
    kept_predictions: int = 200
    sessions: int = 50
    sessions_of_client: int = 40
    silence: float = 900
    steps: int = 20_000
