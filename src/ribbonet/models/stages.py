"""A stage of a model: networks that read the same chains, their probabilities averaged."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ribbonet.chains.alphabet import SPACER
from ribbonet.chains.windows import batches, join, tiles, window_view
from ribbonet.nn.layers.stack import Network
from ribbonet.system import return_freed_memory
from ribbonet.tasks import task_to_json
from ribbonet.tasks.base import Task
from ribbonet.tasks.structure import Structure

if TYPE_CHECKING:
    from ribbonet.models.compiled import ChainLayout, WindowLayout

Array = NDArray[Any]

ROWS = 256
"""Windows in one forward pass: few enough that a hidden layer stays in the cache."""

PAYS = 30_000
"""Residues to predict at once for which it pays to load compiled code, in nearly a second."""


def no_pause() -> None:
    """Go on at once."""


def pays(residues: int) -> bool:
    """Whether to predict so many residues at once by compiled code.

    Compiled code differs from NumPy in the last bits. So the number alone decides, not whether code
    is compiled already, and the same chains give the same bits whenever they are predicted.
    """
    return residues >= PAYS and find_spec("numba") is not None


class Forms:
    """Networks in the forms that predict fastest, each made when it is first needed.

    Parameters
    ----------
    networks : sequence of Network
        Their weights must not change afterwards.
    """

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = networks

    @cached_property
    def quick(self) -> list[Network]:
        """The networks for prediction by NumPy."""
        return [network.for_prediction() for network in self._networks]

    @cached_property
    def laid_out(self) -> list[ChainLayout]:
        """The layouts for compiled code along chains; empty if it cannot compute the networks."""
        from ribbonet.models.compiled import chain_layouts

        layouts = chain_layouts(self.quick)
        return_freed_memory()  # where the weights were before
        return layouts


@dataclass(frozen=True)
class Stage:
    """Networks that read the same windows of the same chains.

    A network without convolutions reads windows, each by itself; one with them reads whole
    chains, of which each position holds a window.

    Parameters
    ----------
    window : int
        Residues that the networks' first layer sees.
    networks : tuple of Network
        Their predictions are averaged.
    task : Task
        What the outputs stand for.
    """

    gives_hidden: ClassVar[bool] = False
    """Whether the networks' last hidden layers stand before their predictions."""

    window: int
    networks: tuple[Network, ...]
    task: Task = Structure()  # noqa: RUF009 - immutable

    @property
    def features(self) -> int:
        """Numbers that the first layer reads of a residue; 0 where it reads the residue's code."""
        first = self.networks[0].layers[0]
        if first.reads_codes or first.input_size is None:
            return 0
        return first.input_size // (1 if first.along_chains else self.window)

    @property
    def outputs(self) -> int:
        """Number of columns of its output, of which the last are its predictions."""
        return self.task.outputs

    @property
    def reach(self) -> float:
        """Residues on either side that a prediction depends on; infinite for the whole chain."""
        return self.window // 2 + max(network.reach for network in self.networks)

    @property
    def arrays(self) -> dict[str, Array]:
        """The networks' weights, and what else they keep, by the number of the network and name."""
        return {
            f"{number}.{name}": array
            for number, network in enumerate(self.networks)
            for name, array in network.state.items()
        }

    def described(self) -> dict[str, Any]:
        """Return the architecture as plain values, for a model's card."""
        return {
            "window": self.window,
            **task_to_json(self.task),
            "networks": [network.config()["layers"] for network in self.networks],
        }

    def identity(self) -> Iterator[bytes]:
        """Yield the architecture and the weights, for a model's digest."""
        described = json.dumps(task_to_json(self.task))
        if isinstance(self.task, Structure):  # as it was before there were other tasks
            described = self.task.alphabet.symbols
        yield f"{self.window} {described}".encode()
        for network in self.networks:
            yield json.dumps(network.config()).encode()
            for array in network.state.values():
                yield array.tobytes()

    @cached_property
    def _forms(self) -> Forms:
        return Forms(self.networks)

    def probabilities(
        self,
        tracks: Sequence[Array],
        asked: Task | None = None,
        pause: Callable[[], None] = no_pause,
    ) -> list[NDArray[np.float32]]:
        """Probabilities of the labels, or values, for each residue of each chain.

        Parameters
        ----------
        tracks : sequence of (L,) uint8 or (L, F) float32 arrays
            Residues' codes or features for the first stage, the probabilities before for others.
        asked : Task, optional
            What the probabilities are to be of: the stage's own task, or one that it can be
            converted to; by default, three states of secondary structure, or the stage's own.
        pause : callable
            Called between forward passes: it may wait, or raise to end the prediction.

        Returns
        -------
        probabilities : list of (L, K) float32 arrays
        """
        return self.predictions(self._outputs(tracks, pause), asked)

    def predictions(
        self, outputs: Sequence[NDArray[np.float32]], asked: Task | None = None
    ) -> list[NDArray[np.float32]]:
        """Take the predictions, for the task that is asked for, out of the stage's outputs.

        Parameters
        ----------
        outputs : sequence of (L, outputs) float32 arrays
        asked : Task, optional
            As for `probabilities`.

        Returns
        -------
        probabilities : list of (L, K) float32 arrays
        """
        wanted = self.task.default if asked is None else asked
        lasts = (np.ascontiguousarray(own[:, -self.task.outputs :]) for own in outputs)
        return [self.task.convert(own, wanted) for own in lasts]

    def for_next(
        self, tracks: Sequence[Array], pause: Callable[[], None] = no_pause
    ) -> list[NDArray[np.float32]]:
        """Return what the next stage reads of each chain: the predictions.

        Parameters
        ----------
        tracks, pause
            As for `probabilities`.

        Returns
        -------
        read : list of (L, F) float32 arrays
        """
        return self.probabilities(tracks, pause=pause)

    def _outputs(
        self, tracks: Sequence[Array], pause: Callable[[], None]
    ) -> list[NDArray[np.float32]]:
        """Return what the stage gives of each chain, `(L, outputs)`."""
        along = any(network.along_chains for network in self.networks)
        return self._along_chains(tracks, pause) if along else self._by_windows(tracks, pause)

    def _by_windows(
        self, tracks: Sequence[Array], pause: Callable[[], None]
    ) -> list[NDArray[np.float32]]:
        """Take the residues of all chains together, a few windows at a time."""
        reach = self.window // 2
        packed, starts = join(tracks, reach, _fill(tracks[0]))
        ends = np.cumsum([len(track) for track in tracks])
        firsts = np.concatenate([[0], ends[:-1]])
        rows = np.repeat(starts - reach - firsts, ends - firsts)
        rows += np.arange(len(rows))
        result = np.empty((len(rows), self.outputs), np.float32)
        if self._pays(len(rows)) and (layouts := self._window_layouts()):
            from ribbonet.models.compiled import predict_windows

            predict_windows(layouts, packed, rows, result, pause)
        else:
            shown = sliding_window_view(packed, self.window, axis=0)
            for start in range(0, len(rows), ROWS):
                chosen = shown[rows[start : start + ROWS]]
                if packed.ndim > 1:
                    chosen = chosen.swapaxes(1, 2)
                own = self._average(chosen.reshape(len(chosen), -1))
                result[start : start + ROWS] = own
                pause()
        return [result[first:end] for first, end in zip(firsts, ends, strict=True)]

    @property
    def can_be_compiled(self) -> bool:
        """Whether Numba, where it is installed, predicts many residues faster than NumPy."""
        return bool(self._window_layouts() or self._forms.laid_out)

    def _pays(self, residues: int) -> bool:
        """Whether compiled code should predict so many residues, if it can."""
        return self.task.gives_probabilities and pays(residues)

    def _window_layouts(self) -> list[WindowLayout]:
        """Return the networks over windows as compiled code reads them; empty if it cannot."""
        from ribbonet.models.compiled import window_layouts

        return window_layouts(self.networks, self.window)

    def _along_chains(
        self, tracks: Sequence[Array], pause: Callable[[], None]
    ) -> list[NDArray[np.float32]]:
        """Take chains of like length together, long ones in overlapping tiles."""
        if self._pays(sum(map(len, tracks))) and (layouts := self._forms.laid_out):
            from ribbonet.models.compiled import predict_chains

            each = predict_chains(layouts, tracks, self.window, pause, hidden=self.gives_hidden)
            return [self._combined(own) for own in zip(*each, strict=True)]
        reach = self.reach - self.window // 2
        results = [np.empty((len(track), self.outputs), np.float32) for track in tracks]
        seen = [window_view(track, self.window) for track in tracks]
        for batch in batches(tiles([len(track) for track in tracks], reach)):
            length = max(tile.stop - tile.start for tile in batch)
            shown = np.zeros((len(batch), length, math.prod(seen[0].shape[1:])), seen[0].dtype)
            mask = np.zeros((len(batch), length), np.bool_)
            for row, tile in enumerate(batch):
                size = tile.stop - tile.start
                shown[row, :size] = seen[tile.chain][tile.start : tile.stop].reshape(size, -1)
                mask[row, :size] = True
            averaged = self._average(shown, mask)
            for row, tile in enumerate(batch):
                own = averaged[row, tile.first - tile.start : tile.last - tile.start]
                results[tile.chain][tile.first : tile.last] = own
            pause()
        return results

    def _average(self, x: Array, mask: NDArray[np.bool_] | None = None) -> NDArray[np.float32]:
        """Return the networks' mean predictions, `(..., K)`."""
        return self._combined([self._predicted(network, x, mask) for network in self._forms.quick])

    def _predicted(
        self, network: Network, x: Array, mask: NDArray[np.bool_] | None
    ) -> NDArray[np.float32]:
        """Return the predictions of one network."""
        return self.task.activate(network(x, mask))

    def _combined(self, each: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Return the mean of the networks' predictions."""
        mean: NDArray[np.float32] = np.mean(each, axis=0)
        return mean


def _fill(track: Array) -> int:
    """Return what stands beyond the ends of a chain: the spacer's code, or no probability."""
    return SPACER if track.ndim == 1 else 0
