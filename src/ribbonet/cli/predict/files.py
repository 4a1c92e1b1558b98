"""Predictions written to a file, or for a folder to a folder, with progress on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ribbonet.chains.chain import Chain
from ribbonet.cli import warn
from ribbonet.cli.options.inputs import Input
from ribbonet.cli.predict.summary import Summary
from ribbonet.cli.terminal.progress import Files, progress
from ribbonet.prediction.runs.folders import Each, Finished, each, predict_shards, shards_of
from ribbonet.prediction.runs.stream import predict_to

if TYPE_CHECKING:
    from ribbonet.prediction.blocks import Predict, Work


def write_file(
    given: Input,
    output: Path,
    work: Work,
    predict: Predict,
    summary: Summary,
    *,
    resume: bool,
    quiet: bool,
) -> None:
    """Write a file, or a folder with one file per record, and count in the summary."""
    where = given.reading()
    with progress(where, quiet=quiet) as show:

        def on_block(block: Sequence[Chain]) -> None:
            residues = sum(map(len, block))
            summary.add(len(block), residues)
            show(len(block), residues)

        related = predict_to(
            output,
            partial(given.read, where=where),
            work,
            predict=predict,
            resume=resume,
            on_block=on_block,
        )
    summary.relate(related)


def write_folder(
    given: Input,
    output: Path,
    work: Work,
    workers: int | None,
    threads: int | None,
    summary: Summary,
    *,
    resume: bool,
    quiet: bool,
) -> None:
    """Write a file for each file of a folder, and count in the summary.

    Ray's `workers` predict them, where there are any, or else processes of this machine.
    """
    folder = given.folder
    assert folder is not None
    predict_each: Each = partial(each, threads=threads)
    if workers is not None:
        from ribbonet.prediction.runs import ray as ray_engine

        predict_each = partial(ray_engine.each, workers=workers)
    files = Files(sum((folder / name).stat().st_size for name in shards_of(folder)))
    with progress(files, quiet=quiet) as show:

        def on_shard(shard: Finished) -> None:
            files.position += shard.read
            summary.add(shard.records, shard.residues)
            summary.relate(shard.related)
            summary.masked += shard.masked
            summary.skipped += shard.skipped
            show(shard.records, shard.residues)

        predict_shards(
            folder,
            output,
            work,
            each=predict_each,
            on_invalid=given.on_invalid,
            max_length=given.max_length,
            resume=resume,
            on_shard=on_shard,
            on_warning=warn,
        )
