"""A model's card, `model.json`: its networks, training and scores, and checksums of both files."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ribbonet.errors import InputError
from ribbonet.tasks import Task, task_from_json, task_to_json

if TYPE_CHECKING:
    from ribbonet.tasks.scores import AnyScores

WEIGHTS, CARD = "weights.safetensors", "model.json"
"""Files of a model's folder."""

FORMAT = 1
"""What cards say of their own form."""

NETWORKS = ("format", "inputs", "stages")
"""Keys of what a card says of the networks."""

EMBEDDING = "embedding"
"""Key of a stage that is another model's."""

DIGESTS, OF_CARD, OF_NETWORKS = "sha256", "card", "networks"
"""Keys of the checksums, of the one of all else in the card, and of the one that cards of earlier
versions have instead: of `NETWORKS` alone."""

LARGEST = 1 << 22
"""Bytes of a card, at most."""

Record = Mapping[str, Any]
"""Plain values by name, ready for JSON, which are only shown and kept."""


@dataclass(frozen=True)
class Training:
    """How a model was trained.

    Parameters
    ----------
    record : mapping
        The record of the training, in its own order; with `chains`, `residues`, their checksums and
        the seed.
    """

    record: Record

    @property
    def chains(self) -> int:
        """Number of training chains."""
        return int(self.record["chains"])

    @property
    def residues(self) -> int:
        """Number of labelled residues in the training chains."""
        return int(self.record["residues"])

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed, or those of the networks where they were trained separately."""
        seed = self.record["seed"]
        return tuple(seed) if isinstance(seed, list) else (seed,)

    def is_of(self, train: str, valid: str, seed: int) -> bool:
        """Whether the chains had these checksums, and the seed was this."""
        keys = ("sha256", "validation_sha256", "seed")
        return [self.record.get(key) for key in keys] == [train, valid, seed]


@dataclass(frozen=True)
class Baseline:
    """A simpler model, trained on the same data, and its scores on the same test sets."""

    name: str
    weights: int
    scores: Sequence[Record]


@dataclass(frozen=True)
class Card:
    """What is known of a model besides its networks; fields are empty where nothing is known.

    Parameters
    ----------
    name, summary, licence, data : str
        `data` says in words what the model was trained on.
    task : Task, optional
        What the model predicts.
    configuration : mapping or sequence of mapping, optional
        Of the training, or of each network's where they were trained separately.
    training : Training, optional
    start : mapping, optional
        Checksum, name and data of the model that the training started from.
    scores : sequence of mapping
        On test sets, as `ribbonet evaluate --json` writes them.
    validation : mapping, optional
        Scores on the chains by which the model was chosen.
    baseline : Baseline, optional
    """

    name: str = ""
    summary: str = ""
    licence: str = ""
    data: str = ""
    task: Task | None = None
    configuration: Record | Sequence[Record] | None = None
    training: Training | None = None
    start: Record | None = None
    scores: Sequence[Record] = ()
    validation: Record | None = None
    baseline: Baseline | None = None

    @property
    def arrays(self) -> Mapping[str, str] | None:
        """Name and checksum of the language model whose embeddings were read, if known."""
        match None if self.training is None else self.training.record.get("arrays"):
            case {"name": str(name), "checksum": str(checksum)}:
                return {"name": name, "checksum": checksum}
        return None

    def to_json(self) -> dict[str, Any]:
        """Return the card as plain values."""
        words = {key: getattr(self, key) for key in ("name", "summary", "licence", "data")}
        known = {
            **words,
            **(task_to_json(self.task) if self.task else {}),
            "configuration": self.configuration,
            "training": self.training and self.training.record,
            "start": self.start,
            "scores": list(self.scores),
            "validation": self.validation,
            "baseline": self.baseline and vars(self.baseline),
        }
        return {key: value for key, value in known.items() if value not in (None, "", [])}

    def tests(self) -> dict[str, AnyScores]:
        """Return the scores on test sets by the sets' names; a prediction does without them."""
        from ribbonet.tasks.scores import scores_from_json

        return {score["data"]: scores_from_json(score) for score in self.scores}

    @classmethod
    def from_json(cls, stored: Record) -> Card:
        """Read a card; unknown keys are ignored.

        Raises
        ------
        LookupError, TypeError, ValueError
            When a key is missing, or a value has another form.
        """
        of_task = "task" in stored or "states" in stored
        training, baseline = stored.get("training"), stored.get("baseline")
        return cls(
            name=str(stored.get("name", "")),
            summary=str(stored.get("summary", "")),
            licence=str(stored.get("licence", "")),
            data=str(stored.get("data", "")),
            task=task_from_json(stored) if of_task else None,
            configuration=stored.get("configuration"),
            training=None if training is None else Training(training),
            start=stored.get("start"),
            scores=tuple(stored.get("scores", ())),
            validation=stored.get("validation"),
            baseline=None if baseline is None else Baseline(**baseline),
        )


def write_card(path: Path, card: Record, digests: Mapping[str, str]) -> None:
    """Write a card with checksums.

    Parameters
    ----------
    path : Path
    card : mapping
        What `Card.to_json` gives, and the keys `NETWORKS`.
    digests : mapping of str to str
        What `ribbonet.models.folder.digests_of` gives for the arrays in `weights.safetensors`.
    """
    from ribbonet.system.atomic import atomic_write

    said = {key: value for key, value in card.items() if key != DIGESTS}
    with atomic_write(path) as file:
        json.dump({**said, DIGESTS: {OF_CARD: _digest(said), **digests}}, file, indent=1)
        file.write("\n")


def read_card(path: Path) -> tuple[dict[str, Any], dict[str, str] | None]:
    """Read a card; return it, and the checksums of the arrays if it has any.

    Raises
    ------
    ValueError
        When it is no card of this version, or what it says is not what was written. Other errors
        of a JSON of another form are possible.

    Warns
    -----
    UserWarning
        When it has no checksums: an early version of ribbonet wrote it.
    """
    check_ordinary(path, LARGEST)
    card = json.loads(path.read_text(encoding="utf-8"))
    version = card["format"]
    if type(version) is not int or version != FORMAT:
        raise InputError(
            f"{path}: has format {version!r}, and this version of ribbonet reads {FORMAT}"
        )
    digests = card.pop(DIGESTS, None)
    if digests is None:
        warnings.warn(f"{path}: has no checksums, so damage is not noticed", stacklevel=3)
    elif OF_NETWORKS in digests:
        networks = {key: card[key] for key in NETWORKS if key in card}
        _check(networks, digests.pop(OF_NETWORKS))
    else:
        _check(card, digests.pop(OF_CARD, None))
    return card, digests


def _check(described: Record, digest: str | None) -> None:
    """Raise ValueError where something has another checksum."""
    if _digest(described) != digest:
        raise ValueError("what it says is not what was written; fetch or train the model again")


def _digest(described: Record) -> str:
    """SHA-256 of plain values, whatever the order of their names."""
    plain = json.loads(json.dumps(described))  # a file's names are texts
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def check_ordinary(path: Path, largest: int | None = None) -> None:
    """Refuse what is not a regular file (a pipe, a device), or has more than so many bytes.

    Raises
    ------
    ValueError
    """
    known = path.stat()
    if not path.is_file():
        raise ValueError("is not a regular file")
    if largest is not None and known.st_size > largest:
        raise ValueError(f"has {known.st_size:,} bytes, more than the {largest:,} of any model")
