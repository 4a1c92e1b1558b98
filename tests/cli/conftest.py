import subprocess
import sys
from collections.abc import Callable

import pytest

Command = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def ribbonet() -> Command:
    """Run the command in a process of its own, as a shell would."""

    def run(*args: object, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        command = [sys.executable, "-m", "ribbonet", *map(str, args)]
        return subprocess.run(command, input=stdin, capture_output=True, timeout=300, check=False)

    return run
