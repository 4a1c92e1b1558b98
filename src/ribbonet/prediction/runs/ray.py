"""Prediction by Ray Data, on this machine or on a cluster: by blocks of a file, or by files.

Ray starts the workers, distributes the work, keeps what is in flight within memory, and restarts
workers that were killed. The model is sent to each worker once.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ribbonet import __version__
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import read_fasta
from ribbonet.chains.sequences.rules import MAX_LENGTH, OnInvalid
from ribbonet.errors import InputError
from ribbonet.nn.arithmetic import fingerprint
from ribbonet.prediction.blocks import Parts, Predict, Work
from ribbonet.prediction.blocks import blocks as cut
from ribbonet.prediction.runs.folders import Finished, ShardWork
from ribbonet.prediction.runs.stream import checksum_of
from ribbonet.system import keep_freed_memory
from ribbonet.system.pools import cores

if TYPE_CHECKING:
    import pyarrow as pa
    from ray.data import Dataset

LOCAL = "local"
"""Address of a cluster that is started on this machine for the time of a run."""
OBJECTS = 256 << 20
"""Bytes of shared memory in which workers of a local cluster pass blocks on."""


@contextmanager
def cluster(address: str = LOCAL, workers: int | None = None) -> Iterator[int]:
    """Connect to a Ray cluster, or have one on this machine, until the block ends.

    Parameters
    ----------
    address : str
        `LOCAL`; or, as `ray.init` takes it, `auto` (the cluster of this machine) or `host:port`.
    workers : int, optional
        Processes that predict, each on one core; without it, as many as the cluster has cores.

    Yields
    ------
    workers : int

    Raises
    ------
    InputError
        When Ray is missing, or no cluster answers.
    """
    if address.startswith("ray://"):
        raise InputError(
            f"{address}: is for Ray's clients; run the command on a machine of the cluster"
        )
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        import ray.data
    except ImportError:
        raise InputError("Ray is missing; add it by: pip install 'ribbonet[scale]'") from None
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.ERROR)
    started: dict[str, Any] = {
        "num_cpus": workers or cores(),
        "include_dashboard": False,
        "object_store_memory": OBJECTS,
    }
    try:
        ray.init(
            address,
            log_to_driver=False,
            configure_logging=False,
            **(started if address == LOCAL else {}),
        )
    except Exception as error:  # Ray has many, some of them plain
        if address == LOCAL:
            raise InputError(f"Ray does not start on this machine: {error}") from None
        raise InputError(
            f"{address}: no Ray cluster answers there ({error}); give host:port of its head, and "
            "RAY_AUTH_MODE=token in the environment if it asks for a token"
        ) from None
    try:
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        context.target_max_block_size = 1  # each row by itself: it is a block, or a file
        resources = ray.cluster_resources()  # type: ignore[no-untyped-call]
        yield workers or max(1, int(resources.get("CPU", 1)))
    finally:
        ray.shutdown()


def by_blocks(
    path: Path, on_invalid: OnInvalid, workers: int, max_length: int = MAX_LENGTH
) -> Predict:
    """Return a function that predicts the blocks of a FASTA file by Ray.

    The file is read twice, by Ray for its workers and by this process, which writes the output and
    reports errors with their place; both on this machine, so that others need not have the file.
    """

    def predict(
        blocks: Iterator[list[Chain]], work: Work, done: int = 0
    ) -> Iterator[tuple[list[Chain], Parts]]:
        import ray

        ray.data.DataContext.get_current().execution_options.preserve_order = True
        here = {"ray.io/node-id": ray.get_runtime_context().get_node_id()}
        read = _Read(Path(os.path.realpath(path)), on_invalid, max_length, done)
        source = ray.data.from_items([{"first": done}]).map_batches(
            read, batch_size=None, batch_format="pyarrow", num_cpus=0, label_selector=here
        )
        with closing(_answers(source, _Blocks(work), workers)) as answers:
            for block in blocks:
                answer = next(answers, None)
                if answer is None or answer["read"][0].as_py() != checksum_of(block):
                    raise InputError(f"{path}: has changed since it was opened; start again")
                yield block, Parts(answer["parts"][0].as_py(), answer["related"][0].as_py())

    return predict


def each(
    function: ShardWork, names: Sequence[str], *, workers: int
) -> Iterator[tuple[Finished, list[str]]]:
    """Have a function called with each name by Ray's workers; the results in any order."""
    import ray

    if not names:
        return
    source = ray.data.from_items([{"name": name} for name in names])
    with closing(_answers(source, _Shards(function), min(workers, len(names)))) as answers:
        for answer in answers:
            (row,) = answer.to_pylist()
            warnings = row.pop("warnings")
            yield Finished(**row), warnings


