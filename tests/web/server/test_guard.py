"""Who is served, and in which time: strangers, slow senders, and turns."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.nn import Network, WindowDense
from ribbonet.web.app import create_app
from ribbonet.web.predict.service import Kept, PredictionService
from ribbonet.web.predict.turns import CancelledJobError, Job, Turns
from ribbonet.web.server.connections import make_server
from ribbonet.web.server.faults import in_words_of_page
from ribbonet.web.server.guard import HEADERS, Access
from ribbonet.web.server.limits import Limits
from ribbonet.web.sessions.players import Players

MACHINE = "127.0.0.1"


@contextmanager
def serving(access: Access = Access(), models: Mapping[str, Model] | None = None, **limits):  # noqa: B008
    """Serve the page in a thread, as `ribbonet serve` does; the port."""
    own = Limits(**limits)
    server = make_server(create_app(own, access, models or {}), own)
    with socket.create_server((MACHINE, 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def port():
    with serving(header=0.5, arrival=0.5, connections=20, connections_of_client=15) as port:
        yield port


def said(port: int, text: str) -> tuple[int, dict[str, str], str]:
    """Send bytes and read until the server closes: status, headers and body."""
    with socket.create_connection((MACHINE, port), timeout=30) as sender:
        sender.sendall(text.encode())
        answer = b"".join(iter(lambda: sender.recv(65536), b"")).decode()
    head, _, body = answer.partition("\r\n\r\n")
    status, *lines = head.split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    return int(status.split()[1]), {name.lower(): value for name, value in pairs}, body


def get(port: int, host: str, *lines: str, path: str = "/") -> tuple[int, dict[str, str], str]:
    head = [f"GET {path} HTTP/1.1", f"Host: {host}", "Connection: close", *lines]
    return said(port, "\r\n".join([*head, "", ""]))


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:{port}", 200),
        ("localhost:{port}", 200),
        ("LOCALHOST.:{port}", 200),
        ("[::1]:{port}", 200),
        ("evil.example:{port}", 403),
        ("localhost.evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("10.1.2.3", 403),
        ("[", 403),
        ("", 403),
        ("localhost@evil.example", 403),
        ("evil.example@localhost", 403),
        ("localhost/.evil.example", 403),
        ("localhost#.evil.example", 403),
        ("localhost:evil", 403),
        ("localhost:99999999", 403),
    ],
)
def test_only_names_of_this_machine_are_served(port, host, status):
    found, headers, _ = get(port, host.format(port=port))
    assert found == status
    assert all(headers[name.lower()] == value for name, value in HEADERS.items())


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://[", "http://℀"])
@pytest.mark.parametrize("upgrade", [(), ("Upgrade: websocket", "Connection: Upgrade")])
def test_foreign_origins_are_refused(port, origin, upgrade):
    key = ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    path = "/ws/play" if upgrade else "/"
    status, headers, _ = get(
        port, f"{MACHINE}:{port}", f"Origin: {origin}", *upgrade, *key, path=path
    )
    assert status == 403
    assert headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


def test_a_second_origin_is_refused(port):
    origins = f"Origin: http://{MACHINE}:{port}", "Origin: http://evil.example"
    assert get(port, f"{MACHINE}:{port}", *origins[:1])[0] == 200
    assert get(port, f"{MACHINE}:{port}", *origins)[0] == 403


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ", 408),
        ("POST /api/inside HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{", 408),
        ("POST /api/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n>", 408),
        ("no HTTP\r\n\r\n", 400),
        ("POST /api/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
         "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n", 400),
        ("GET /ws/play HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
         "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n", 400),
    ],
)  # fmt: skip
def test_what_is_late_or_no_request_is_answered(port, text, status):
    found, headers, body = said(port, text)
    assert found == status
    assert headers["x-content-type-options"] == "nosniff"
    assert json.loads(body)["detail"]


def test_slow_connections_make_room_for_others(port):
    slow = [socket.create_connection((MACHINE, port), timeout=30) for _ in range(40)]
    try:
        assert get(port, MACHINE)[0] == 200
    finally:
        for own in slow:
            own.close()


def test_thousands_of_unknown_keys_give_ten_faults(port):
    body = {str(n): 1 for n in range(60_000)}
    answer = httpx.post(f"http://{MACHINE}:{port}/api/inside", json=body, timeout=60)
    assert answer.status_code == 422
    assert answer.json()["detail"].count("is unknown here") == 10
    assert len(answer.content) < 1000


def test_a_token_opens_the_page_once_and_stays_as_a_cookie():
    with serving(Access(any_address=True, token="secret")) as port:
        page = f"http://{MACHINE}:{port}/"
        with httpx.Client() as client:
            assert client.get(page).status_code == 401
            assert client.get(f"{page}?token=wrong").status_code == 401
            for host in ("evil.example", f"{MACHINE}:99999999"):
                assert client.get(f"{page}?token=secret", headers={"Host": host}).status_code == 403
            entered = client.get(f"{page}?token=secret")
            assert (entered.status_code, entered.headers["location"]) == (303, "/")
            assert "httponly" in entered.headers["set-cookie"].lower()
            assert client.get(page).status_code == 200
        bearer = {"Authorization": "Bearer secret"}
        assert httpx.get(f"{page}api/models", headers=bearer).status_code == 200


def test_a_request_has_so_many_residues():
    with serving(residues=50) as port:
        url = f"http://{MACHINE}:{port}/api/predict?model=fast"
        assert httpx.post(url, content=b"M" * 50).status_code == 200
        answer = httpx.post(url, content=b">a\n" + b"M" * 30 + b"\n>b\n" + b"M" * 21)
        assert answer.status_code == 422
        assert "more than 50 residues" in answer.json()["detail"]


def test_a_chain_is_not_too_long_for_a_model_that_takes_it_at_once():
    windows = Model((Stage(5, (Network([WindowDense(5, 21, 3)], rng=0),)),))
    with serving(models={"windows": windows}, chain=50) as port:
        for name, status in (("windows", 200), ("fast", 422), ("accurate", 422)):
            url = f"http://{MACHINE}:{port}/api/predict?model={name}"
            assert httpx.post(url, content=b"M" * 50, timeout=60).status_code == 200
            answer = httpx.post(url, content=b">a\n" + b"M" * 60, timeout=60)
            assert answer.status_code == status
            if status == 422:
                assert f"reads whole, as {name}, the page takes up to 50: cut" in answer.text
                assert "choose windows, or use the command" in answer.text


def test_clients_take_turns_and_short_jobs_go_first():
    turns, order = Turns(1), []
    long, short, other = Job("a"), Job("a"), Job("b")
    started = threading.Event()

    def work(job: Job, name: str, passes: int) -> None:
        with turns.turn(job):
            for _ in range(passes):
                order.append(name)
                if job is long and len(order) == 1:
                    started.set()
                    while len(turns._waiting) < 2:  # until the others wait
                        threading.Event().wait(0.001)
                turns.pause(job)

    threads = [threading.Thread(target=work, args=(long, "long", 3))]
    threads[0].start()
    started.wait()
    for job, name in ((short, "short"), (other, "other")):
        threads.append(threading.Thread(target=work, args=(job, name, 1)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    assert order[0] == "long"
    assert set(order[1:3]) == {"short", "other"}
    assert order[3:] == ["long", "long"]


@pytest.mark.skipif(sys.platform != "linux", reason="niceness is a process's elsewhere")
def test_short_predictions_go_before_long_ones_and_before_those_who_play():
    def niceness():
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    service, players = PredictionService(Limits(), {}), Players(Limits())
    short, long = Job("a"), Job("a")
    long.long = True
    with ThreadPoolExecutor(1) as apart:  # from the browser's event loop
        before, behind, playing = (
            apart.submit(asyncio.run, asked).result()
            for asked in (
                service.work(short, niceness),
                service.work(long, niceness),
                players.turn(niceness),
            )
        )
    assert before == niceness()
    assert behind > before
    assert playing > before


def test_a_cancelled_job_ends_at_its_next_turn():
    turns, job = Turns(1), Job("a")

    def work() -> None:
        with turns.turn(job):
            job.cancel()
            turns.pause(job)

    with pytest.raises(CancelledJobError):
        work()
    with turns.turn(Job("b")):  # the turn is free again
        pass


def test_what_is_kept_is_bounded_in_bytes_and_number():
    kept = Kept(100, 3)
    for n in range(5):
        kept.keep(b"%d" % n, 10, [])
    assert [kept.find(b"%d" % n) is None for n in range(5)] == [True, True, False, False, False]
    kept.keep(b"big", 95, [])
    assert kept.find(b"4") is None
    assert kept.find(b"big") == []


def test_faults_name_what_the_page_shows():
    text = "no sequence; add it, or use --on-invalid skip (leave the record out)"
    assert in_words_of_page(text).endswith(
        "choose “On invalid symbol: skip” (leave the record out)"
    )


@contextmanager
def commanded(*options: str):
    command = [sys.executable, "-m", "ribbonet", "serve", "--no-open", "--port=0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            yield server
        finally:
            server.terminate()


def test_an_empty_host_is_refused():
    with commanded("--host=") as server:
        assert "--host is empty" in server.stderr.read()
        assert server.wait() == 2


@pytest.mark.skipif(not socket.has_ipv6, reason="needs IPv6")
def test_ipv6_loopback_is_served_without_a_token():
    with commanded("--host=::1") as server:
        url = server.stderr.readline().split()[5]
        assert url.startswith("http://[::1]:")
        assert httpx.get(url).status_code == 200


def test_all_addresses_need_the_printed_token():
    with commanded("--host=0.0.0.0") as server:
        address = urlsplit(server.stderr.readline().split()[5])
        assert "only who has the token" in server.stderr.readline()
        page = f"http://{MACHINE}:{address.port}/"
        assert httpx.get(page).status_code == 401
        assert httpx.get(f"{page}?{address.query}").status_code == 303
