import re
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from ribbonet.cli import app
from ribbonet.errors import InputError


def serve(*arguments: str) -> None:
    app(["serve", "--no-open", *arguments], standalone_mode=False)


def test_the_page_is_served_until_it_is_interrupted():
    command = [sys.executable, "-m", "ribbonet", "serve", "--no-open", "--port=0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        url = re.search(r"http://127\.0\.0\.1:\d+/", server.stderr.readline())
        assert url is not None
        assert "<title>ribbonet</title>" in httpx.get(url[0], timeout=60).text
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 130
        assert "Traceback" not in server.stderr.read()


def test_a_port_that_is_taken_is_named():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(InputError, match=rf"port {port} .*give another --port"):
            serve(f"--port={port}")


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(InputError, match=r"pip install 'ribbonet\[web\]'"):
        serve()
