"""What the room Predict asks for, asked of the real server."""

import bz2
import gzip
import json
import random
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ribbonet
from ribbonet.chains.alphabet import STATES, STATES8
from ribbonet.tasks import Structure
from ribbonet.web.app import create_app
from ribbonet.web.predict.options import formats
from ribbonet.web.predict.service import Kept
from ribbonet.web.server.connections import make_server
from ribbonet.web.server.limits import Limits

EXAMPLE = Path(__file__).parents[3] / "examples" / "proteins.fasta"
RESIDUES = "ACDEFGHIKLMNPQRSTVWY"


def made(chains: int, residues: int, seed: int = 0) -> bytes:
    """Make FASTA of chains of so many residues on average."""
    rng = random.Random(seed)
    records = (
        f">made-{n} by chance\n{''.join(rng.choices(RESIDUES, k=rng.randint(1, 2 * residues)))}\n"
        for n in range(chains)
    )
    return "".join(records).encode()


def ask(url: str, content: bytes, **options: object) -> httpx.Response:
    return httpx.post(
        f"{url}api/predict",
        content=content,
        params=options,
        timeout=120,
        verify=False,  # to read certificates, of which HTTP has none, takes 40 ms
    )


def detail(answer: httpx.Response) -> str:
    return answer.json()["detail"]


@contextmanager
def limited(**limits: int):
    """Serve the page with other limits than usual."""
    own = Limits(**limits)
    server = make_server(create_app(own), own)
    server.config.port = 0
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()


COMMANDS = """
import json, sys
from ribbonet.cli import app
for arguments in json.load(sys.stdin):
    app(["predict", *arguments], standalone_mode=False)
"""


@pytest.fixture(scope="module")
def commanded(tmp_path_factory):
    """What `ribbonet predict` writes: the files of each model, number of states and format."""
    folder = tmp_path_factory.mktemp("commanded")
    (folder / "many.fasta").write_bytes(made(40, 220))  # a few blocks
    few = b">".join(EXAMPLE.read_bytes().split(b">")[:5])
    (folder / "few.fasta").write_bytes(few)
    commands = {
        (source.stem, model, states, format): [
            str(source), f"--model={model}", f"--states={states}", f"--format={format}",
            f"--output={folder / f'{source.stem}-{model}-{states}-{format}'}", "--threads=1",
            *(["--no-templates"] if source.stem == "many" else []),
        ]
        for source, model, states, formats in (
            (folder / "few.fasta", "accurate", 3, ["text", "jsonl", "parquet", "svg"]),
            (folder / "few.fasta", "accurate", 8, ["jsonl"]),  # both with relatives
            (EXAMPLE, "fast", 3, formats(Structure())),
            (EXAMPLE, "fast", 8, formats(Structure(STATES8))),
            (folder / "many.fasta", "accurate", 3, ["jsonl"]),
            (folder / "many.fasta", "fast", 3, ["csv", "parquet"]),
        )
        for format in formats
    }  # fmt: skip
    subprocess.run(
        [sys.executable, "-c", COMMANDS],
        input=json.dumps(list(commands.values())).encode(),
        check=True,
    )
    files = {key: Path(command[4].split("=", 1)[1]) for key, command in commands.items()}
    return folder, files


def test_every_format_is_byte_for_byte_what_the_command_writes(url, commanded):
    folder, files = commanded
    assert len(files) == sum(len(formats(Structure(states))) for states in (STATES, STATES8)) + 8
    sources = {name: (folder / f"{name}.fasta").read_bytes() for name in ("few", "many")}
    sources["proteins"] = EXAMPLE.read_bytes()
    for (source, model, states, format), path in files.items():
        without = {"templates": False} if source == "many" else {}
        answer = ask(url, sources[source], model=model, states=states, format=format, **without)
        assert answer.status_code == 200, detail(answer)
        assert answer.content == path.read_bytes(), (source, model, states, format)
        suffix = formats(Structure())[format].suffix
        assert answer.headers["content-disposition"].endswith(f'"prediction{suffix}"')


def test_relatives_are_looked_for_as_far_as_the_limits_allow():
    with limited(searched=40) as url:
        short, long = ask(url, b"M" * 40), ask(url, b"M" * 41)
        assert "relatives" in short.json()
        assert "relatives" not in long.json()
        assert "from the sequence alone" in long.headers["ribbonet-warning"]
        refused = ask(url, b"M" * 41, templates=True)
        assert refused.status_code == 422
        assert "of up to 40 residues" in detail(refused)
        assert "relatives" not in ask(url, b"M" * 20, templates=False).json()
        assert "relatives" in ask(url, b"M" * 20, model="fast", templates=True).json()


