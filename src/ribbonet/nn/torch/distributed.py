"""PyTorch on several processes, on one machine or many, started by `torchrun`.

Each step's batch is dealt out to the processes; `DistributedDataParallel` averages their
gradients, so that all take the same step and hold the same weights.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, distributed
from torch.nn.parallel import DistributedDataParallel

from ribbonet.nn.layers import Array
from ribbonet.nn.torch.engine import TorchEngine, penalised
from ribbonet.nn.torch.losses import total_and_weight
from ribbonet.nn.training.batches import Batch

__all__ = ["DistributedEngine", "barrier", "process_group"]


@contextmanager
def process_group() -> Iterator[tuple[int, int]]:
    """Join the processes that `torchrun` started, by NCCL where there is CUDA, otherwise by Gloo.

    Yields
    ------
    rank, processes : int
        Which of the processes this is, from 0, and how many there are.
    """
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    try:
        yield distributed.get_rank(), distributed.get_world_size()
        distributed.barrier()  # nobody leaves while another still reads from it
    finally:
        distributed.destroy_process_group()


def barrier() -> None:
    """Return when all processes have called this."""
    distributed.barrier()


class DistributedEngine(TorchEngine):
    """`TorchEngine` on all processes of a `process_group`, in lockstep.

    All processes draw the same batches, since their generators have the same seed, and each takes
    every n-th example of a batch; costs and outputs are those of the whole batch in all of them.
    The steps equal those of one process with the same batches, up to rounding, where layers draw
    no random numbers and none is `BatchNorm`, whose statistics are of a process's own examples.

    Parameters
    ----------
    network, loss, optimizer, penalties, clip, average
        As for `TorchEngine`; the device is the CPU, or each process's own GPU.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rank = distributed.get_rank()
        self.leads = self.rank == 0
        self.processes = distributed.get_world_size()
        self.trained = DistributedDataParallel(self.module)

    def train_step(
        self, batch: Batch, factor: float, rng: np.random.Generator
    ) -> tuple[float, Array]:
        """Take the step of `TorchEngine` on this process's share; the cost and outputs of all."""
        cost, outputs = super().train_step(self._share(batch), factor, rng)
        return self._summed(torch.tensor(cost, dtype=torch.float64)) / self.processes, self._dealt(
            outputs, batch
        )

    def outputs(self, batch: Batch) -> Array:
        """Return the forward pass, each process's share of it made there."""
        return self._dealt(super().outputs(self._share(batch)), batch)

    def _cost(self, outputs: Tensor, targets: Tensor, counts: Tensor | None) -> Tensor:
        """Mean over the whole batch when it is averaged over the processes."""
        total, weight = total_and_weight(self.loss, outputs, targets, counts)
        if self.loss.reduction == "mean":
            total = total / max(self._summed(weight.detach()), 1e-30)
        return penalised(total * self.processes, self.penalties, self.parameters)

    def _share(self, batch: Batch) -> Batch:
        mine = slice(self.rank, None, self.processes)
        return Batch(*(None if array is None else array[mine] for array in batch))  # type: ignore[arg-type]

    def _summed(self, value: Tensor) -> float:
        """Sum of a number over the processes."""
        value = value.to(self.device, torch.float64)
        distributed.all_reduce(value)
        return value.item()

    def _dealt(self, own: Array, batch: Batch) -> Array:
        """Put the rows of all processes together again."""
        rows = len(batch.x)
        most = -(-rows // self.processes)
        padded = torch.zeros(most, *own.shape[1:], dtype=self.dtype, device=self.device)
        padded[: len(own)] = torch.from_numpy(own)
        shares = [torch.empty_like(padded) for _ in range(self.processes)]
        distributed.all_gather(shares, padded)
        together = torch.stack(shares, dim=1).flatten(0, 1)[:rows]
        joined: Array = together.cpu().numpy()
        return joined
