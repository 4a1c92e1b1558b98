"""Fine-tuning: a model's networks, trained further under a configuration of the training alone."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np

from ribbonet.chains.alphabet import STATES, Alphabet
from ribbonet.errors import InputError
from ribbonet.models.config import ModelConfig, StageConfig
from ribbonet.models.embedding import Embedding
from ribbonet.models.model import Model
from ribbonet.nn.layers import Layer
from ribbonet.nn.layers.dense import Dense
from ribbonet.nn.layers.stack import Network
from ribbonet.tasks import Structure, Task

ARCHITECTURE = (
    "window",
    "hidden",
    "activation",
    "init",
    "dilations",
    "kernel",
    "chain_mean",
    "attention",
    "heads",
    "networks",
    "dropout",
)
"""What a stage's configuration says of its networks, not of their training."""

DEFAULT = ModelConfig(
    (
        StageConfig(
            optimizer="adamw", learning_rate=3e-4, schedule="cosine", batch_size=2048, epochs=5
        ),
    )
)
"""How a model is trained further when nothing else is asked for."""


def states_of(config: ModelConfig, start: Model | None = None) -> Alphabet:
    """Return the states to learn: the configuration's, or else the model's, or else three."""
    if config.alphabet is not None:
        return config.alphabet
    if start is not None and isinstance(start.task, Structure):
        return start.task.alphabet
    return STATES


def configure(config: ModelConfig, start: Model, task: Task | None = None) -> ModelConfig:
    """Return the configuration of the training of each stage of a model.

    One stage in the configuration is for all stages of the model.

    Raises
    ------
    InputError
        When the configuration has another number of stages, or describes networks, or other
        inputs.
    """
    if config.embedding is not None or any(isinstance(own, Embedding) for own in start.stages):
        raise InputError(
            "a model that reads the embeddings of another is trained from the beginning, not from "
            "a model; leave out one of the two"
        )
    stages = config.stages * len(start.stages) if len(config.stages) == 1 else config.stages
    if len(stages) != len(start.stages):
        raise InputError(
            f"{len(stages)} tables [[stage]], and the model to start from has "
            f"{len(start.stages)}; give one for all, or one for each"
        )
    for stage in stages:
        for name in ARCHITECTURE:
            if getattr(stage, name) != getattr(StageConfig, name):
                raise InputError(
                    f"{name} = {getattr(stage, name)!r}: the networks are those of the model to "
                    "start from; leave it out"
                )
    if config.inputs not in (None, start.inputs):
        raise InputError(
            f"inputs = {config.inputs!r}: the model to start from reads {start.inputs!r}; leave it "
            "out"
        )
    stages = tuple(
        replace(stage, networks=len(own.networks))
        for stage, own in zip(stages, start.stages, strict=True)
    )
    other = task is not None and task.kind != start.task.kind
    if other and len(start.stages) > 1:
        raise InputError(
            f"the model to start from has {len(start.stages)} stages, of which the later ones read "
            f"{start.stages[0].task.summary}; start from a model of one stage, as accurate is"
        )
    states = config.states
    if states is None and isinstance(start.task, Structure) and isinstance(task, Structure | None):
        states = start.task.outputs
    return replace(config, stages=stages, states=states, inputs=start.inputs)


def training_alone(config: ModelConfig) -> dict[str, Any]:
    """Return a configuration as plain values, without what is left open of the networks."""
    values = asdict(config)
    for stage in values["stages"]:
        for name in ARCHITECTURE:
            del stage[name]
    return values


def started(network: Network, before: Task, task: Task, rng: np.random.Generator) -> Network:
    """Copy a network; for another task, its last layer, `Dense`, is initialised at random."""
    layers = network.config()["layers"]
    last = network.layers[-1]
    state = network.state
    if isinstance(last, Dense) and before != task:
        layers[-1] = {**layers[-1], "outputs": task.outputs}
        new = Layer.from_config(layers[-1]).initialise(rng)
        number = len(layers) - 1
        state |= {f"{number}.{name}": array for name, array in new.parameters.items()}
    return Network(layers).load(state)