def test_alignments_are_those_of_the_search(url):
    record = EXAMPLE.read_bytes().split(b">")[3]
    answer = httpx.post(f"{url}api/relatives", content=b">" + record, timeout=60).json()
    sequence = "".join(record.decode().split("\n")[1:])
    prediction = ribbonet.predict(sequence)
    for row, own in zip(answer, prediction.evidence.alignments, strict=True):
        assert row["id"] == own.id
        assert len(row["query"]) == len(row["template"]) == len(row["states"])
        assert row["query"].replace("-", "") == sequence[row["start"] - 1 : row["end"]]
        pairs = [n for n in zip(row["query"], row["template"], strict=True) if "-" not in n]
        assert len(pairs) >= len(own.query)
        same = sum(a == b != "X" for a, b in pairs) / len(row["query"])
        assert same == pytest.approx(row["identity"], abs=0.02)
    two = httpx.post(f"{url}api/relatives", content=b">a\nMKT\n>b\nMKT\n")
    assert (two.status_code, "one chain" in detail(two)) == (422, True)


def test_a_figure_is_that_of_the_style(url):
    prediction = ribbonet.predict("MKTAYIAKQR", id="sequence")
    style = {"width": 100, "wrap": 20, "colours": "grey", "legend": False}
    answer = ask(url, b"MKTAYIAKQR", format="svg", track=["ribbon", "charge"], **style)
    assert answer.text == prediction.to_svg(tracks=("ribbon", "charge"), **style)
    for option, value in {"colours": "pink", "track": "none", "width": 5000, "wrap": 3}.items():
        assert ask(url, b"MKT", format="svg", **{option: value}).status_code == 422


def test_plausible_segments_are_those_of_the_command(url):
    answer = ask(url, EXAMPLE.read_bytes(), smooth=True, model="fast")
    records = [json.loads(line) for line in answer.text.splitlines()]
    expected = list(ribbonet.predict_file(EXAMPLE, model="fast"))
    assert [own["states"] for own in records] == [own.smoothed().states for own in expected]
    assert [own["states"] for own in records] != [own.states for own in expected]
    assert records[0]["provenance"]["options"]["smooth"] is True
    assert ask(url, b"MKT", smooth=True, states=8).status_code == 422


def test_options_are_those_of_the_command(url):
    rows = ask(url, b">a\nMKT1AYIAKQR\n>b\nMKTAYIAKQR\n", on_invalid="mask", min_confidence=0.9)
    first, second = map(json.loads, rows.text.splitlines())
    assert first["sequence"] == "MKTXAYIAKQR"
    assert second["states"].count("-") > 0
    assert rows.headers["ribbonet-warning"] == "1 invalid symbol read as X in 1 record"
    assert len(ask(url, b">a\nMKT1\n>b\nMKT\n", on_invalid="skip").text.splitlines()) == 1


@pytest.mark.parametrize("packed", [gzip.compress, bz2.compress, bytes, b"\xef\xbb\xbf".__add__])
def test_sequences_come_as_people_have_them(url, packed):
    answer = ask(url, packed(b">P1 ubiquitin\r\nMQIFvktltg\r\nKTITLEV*\r\n"), format="three-line")
    header, sequence, states = answer.text.splitlines()
    assert (header, sequence, len(states)) == (">P1 ubiquitin", "MQIFVKTLTGKTITLEV", 17)


def test_bare_sequences_are_lines_or_wrapped_lines(url):
    def read(text: str) -> dict[str, str]:
        lines = ask(url, text.encode(), format="jsonl", model="fast").text.splitlines()
        return {record["id"]: record["sequence"] for record in map(json.loads, lines)}

    assert read("mkt ayi\n") == {"sequence": "MKTAYI"}
    assert read("MKTAYI\n\nMKT\nAY\n") == {
        "sequence-1": "MKTAYI", "sequence-2": "MKT", "sequence-3": "AY",
    }  # fmt: skip
    wrapped = "MKTAYIAKQR" * 6
    assert read(f"# a comment\n{wrapped}\n{wrapped}\nMKT\n") == {"sequence": wrapped * 2 + "MKT"}


@pytest.mark.parametrize(
    ("content", "options", "complaint"),
    [
        (b"", {}, "input: is empty"),
        (b"\n \n", {}, "input: is empty"),
        (b">a\nMK1T\n", {}, "record 1 (a): symbol '1' at position 3 is not a residue"),
        (b"@read\nACGT\n+\nIIII\n", {}, "is FASTQ"),
        (b"MKT\n>a\nMKT\n", {}, "is not FASTA: line 1"),
        (gzip.compress(b">a\nMKT\n", mtime=0)[:-9], {}, "cut short"),
        (b"MKT", {"model": "/etc"}, "model: '/etc' is none of accurate, fast"),
        (b"MKT", {"format": "doc"}, "format: 'doc' is none of three-line"),
        (b"MKT", {"format": "ss2", "states": 8}, "'ss2' is none of"),
        (b"MKT", {"min_confidence": "nan"}, "min_confidence has to be a finite number"),
        (b"MKT", {"states": 4}, "states has to be 3 or 8"),
        (b">a\nMKT\n" * 1001, {}, "more than 1,000 chains"),
        (b"MKT", {"state": 8}, "'state' is no option here; those are model, format, states,"),
        (b"MKT", {"model": ["fast", "accurate"]}, "model is given 2 times; give it once"),
        (b"MKT", {"format": "csv", "wrap": 20, "legend": False}, "wrap, legend: for pictures"),
    ],
)
def test_what_is_wrong_is_said(url, content, options, complaint):
    answer = ask(url, content, **options)
    assert answer.status_code == 422
    assert complaint in detail(answer)


