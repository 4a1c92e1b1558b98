"""How fast the playground is: for one player, and for many at once.

    python benchmarks/playground.py                     # one player, as fast as it goes
    python benchmarks/playground.py --players 50        # many at once

Starts `ribbonet serve` and plays over real WebSockets as a page does: a picture is drawn (here:
read) and acknowledged before the next but one is sent. Needs the extra `web`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import websockets

NETWORK = {"layers": [8, 8], "optimizer": "sgd", "points": 500, "batch": 10, "epochs": 100_000}
"""2-8-8-1 on 500 points: 250 to learn from, 25 steps an epoch."""


def header(picture: bytes) -> dict:
    """Return what a picture says of itself."""
    return json.loads(picture[4 : 4 + int.from_bytes(picture[:4], "little")])


async def play(url: str, seconds: float, wait: float, speed: dict) -> tuple[float, float, str]:
    """Play; return pictures and steps a second after a wait, and why not where it was refused."""
    async with websockets.connect(url, max_size=None) as socket:

        async def say(**message) -> None:
            await socket.send(json.dumps(message))

        try:
            await say(type="settings", settings=NETWORK)
            await say(type="speed", **speed)
            await say(type="play")
        except websockets.ConnectionClosed:
            return 0, 0, json.loads(await socket.recv())["message"]
        begun, started, first = time.perf_counter(), None, None
        pictures = 0
        while started is None or time.perf_counter() - started < seconds:
            answer = await socket.recv()
            if isinstance(answer, str):
                message = json.loads(answer)
                if message["type"] == "full":
                    return 0, 0, message["message"]
                continue
            last = header(answer)
            await say(type="drawn")
            if started is None and last["playing"] and time.perf_counter() - begun > wait:
                started, first = time.perf_counter(), last["step"]
            elif started is not None:
                pictures += 1
        lasted = time.perf_counter() - started
        return pictures / lasted, (last["step"] - first) / lasted, ""


def cpu(server: subprocess.Popen) -> float:
    """Return the seconds of a core that the server has taken (Linux)."""
    fields = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(url: str, players: int, seconds: float, speed: dict) -> None:
    """Let some play at once, who come five a second, and print what they saw when all are there."""

    async def come(number: int) -> tuple[float, float, str]:
        await asyncio.sleep(number / 5)
        return await play(url, seconds, (players - number) / 5, speed)

    found = await asyncio.gather(*(come(number) for number in range(players)))
    served = [(pictures, steps) for pictures, steps, refusal in found if not refusal]
    refusals = [refusal for _, _, refusal in found if refusal]
    print(
        f"{len(served):4} players: pictures/s {min(p for p, _ in served):6.1f} at least, "
        f"{sum(p for p, _ in served) / len(served):6.1f} on average; "
        f"steps/s of each {sum(s for _, s in served) / len(served):8,.0f}, "
        f"of all {sum(s for _, s in served):8,.0f}"
    )
    if refusals:
        print(f"     {len(refusals)} were told: {refusals[0]}")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--players", type=int, nargs="*", default=[1])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--epochs", type=float, help="epochs a second; as fast as it goes")
    given = parser.parse_args()
    speed = {"value": given.epochs, "unit": "epoch"}
    command = [sys.executable, "-m", "ribbonet", "serve", "--no-open", "--port=0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            url = re.search(r"http://\S+", server.stderr.readline())[0]
            for players in given.players:
                address = url.replace("http", "ws") + "ws/play"
                taken, began = cpu(server), time.perf_counter()
                asyncio.run(measure(address, players, given.seconds, speed))
                share = (cpu(server) - taken) / (time.perf_counter() - began)
                print(f"     the server had {share:.2f} of a core")
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
