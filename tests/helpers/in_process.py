"""Programs run within this process, as a shell would run them, but for the start of Python."""

import os
import runpy
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, chdir, contextmanager
from pathlib import Path
from typing import BinaryIO
from unittest.mock import patch

from ribbonet.cli import main


def run_command(
    *arguments: object, stdin: bytes = b"", cwd: Path | None = None
) -> "subprocess.CompletedProcess[bytes]":
    """Run `ribbonet` with arguments."""
    return _run(main, "ribbonet", arguments, stdin, cwd)


def run_script(path: Path, *arguments: object) -> "subprocess.CompletedProcess[bytes]":
    """Run a script as the main program; what it imports from its own folder is forgotten."""

    def script() -> None:
        with patch.object(sys, "path", [str(path.parent), *sys.path]):
            runpy.run_path(str(path), run_name="__main__")

    try:
        return _run(script, str(path), arguments)
    finally:
        for name, module in list(sys.modules.items()):
            if Path(getattr(module, "__file__", None) or "").parent == path.parent:
                del sys.modules[name]


def _run(
    program: Callable[[], object],
    name: str,
    arguments: tuple[object, ...],
    stdin: bytes = b"",
    cwd: Path | None = None,
) -> "subprocess.CompletedProcess[bytes]":
    argv = [name, *map(str, arguments)]
    with ExitStack() as stack:
        given, out, err = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(3))
        given.write(stdin)
        given.seek(0)
        with (
            _standard_streams(given, out, err),
            patch.object(sys, "argv", argv),
            chdir(cwd or "."),
            warnings.catch_warnings(),
        ):
            _show_warnings_as_python_does()
            code = _code_of(program)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(argv, code, out.read(), err.read())


@contextmanager
def _standard_streams(*files: BinaryIO) -> Iterator[None]:
    """Let files be the standard streams, for Python and for programs that are started."""
    before = [os.dup(number) for number in range(3)]
    try:
        for number, file in enumerate(files):
            os.dup2(file.fileno(), number)
        with (
            open(0, closefd=False) as stdin,
            open(1, "w", closefd=False) as stdout,
            open(2, "w", closefd=False, errors="backslashreplace") as stderr,
            patch.multiple(sys, stdin=stdin, stdout=stdout, stderr=stderr),
        ):
            yield
    finally:
        for number, own in enumerate(before):
            os.dup2(own, number)
            os.close(own)


def _show_warnings_as_python_does() -> None:
    warnings.resetwarnings()
    for hidden in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
        warnings.simplefilter("ignore", hidden)


def _code_of(program: Callable[[], object]) -> int:
    """Run a program and return its exit code, as Python would at its end."""
    try:
        program()
    except SystemExit as error:
        if isinstance(error.code, str):
            sys.stderr.write(f"{error.code}\n")
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except Exception:
        traceback.print_exc()
        return 1
    return 0
