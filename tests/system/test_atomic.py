import os
from pathlib import Path

import pytest

from ribbonet.errors import InputError
from ribbonet.system.atomic import atomic_write


def test_text_is_utf_8_with_unix_line_ends(tmp_path: Path) -> None:
    with atomic_write(tmp_path / "a.txt") as file:
        file.write("β\n")
    assert (tmp_path / "a.txt").read_bytes() == "β\n".encode()


def test_nothing_has_the_name_before_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    with atomic_write(path, "wb") as file:
        file.write(b"new")
        file.flush()
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_failure_keeps_the_old_file_and_leaves_no_other(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail() -> None:
        with atomic_write(path) as file:
            file.write("new")
            raise error

    with pytest.raises(error):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_same_permissions_as_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with atomic_write(tmp_path / "atomic"):
        pass
    assert (tmp_path / "atomic").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_stays_and_its_target_changes(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("old")
    (tmp_path / "link").symlink_to("target")
    with atomic_write(tmp_path / "link") as file:
        file.write("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "new"


def test_a_device_is_written_to_and_not_replaced() -> None:
    with atomic_write(os.devnull) as file:
        file.write("lost")
    assert not Path(os.devnull).is_file()


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error, atomic_write(tmp_path):
        pass
    assert str(error.value) == f"{tmp_path}: is a folder; give the name of a file"


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "a.txt"
    with pytest.raises(InputError) as error, atomic_write(path):
        pass
    assert str(error.value) == (
        f"{path}: cannot be written (No such file or directory); choose another place"
    )


def test_a_forbidden_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbid)
    path = tmp_path / "a.txt"
    with pytest.raises(InputError) as error, atomic_write(path):
        pass
    assert (
        str(error.value) == f"{path}: cannot be written (Permission denied); choose another place"
    )
