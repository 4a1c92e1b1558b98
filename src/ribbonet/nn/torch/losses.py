"""The same losses in PyTorch, for autograd to differentiate."""

from __future__ import annotations

import math
from functools import singledispatch

import torch
from torch import Tensor
from torch.nn import functional

from ribbonet.nn import losses


@singledispatch
def terms(loss: losses.Loss, outputs: Tensor, targets: Tensor) -> Tensor:
    """Loss of each example, as `Loss.terms` defines it; its gradient is left to autograd."""
    raise TypeError(f"{type(loss).__name__} has no counterpart in ribbonet.nn.torch.losses")


@terms.register
def _(loss: losses.SquaredError, outputs: Tensor, targets: Tensor) -> Tensor:
    return (outputs - targets.reshape(outputs.shape)).square().sum(-1)


@terms.register
def _(loss: losses.Huber, outputs: Tensor, targets: Tensor) -> Tensor:
    wanted = targets.reshape(outputs.shape).to(outputs.dtype)
    each = functional.huber_loss(outputs, wanted, reduction="none", delta=loss.delta)
    return each.sum(-1)


@terms.register
def _(loss: losses.BinaryCrossEntropy, outputs: Tensor, targets: Tensor) -> Tensor:
    y = targets.reshape(outputs.shape).to(outputs.dtype)
    if not targets.is_floating_point():
        y = (1 - 2 * loss.label_smoothing) * y + loss.label_smoothing
    return functional.binary_cross_entropy_with_logits(outputs, y, reduction="none").sum(-1)


@terms.register
def _(loss: losses.CategoricalCrossEntropy, outputs: Tensor, targets: Tensor) -> Tensor:
    r = _target_probabilities(targets, outputs, loss.label_smoothing)
    return -(r * outputs.log_softmax(-1)).sum(-1)


@terms.register
def _(loss: losses.ProbabilityCrossEntropy, outputs: Tensor, targets: Tensor) -> Tensor:
    r = _target_probabilities(targets, outputs, loss.label_smoothing)
    return -(r * outputs.clamp_min(torch.finfo(outputs.dtype).tiny).log()).sum(-1)


@terms.register
def _(loss: losses.GroupedCrossEntropy, outputs: Tensor, targets: Tensor) -> Tensor:
    log_groups, _ = _of_groups(loss, outputs)
    shares = _target_probabilities(targets, log_groups, 0.0)
    return outputs.logsumexp(-1) - (shares * log_groups).sum(-1)


@terms.register
def _(loss: losses.NestedCrossEntropy, outputs: Tensor, targets: Tensor) -> Tensor:
    log_groups, members = _of_groups(loss, outputs)
    r = _target_probabilities(targets, outputs, 0.0)
    of_groups = (r @ members.mT.to(r.dtype) * log_groups).sum(-1)
    of_classes = (r * outputs).sum(-1)
    return outputs.logsumexp(-1) - of_groups + loss.within * (of_groups - of_classes)


def _of_groups(loss: losses.GroupedCrossEntropy, outputs: Tensor) -> tuple[Tensor, Tensor]:
    """Return ln of each group's sum of exponentials, and which classes it has, (groups, K)."""
    groups = torch.tensor(loss.groups, device=outputs.device)
    members = torch.arange(max(loss.groups) + 1, device=outputs.device)[:, None] == groups
    return outputs[..., None, :].masked_fill(~members, -math.inf).logsumexp(-1), members


def _target_probabilities(targets: Tensor, outputs: Tensor, smoothing: float) -> Tensor:
    if targets.is_floating_point():
        return targets.reshape(outputs.shape)
    classes = outputs.shape[-1]
    off = smoothing / max(classes - 1, 1)
    return functional.one_hot(targets, classes).to(outputs.dtype) * (1 - smoothing - off) + off


def mean_or_sum(
    loss: losses.Loss, outputs: Tensor, targets: Tensor, weights: Tensor | None
) -> Tensor:
    """Loss of a batch, as `Loss.__call__` defines it."""
    total, weight = total_and_weight(loss, outputs, targets, weights)
    return total if loss.reduction == "sum" else total / weight.clamp_min(1e-30)


def total_and_weight(
    loss: losses.Loss, outputs: Tensor, targets: Tensor, weights: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Sum of the losses of a batch's examples, and of what they count."""
    if weights is None:
        weights = outputs.new_ones(outputs.shape[:-1])
    if not targets.is_floating_point() and targets.ndim < outputs.ndim:
        targets = targets.masked_fill(weights == 0, 0)
    if isinstance(loss, losses.ClassificationLoss) and loss.class_weights is not None:
        own = outputs.new_tensor(loss.class_weights)
        weights = weights * own[targets]
    weights = weights.to(outputs.dtype)
    return (terms(loss, outputs, targets) * weights).sum(), weights.sum()