def test_too_much_is_refused_before_it_is_read(url):
    answer = ask(url, b">a\n" + 1_000_000 * b"M")
    assert answer.status_code == 413
    assert detail(answer) == "more than 1,000,000 bytes; send less at a time"


def test_too_much_is_refused_that_says_no_length_or_unpacks_to_more(url):
    def parts():
        for _ in range(200):
            yield 10_000 * b"M"

    # the server may have answered and closed before all was sent
    with httpx.Client(timeout=60) as client, suppress(httpx.WriteError):
        assert client.post(f"{url}api/predict", content=parts()).status_code == 413
    bomb = gzip.compress(b">a\n" + 200_000_000 * b"M")
    assert len(bomb) < 1_000_000
    assert ask(url, bomb).status_code == 413
    assert ask(url, b"MKT").status_code == 200


def test_two_hundred_predictions_at_once_lose_none(url):
    rng = random.Random(1)
    sequences = ["".join(rng.choices(RESIDUES, k=rng.randint(30, 120))) for _ in range(200)]

    def predict(numbered: tuple[int, str]) -> httpx.Response:
        number, sequence = numbered
        return ask(url, f">q{number}\n{sequence}".encode(), templates=False)

    with ThreadPoolExecutor(len(sequences)) as pool:
        answers = list(pool.map(predict, enumerate(sequences)))
    assert [answer.status_code for answer in answers] == 200 * [200]
    for n, (answer, sequence) in enumerate(zip(answers, sequences, strict=True)):
        record = json.loads(answer.text)
        assert (record["id"], record["sequence"]) == (f"q{n}", sequence)
        assert len(record["p_helix"]) == len(record["states"]) == len(sequence)


def test_one_more_than_the_queue_holds_is_told_to_come_again():
    with limited(predictions=1) as url:
        slow = made(60, 400)
        with httpx.stream("POST", f"{url}api/predict", content=slow, timeout=60) as first:
            assert first.status_code == 200
            answer = ask(url, b"MKT")
            assert answer.status_code == 429
            assert answer.headers["retry-after"] == "1"
            assert detail(answer) == "1 predictions are under way; try again in a moment"
        # the first has been left half way: its place is free again
        for _ in range(100):
            if ask(url, b"MKT").status_code == 200:
                break
            time.sleep(0.1)
        else:
            pytest.fail("the place of a prediction that was left is never free again")


def test_a_body_that_does_not_come_takes_no_place():
    with limited(predictions=1, arrival=1) as url:
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port), timeout=60) as stalled:
            head = "POST /api/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n>a\n"
            stalled.sendall(head.encode())
            assert ask(url, b"MKT").status_code == 200
            answer = HTTPResponse(stalled)
            answer.begin()
            fault = "the body was not there after 1 seconds; send it again"
            assert (answer.status, json.load(answer)["detail"]) == (408, fault)
            assert stalled.recv(1) == b""  # the connection is closed, too


def test_results_come_before_all_are_finished(url):
    content = made(60, 200, seed=3)
    seen = []
    alone = f"{url}api/predict?templates=false"
    with httpx.stream("POST", alone, content=content, timeout=120) as answer:
        assert answer.headers["ribbonet-chains"] == "60"
        for line in answer.iter_lines():
            seen.append((time.monotonic(), line))
    assert [json.loads(line)["id"] for _, line in seen] == [f"made-{n}" for n in range(60)]
    assert seen[-1][0] - seen[0][0] > 0.05


def test_a_page_of_another_origin_may_not_ask(url):
    answer = httpx.post(
        f"{url}api/predict", content=b"MKT", headers={"Origin": "http://evil.example"}
    )
    assert answer.status_code == 403
    own = url.removesuffix("/")
    answer = httpx.post(f"{url}api/predict", content=b"MKT", headers={"Origin": own})
    assert answer.status_code == 200


def test_what_is_kept_has_room_for_so_many_residues():
    with limited(kept=100) as url:
        content = made(3, 40)
        first = ask(url, content).content
        assert ask(url, b"M" * 90).status_code == 200  # pushes the first out
        assert ask(url, b"M" * 200).status_code == 200  # has no room at all
        assert ask(url, content).content == first


def test_what_has_no_room_pushes_nothing_out():
    kept = Kept(100)
    kept.keep(b"small", 40, [])
    kept.keep(b"large", 200, [])
    assert (kept.find(b"small"), kept.find(b"large")) == ([], None)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300) | st.text(">\n MKTX*#@1é\x00", max_size=200).map(str.encode))
def test_whatever_comes_is_answered(url, content):
    answer = ask(url, content, model="fast")
    assert answer.status_code in (200, 422)
    if answer.status_code == 422:
        assert isinstance(detail(answer), str)
