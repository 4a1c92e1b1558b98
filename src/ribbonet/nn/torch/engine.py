"""PyTorch in the training loop: the same steps by autograd and `torch.optim`, on CPU or CUDA."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from ribbonet.nn import optimizers
from ribbonet.nn.layers import Array, Arrays
from ribbonet.nn.layers.stack import Network
from ribbonet.nn.losses import Loss
from ribbonet.nn.penalties import L1, Penalty
from ribbonet.nn.torch.losses import mean_or_sum
from ribbonet.nn.torch.module import arrays, from_torch, to_torch
from ribbonet.nn.training.batches import Batch, Examples
from ribbonet.nn.training.engine import Engine, averaging

__all__ = ["TorchEngine", "best_device", "data_loader", "from_torch", "to_torch"]


def best_device() -> torch.device:
    """Return CUDA's device where there is one, otherwise the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def as_tensor(array: Array, device: torch.device, dtype: torch.dtype | None = None) -> Tensor:
    """Return an array as a tensor: whole numbers as int64, others as `dtype` where given."""
    if array.dtype.kind in "iu":
        return torch.tensor(array.astype(np.int64), device=device)
    return torch.tensor(array, device=device, dtype=dtype if array.dtype.kind == "f" else None)


def data_loader(
    examples: Examples,
    batch_size: int,
    *,
    shuffle: bool = True,
    drop_last: bool = False,
    seed: int = 0,
) -> DataLoader[tuple[Tensor, ...]]:
    """Return a loader of batches (x, targets) for a training loop in the manner of PyTorch.

    A batch also has weights and a mask where the examples do. The 300 examples of MCB128 block 1
    (slides), in batches of 38, make seven of 38 and one of 34.
    """

    def collate(indices: list[int]) -> tuple[Tensor, ...]:
        batch = Batch(*examples.batch(np.array(indices)))
        cpu = torch.device("cpu")
        return tuple(as_tensor(array, cpu) for array in batch if array is not None)

    return DataLoader(
        examples.all().tolist(),
        batch_size,
        shuffle=shuffle,
        drop_last=drop_last,
        collate_fn=collate,
        generator=torch.Generator().manual_seed(seed),
    )


class TorchEngine(Engine):
    """PyTorch's `Engine`: `fit(..., engine=TorchEngine)`.

    Examples come in the same order as with `NumpyEngine`, whose weights it reproduces up to
    rounding where layers draw no random numbers. Random layers are seeded in each step from
    the state of the loop's generator, so that a resumed training stays the same here, too.

    Parameters
    ----------
    network, loss, optimizer, penalties, clip, average
        As for `NumpyEngine`.
    device : torch.device or str, optional
        CUDA's where there is one.
    """

    rank = 0
    """Which of several processes that train together this one is."""

    def __init__(
        self,
        network: Network,
        loss: Loss,
        optimizer: optimizers.Optimizer,
        *,
        penalties: Sequence[Penalty] = (),
        clip: float | None = None,
        average: float | None = None,
        device: torch.device | str | None = None,
    ) -> None:
        self.loss, self.optimizer = loss, optimizer
        self.penalties, self.clip, self.average = penalties, clip, average
        self.device = torch.device(device) if device is not None else best_device()
        self.module = to_torch(network).to(self.device)
        self.trained: torch.nn.Module = self.module
        self.judged = self.module if average is None else copy.deepcopy(self.module)
        self.parameters = dict(self.module.named_parameters())
        self.dtype = next(iter(self.parameters.values())).dtype
        self.torch_optimizer = torch_optimizer(optimizer, self.parameters)

    def train_step(
        self, batch: Batch, factor: float, rng: np.random.Generator
    ) -> tuple[float, Array]:
        """Forward, autograd's backward, clipping, the optimiser's step, the average."""
        self.optimizer.steps += 1
        with torch.random.fork_rng([self.device] if self.device.type == "cuda" else []):
            seed = copy.deepcopy(rng).integers(2**62) + self.optimizer.steps
            torch.manual_seed(int(seed) + self.rank * 2**40)
            outputs = self.trained.train()(*self._inputs(batch))
        targets = as_tensor(batch.targets, self.device, self.dtype)
        counts = None if batch.counts is None else as_tensor(batch.counts, self.device)
        cost = self._cost(outputs, targets, counts)

        self.torch_optimizer.zero_grad()
        cost.backward()  # type: ignore[no-untyped-call]
        if self.clip is not None:
            self._clip(self.clip)
        for group in self.torch_optimizer.param_groups:
            group["lr"] = self.optimizer.learning_rate * factor
        self.torch_optimizer.step()
        if self.average is not None:
            kept = averaging(self.average, self.optimizer.steps)
            now = self.module.state_dict()
            for name, tensor in self.judged.state_dict().items():
                tensor.lerp_(now[name], 1 - kept)
        return cost.item(), outputs.detach().cpu().numpy()

    def outputs(self, batch: Batch) -> Array:
        """Return the forward pass of the module, or of its average."""
        with torch.inference_mode():
            outputs: Array = self.judged.eval()(*self._inputs(batch)).cpu().numpy()
        return outputs

    def weights(self) -> Arrays:
        """Return copies of the weights, or of their average."""
        return arrays(self.judged.state_dict())

    def state(self) -> dict[str, Arrays]:
        """Return the weights, their average, and the memory of `torch.optim`, by our names."""
        memory = {
            f"{ours}.{name}": self.torch_optimizer.state[parameter][theirs]
            for name, parameter in self.parameters.items()
            for ours, theirs in MEMORY.items()
            if self.torch_optimizer.state[parameter].get(theirs) is not None
        }
        state = {"now": arrays(self.module.state_dict()), "optimizer": arrays(memory)}
        return state if self.average is None else {**state, "average": self.weights()}

    def restore(self, state: dict[str, Arrays]) -> None:
        """Set the weights, their average, and the memory of `torch.optim`."""
        groups = {
            group: {name: torch.tensor(array) for name, array in named.items()}
            for group, named in state.items()
        }
        self.module.load_state_dict(groups["now"])
        if self.average is not None:
            self.judged.load_state_dict(groups["average"])
        for key, tensor in groups["optimizer"].items():
            ours, _, name = key.partition(".")
            own = self.torch_optimizer.state[self.parameters[name]]
            own |= {"step": torch.tensor(float(self.optimizer.steps))}
            own[MEMORY[ours]] = tensor.to(self.device)

    def _cost(self, outputs: Tensor, targets: Tensor, counts: Tensor | None) -> Tensor:
        value = mean_or_sum(self.loss, outputs, targets, counts)
        return penalised(value, self.penalties, self.parameters)

    def _inputs(self, batch: Batch) -> tuple[Tensor, Tensor | None]:
        mask = None if batch.mask is None else as_tensor(batch.mask, self.device)
        return as_tensor(batch.x, self.device, self.dtype), mask

    def _clip(self, limit: float) -> None:
        """Scale the gradients as `clip_by_norm` does (torch adds 1e-6 to the norm)."""
        gradients = [p.grad for p in self.parameters.values() if p.grad is not None]
        norm = torch.stack([gradient.norm() for gradient in gradients]).norm()
        for gradient in gradients:
            gradient *= (limit / norm).clamp(max=1)


