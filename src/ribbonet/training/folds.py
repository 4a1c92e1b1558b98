"""Cross-validation: each fold is predicted by a model trained on no homologue of its chains."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which

import numpy as np

from ribbonet.chains.chain import Chain
from ribbonet.chains.relatives.homologues import deal, families, homologues
from ribbonet.errors import InputError
from ribbonet.models.card import CARD
from ribbonet.models.config import ModelConfig
from ribbonet.models.folder import read_model
from ribbonet.models.inputs import Source
from ribbonet.models.model import Model
from ribbonet.prediction.blocks import predict_chains
from ribbonet.prediction.prediction import Prediction
from ribbonet.system.atomic import atomic_write
from ribbonet.tasks import Task
from ribbonet.training.description import digest
from ribbonet.training.fine_tuning import configure, training_alone
from ribbonet.training.splits import family_of
from ribbonet.training.work import training_path

HEADING = "id\tfamily\tfold\n"

TrainOne = Callable[[int, list[Chain], list[Chain]], Model]
"""Trains the model of a fold, from 1, given the chains to train on and to validate on."""


@dataclass(frozen=True)
class Folds:
    """Which family and which fold each chain belongs to, both from 0.

    Parameters
    ----------
    family, fold : tuple of int
    """

    family: tuple[int, ...]
    fold: tuple[int, ...]

    @property
    def number(self) -> int:
        """How many folds there are."""
        return max(self.fold) + 1

    def parts(self, fold: int, seed: int) -> tuple[list[int], list[int], list[int]]:
        """Return the indices of the chains to train on, validate on and predict, for one fold.

        A tenth of the other folds' families, drawn by the seed, are for validation.

        Raises
        ------
        InputError
            Where the other folds are of one family.
        """
        held = [place for place, own in enumerate(self.fold) if own == fold]
        others = [place for place, own in enumerate(self.fold) if own != fold]
        known = sorted({self.family[place] for place in others})
        if len(known) < 2:
            raise InputError("too few families to hold one out for validation; give more chains")
        order = np.random.default_rng(seed).permutation(known).tolist()
        drawn = set(order[: max(1, len(known) // 10)])
        learned = [place for place in others if self.family[place] not in drawn]
        return learned, [place for place in others if self.family[place] in drawn], held


def has_mmseqs() -> bool:
    """Whether families are found by alignments; else headers name them."""
    return which("mmseqs") is not None


def assign(chains: Sequence[Chain], number: int, seed: int) -> Folds:
    """Deal families of homologous chains out to folds of about equal size.

    Where MMseqs2 is not installed, the chains of a family are those whose headers name the same
    one (see `ribbonet.training.splits.hold_out`), and equal sequences.

    Raises
    ------
    InputError
        Where there are fewer families than folds, or mmseqs fails.
    """
    if has_mmseqs():
        groups = families(len(chains), homologues(chains, chains))
    else:
        named: dict[str, list[int]] = defaultdict(list)
        for place, chain in enumerate(chains):
            named[family_of(chain)].append(place)
        groups = list(named.values())
    if len(groups) < number:
        raise InputError(
            f"the chains are of {len(groups):,} families, too few for {number} folds; give more "
            "chains, or fewer --folds"
        )
    family, fold = [0] * len(chains), [0] * len(chains)
    for n, group in enumerate(groups):
        for place in group:
            family[place] = n
    for n, part in enumerate(deal(groups, [1] * number, seed)):
        for place in part:
            fold[place] = n
    return Folds(tuple(family), tuple(fold))


def write_folds(path: Path, chains: Sequence[Chain], folds: Folds) -> None:
    """Write the id, family and fold of each chain, the folds from 1."""
    rows = zip(chains, folds.family, folds.fold, strict=True)
    with atomic_write(path) as file:
        file.write(HEADING)
        file.writelines(f"{chain.id}\t{family}\t{fold + 1}\n" for chain, family, fold in rows)


def read_folds(path: Path, chains: Sequence[Chain], number: int) -> Folds:
    """Read what `write_folds` wrote for these chains.

    Raises
    ------
    InputError
        If it is damaged, of other chains, or of another number of folds.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
        rows = [
            (id, int(family), int(fold) - 1)
            for id, family, fold in (line.split("\t") for line in lines)
        ]
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error}); choose another --output") from None
    ids, family, fold = zip(*rows, strict=True) if rows else ((), (), ())
    if [*ids] != [chain.id for chain in chains] or {*fold} != {*range(number)}:
        raise InputError(
            f"{path}: is of other chains or of another number of folds; resume with the same, or "
            "choose another --output"
        )
    return Folds(family, fold)


def finished(
    folder: Path,
    config: ModelConfig,
    learned: Sequence[Chain],
    judges: Sequence[Chain],
    start: Model | None = None,
    task: Task | None = None,
) -> Model | None:
    """Read the model of a fold, where an earlier run finished it for the same training.

    Raises
    ------
    InputError
        If the folder holds a model of other chains or of another configuration.
    """
    if not (folder / CARD).is_file() or training_path(folder).exists():
        return None
    model = read_model(folder)
    made = model.card.training
    if made is None or not made.is_of(digest(learned), digest(judges), config.seed):
        raise InputError(f"{folder}: holds a model of other chains; choose another --output")
    wanted = config.to_dict() if start is None else training_alone(configure(config, start, task))
    origin = None if start is None else start.digest
    if model.card.configuration != json.loads(json.dumps(wanted)) or origin != (
        model.card.start or {}
    ).get("sha256"):
        raise InputError(
            f"{folder}: holds a model of another configuration; resume with the same, or choose "
            "another --output"
        )
    return model


def cross_validate(
    chains: Sequence[Chain], folds: Folds, train: TrainOne, *, seed: int, source: Source | None
) -> list[Prediction]:
    """Predict each chain by the model of the other folds, in the order of the chains."""
    found: dict[int, Prediction] = {}
    for fold in range(folds.number):
        learned, judges, held = folds.parts(fold, seed)
        model = train(fold + 1, [chains[n] for n in learned], [chains[n] for n in judges])
        predicted = predict_chains([chains[n] for n in held], model, source=source)
        found |= dict(zip(held, predicted, strict=True))
    return [found[place] for place in range(len(chains))]
