"""Training a model from labelled chains: stage after stage, network after network."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

import ribbonet
from ribbonet.atomic import atomic_write
from ribbonet.errors import InputError
from ribbonet.nn.checkpoint import History
from ribbonet.nn.engine import EngineFactory
from ribbonet.nn.losses import CategoricalCrossEntropy
from ribbonet.nn.network import Network
from ribbonet.nn.optimizers import OPTIMIZERS
from ribbonet.nn.penalties import L2
from ribbonet.nn.schedules import SCHEDULES
from ribbonet.nn.training import DivergenceError, Tracker, fit, write_history
from ribbonet.prediction.config import ModelConfig, StageConfig
from ribbonet.prediction.examples import WindowExamples, clusters_of
from ribbonet.prediction.model import Model, build_network, save_model
from ribbonet.prediction.stages import Stage
from ribbonet.sequence.alphabet import encode_labels
from ribbonet.sequence.records import Chain

Array = NDArray[Any]
CHAINS_AT_ONCE = 256


def train_model(
    config: ModelConfig,
    train: Sequence[Chain],
    valid: Sequence[Chain],
    folder: Path,
    *,
    engine: Literal["numpy", "torch"] = "numpy",
    resume: bool = False,
    card: dict[str, Any] | None = None,
    on_epoch: Callable[[str, dict[str, float]], None] | None = None,
    track: Tracker | None = None,
) -> Model:
    """Train a model and write it to a folder.

    Each network of each stage is trained in turn; the next stage reads what the finished
    ones give for the same chains. The state is kept in `folder/training` after each epoch,
    until the model is whole.

    Parameters
    ----------
    config : ModelConfig
    train, valid : sequences of Chain
        Labelled chains to learn from, and to stop and choose by.
    folder : Path
        For `weights.safetensors`, `model.json` and `history.csv`.
    engine : {"numpy", "torch"}
        What computes: the gradients by hand, or PyTorch's autograd (on a GPU where there is one).
    resume : bool
        Go on with the training that was broken off in the folder, which must have had the
        same configuration and chains; the result is the same, bit for bit.
    card : dict, optional
        What else `model.json` is to say.
    on_epoch : callable, optional
        Called with the network's name and the history's row after each epoch.
    track : callable, optional
        Wraps the steps of an epoch to show progress.

    Raises
    ------
    InputError
        When there is nothing to train on, the folder holds another training, PyTorch is
        wanted and missing, or a learning rate is too high.
    """
    for name, chains in (("training", train), ("validation", valid)):
        if not any(chain.mask.any() for chain in chains):
            raise InputError(f"no labelled residue in the {name} chains")
    if (folder / "model.json").exists():
        raise InputError(f"{folder}: holds a model already; choose another folder")
    computed: dict[str, Any] = {"engine": _torch_engine()} if engine == "torch" else {}
    work = folder / "training"
    _claim(work, config, train, valid, resume)

    seeds = np.random.SeedSequence(config.seed).spawn(len(config.stages))
    labels = [
        [encode_labels(c.labels or "-" * len(c)) for c in chains] for chains in (train, valid)
    ]
    clusters = clusters_of([chain.header for chain in train])
    tracks: list[Sequence[Array]] = [[chain.codes for chain in chains] for chains in (train, valid)]
    model, history = Model(()), []
    for number, (stage, stage_seed) in enumerate(zip(config.stages, seeds, strict=True)):
        examples = [
            WindowExamples(own, known, stage.window, used)
            for own, known, used in zip(
                tracks, labels, (clusters if stage.one_per_cluster else None, None), strict=True
            )
        ]
        networks = []
        for n, seed in enumerate(stage_seed.spawn(stage.networks)):
            name = f"stage {number + 1} network {n + 1}"
            rng = np.random.default_rng(seed)
            network = build_network(stage, first=number == 0).initialise(rng)
            report = partial(on_epoch, name) if on_epoch else None
            options = {**computed, "checkpoint": work / f"{number}.{n}", "on_epoch": report}
            try:
                rows = _fit(network, stage, *examples, rng=rng, track=track, **options)
            except DivergenceError as error:
                raise InputError(f"{name}: {error}") from error
            networks.append(network)
            history += [{"stage": number + 1, "network": n + 1, **row} for row in rows]
        trained = Stage(stage.window, tuple(networks))
        model = Model((*model.stages, trained))
        if number + 1 < len(config.stages):
            tracks = [_in_parts(trained, own) for own in tracks]

    card = {
        "states": "HEC",
        "configuration": config.to_dict(),
        "training": {
            "chains": len(train),
            "residues": int(sum(chain.mask.sum() for chain in train)),
            "sha256": digest(train),
            "validation_chains": len(valid),
            "validation_sha256": digest(valid),
            "seed": config.seed,
            "engine": engine,
            "versions": {
                "ribbonet": ribbonet.__version__,
                "python": platform.python_version(),
                "numpy": np.__version__,
            },
            "weights": model.size,
        },
        **(card or {}),
    }
    model = replace(model, card=card)
    write_history(folder / "history.csv", history)
    save_model(model, folder)
    shutil.rmtree(work)
    return model


def _torch_engine() -> EngineFactory:
    try:
        from ribbonet.nn.torch_engine import TorchEngine
    except ImportError:
        raise InputError("PyTorch is missing; add it by: pip install 'ribbonet[torch]'") from None
    return TorchEngine


def digest(chains: Sequence[Chain]) -> str:
    """SHA-256 of chains, their headers, sequences and labels, in order, as three-line text."""
    text = hashlib.sha256()
    for chain in chains:
        text.update(f">{chain.header}\n{chain.sequence}\n{chain.labels}\n".encode())
    return text.hexdigest()


def _fit(
    network: Network,
    stage: StageConfig,
    examples: WindowExamples,
    valid: WindowExamples,
    **options: Any,
) -> History:
    """Train one network as its stage's configuration says."""
    momentum = {"momentum": stage.momentum} if stage.optimizer == "sgd" else {}
    return fit(
        network,
        CategoricalCrossEntropy(label_smoothing=stage.label_smoothing),
        OPTIMIZERS[stage.optimizer](learning_rate=stage.learning_rate, **momentum),
        examples,
        valid=valid,
        epochs=stage.epochs,
        batch_size=stage.batch_size,
        patience=stage.patience,
        penalties=[L2(stage.l2)] if stage.l2 else [],
        average=stage.average,
        schedule=SCHEDULES[stage.schedule],
        **options,
    )


