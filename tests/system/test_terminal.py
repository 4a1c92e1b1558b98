import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.system.terminal import UNSAFE, PrintableStream, printable

EVIL = "\x1b]0;pwned\x07\x1b[2J"


@given(st.text())
def test_nothing_unsafe_is_left_and_nothing_else_changed(text: str) -> None:
    shown = printable(text)
    assert not UNSAFE.search(shown)
    if not UNSAFE.search(text):
        assert shown == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2J", r"a\x1b[2J"),
        ("a\x9b31m", r"a\x9b31m"),
        ("a\u202eb", r"a\u202eb"),
        ("a\u2066b", r"a\u2066b"),
        ("a\nb", r"a\nb"),
        ("a\rb", r"a\rb"),
        ("a\0b\x7f", r"a\x00b\x7f"),
        ("a\u2028b", r"a\u2028b"),
        ("\udcff.fasta", r"\udcff.fasta"),
        ("é名.fasta", "é名.fasta"),
    ],
)
def test_what_a_terminal_would_obey_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


def on_a_terminal(*arguments: str | Path) -> bytes:
    """Return what a command writes to a terminal."""
    import os
    import pty

    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "ribbonet", *map(str, arguments)]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=follower, stderr=follower
    ) as process:
        os.close(follower)
        shown = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:
                break
            shown += part
        process.wait()
    os.close(leader)
    return shown


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals on Windows")
def test_no_escape_sequence_of_a_file_reaches_a_terminal(tmp_path: Path) -> None:
    good, bad, table = tmp_path / "good.fasta", tmp_path / "bad.fasta", tmp_path / "t.3line"
    good.write_text(f">{EVIL}id\nMKTAYIAKQR\n")
    bad.write_text(f">{EVIL}id\nMK7TAYIAKQR\n>{EVIL}b\nMKTAY\n")
    table.write_text(f">{EVIL}id\nMKT\nHH\n")
    fast = ("--model", "fast")
    for arguments in (
        ("predict", good, *fast),
        ("predict", good, *fast, "--format", "text"),
        ("predict", bad, *fast),
        ("predict", bad, *fast, "--on-invalid", "skip"),
        ("predict", tmp_path / f"no{EVIL}.fasta"),
        ("predict", good, f"--{EVIL}"),
        ("data", "convert", table, tmp_path / "o.3line"),
        ("evaluate", "fast", tmp_path / f"no{EVIL}.3line"),
    ):
        shown = on_a_terminal(*arguments)
        assert b"\x1b]0" not in shown, arguments
        assert b"\x1b[2J" not in shown, arguments
        assert b"pwned" in shown, arguments


class Written(list[str]):
    def write(self, text: str) -> int:
        self.append(text)
        return len(text)


def test_a_stream_escapes_and_keeps_lines() -> None:
    written = Written()
    PrintableStream(written).writelines(["a\tb\n", f"{EVIL}\n"])  # type: ignore[arg-type]
    assert written == ["a\tb\n", "\\x1b]0;pwned\\x07\\x1b[2J\n"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("predict {file} --model fast >&-", 2, "the output cannot be written (it is closed)"),
        ("predict - --model fast <&-", 2, "standard input: cannot be read (it is closed)"),
        ("predict {file} --model fast -o {out} <&- >&-", 0, ""),
        ("predict {file} --model fast -o {out} <&- >&- 2>&-", 0, ""),
        ("predict --sequence 77 --model fast 2>&-", 2, ""),
        ("models >&-", 2, "the output cannot be written (it is closed)"),
        ("--version >&-", 2, "the output cannot be written (it is closed)"),
        ("models >/dev/full", 2, "the output cannot be written (No space left on device)"),
    ],
)
def test_closed_streams_are_messages(tmp_path: Path, command: str, code: int, said: str) -> None:
    file, out = tmp_path / "a.fasta", tmp_path / "out"
    file.write_text(">a\nMKTAYIAKQR\n")
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m ribbonet " + command.format(file=file, out=out)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    if "{out}" in command:
        assert out.read_text().startswith(">a\nMKTAYIAKQR\n")


@pytest.mark.parametrize(
    "locale",
    [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}],
)
def test_a_locale_without_letters_is_no_traceback(tmp_path: Path, locale: dict[str, str]) -> None:
    import os

    path = tmp_path / "ü.fasta"
    path.write_text(">é名\nMKTAYIAKQR\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONCOERCECLOCALE": "0", **locale}
    for arguments in (("predict", path, "--model", "fast"), ("predict", tmp_path / "nö.fasta")):
        done = subprocess.run(
            [sys.executable, "-m", "ribbonet", *arguments],
            env=environment,
            capture_output=True,
            check=False,
        )
        assert b"Traceback" not in done.stderr
        assert done.returncode == (2 if "nö" in str(arguments) else 0)
