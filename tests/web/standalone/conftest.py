"""A web server that knows nothing but files, and a page of it in Chromium."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest


@contextmanager
def _files_served(folder: Path) -> Iterator[str]:
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().split("(")[1].split(")")[0]  # "... (http://...:1/) ..."
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def files_served() -> Callable[[Path], AbstractContextManager[str]]:
    """Run `python -m http.server` in a folder: `with files_served(folder) as url`."""
    return _files_served