def _in_parts(stage: Stage, tracks: Sequence[Array]) -> list[Array]:
    """Probabilities of many chains, a few hundred at a time."""
    result: list[Array] = []
    for start in range(0, len(tracks), CHAINS_AT_ONCE):
        result += stage.probabilities(tracks[start : start + CHAINS_AT_ONCE])
    return result


def _claim(
    work: Path, config: ModelConfig, train: Sequence[Chain], valid: Sequence[Chain], resume: bool
) -> None:
    """Make the folder of the training's state, or check that the one there is of this training."""
    this = json.loads(
        json.dumps(
            {"configuration": config.to_dict(), "train": digest(train), "valid": digest(valid)}
        )
    )
    path = work / "started.json"
    try:
        before = json.loads(path.read_text())
    except FileNotFoundError:
        before = None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {error}; remove {work}") from None
    if before is None:
        try:
            work.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{work}: cannot be made ({error.strerror})") from None
        with atomic_write(path, "w") as file:
            json.dump(this, file)
    elif not resume:
        raise InputError(
            f"{work}: holds a training already; go on with it by --resume, or choose another folder"
        )
    elif before != this:
        changed = " and ".join(key for key in this if this[key] != before.get(key))
        raise InputError(
            f"{work}: the training that was broken off there had another {changed}; "
            "give what it had, or choose another folder"
        )


def hold_out(chains: Sequence[Chain], seed: int) -> tuple[list[Chain], list[Chain]]:
    """Split a tenth of the chains' clusters off, for validation.

    Chains whose headers name the same cluster stay together; where no clusters are named,
    homologues may end up on both sides, and the validation score be too high.

    Raises
    ------
    InputError
        When there are fewer than two clusters.
    """
    clusters = np.array(clusters_of([chain.header for chain in chains]))
    number = int(clusters.max()) + 1
    if number < 2:
        raise InputError("too few chains to hold some out for validation; give --valid FILE")
    drawn = np.random.default_rng(seed).permutation(number)[: max(1, number // 10)]
    held = np.isin(clusters, drawn)
    return (
        [chain for chain, out in zip(chains, held, strict=True) if not out],
        [chain for chain, out in zip(chains, held, strict=True) if out],
    )
