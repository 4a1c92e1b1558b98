"""The working folder of a training: its state after each epoch, until the model is complete."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from ribbonet.errors import InputError
from ribbonet.models.card import CARD, WEIGHTS
from ribbonet.models.folder import save_model
from ribbonet.models.model import Model
from ribbonet.nn.training.checkpoint import CHECKPOINT
from ribbonet.nn.training.history import History, write_history
from ribbonet.system.atomic import atomic_write, write_errors
from ribbonet.system.leftovers import PREFIX, remove_leftovers
from ribbonet.system.working import WorkingFolder, is_working_folder, working_folder
from ribbonet.training.team import Team

HISTORY, STARTED = "history.csv", "started.json"

FILES = (HISTORY, WEIGHTS, CARD)
"""What a training makes, in the order in which the files are put in place."""


class TrainingFolder:
    """Where a training keeps its state; `training_folder` makes it.

    Attributes
    ----------
    path : Path
    finished : bool
        Whether the model was in place already when the training was resumed.
    """

    def __init__(self, folder: Path, working: WorkingFolder | None) -> None:
        self.path = training_path(folder)
        self._folder, self._working = folder, working
        self.finished = (folder / CARD).is_file()

    def checkpoint(self, network: str) -> Path:
        """Return the folder of a network's checkpoint."""
        if self._working is None:
            return self.path / network
        self._working.add([network, f"{network}/{CHECKPOINT}"])
        return self._working.make(network)

    def finish(self, model: Model, history: History) -> None:
        """Write the model and the history of its training, the card last."""
        if self._working is None:
            return
        self._working.add(FILES)
        write_history(self.path / HISTORY, history)
        save_model(model, self.path)
        for name in FILES:
            self._working.place(name, self._folder / name)


def training_path(folder: Path) -> Path:
    """Return the working folder of a training to a folder."""
    return folder / f"{PREFIX}training"


@contextmanager
def training_folder(
    folder: Path, this: Mapping[str, Any], resume: bool, team: Team
) -> Iterator[TrainingFolder]:
    """Hold the working folder of a training to a folder; remove it when the model is in place.

    Parameters
    ----------
    folder : Path
        For the model; made if it does not exist.
    this : mapping
        What the training depends on, as JSON has it.
    resume : bool
        Whether to resume an interrupted training, if there is one.
    team : Team
        The process that leads it holds the folder; the others read there.

    Raises
    ------
    InputError
        When the folder holds another training or files of a model's names, another process trains
        there, or it cannot be written to.
    """
    if team.leads:
        with _held(folder, this, resume) as held:
            team.wait()
            yield held
        return
    team.wait()
    if not is_working_folder(training_path(folder)):
        raise InputError(f"{folder}: is not one folder on all machines; give one that they share")
    yield TrainingFolder(folder, None)


@contextmanager
def _held(folder: Path, this: Mapping[str, Any], resume: bool) -> Iterator[TrainingFolder]:
    begun, made = is_working_folder(training_path(folder)), not folder.exists()
    if not begun:
        _refuse_files(folder)
    with write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with working_folder(training_path(folder), folder) as working:
        path = working.path / STARTED
        if STARTED not in working.names or not path.is_file():
            working.clear()  # a training that was killed before it began
            _refuse_files(folder)
            working.add([STARTED])
            with atomic_write(path) as file:
                json.dump(this, file)
        elif not resume:
            raise InputError(
                f"{folder}: holds a training already; go on with it by --resume, or choose another "
                "folder"
            )
        else:
            _check_same(path, this)
        try:
            yield TrainingFolder(folder, working)
        except InputError:
            if any(working.path.glob(f"*/{CHECKPOINT}")):
                raise
            working.remove()  # nothing is lost: no network was trained for an epoch
            if made:
                with suppress(OSError):
                    folder.rmdir()
            raise
        working.remove()


def _refuse_files(folder: Path) -> None:
    """Refuse a folder that holds a model, or other files that a model's would replace."""
    remove_leftovers(folder)
    for name in reversed(FILES):
        if (folder / name).exists() or (folder / name).is_symlink():
            what = "a model" if name == CARD else f"a file {name}"
            raise InputError(f"{folder}: holds {what} already; choose another folder")


def _check_same(path: Path, this: Mapping[str, Any]) -> None:
    """Refuse to go on with a training that depends on something else."""
    try:
        before = json.loads(path.read_text(encoding="utf-8"))
        keys = [key for key in {**this, **before} if this.get(key) != before.get(key)]
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path}: cannot be read ({error}); remove {path.parent}") from None
    if keys:
        raise InputError(
            f"{path.parent}: the interrupted training there had another "
            f"{' and '.join(keys)}; give what it had, or choose another folder"
        )


def check_search_folder(folder: Path, best: Path, model: Path | None) -> None:
    """Refuse a folder in which a search would write over something that no search made.

    Parameters
    ----------
    folder : Path
        Where the search keeps its trials, unless they are in another database.
    best : Path
        Where the best configuration goes.
    model : Path, optional
        Where the model of that is to be trained.

    Raises
    ------
    InputError
        Names the file.
    """
    trials = folder / "trials.db"
    for path, known in ((best, _is_best), (trials, _is_trials)):
        if path.is_symlink() or (path.exists() and not (path.is_file() and known(path))):
            raise InputError(
                f"{path}: exists, and no search made it; move it, or choose another folder"
            )
    if model is None or is_working_folder(training_path(model)):
        return
    if model.is_symlink() or (model.exists() and not (model.is_dir() and not any(model.iterdir()))):
        raise InputError(f"{model}: exists already; move it, or choose another folder")


def _is_best(path: Path) -> bool:
    """Whether a file is the configuration that a search found."""
    with path.open("rb") as file:
        return re.match(rb"# trial \d+, the best of \d+: ", file.readline(100)) is not None


def _is_trials(path: Path) -> bool:
    """Whether a file is a database of trials, or one that was killed before it had any table.

    What a killed search left half written is undone, which takes the right to write.
    """
    if not path.stat().st_size:
        return True
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as database:
            rows = database.execute("SELECT name FROM sqlite_master").fetchall()
    except (sqlite3.Error, UnicodeDecodeError):
        return False
    return not rows or any(name == "studies" for (name,) in rows)
