"""The processes that compute a training: this one, or all those that `torchrun` started."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from ribbonet.errors import InputError
from ribbonet.nn.training.engine import EngineFactory

Engine = Literal["numpy", "torch"]


def _nothing() -> None: ...


@dataclass(frozen=True)
class Team:
    """Processes that train one model in lockstep.

    Attributes
    ----------
    engine : {"numpy", "torch"}
    factory : EngineFactory, optional
        Makes the engine; by default that of `fit`.
    processes : int
        Number of processes; a step takes as many batches together.
    leads : bool
        Whether this process writes files and reports progress.
    wait : callable
        A barrier: returns when all processes have called it.
    """

    engine: Engine
    factory: EngineFactory | None = None
    processes: int = 1
    leads: bool = True
    wait: Callable[[], None] = _nothing


def alone(engine: Engine) -> Team:
    """Return the team of this process, whatever others there are.

    Raises
    ------
    InputError
        When PyTorch is needed and missing.
    """
    if engine == "numpy":
        return Team(engine)
    try:
        from ribbonet.nn.torch.engine import TorchEngine
    except ImportError:
        raise InputError("PyTorch is missing; add it by: pip install 'ribbonet[torch]'") from None
    return Team(engine, TorchEngine)


@contextmanager
def team_of(engine: Engine) -> Iterator[Team]:
    """Join the processes that `torchrun` started, if it did; otherwise this process is alone.

    Raises
    ------
    InputError
        As `alone` does, and when `torchrun` started a training by the engine `numpy`.
    """
    team = alone(engine)
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        yield team
        return
    if engine == "numpy":
        raise InputError("torchrun is for --engine torch; add it, or run one process alone")
    from ribbonet.nn.torch.distributed import DistributedEngine, barrier, process_group

    with process_group() as (rank, processes):
        yield Team(engine, DistributedEngine, processes, rank == 0, barrier)
