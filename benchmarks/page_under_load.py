"""How long an ordinary prediction takes while the page is under load, and the server's memory.

60 players, 200 slow connections and four long chains at once, all of one client; then ten
predictions of 300 residues, one after the other. Linux alone (`/proc`).

Run: python benchmarks/page_under_load.py
"""

from __future__ import annotations

import json
import random
import re
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from http.client import HTTPConnection
from pathlib import Path

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

PLAYERS, SLOW, LONG, RESIDUES, ASKED = 60, 200, 4, 39_000, 10


def chain(residues: int) -> bytes:
    """Make FASTA of one chain by chance."""
    return f">chain\n{''.join(random.choices('ACDEFGHIKLMNPQRSTVWY', k=residues))}\n".encode()


def predicted(port: int) -> float:
    """Return the seconds that a prediction of 300 residues takes."""
    started = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("POST", "/api/predict?format=fasta", chain(300))
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200
    return time.perf_counter() - started


def play(player: ClientConnection) -> None:
    """Draw pictures as they come, as a page does."""
    with suppress(WebSocketException):
        while True:
            if isinstance(player.recv(), bytes):
                player.send('{"type": "drawn"}')


def main() -> None:
    """Start the server, load it, and print what an ordinary prediction takes."""
    command = [sys.executable, "-m", "ribbonet", "serve", "--no-open", "--port=0"]
    with ExitStack() as stack:
        server = stack.enter_context(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
        stack.callback(server.terminate)
        assert server.stderr is not None
        found = re.search(r":(\d+)/", server.stderr.readline())
        assert found is not None
        port = int(found[1])
        print(f"alone: {predicted(port):.2f} s")

        admitted = 0
        for seed in range(PLAYERS):
            with suppress(WebSocketException):  # there are as many as the server lets in
                address = f"ws://127.0.0.1:{port}/ws/play"
                player = stack.enter_context(connect(address, max_size=None))
                player.send(json.dumps({"type": "settings", "settings": {"seed": seed}}))
                player.send('{"type": "play"}')
                threading.Thread(target=play, args=(player,), daemon=True).start()
                admitted += 1
        head = b"POST /api/predict HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        for _ in range(SLOW):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            slow.sendall(head + b"X: ")
        for _ in range(LONG):
            body = chain(RESIDUES)
            long = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            long.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        seconds = sorted(predicted(port) for _ in range(ASKED))
        memory = Path(f"/proc/{server.pid}/status").read_text()
        peak = int(re.search(r"VmHWM:\s+(\d+)", memory)[1]) // 1024  # type: ignore[index]
        print(f"under load, {admitted} players let in: median {seconds[ASKED // 2]:.2f} s")
        print(f"longest {seconds[-1]:.2f} s; peak memory {peak} MB")


if __name__ == "__main__":
    main()