MEMORY = {"velocity": "momentum_buffer", "m": "exp_avg", "v": "exp_avg_sq"}
"""What PyTorch calls the arrays that an optimiser keeps for each parameter."""


def torch_optimizer(
    optimizer: optimizers.Optimizer, parameters: Mapping[str, Tensor]
) -> torch.optim.Optimizer:
    """Return the optimiser of PyTorch that follows the same rule.

    Raises
    ------
    TypeError
        When there is none.
    """
    tensors = list(parameters.values())
    rate = optimizer.learning_rate
    match optimizer:
        case optimizers.SGD(momentum=momentum, nesterov=nesterov):
            return torch.optim.SGD(tensors, rate, momentum, nesterov=nesterov)
        case optimizers.AdamW(beta1=beta1, beta2=beta2, epsilon=epsilon, weight_decay=decay):
            groups = [
                {"params": [t for t in tensors if t.ndim > 1], "weight_decay": decay},
                {"params": [t for t in tensors if t.ndim < 2], "weight_decay": 0.0},
            ]
            adamw = torch.optim.AdamW(groups, rate, (beta1, beta2), epsilon)
            if isinstance(optimizer, optimizers.Muon):
                hidden = [parameters[name] for name in optimizers.hidden_weights(parameters)]
                adamw.register_step_pre_hook(partial(_orthogonal_steps, hidden, optimizer))
            return adamw
        case optimizers.Adam(beta1=beta1, beta2=beta2, epsilon=epsilon):
            return torch.optim.Adam(tensors, rate, (beta1, beta2), epsilon)
    raise TypeError(f"{type(optimizer).__name__} has no counterpart in torch.optim")


def _orthogonal_steps(
    hidden: Sequence[Tensor], rule: optimizers.Muon, adamw: torch.optim.Optimizer, *_: object
) -> None:
    """Take Muon's steps before AdamW takes its own, to which no gradient of these is left."""
    rate = adamw.param_groups[0]["lr"]
    with torch.no_grad():
        for parameter in hidden:
            gradient, memory = parameter.grad, adamw.state[parameter]
            assert gradient is not None
            velocity = memory.setdefault("momentum_buffer", torch.zeros_like(parameter))
            velocity.lerp_(gradient, 1 - rule.momentum)
            step = gradient.lerp(velocity, rule.momentum)
            parameter *= 1 - rate * rule.weight_decay
            parameter -= rate * optimizers.muon_step(step)
            parameter.grad = None


def penalised(
    value: Tensor, penalties: Sequence[Penalty], parameters: Mapping[str, Tensor]
) -> Tensor:
    """Return a loss with the penalties added."""
    for penalty in penalties:
        value = value + penalty_value(penalty, parameters)
    return value


def penalty_value(penalty: Penalty, parameters: Mapping[str, Tensor]) -> Tensor:
    """Value of a penalty, as `Penalty.__call__` defines it."""
    eta, names = penalty.penalised(parameters)
    value = torch.zeros(())
    for name in names:
        theta = parameters[name]
        value = value + (theta.abs() if isinstance(penalty, L1) else theta.square() / 2).sum()
    return eta * value
