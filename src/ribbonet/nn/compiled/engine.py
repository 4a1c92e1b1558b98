"""The engine that trains networks over windows by compiled steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from threading import Thread
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.nn.compiled.layout import BLOCK, Layout, aligned, extended
from ribbonet.nn.compiled.predict import compiling, forward
from ribbonet.nn.layers import Array, Arrays
from ribbonet.nn.layers.stack import Network
from ribbonet.nn.losses import CategoricalCrossEntropy, Loss
from ribbonet.nn.optimizers import SGD, Adam, Optimizer
from ribbonet.nn.penalties import Penalty
from ribbonet.nn.training.batches import ArrayExamples, Batch, Examples, Windows, windows_of
from ribbonet.nn.training.engine import Engine, averaging
from ribbonet.nn.training.meter import Meter

if TYPE_CHECKING:
    from ribbonet.nn.compiled.train_step import Learning

PAYS = 1_000_000
"""Windows to train on for which loading the compiler pays."""

STEPS, PRODUCTS = 1024, 1e10
"""Steps between two looks at the cost, at most; and products of a window with a weight."""

A_THREAD = 256
"""Windows of a batch for which a thread pays."""

STARVED, ALONE = 0.8, 32
"""Share of the time that threads must have had cores, or else one does what all would, with the
same result: threads that wait for one another are slower than one where others work too. It does
so for one run of steps, and for twice as many whenever they still have not, up to so many."""

_NONE = np.zeros(0, np.float32)


def fits(
    network: Network,
    loss: Loss,
    optimizer: Optimizer,
    penalties: Sequence[Penalty] = (),
    clip: float | None = None,
) -> bool:
    """Whether `FusedEngine` can take these, and Numba is there."""
    try:
        layout = Layout(network)
    except TypeError:
        return False
    return (
        type(loss) is CategoricalCrossEntropy
        and type(optimizer) in (SGD, Adam)
        and not getattr(optimizer, "nesterov", False)
        and not penalties
        and clip is None
        and all(array.dtype == np.float32 for array in network.parameters.values())
        and max(layout.plan.symbols, layout.plan.layers["outputs"][-1]) <= 256
        and find_spec("numba") is not None
    )


class FusedEngine(Engine):
    """The steps of `NumpyEngine`, compiled, for networks over windows of codes.

    Equal up to rounding where dropout draws no numbers; it draws its own, which follow from the
    training's generator. The same seed and the same number of threads give the same weights,
    bit for bit.

    Parameters
    ----------
    network, loss, optimizer, penalties, clip, average
        As for `NumpyEngine`: a network `[WindowDense, activation, (Dropout), (Dense, activation,
        (Dropout),) ... Dense]` with sigmoid, tanh or ReLU in float32, `CategoricalCrossEntropy`,
        `SGD` without Nesterov's momentum or `Adam`, no penalties, no clipping.
    threads : int, optional
        As many as there are cores, unless batches are small.

    Raises
    ------
    TypeError
        When it is anything else.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        optimizer: Optimizer,
        *,
        penalties: Sequence[Penalty] = (),
        clip: float | None = None,
        average: float | None = None,
        threads: int | None = None,
    ) -> None:
        if not fits(network, loss, optimizer, penalties, clip):
            raise TypeError("no kernel for this network, loss or optimiser; use NumpyEngine")
        assert isinstance(loss, CategoricalCrossEntropy)
        self.network, self.loss, self.optimizer = network, loss, optimizer
        self.average, self.threads = average, threads
        self.layout = Layout(network)
        self._alone = self._pause = 0
        self._known: tuple[Examples | None, Learning | None] = None, None
        self.now = self.layout.pack(network.parameters)
        self.judged = self.now if average is None else self.now.copy()
        self.moments = {
            kind: aligned(len(self.now))
            for kind in (("m", "v") if isinstance(optimizer, Adam) else ("velocity",))
        }

    def train(
        self,
        examples: Examples,
        chosen: Sequence[NDArray[np.int64]],
        factors: Sequence[float],
        rng: np.random.Generator,
        meter: Meter,
    ) -> Iterator[float]:
        """Take a step for each batch of indices; yield the cost before it."""
        if examples is not self._known[0]:
            self._known = examples, self._learning(windows_of(examples), examples.all())
        learning = self._known[1]
        if learning is None:
            yield from super().train(examples, chosen, factors, rng, meter)
            return
        size = len(chosen[0])
        many = int(np.clip(PRODUCTS / (size * self.network.size), 1, STEPS))
        for first in range(0, len(chosen), many):
            part = slice(first, first + many)
            for row in self._steps(
                learning, np.concatenate(chosen[part]), size, factors[part], rng
            ):
                meter.take(*row)
                yield row[0]
        self._to_network()

    def train_step(
        self, batch: Batch, factor: float, rng: np.random.Generator
    ) -> tuple[float, Array]:
        """Take one step; return the cost before it, and the outputs as at prediction."""
        examples = ArrayExamples(batch.x, batch.targets, batch.counts)
        indices = examples.all()
        learning = self._learning(examples.windows(), indices)
        assert learning is not None, "windows of codes, and labels"
        outputs = self._logits(self.now, batch.x)
        ((cost, _, _),) = self._steps(learning, indices, len(indices), [factor], rng)
        self._to_network()
        return cost, outputs

    def outputs(self, batch: Batch) -> Array:
        """Return the logits of the network, or of its average."""
        return self._logits(self.judged, batch.x)

    def weights(self) -> Arrays:
        """Return copies of the weights, or of their average."""
        return self.layout.unpack(self.judged)

    def state(self) -> dict[str, Arrays]:
        """Return the weights, their average, and the optimiser's memory."""
        moments = {
            f"{kind}.{name}": array
            for kind, vector in self.moments.items()
            for name, array in self.layout.unpack(vector).items()
        }
        state = {"now": self.layout.unpack(self.now), "optimizer": moments}
        return state if self.average is None else {**state, "average": self.weights()}

    def restore(self, state: dict[str, Arrays]) -> None:
        """Set the weights, their average, and the optimiser's memory."""
        self.now[:] = self.layout.pack(state["now"])
        if self.average is not None:
            self.judged[:] = self.layout.pack(state["average"])
        for kind, vector in self.moments.items():
            own = {
                key.removeprefix(f"{kind}."): array
                for key, array in state["optimizer"].items()
                if key.startswith(f"{kind}.")
            }
            vector[:] = self.layout.pack(own) if own else 0
        self._to_network()

    def _to_network(self) -> None:
        for name, array in self.layout.unpack(self.now).items():
            self.network.parameters[name][...] = array

    def _logits(self, vector: NDArray[np.float32], x: Array) -> Array:
        plan = self.layout.plan
        _check(x, plan.symbols, "codes")
        starts = np.arange(0, x.size, plan.window)
        return forward(self.layout, vector, x.astype(np.uint8).ravel(), starts, logits=True)

    def _threads(self, size: int) -> int:
        """Return how many threads pay for batches of so many windows."""
        return max(1, min(_cores(), size // A_THREAD))

    def _steps(
        self,
        learning: Learning,
        indices: NDArray[np.int64],
        size: int,
        factors: Sequence[float],
        rng: np.random.Generator,
    ) -> list[list[float]]:
        """Take steps; return the cost of each, what its examples count, and right answers.

        Those after the first cost that is not finite are not taken.
        """
        from ribbonet.nn.compiled import train_step as kernels

        threads = self.threads or self._threads(size)
        plan, lengths, done = self.layout.plan, self.layout.lengths, self.optimizer.steps
        first, second, *_ = *self.moments.values(), _NONE
        memory = kernels.Memory(
            self.now,
            aligned(threads, lengths.turned),
            _NONE if self.average is None else self.judged,
            first,
            second,
            aligned(threads, lengths.parameters),
            aligned(threads, lengths.work),
            np.zeros((threads, BLOCK * plan.places), np.int32),
            np.zeros((threads, 8)),
        )
        rule = kernels.Rule(
            *_rule(self.optimizer),
            done,
            self.optimizer.learning_rate * np.array(factors, np.float64),
            np.array([averaging(self.average or 0.0, done + 1 + i) for i in range(len(factors))]),
            rng.integers(2**31, size=len(factors) if plan.layers["rate"].any() else 0),
        )
        record = np.full((len(factors), 3), np.nan)
        if threads > 1 and self._alone == 0:
            had = _in_threads(threads, plan, learning, memory, rule, indices, size, record)
            self._pause = min(max(1, 2 * self._pause), ALONE) if had < STARVED else 0
            self._alone = self._pause
        else:
            _in_threads(1, plan, learning, memory, rule, indices, size, record)
            self._alone = max(0, self._alone - 1)
        taken = np.cumsum(np.cumsum(~np.isfinite(record[:, 0]))) < 2
        self.optimizer.steps += int(taken.sum())
        rows: list[list[float]] = record[taken].tolist()
        return rows

    def _learning(self, windows: Windows | None, asked: NDArray[np.int64]) -> Learning | None:
        """Return windows as the kernels read them, and what the loss makes of them.

        Those at `asked` are learned from; others need not have a label.
        """
        if windows is None:
            return None
        from ribbonet.nn.compiled import train_step as kernels

        plan, loss, classes = (
            self.layout.plan,
            self.loss,
            int(self.layout.plan.layers["outputs"][-1]),
        )
        targets, weights = windows.targets, windows.weights
        if weights is not None:
            targets = np.where(weights != 0, targets, 0)
        _check(windows.codes, plan.symbols, "codes")
        _check(targets[asked], classes, "labels")
        targets = targets.astype(np.uint8, copy=False)
        weights = _NONE if weights is None else weights.astype(np.float32)
        shares = weights
        if loss.class_weights is not None:
            shares = np.asarray(loss.class_weights, np.float32).take(targets, mode="clip")
            shares *= weights if weights.size else 1
        examples = windows.starts * 256
        examples += targets
        return kernels.Learning(
            extended(windows.codes),
            examples,
            weights,
            shares,
            np.float32(1 - loss.label_smoothing),
            np.float32(loss.label_smoothing / max(classes - 1, 1)),
            loss.reduction == "mean",
        )


def _in_threads(threads: int, *arguments: Any) -> float:
    """Take steps in threads, of which this is the first; return the share they had of cores."""
    from ribbonet.nn.compiled.barrier import OPEN, gate
    from ribbonet.nn.compiled.train_step import steps

    if not steps.signatures:
        with compiling():
            steps(*arguments[:-1], arguments[-1][:0], gate(), 1, 0)
    common, started, had = gate(), perf_counter(), []

    def run(number: int) -> None:
        before = thread_time()
        steps(*arguments, common, threads, number)
        had.append(thread_time() - before)

    others = [Thread(target=run, args=(number,), daemon=True) for number in range(1, threads)]
    try:
        for thread in others:
            thread.start()
        run(0)
    except BaseException:  # no more threads to be had, or Ctrl-C: nobody waits any longer
        common[:] = OPEN
        raise
    for thread in others:
        thread.join()
    return sum(had) / (threads * (perf_counter() - started))


def _rule(optimizer: Optimizer) -> tuple[int, float, float, float]:
    """Return the kind of an optimiser, and its numbers."""
    from ribbonet.nn.compiled import train_step as kernels

    match optimizer:
        case SGD(momentum=momentum):
            return kernels.MOMENTUM if momentum else kernels.SGD, momentum, 0.0, 0.0
        case Adam(beta1=beta1, beta2=beta2, epsilon=epsilon):
            return kernels.ADAM, beta1, beta2, epsilon
    raise TypeError(f"no kernel for {type(optimizer).__name__}")


def _check(numbers: Array, limit: int, what: str) -> None:
    """Refuse numbers that would be looked up beyond a table's ends."""
    if numbers.size and not 0 <= numbers.min() <= numbers.max() < limit:
        least, most = numbers.min(), numbers.max()
        raise ValueError(f"{what} from {least} to {most}, expected 0 to {limit - 1}")


def _cores() -> int:
    """Return how many threads Numba has for this process."""
    from numba import config

    return int(config.NUMBA_NUM_THREADS)
