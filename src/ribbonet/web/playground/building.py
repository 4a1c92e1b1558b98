"""What a playground trains, built from its settings: problem, network, loss and optimiser."""

from __future__ import annotations

from ribbonet.nn import BatchNorm, Dense, Dropout, Network, Noise
from ribbonet.nn.layers import Layer
from ribbonet.nn.layers.activations import ACTIVATIONS
from ribbonet.nn.losses import Loss
from ribbonet.nn.optimizers import OPTIMIZERS, Optimizer
from ribbonet.web.playground.problems.base import Problem
from ribbonet.web.playground.problems.chains import ChainsProblem
from ribbonet.web.playground.problems.points import PlaneProblem
from ribbonet.web.playground.settings import Settings


def problem_of(settings: Settings, upload: str = "") -> Problem:
    """Return the problem of the settings."""
    kind = ChainsProblem if settings.data == "chains" else PlaneProblem
    return kind(settings, upload)


def network_of(problem: Problem, settings: Settings) -> Network:
    """Return the network for a problem, its weights not yet set.

    Noise and dropout of rate 0 are layers, too, so that the names of parameters do not depend on
    them.
    """
    sizes = (*settings.layers, problem.outputs)
    layers: list[Layer] = []
    if isinstance(problem, PlaneProblem):
        layers.append(Noise(settings.input_noise))
    for i, units in enumerate(sizes):
        layers.append(Dense(sizes[i - 1], units) if i else problem.first(units))
        if i < len(settings.layers):
            layers += [BatchNorm(units)] if settings.batch_norm else []
            layers.append(ACTIVATIONS[settings.activation]())
            layers.append(Dropout(settings.dropout))
    return Network(layers)


def loss_of(problem: Problem, settings: Settings) -> Loss:
    """Return the loss for a problem."""
    if problem.output == "identity":
        return problem.loss()
    return problem.loss(label_smoothing=settings.label_smoothing)  # type: ignore[call-arg]


def optimizer_of(settings: Settings) -> Optimizer:
    """Return the optimiser at its start."""
    return OPTIMIZERS[settings.optimizer](settings.learning_rate)
