import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ribbonet.errors import InputError
from ribbonet.system.leftovers import temporary_path
from ribbonet.system.working import is_working_folder, working_folder, working_path

HOLD = """
import sys
from pathlib import Path
from ribbonet.system.working import working_folder
with working_folder(Path(sys.argv[1]), "out") as folder:
    print("held", flush=True)
    sys.stdin.read()
"""


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_is_listed_is_removed_with_the_folder(tmp_path: Path) -> None:
    with working_folder(tmp_path / ".ribbonet-out", "out") as folder:
        with folder.open("journal") as file:
            file.write(b"x")
        folder.make("output")
        folder.open("output/a").close()
        temporary_path(folder.path / "output" / "a", "tmp").touch()
    with working_folder(tmp_path / ".ribbonet-out", "out") as folder:
        assert folder.names == ["journal", "output", "output/a"]
        folder.remove()
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_listed_stays(tmp_path: Path) -> None:
    path = tmp_path / ".ribbonet-out"
    with working_folder(path, "out") as folder:
        folder.open("journal").close()
        folder.make("output")
        (path / "output" / "mine").write_text("years of work")
        (path / "notes").write_text("mine")
        with pytest.raises(InputError, match=r"notes: is not ribbonet's; move it away"):
            folder.open("notes")
        folder.remove()
    left = content(path)
    assert left.pop("output/mine") == b"years of work"
    assert left.pop("notes") == b"mine"
    assert set(left) == {"listing", "lock"}


@pytest.mark.parametrize("kind", ["file", "folder", "full folder", "link", "dangling link"])
def test_what_is_not_ribbonets_is_refused_and_not_touched(tmp_path: Path, kind: str) -> None:
    path, home = tmp_path / ".ribbonet-out", tmp_path / "home"
    home.mkdir()
    (home / "precious").write_text("x")
    if kind == "file":
        path.write_text("mine")
    elif kind.endswith("folder"):
        path.mkdir()
        if kind == "full folder":
            (path / "journal").write_text("mine")
    else:
        path.symlink_to(home if kind == "link" else tmp_path / "nowhere")
    before = content(tmp_path), path.is_symlink()
    with pytest.raises(InputError, match="is not ribbonet's"), working_folder(path, "out"):
        pass
    assert (content(tmp_path), path.is_symlink()) == before
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("link", ["symbolic", "hard", "pipe"])
@pytest.mark.parametrize("listed", [True, False])
def test_links_in_place_of_its_files_are_not_followed(
    tmp_path: Path, link: str, listed: bool
) -> None:
    victim, path = tmp_path / "victim", tmp_path / ".ribbonet-out"
    victim.write_text("precious")
    with working_folder(path, "out") as folder:
        if listed:
            folder.open("journal").close()
            (path / "journal").unlink()
        if link == "symbolic":
            (path / "journal").symlink_to(victim)
        elif link == "hard":
            os.link(victim, path / "journal")
        else:
            os.mkfifo(path / "journal")
        with pytest.raises(InputError, match="journal: is "):
            folder.open("journal")
        folder.remove()
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("name", ["../victim", "/victim", "a/../../victim", "link/victim", "", "."])
def test_a_forged_listing_removes_nothing_elsewhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "victim").write_text("precious")
    path = tmp_path / ".ribbonet-out"
    with working_folder(path, "out"):
        (path / "link").symlink_to(tmp_path)
        with (path / "listing").open("a") as listing:
            listing.write(json.dumps("link") + "\n")
            listing.write(json.dumps(f"{tmp_path}{name}" if name[:1] == "/" else name) + "\n")
    with working_folder(path, "out") as folder:
        folder.remove()
    assert (tmp_path / "victim").read_text() == "precious"


def test_a_torn_listing_is_read_up_to_the_tear(tmp_path: Path) -> None:
    path = tmp_path / ".ribbonet-out"
    with working_folder(path, "out") as folder:
        folder.add(["journal"])
        with (path / "listing").open("a") as listing:
            listing.write('"outp')
    with working_folder(path, "out") as folder:
        assert folder.names == ["journal"]
        folder.add(["output"])
    with working_folder(path, "out") as folder:
        assert folder.names == ["journal", "output"]


def test_one_process_holds_it_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / ".ribbonet-out"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    with (
        pytest.raises(InputError, match="out: another process is writing there"),
        working_folder(path, "out"),
    ):
        pass
    other.communicate()
    with working_folder(path, "out") as folder:
        folder.remove()


def test_it_is_not_held_by_one_that_waited_while_it_was_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock of a folder that was removed in between counts for nothing."""
    from filelock import FileLock

    path = tmp_path / ".ribbonet-out"
    first = working_folder(path, "out")
    holder = first.__enter__()
    token = (path / "listing").read_text()
    acquire, taken = FileLock.acquire, []

    def late(self: FileLock, *arguments: object, **options: object) -> object:
        if not taken:
            taken.append(True)
            holder.remove()
        return acquire(self, *arguments, **options)

    monkeypatch.setattr(FileLock, "acquire", late)
    with working_folder(path, "out") as second:
        assert is_working_folder(second.path)
        assert (path / "listing").read_text() != token
    first.__exit__(None, None, None)
    assert is_working_folder(path)


def test_nothing_is_replaced_when_a_file_is_put_in_place(tmp_path: Path) -> None:
    with working_folder(tmp_path / ".ribbonet-out", "out") as folder:
        for text in (b"new", b"new", b"other"):
            with folder.open("card") as file:
                file.write(text)
            if text == b"other":
                with pytest.raises(InputError, match="exists, and is no file of this run"):
                    folder.place("card", tmp_path / "card")
            else:
                folder.place("card", tmp_path / "card")
                assert not (folder.path / "card").exists()
        assert (tmp_path / "card").read_bytes() == b"new"
        (tmp_path / "link").symlink_to(tmp_path / "card")
        with pytest.raises(InputError, match="exists"):
            folder.place("card", tmp_path / "link")


@pytest.mark.parametrize("name", ["a" * 255, "é" * 127, "out.csv.gz"])
def test_names_are_as_long_as_a_file_system_takes(name: str) -> None:
    path = working_path(Path("folder", name))
    assert len(os.fsencode(path.name)) <= 255
    assert path.name.startswith(".ribbonet-")
    assert path != working_path(Path("folder", name[:-1] + "b"))
