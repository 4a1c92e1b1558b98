"""Fifty kills each of train, tune and fetch, at random moments: the same bytes in the end."""

import hashlib
import random
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

KILLS = 50

DRAWN = random.Random(5)
LABELLED = "".join(
    f">c{n}\n{''.join(DRAWN.choices('ACDEFGHIKLMNPQRSTVWY', k=60))}\n"
    f"{''.join(DRAWN.choices('HEC', k=60))}\n"
    for n in range(40)
)
CONFIG = """\
[[stage]]
epochs = 400
hidden = [20]
[[stage]]
epochs = 200
hidden = [10]
window = 7
optimizer = "adam"
learning_rate = 0.01
"""
SPACE = "[[stage]]\nepochs = 3\nhidden = [{low = 2, high = 12}]\n"

FETCH = """
import sys
from pathlib import Path
from ribbonet.datasets import download
from ribbonet.datasets.catalogue import Dataset
from ribbonet.datasets.library import fetch
download.PAUSE = 0
fetch(Dataset("made.list", "", (sys.argv[1],), sys.argv[2], "", ""), Path(sys.argv[3]))
"""


def killed(command, kills, done, longest, wait=lambda: None):
    """Kill a command again and again until it was killed so often or is done; let it end then."""
    r = random.Random(1)
    for number in range(kills):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        wait()
        try:
            process.wait(r.uniform(0, longest))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
        if done():
            return number
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return kills


def program(*arguments):
    return [sys.executable, "-m", "ribbonet", *map(str, arguments)]


@pytest.mark.slow
def test_train(tmp_path):
    train, config = tmp_path / "t.3line", tmp_path / "c.toml"
    train.write_text(LABELLED)
    config.write_text(CONFIG)
    command = program("train", train, "--config", config, "--resume", "-o")
    subprocess.run([*command, tmp_path / "whole"], check=True, capture_output=True)
    total = 0
    for attempt in range(KILLS):
        folder = tmp_path / f"m{attempt}"
        began = time.monotonic()

        def done(folder=folder):
            return (folder / "model.json").exists()

        total += killed([*command, folder], KILLS - total, done, 5)
        if not done():
            raise AssertionError(f"no model after {time.monotonic() - began:.0f} s")
        subprocess.run([*command, folder], check=False, capture_output=True)  # tidies up
        for name in ("weights.safetensors", "model.json"):
            assert (folder / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
        assert [path.name for path in folder.glob(".ribbonet-*")] == []
        if total >= KILLS:
            break


@pytest.mark.slow
def test_tune(tmp_path):
    pytest.importorskip("optuna")
    train, space = tmp_path / "t.3line", tmp_path / "s.toml"
    train.write_text(LABELLED)
    space.write_text(SPACE)
    command = program("tune", train, "--space", space, "--trials", 8, "-o")
    subprocess.run([*command, tmp_path / "whole"], check=True, capture_output=True)
    folder = tmp_path / "killed"
    killed([*command, folder], KILLS, lambda: (folder / "best.toml").exists(), 4)
    ended = subprocess.run([*command, folder], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert (folder / "best.toml").read_bytes() == (tmp_path / "whole" / "best.toml").read_bytes()
    assert {path.name for path in folder.iterdir()} == {"trials.db", "best.toml"}


class Slow(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    content = random.Random(2).randbytes(1 << 20)

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        wanted = self.headers["Range"] or "bytes=0-"
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        self.send_response(206 if start else 200)
        body = self.content[start:]
        if start:
            self.send_header("Content-Range", f"bytes {start}-/{len(self.content)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            for first in range(0, len(body), 4096):
                self.wfile.write(body[first : first + 4096])
                self.server.paced.wait(0.004)
        except OSError:
            self.close_connection = True


@pytest.mark.slow
def test_fetch(tmp_path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    server.paced = threading.Event()
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/made.list"
    right = hashlib.sha256(Slow.content).hexdigest()
    total = 0
    for attempt in range(KILLS):
        folder = tmp_path / f"data{attempt}"
        command = [sys.executable, "-c", FETCH, url, right, str(folder)]
        path = folder / "made.list"
        total += killed(command, KILLS - total, path.exists, 1.5)
        subprocess.run(command, check=True, capture_output=True)
        assert path.read_bytes() == Slow.content
        assert list(folder.iterdir()) == [path]
        if total >= KILLS:
            break
    server.shutdown()
    server.server_close()
