"""What killed processes leave is removed by the next that writes there, and nothing else is."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ribbonet.errors import InputError
from ribbonet.system.atomic import atomic_write
from ribbonet.system.leftovers import remove_leftovers, temporary_path
from ribbonet.system.working import refuse_a_full_folder, working_folder, working_path, write_folder

WRITE = """
import sys
from ribbonet.system.atomic import atomic_write
with atomic_write(sys.argv[1]) as file:
    file.write("half")
    file.flush()
    print("writing", flush=True)
    sys.stdin.read()
"""

KILLED = """
import os, signal, sys
from pathlib import Path
from ribbonet.system.working import working_folder, working_path

steps = int(sys.argv[2])

def dying(function):
    def step(*arguments, **options):
        global steps
        steps -= 1
        if steps == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return step

for name in ("mkdir", "rename", "unlink", "rmdir", "open", "write_text", "replace"):
    setattr(Path, name, dying(getattr(Path, name)))
output = Path(sys.argv[1])
with working_folder(working_path(output), output) as folder:
    folder.open("output").close()
    (folder.path / "output").replace(output)
    folder.remove()
print("done")
"""


def writing(path: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"writing\n"
    return process


def test_the_next_write_removes_what_a_killed_one_left_but_not_a_living_ones(
    tmp_path: Path,
) -> None:
    killed, living = writing(tmp_path / "a"), writing(tmp_path / "b")
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert len(list(tmp_path.iterdir())) == 2
    with atomic_write(tmp_path / "c") as file:
        file.write("c")
    assert len(list(tmp_path.iterdir())) == 2
    living.communicate()
    assert (tmp_path / "b").read_text() == "half"
    assert {path.name for path in tmp_path.iterdir()} == {"b", "c"}


@pytest.mark.parametrize("kind", ["tmp", "new", "old"])
@pytest.mark.parametrize("made", ["file", "full folder", "link", "folder link", "hard link"])
def test_nothing_else_of_such_a_name_is_removed(tmp_path: Path, kind: str, made: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "lock").write_text("precious")
    names = [temporary_path(tmp_path / "a", kind), tmp_path / f".ribbonet-{'0' * 16}.{kind}"]
    if made == "file" and kind == "tmp":
        del names[0]
    for path in names:
        if made == "file":
            path.write_text("mine")
        elif made == "full folder":
            path.mkdir()
            (path / "notes").write_text("mine")
        elif made == "hard link":
            os.link(home / "lock", path)
        else:
            path.symlink_to(home if made == "folder link" else home / "lock")
    before = sorted(tmp_path.rglob("*"))
    remove_leftovers(tmp_path)
    with atomic_write(tmp_path / "b"):
        pass
    (tmp_path / "b").unlink()
    assert sorted(tmp_path.rglob("*")) == before
    assert (home / "lock").read_text() == "precious"


def test_a_folder_that_was_killed_at_any_step_leaves_nothing_after_the_next(tmp_path: Path) -> None:
    for step in range(1, 100):
        folder = tmp_path / str(step)
        folder.mkdir()
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, folder / "out", str(step)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert killed.stderr == ""
        output = folder / "out"
        with working_folder(working_path(output), output) as work:
            work.open("output").close()
            (work.path / "output").replace(output)
            work.remove()
        assert list(folder.iterdir()) == [output]
        if killed.stdout:
            break
    assert step > 5


def test_one_that_makes_a_folder_begins_again_if_another_takes_it_for_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text, interfered = Path.write_text, []

    def late(self: Path, *arguments: str, **options: str) -> int:
        if len(interfered) < 2:
            interfered.append(self)
            if len(interfered) == 1:
                remove_leftovers(tmp_path)
                return write_text(self, *arguments, **options)
            written = write_text(self, *arguments, **options)
            remove_leftovers(tmp_path)
            return written
        return write_text(self, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", late)
    with working_folder(tmp_path / ".ribbonet-out", "out") as folder:
        assert len(interfered) == 2
        folder.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    output = tmp_path / "out"
    write_folder(output, {"a": b"1", "b/c": b"2"})
    assert (output / "b" / "c").read_bytes() == b"2"
    assert list(tmp_path.iterdir()) == [output]
    with pytest.raises(InputError, match="exists and is not an empty folder"):
        write_folder(output, {"a": b"3"})
    assert (output / "a").read_bytes() == b"1"


def test_the_root_of_all_is_a_full_folder() -> None:
    with pytest.raises(InputError, match="exists and is not an empty folder"):
        refuse_a_full_folder("/")


def test_the_folder_may_be_where_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    write_folder(".", {"a": b"1"})
    assert (tmp_path / "here" / "a").read_bytes() == b"1"


def test_a_full_folder_is_refused_and_what_its_making_left_is_removed(tmp_path: Path) -> None:
    output = tmp_path / "out"
    write_folder(output, {"a": b"1"})
    with working_folder(working_path(output), output) as folder:  # killed after the last move
        folder.open("journal").close()
    with pytest.raises(InputError, match="exists"):
        refuse_a_full_folder(output)
    assert list(tmp_path.iterdir()) == [output]
    with working_folder(working_path(output), output) as folder:  # unfinished
        folder.make("output")
    with pytest.raises(InputError, match="exists"):
        refuse_a_full_folder(output)
    assert working_path(output).is_dir()
