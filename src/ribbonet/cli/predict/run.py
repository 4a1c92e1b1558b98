"""One run of `ribbonet predict`: the model is loaded, chains are predicted, results written."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import typer

from ribbonet import __version__
from ribbonet.chains.alphabet import Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.cli import say, warn
from ribbonet.cli.options.inputs import Input
from ribbonet.cli.options.sources import Sources
from ribbonet.cli.predict.summary import Summary, advise_numba
from ribbonet.errors import InputError
from ribbonet.models import DEFAULT_MODEL, load_model
from ribbonet.models.inputs import check_source
from ribbonet.models.model import Model
from ribbonet.prediction.blocks import Parts, Predict, Work, asked_of, blocks, predicted
from ribbonet.prediction.formats import (
    DEFAULT,
    format_for,
    format_of,
    names_for,
    split_compression,
)
from ribbonet.prediction.formats.base import Format, Provenance
from ribbonet.prediction.templates import Templates, find_templates
from ribbonet.system.terminal import printable
from ribbonet.tasks.base import Task

if TYPE_CHECKING:
    from ribbonet.prediction.tracks import Tracks

_SLASHES = ("/", os.sep)


@dataclass(frozen=True)
class Run:
    """A run, by the options of `ribbonet predict`, which have been checked against one another.

    Parameters
    ----------
    input : Input
    output : str or None
        A file, a folder, or `FOLDER/` for one file per record; None for standard output.
    format : str or None
        None for that which the output's extension names.
    model : str or None
        None for the default one.
    min_confidence : float
    states : {STATES, STATES8}
    smooth : bool
        Whether states keep to the lengths of DSSP's segments.
    sources : Sources
        Where profiles or arrays come from.
    templates : bool, str or None
        Whether known structures of relatives are used, or from which file; None for the default.
    figure : dict
        Options of a figure's style that are not the usual ones.
    threads : int or None
    ray : str or None
        Address of a Ray cluster.
    resume : bool
    summaries : tuple of Path
        Where the summary is written.
    provenance : bool
        Whether formats other than JSON lines say where predictions come from, too.
    tracks : str
        Names of what else is predicted, separated by commas.
    quiet : bool
        Whether to show neither progress nor the summary.
    """

    input: Input
    output: str | None
    format: str | None
    model: str | None
    min_confidence: float
    states: Alphabet
    smooth: bool
    sources: Sources
    templates: bool | str | None
    figure: Mapping[str, Any]
    threads: int | None
    ray: str | None
    resume: bool
    summaries: tuple[Path, ...]
    provenance: bool
    tracks: str
    quiet: bool

    def __call__(self) -> None:
        """Predict everything."""
        name = self.model or DEFAULT_MODEL
        alignments = self.input.alignments
        profiles = self.sources.are_profiles or alignments is not None
        model = load_model(name, profiles=profiles)
        check_source(model.inputs, alignments or self.sources.path, name)
        templates = self._templates(model)
        task = asked_of(model, self.states)
        if self.smooth:
            from ribbonet.prediction.smoothing import check_smooth

            check_smooth(task)
        tracks = self._tracks(task)
        provenance = self._provenance(model, templates, tracks)
        form = self._format(task, provenance, templates is not None, tracks)
        form.check()
        summary = Summary(provenance, list(self.input.files), self.output)
        summary.related = None if templates is None else 0
        try:
            with (
                self.sources.opened(self.input.again, alignments=alignments) as source,
                self._cluster() as workers,
            ):
                work = Work(
                    model,
                    form,
                    self.min_confidence,
                    self.states,
                    self._file_a_record,
                    source=source,
                    templates=templates,
                    smooth=self.smooth,
                    provenance=self.provenance,
                    tracks=tracks,
                )
                self._write(work, workers, summary)
        except KeyboardInterrupt:
            from ribbonet.prediction.runs.growing import unfinished

            kept = self.output is not None and unfinished(Path(os.path.realpath(self.output)))
            advice = "; what is finished is kept, go on by --resume" if kept else ""
            say(f"interrupted{advice}")
            raise typer.Exit(130) from None
        summary.masked += self.input.counts["masked"]
        summary.skipped += self.input.counts["skipped"] + self.input.counts["empty"]
        for path in self.summaries:
            summary.write(path)
        if not self.quiet:
            say(str(summary))
            advise_numba(model, summary.residues)

    @cached_property
    def _format_name(self) -> str:
        """The format's name: as it was given, or as the output's extension says."""
        is_file = self.output is not None and not (
            self.input.folder or self._file_a_record or _is_a_stream(self.output)
        )
        return format_of(str(self.output), self.format) if is_file else self.format or DEFAULT

    @property
    def _file_a_record(self) -> bool:
        return (
            self.output is not None and self.output.endswith(_SLASHES) and self.input.folder is None
        )

    def _tracks(self, task: Task) -> Tracks | None:
        if self.tracks == "structure":  # the default: what reads further models is not loaded
            return None
        from ribbonet.prediction.tracks import find_tracks

        found = find_tracks(self.tracks)
        if found is not None:
            found.check_beside(task)
        return found

    def _format(
        self, task: Task, provenance: Provenance, relatives: bool, tracks: Tracks | None
    ) -> Format:
        name = self._format_name
        if self.format is None and name == DEFAULT and (name not in names_for(task) or tracks):
            name = "csv"
        form = format_for(task, name, relatives)
        if self.figure:
            form = form.styled(self.figure)
        if tracks is not None:
            form = form.with_tracks(tracks.tasks)
        if form.one_record and self.input.folder is not None:
            raise InputError(form.one_record)
        if self.input.alignments is not None:
            form = form.beside(self.input.alignments)
        if self.provenance or name == "jsonl":
            form = form.with_provenance(provenance)
        if self.output is None or self.input.folder or not split_compression(self.output)[1]:
            return form
        from ribbonet.prediction.formats.compressed import compressed

        return compressed(form, self.output)

    def _templates(self, model: Model) -> Templates | None:
        arrays = self.sources.path or self.input.alignments
        if self.templates is None and arrays is not None:
            return None
        return find_templates(self.templates, model)

    def _provenance(
        self, model: Model, templates: Templates | None, tracks: Tracks | None
    ) -> Provenance:
        options = {
            "format": self._format_name,
            "states": len(self.states),
            "min_confidence": self.min_confidence,
            **({"smooth": True} if self.smooth else {}),
            **self.figure,
            **({} if tracks is None else {"tracks": tracks.settings}),
            "on_invalid": self.input.on_invalid,
            "templates": False if templates is None else templates.settings,
            **{
                {"inputs": "arrays"}.get(option, option): str(path)
                for option, path in asdict(self.sources).items()
                if path is not None
            },
        }
        name = str(model.card.name or self.model or DEFAULT_MODEL)
        return Provenance(__version__, name, model.digest, options)

    @contextmanager
    def _cluster(self) -> Iterator[int | None]:
        """Give how many workers Ray has, as long as they run; None without Ray."""
        if self.ray is None:
            yield None
            return
        from ribbonet.prediction.runs import ray as ray_engine

        # Ray prints what happens to its workers; standard output is for the predictions
        with redirect_stdout(sys.stderr), ray_engine.cluster(self.ray, self.threads) as workers:
            yield workers

    def _predict(self, workers: int | None) -> Predict:
        """Return what predicts blocks of chains: processes of this machine, or Ray's."""
        if workers is None:
            return partial(predicted, threads=self.threads)
        from ribbonet.prediction.runs.ray import by_blocks

        path = Path(self.input.files[0])
        return by_blocks(path, self.input.on_invalid, workers, self.input.max_length)

    def _write(self, work: Work, workers: int | None, summary: Summary) -> None:
        only = "" if self._file_a_record else work.format.one_record
        given = replace(self.input, refuse_second=only)
        if self.output is None or _is_a_stream(self.output):
            self._to_stream(given, work, self._predict(workers), summary)
            return
        from ribbonet.cli.predict.files import write_file, write_folder

        output, shown = Path(self.output), {"resume": self.resume, "quiet": self.quiet}
        if given.folder is None:
            write_file(given, output, work, self._predict(workers), summary, **shown)
        else:
            write_folder(given, output, work, workers, self.threads, summary, **shown)

    def _to_stream(self, given: Input, work: Work, predict: Predict, summary: Summary) -> None:
        """Write to standard output, a pipe or a device, as soon as there is something."""

        def parts(done: Iterable[tuple[list[Chain], Parts]]) -> Iterator[bytes]:
            for block, written in done:
                summary.add(len(block), sum(map(len, block)))
                summary.relate(written.related)
                yield from written

        with _opened(self.output) as target:
            chains = given.read(_warn_of_skipped)
            if target.isatty():
                work = replace(work, format=work.format.for_terminal())
                chains = (replace(c, header=printable(c.header)) for c in chains)
            done = predict(blocks(chains), work)
            work.format.assemble(parts(done), target)


def _warn_of_skipped(number: int, header: str, fault: str) -> None:
    warn(f"record {number} ({header}) is left out: {fault}")


def _is_a_stream(output: str) -> bool:
    """Whether an output is neither a file nor a folder, but a pipe, `/dev/null` or the like."""
    path = Path(output)
    return path.exists() and not path.is_file() and not path.is_dir()


@contextmanager
def _opened(output: str | None) -> Iterator[BinaryIO]:
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with Path(output).open("wb") as file:
            yield file
