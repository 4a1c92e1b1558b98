"""Downloads, from a server on this machine that misbehaves as servers do."""

import hashlib
import io
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.registry import read_chains
from ribbonet.chains.readers.three_line import read_three_line
from ribbonet.cli import app
from ribbonet.datasets import download as downloading
from ribbonet.datasets.catalogue import DATASETS, Dataset
from ribbonet.datasets.library import checksum, data_folder, fetch, fetched
from ribbonet.errors import InputError
from ribbonet.system.working import working_folder, working_path

CHAINS = [Chain(f"made_{n:03}", "MKTAYIAK" * 40, "-HHHEEC-" * 40) for n in range(50)]
TABLE = "seq,sst3,sst8\n" + "".join(f"{c.sequence},{c.labels},{c.labels}\n" for c in CHAINS)


@dataclass
class Behaviour:
    """What the server does with the next requests."""

    content: bytes = TABLE.encode()
    breaks_after: list[int] = field(default_factory=list)
    """Bytes sent of each of the first answers before the connection is cut."""
    ranges: bool = True
    announced: int | None = None
    """Length to announce instead of the true one; below 0 for none."""
    status: int = 200
    asked: list[str] = field(default_factory=list)
    """Range of each request, or nothing."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        will: Behaviour = self.server.behaviour  # type: ignore[attr-defined]
        wanted = self.headers["Range"] or ""
        will.asked.append(wanted)
        self.close_connection = True
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        if not will.ranges:
            start = 0
        if will.status != 200 or start > len(will.content) or (start == len(will.content) > 0):
            self.send_error(will.status if will.status != 200 else 416)
            return
        body = will.content[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-/{len(will.content)}")
        length = len(body) if will.announced is None else will.announced
        if length >= 0:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        cut = will.breaks_after.pop(0) if will.breaks_after else None
        self.wfile.write(body[:cut])


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloading, "PAUSE", 0)


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour()


@pytest.fixture
def url(behaviour: Behaviour) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.behaviour = behaviour  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/made.csv"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def made(url: str) -> Dataset:
    return Dataset(
        "made",
        "made up",
        (url,),
        checksum(CHAINS),
        "none",
        "nobody",
        lambda path: read_chains(path, form="csv", states=STATES8),
        len(CHAINS),
    )


def complaint(call: Callable[[], object]) -> str:
    with pytest.raises(InputError) as error:
        call()
    return str(error.value)


def test_a_data_set_is_fetched_checked_and_kept(
    made: Dataset, behaviour: Behaviour, tmp_path: Path
) -> None:
    seen: list[tuple[int, int | None]] = []
    path = fetch(made, tmp_path / "new", lambda size, total: seen.append((size, total)))
    assert path == tmp_path / "new" / "made.3line"
    assert list(read_three_line(path)) == CHAINS
    assert seen[-1] == (len(TABLE), len(TABLE))
    assert [file.name for file in path.parent.iterdir()] == ["made.3line"]
    assert fetch(made, tmp_path / "new") == path
    assert behaviour.asked == [""]


def test_a_kept_file_that_was_changed_is_fetched_again(
    made: Dataset, behaviour: Behaviour, tmp_path: Path
) -> None:
    path = fetch(made, tmp_path)
    for damaged in (path.read_text().replace("H", "E"), "nothing"):
        path.write_text(damaged)
        fetch(made, tmp_path)
        assert list(read_three_line(path)) == CHAINS
    assert len(behaviour.asked) == 3


def test_a_transfer_that_breaks_off_goes_on(
    made: Dataset, behaviour: Behaviour, tmp_path: Path
) -> None:
    behaviour.breaks_after = [1000, 1, 500, 2000, 3, 4, 5]
    assert list(read_three_line(fetch(made, tmp_path))) == CHAINS
    assert behaviour.asked[:4] == ["", "bytes=1000-", "bytes=1001-", "bytes=1501-"]


def test_a_transfer_starts_anew_where_the_server_cannot_go_on(
    made: Dataset, behaviour: Behaviour, tmp_path: Path
) -> None:
    behaviour.ranges = False
    behaviour.breaks_after = [1000, 500]
    assert list(read_three_line(fetch(made, tmp_path))) == CHAINS


def test_what_has_arrived_is_there_for_the_next_call(
    made: Dataset, behaviour: Behaviour, tmp_path: Path
) -> None:
    behaviour.breaks_after = [1000, 0, 0, 0]
    message = complaint(lambda: fetch(made, tmp_path))
    assert f"broke off at 1,000 of {len(TABLE):,} bytes; run the command again" in message
    assert not (tmp_path / "made.3line").exists()
    assert len(behaviour.asked) == 4
    assert list(read_three_line(fetch(made, tmp_path))) == CHAINS
    assert behaviour.asked[4] == "bytes=1000-"


def test_more_is_announced_than_there_is(
    made: Dataset, behaviour: Behaviour, tmp_path: Path
) -> None:
    behaviour.announced = len(TABLE) + 100
    # the server says there is nothing behind what came, and it is what was expected
    assert list(read_three_line(fetch(made, tmp_path))) == CHAINS
    (tmp_path / "made.3line").unlink()
    behaviour.ranges = False
    message = complaint(lambda: fetch(made, tmp_path))
    assert f"broke off at {len(TABLE):,} of {len(TABLE) + 100:,} bytes" in message


def test_less_is_announced_than_there_is(
    made: Dataset, behaviour: Behaviour, tmp_path: Path, url: str
) -> None:
    behaviour.announced = TABLE.index("\n", 5000) + 1
    message = complaint(lambda: fetch(made, tmp_path))
    assert f"made: cannot be fetched: {url}: is not the file expected (SHA-256 " in message
    assert list(tmp_path.iterdir()) == []


def test_no_length_is_announced(made: Dataset, behaviour: Behaviour, tmp_path: Path) -> None:
    behaviour.announced = -1
    assert list(read_three_line(fetch(made, tmp_path))) == CHAINS


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ((TABLE[:-3] + "E-\n").encode(), "SHA-256 "),
        (b"<html>Please log in</html>", "line 1 should name the columns"),
        (b"", "line 1 should name the columns"),
        (b"\xff\xfe\x00", "is text in UTF-16; save it as UTF-8"),
    ],
)
def test_a_wrong_file_is_refused_and_not_kept(
    made: Dataset, behaviour: Behaviour, tmp_path: Path, content: bytes, reason: str
) -> None:
    behaviour.content = content
    message = complaint(lambda: fetch(made, tmp_path))
    assert "is not the file expected" in message
    assert reason in message
    assert list(tmp_path.iterdir()) == []


def test_the_rest_of_another_file_is_thrown_away(
    made: Dataset, behaviour: Behaviour, tmp_path: Path
) -> None:
    behaviour.breaks_after = [700, 0, 0, 0]
    complaint(lambda: fetch(made, tmp_path))
    (part,) = tmp_path.glob(".ribbonet-made.3line/*.part")
    part.write_bytes(b"x" * 700)
    assert list(read_three_line(fetch(made, tmp_path))) == CHAINS
    assert behaviour.asked[-2:] == ["bytes=700-", ""]


def test_one_process_fetches_a_data_set_at_a_time(
    made: Dataset, behaviour: Behaviour, tmp_path: Path
) -> None:
    others: list[str] = []

    def other(size: int, total: int | None) -> None:
        program = (
            "import sys; from pathlib import Path\n"
            "from ribbonet.datasets.catalogue import Dataset\n"
            "from ribbonet.datasets.library import fetch\n"
            "fetch(Dataset('made', '', ('http://127.0.0.1:9/',), '', '', '', list),"
            " Path(sys.argv[1]))"
        )
        if not others:
            done = subprocess.run(
                [sys.executable, "-c", program, str(tmp_path)],
                capture_output=True,
                text=True,
                check=False,
            )
            others.append(done.stderr.splitlines()[-1])

    path = fetch(made, tmp_path, other)
    assert others == [
        f"ribbonet.errors.InputError: {path}: another process is writing there; wait for it, or "
        "choose another place"
    ]
    assert list(tmp_path.iterdir()) == [path]
    assert behaviour.asked == [""]


def test_what_a_killed_process_left_is_removed(made: Dataset, tmp_path: Path) -> None:
    kept = fetch(made, tmp_path)
    with working_folder(working_path(kept), kept) as working, working.open("a.part") as part:
        part.write(b"all of it")  # and killed before it was removed
    assert fetch(made, tmp_path) == kept
    assert list(tmp_path.iterdir()) == [kept]


def test_the_next_copy_is_tried(made: Dataset, tmp_path: Path) -> None:
    (url,) = made.urls
    broken = "http://127.0.0.1:9/nothing.csv"
    both = Dataset(**{**vars(made), "urls": (broken, url)})
    assert list(read_three_line(fetch(both, tmp_path))) == CHAINS


def test_a_server_that_refuses_is_quoted(
    made: Dataset, behaviour: Behaviour, tmp_path: Path, url: str
) -> None:
    behaviour.status = 404
    assert complaint(lambda: fetch(made, tmp_path)) == (
        f"made: cannot be fetched: {url}: 404 Not Found"
    )
    assert len(behaviour.asked) == 1
    behaviour.status = 503
    assert f"{url}: Service Unavailable; run the command again" in complaint(
        lambda: fetch(made, tmp_path)
    )
    assert len(behaviour.asked) == 1 + downloading.ATTEMPTS


def test_a_file_without_chains_is_kept_as_it_is(
    behaviour: Behaviour, url: str, tmp_path: Path
) -> None:
    behaviour.content = b"words\n"
    right = hashlib.sha256(b"words\n").hexdigest()
    words = Dataset("words.list", "", (url,), right, "none", "nobody")
    assert fetch(words, tmp_path).read_bytes() == b"words\n"
    assert fetch(words, tmp_path) == tmp_path / "words.list"
    assert len(behaviour.asked) == 1
    wrong = Dataset("other.list", "", (url,), "0" * 64, "none", "nobody")
    assert "SHA-256 " in complaint(lambda: fetch(wrong, tmp_path))


def test_the_archive_of_flip(behaviour: Behaviour, url: str, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("splits/sequences.fasta", ">1abc-A\nMKT\n>2xyz-B\nAC\n>3-C\nWW\n")
        archive.writestr(
            "splits/sampled.fasta",
            ">2xyz-B SET=train VALIDATION=True\nHE\n>1abc-A SET=train VALIDATION=False\nHEC\n"
            ">3-C SET=test VALIDATION=False\nCC\n",
        )
        archive.writestr("splits/mask.fasta", ">1abc-A\n011\n>2xyz-B\n11\n>3-C\n11\n")
        archive.writestr("__MACOSX/splits/mask.fasta", "junk")
    behaviour.content = packed.getvalue()
    train = DATASETS["netsurfp2-train"]
    right = checksum([Chain("", "MKT", "-EC")])
    made = Dataset(**{**vars(train), "urls": (url,), "sha256": right})
    assert fetch(made, tmp_path).read_text() == ">1abc-A\nMKT\n-EC\n"
    behaviour.content = b"no archive"
    (tmp_path / made.file).unlink()
    assert "not the archive" in complaint(lambda: fetch(made, tmp_path))


def test_uci_chains_are_named_after_their_set(
    behaviour: Behaviour, url: str, tmp_path: Path
) -> None:
    behaviour.content = b"<>\nM h\n<end>\n<>\nK _\n<end>\n"
    right = checksum([Chain("", "M", "H"), Chain("", "K", "C")])
    test = DATASETS["qian-sejnowski-1988-test"]
    path = fetch(Dataset(**{**vars(test), "urls": (url,), "sha256": right}), tmp_path)
    assert [chain.id for chain in read_three_line(path)] == [f"{test.name}_00{n}" for n in (0, 1)]


def test_the_command_fetches_by_name(
    made: Dataset, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(DATASETS, "made", made)
    monkeypatch.setenv("RIBBONET_DATA", str(tmp_path))
    done = CliRunner().invoke(app, ["data", "fetch", "made"])
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"ribbonet: made (none) is in {tmp_path / 'made.3line'}\n"
    assert (
        f"  here      {tmp_path / 'made.3line'}\n"
        in CliRunner().invoke(app, ["data", "list"]).stdout
    )
    assert fetched("made") == tmp_path / "made.3line"


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("cb513", "cb513_q8.3line"),
        ("ts115", "ts115_q8.3line"),
        ("casp12", "casp12_q8.3line"),
        ("netsurfp2-train", "netsurfp2_train.3line.gz"),
        ("netsurfp2-valid", "netsurfp2_valid.3line.gz"),
        ("qian-sejnowski-1988-train", "qian_sejnowski_1988_train.3line"),
        ("qian-sejnowski-1988-test", "qian_sejnowski_1988_test.3line"),
        ("nettalk.data", "nettalk.data"),
        ("nettalk.list", "nettalk.list"),
    ],
)
def test_checksums_are_those_of_the_real_sets(shared_data: Path, name: str, file: str) -> None:
    dataset = DATASETS[name]
    path = shared_data / file
    if dataset.read is None:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == dataset.sha256
    else:
        chains = list(read_three_line(path, states=STATES8))
        assert (len(chains), checksum(chains)) == (dataset.chains, dataset.sha256)


def test_where_sets_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("RIBBONET_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert data_folder() == tmp_path / "ribbonet"
    monkeypatch.setenv("RIBBONET_DATA", str(tmp_path / "mine"))
    assert data_folder() == tmp_path / "mine"


def test_a_name_stands_for_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RIBBONET_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert fetched("other.3line") == "other.3line"
    assert "cb513: is not fetched yet; run `ribbonet data fetch cb513`" in complaint(
        lambda: fetched("cb513")
    )
    (tmp_path / "cb513.3line").write_text(">1\nM\nH\n")
    assert fetched("cb513") == tmp_path / "cb513.3line"
    (tmp_path / "cb513").write_text(">1\nM\nH\n")
    assert fetched("cb513") == "cb513"


def test_a_folder_that_cannot_be_made_is_named(made: Dataset, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    message = complaint(lambda: fetch(made, tmp_path / "file" / "folder"))
    assert "cannot be made" in message
    assert "set RIBBONET_DATA to another folder" in message
