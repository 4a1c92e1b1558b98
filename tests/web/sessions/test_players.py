"""The playground's WebSocket: its limits, each with a clear answer, and a real server."""

import json
import threading
import time
from contextlib import contextmanager, suppress

import httpx
import pytest

uvicorn = pytest.importorskip("uvicorn")
client = pytest.importorskip("websockets.sync.client")
exceptions = pytest.importorskip("websockets.exceptions")

from ribbonet.web.app import create_app  # noqa: E402
from ribbonet.web.server.limits import Limits  # noqa: E402


@contextmanager
def limited(**limits):
    """Serve the playground with other limits than usual; the address of its socket."""
    config = uvicorn.Config(create_app(Limits(**limits)), port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"ws://127.0.0.1:{port}/ws/play"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def place():
    with limited(sessions=2, body=3000) as place:
        yield place


def say(socket, **message) -> None:
    socket.send(json.dumps(message))


def heard(socket, kind: str) -> dict:
    """Return the next answer of a type, pictures passed over."""
    while True:
        answer = socket.recv(timeout=60)
        if isinstance(answer, str) and (message := json.loads(answer))["type"] == kind:
            return message


def closed(socket):
    """Return how the server closes the connection, pictures passed over."""
    try:
        while True:
            socket.recv(timeout=60)
    except exceptions.ConnectionClosed as end:
        return end.rcvd


def players(place: str) -> int:
    """Return how many the server says are here."""
    page = place.replace("ws://", "http://").replace("/ws/play", "/api/play")
    return httpx.get(page).json()["players"]


def test_it_plays_until_the_page_is_left(place):
    with client.connect(place, max_size=None) as socket:
        say(socket, type="settings", settings={"points": 40})
        assert heard(socket, "ready")["sizes"] == [8, 8, 4, 1]
        say(socket, type="play")
        pictures = 0
        while pictures < 10:
            if isinstance(socket.recv(timeout=60), bytes):
                pictures += 1
                say(socket, type="drawn")
        assert players(place) == 1
        # without a word that they are drawn, two pictures are sent and no more
        ahead = 0
        with suppress(TimeoutError):
            while ahead < 5:
                socket.recv(timeout=1)
                ahead += 1
        assert ahead <= 2
    end = time.monotonic() + 5
    while players(place) and time.monotonic() < end:
        time.sleep(0.02)
    assert players(place) == 0


def test_one_player_too_many_is_told(place):
    with client.connect(place), client.connect(place), client.connect(place) as third:
        message = json.loads(third.recv(timeout=60))
        assert (message["type"], message["status"]) == ("full", 429)
        assert "2 are here" in message["message"]
        with pytest.raises(exceptions.ConnectionClosedError) as closed:
            third.recv(timeout=60)
        assert closed.value.rcvd.code == 1013
    time.sleep(0.2)
    with client.connect(place, max_size=None) as later:
        say(later, type="settings", settings={})
        assert heard(later, "ready")["anew"]


def test_a_page_that_is_silent_has_to_leave():
    with limited(sessions=1, silence=1.5) as place:
        with client.connect(place, max_size=None) as socket:
            say(socket, type="settings", settings={"points": 40})
            say(socket, type="play")
            end = time.monotonic() + 3
            while time.monotonic() < end:
                if isinstance(socket.recv(timeout=60), bytes):
                    say(socket, type="drawn")
            close = closed(socket)
            assert close.code == 3008
            assert close.reason.startswith("The page said nothing for 0.025 minutes")
        with client.connect(place, max_size=None) as later:
            say(later, type="settings", settings={})
            assert heard(later, "ready")["anew"]


@pytest.mark.parametrize(
    ("text", "status", "fault"),
    [
        ("x" * 3001, 413, "more than 3,000 characters"),
        ("no JSON", 422, "not JSON"),
        (b"{}", 422, "not JSON"),
        ("[" * 3000, 422, "not JSON: maximum recursion depth"),
        ("[1]", 422, "needs a type"),
        ('{"type": "play"}', 422, "settings first"),
        (
            '{"type": "settings", "settings": {"points": 9999}}',
            422,
            "Points has to be at most 2,000",
        ),
    ],
)
def test_faults_are_answered_and_the_session_goes_on(place, text, status, fault):
    with client.connect(place, max_size=None) as socket:
        socket.send(text)
        message = heard(socket, "fault")
        assert message["status"] == status
        assert fault in message["message"]
        say(socket, type="settings", settings={"points": 40})
        assert heard(socket, "ready")["anew"]


def test_a_page_of_another_host_is_refused(place):
    with pytest.raises(exceptions.InvalidStatus):
        client.connect(place, origin="http://elsewhere.example")


@pytest.mark.parametrize("room", ["play", "1988"])
def test_a_page_that_comes_back_gets_its_session_again(place, room):
    mine = place.replace("play", room) + "?session=0123456789abcdef"
    with client.connect(mine, max_size=None) as socket:
        say(socket, type="settings", settings={})
        assert heard(socket, "ready")["anew"]
        # opened once more, though the first connection seems to be there
        with client.connect(mine, max_size=None) as other:
            assert closed(socket).code == 4001
            say(other, type="settings", settings={})
            ready = heard(other, "ready")
            assert ready["resumed"] if room == "play" else not ready["anew"]
    with client.connect(mine.replace("abcdef", "fedcba"), max_size=None) as stranger:
        say(stranger, type="settings", settings={})
        ready = heard(stranger, "ready")
        assert ready["anew"]
        assert not ready.get("resumed")


def test_experiments_take_turns_with_those_who_play():
    run = {"type": "run", "experiment": "parameters", "extent": {"seeds": 30, "epochs": 2000}}
    with limited(sessions=4, sessions_of_client=3) as place:
        experiments = place.replace("play", "experiments")
        with (
            client.connect(experiments, max_size=None) as one,
            client.connect(experiments, max_size=None) as other,
            client.connect(place, max_size=None) as player,
        ):
            for socket in (one, other):
                say(socket, **run)
                assert heard(socket, "running")["experiment"] == "parameters"
            say(player, type="settings", settings={"points": 40})
            assert heard(player, "ready")["anew"]
            say(player, type="play")
            pictures, end = 0, time.monotonic() + 5
            while pictures < 12:
                if isinstance(player.recv(timeout=end - time.monotonic()), bytes):
                    pictures += 1
                    say(player, type="drawn")
            with client.connect(experiments) as fourth:  # of one client, three
                assert json.loads(fourth.recv(timeout=60))["type"] == "full"
            say(one, type="cancel")
            heard(one, "running")
            under_way = True
            while under_way:
                say(one, type="drawn")
                if isinstance(picture := one.recv(timeout=60), bytes):
                    header = json.loads(picture[4 : 4 + int.from_bytes(picture[:4], "little")])
                    under_way = header["under_way"]
