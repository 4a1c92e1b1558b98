"""A failure at each write, rename and allocation of an output: nothing wrong, nothing lost."""

import errno
import os
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.models.build import build_network
from ribbonet.models.config import StageConfig
from ribbonet.models.model import Model, Stage
from ribbonet.prediction import blocks as blocks_module
from ribbonet.prediction.blocks import Work, predicted
from ribbonet.prediction.formats import format_for
from ribbonet.prediction.runs import stream
from ribbonet.system import working
from ribbonet.tasks.structure import Structure

predict_to = partial(stream.predict_to, predict=partial(predicted, threads=1))


class Failing:
    """Counts operations and lets one of them fail."""

    def __init__(self, at: int, error: type[Exception]) -> None:
        self.at, self.error, self.done = at, error, 0

    def step(self) -> None:
        self.done += 1
        if self.done == self.at:
            if self.error is MemoryError:
                raise MemoryError
            raise OSError(errno.ENOSPC, "No space left on device")

    def before(self, function):
        def failing(*arguments, **options):
            self.step()
            return function(*arguments, **options)

        return failing


class File:
    """A file each of whose writes may fail."""

    def __init__(self, file, failing: Failing) -> None:
        self._file = file
        for name in ("write", "flush", "truncate"):
            setattr(self, name, failing.before(getattr(file, name)))

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


@pytest.fixture(scope="module")
def model():
    network = build_network(StageConfig(window=3, hidden=(4,)), first=True)
    return Model((Stage(3, (network.initialise(np.random.default_rng(0)),)),))


CHAINS = [Chain(f"c{n}", "MKTAYIAKQR" * (n + 1)) for n in range(4)]


def with_failures(monkeypatch, failing: Failing) -> None:
    """Let each step towards an output pass by what counts and fails."""
    opened = working.WorkingFolder.open
    with_file = lambda self, name: File(failing.before(opened)(self, name), failing)  # noqa: E731
    monkeypatch.setattr(working.WorkingFolder, "open", with_file)
    monkeypatch.setattr(Path, "replace", failing.before(Path.replace))
    monkeypatch.setattr(Path, "rename", failing.before(Path.rename))
    monkeypatch.setattr(Path, "mkdir", failing.before(Path.mkdir))
    monkeypatch.setattr(os, "fsync", failing.before(os.fsync))
    monkeypatch.setattr(Work, "__call__", failing.before(Work.__call__))


def content(path: Path) -> object:
    if path.is_dir():
        return {file.name: file.read_bytes() for file in path.iterdir()}
    return path.read_bytes()


@pytest.mark.parametrize("error", [OSError, MemoryError])
@pytest.mark.parametrize("kind", ["file", "folder", "parquet"])
def test_a_failure_anywhere_is_an_error_and_can_be_resumed(
    model, tmp_path, monkeypatch, kind, error
):
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    monkeypatch.setattr(blocks_module, "BLOCK", 30)
    form = format_for(Structure(), "parquet" if kind == "parquet" else "csv")
    work = Work(model, form, file_a_record=kind == "folder")
    predict_to(tmp_path / "whole", lambda _: CHAINS, work)
    whole = content(tmp_path / "whole")
    for at in range(1, 1000):
        output = tmp_path / f"out{at}"
        failing = Failing(at, error)
        failed = False
        with monkeypatch.context() as context:
            with_failures(context, failing)
            try:
                predict_to(output, lambda _: CHAINS, work)
            except (InputError, MemoryError, OSError):
                failed = True
        if failing.done < at:
            assert not failed
            break
        if not output.exists() or failed:
            if kind == "folder" and output.is_dir():  # it was whole; the rest was tidying up
                assert content(output) == whole
                continue
            predict_to(output, lambda _: CHAINS, work, resume=True)
        assert content(output) == whole
    else:
        raise AssertionError("it never came to an end")
    assert at > 20
    kept = {path.name for path in tmp_path.iterdir()}
    assert not any(name.startswith("out") and (tmp_path / name).is_symlink() for name in kept)


@pytest.mark.parametrize("damage", ["cut", "changed", "longer"])
def test_an_output_that_was_changed_before_its_end_is_not_given(
    model, tmp_path, monkeypatch, damage
):
    """As by a failing disk, or another program."""
    monkeypatch.setattr(blocks_module, "BLOCK", 30)
    work = Work(model, format_for(Structure(), "csv"))
    predict_to(tmp_path / "whole", lambda _: CHAINS, work)

    def change(block):
        path = tmp_path / ".ribbonet-out" / "output"
        data = bytearray(path.read_bytes())
        if damage == "cut":
            del data[60:]
        else:
            data[60:61] = b"?" if damage == "changed" else b"??"
        path.write_bytes(data)

    with pytest.raises(InputError, match="is not as it was written"):
        predict_to(tmp_path / "out", lambda _: CHAINS, work, on_block=change)
    assert not (tmp_path / "out").exists()
    predict_to(tmp_path / "out", lambda _: CHAINS, work, resume=True)
    assert content(tmp_path / "out") == content(tmp_path / "whole")