def _answers(
    source: Dataset, function: Callable[[pa.Table], pa.Table], workers: int
) -> Generator[Any]:
    """Yield what workers make of each row."""
    from ray.data import ActorPoolStrategy

    answers = source.map_batches(
        _Worker,
        fn_constructor_args=(function, __version__, fingerprint()),
        compute=ActorPoolStrategy(size=workers),
        batch_size=None,
        batch_format="pyarrow",
        num_cpus=1,
    )
    batches: Iterable[Any] = answers.iter_batches(
        batch_size=None, batch_format="pyarrow", prefetch_batches=0
    )
    for answer in batches:
        if "error" in answer.column_names:
            raise InputError(answer["error"][0].as_py())
        yield answer


class _Worker:
    """What an actor of Ray holds: a function and, in it, the model."""

    def __init__(
        self, function: Callable[[pa.Table], pa.Table], version: str, arithmetic: str
    ) -> None:
        keep_freed_memory()
        self._arithmetic = arithmetic
        self._function = function
        self._version = version

    def __call__(self, row: pa.Table) -> pa.Table:
        """Answer a row; by the message alone if it is the user who can correct what is wrong."""
        import pyarrow as pa

        try:
            if self._version != __version__:
                raise InputError(
                    f"Ray's workers have ribbonet {__version__}, this is {self._version}; "
                    "install the same on all machines"
                )
            if self._arithmetic != fingerprint():
                raise InputError(
                    "a worker's processor, NumPy or Numba computes other last digits than this "
                    "machine's; install the same, and set OPENBLAS_CORETYPE to the same, such as "
                    "Haswell, on all machines"
                )
            return self._function(row)
        except InputError as error:
            return pa.table({"error": [str(error)]})


@dataclass(frozen=True)
class _Read:
    """Reads the blocks of a file after the first `done`, a row each."""

    path: Path
    on_invalid: OnInvalid
    max_length: int
    done: int

    def __call__(self, _: pa.Table) -> Iterator[pa.Table]:
        import pyarrow as pa

        chains = read_fasta(self.path, on_invalid=self.on_invalid, max_length=self.max_length)
        try:
            for number, block in enumerate(cut(chains)):
                if number >= self.done:
                    headers = [chain.header for chain in block]
                    sequences = [chain.sequence for chain in block]
                    yield pa.table({"headers": [headers], "sequences": [sequences]})
        except InputError:
            return  # the process that writes comes to the same place, and says so


@dataclass(frozen=True)
class _Blocks:
    work: Work

    def __call__(self, row: pa.Table) -> pa.Table:
        import pyarrow as pa

        headers, sequences = (row[name][0].as_py() for name in ("headers", "sequences"))
        chains = list(map(Chain, headers, sequences))
        parts = self.work(chains)
        return pa.table(
            {
                "read": [checksum_of(chains)],
                "parts": pa.array([list(parts)], pa.list_(pa.large_binary())),
                "related": [parts.related],
            }
        )


@dataclass(frozen=True)
class _Shards:
    work: ShardWork

    def __call__(self, row: pa.Table) -> pa.Table:
        import pyarrow as pa

        finished, warnings = self.work(row["name"][0].as_py())
        listed = pa.array([warnings], pa.list_(pa.string()))
        return pa.table(
            {name: [value] for name, value in asdict(finished).items()} | {"warnings": listed}
        )
