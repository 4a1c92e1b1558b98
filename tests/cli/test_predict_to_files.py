"""`ribbonet predict -o`: large inputs, folders, kills, full disks, changed inputs."""

import gzip
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

CHAINS = 1200


@pytest.fixture(scope="module")
def proteome(tmp_path_factory):
    """About 400,000 residues, some chains in tens of thousands, compressed."""
    rng = np.random.default_rng(1)
    lengths = np.exp(rng.normal(5.5, 0.8, CHAINS)).astype(int) + 1
    lengths[[10, 800]] = 40_000, 70_000
    path = tmp_path_factory.mktemp("proteome") / "proteome.fasta.gz"
    with gzip.open(path, "wt", compresslevel=1) as file:
        for n, length in enumerate(lengths):
            sequence = "".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWY"), length))
            file.write(f">made|{n:04} protein {n}\n{sequence}\n")
    return path


@pytest.fixture
def predict(made_model):
    """Start the command with the model, in a process of its own."""

    def start(*args, **options):
        command = [sys.executable, "-m", "ribbonet", "predict", "--quiet", "--model", made_model]
        command += args
        return subprocess.Popen(
            list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
        )

    return start


def ended(process):
    stdout, stderr = process.communicate(timeout=300)
    return process.returncode, stdout, stderr.decode()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def undisturbed(proteome, made_model, tmp_path_factory):
    """What comes out when nothing happens, by format."""
    written = {}

    def run(format):
        if format not in written:
            path = tmp_path_factory.mktemp("undisturbed") / "out"
            command = [sys.executable, "-m", "ribbonet", "predict", "--model", made_model]
            command += [proteome, "-o", path, "--format", format, "--threads", "1"]
            subprocess.run(command, check=True, stdout=subprocess.PIPE)
            written[format] = path.read_bytes()
        return written[format]

    return run


def test_threads_and_a_pipe_change_no_byte(predict, proteome, undisturbed, tmp_path):
    expected = undisturbed("three-line")
    ids = [line for line in expected.decode().splitlines() if line.startswith(">")]
    assert ids == [f">made|{n:04} protein {n}" for n in range(CHAINS)]
    out = tmp_path / "out"
    assert ended(predict(proteome, "-o", out, "--threads", "3")) == (0, b"", "")
    assert out.read_bytes() == expected
    assert ended(predict(proteome)) == (0, expected, "")
    assert names(tmp_path) == ["out"]


def killed_and_resumed(predict, arguments, kills, longest, signal_=signal.SIGKILL):
    """Kill the command again and again at random moments, then let it end."""
    rng = random.Random(0)
    done = 0
    while done < kills:
        process = predict(*arguments, "--resume")
        # the first kill comes at once, so that no machine is too quick for it
        time.sleep(rng.uniform(0.2, longest) if done else 0.2)
        process.send_signal(signal_)
        code = ended(process)[0]
        done += code != 0
        whole = str(arguments[2]).endswith("/") and Path(arguments[2]).is_dir()
        if code == 0 or whole:  # a folder that is whole is not written again
            return done
    code, _, said = ended(predict(*arguments, "--resume"))
    assert code == 0, said
    return done


@pytest.mark.parametrize("format", ["three-line", "parquet"])
def test_killed_three_times_and_resumed(predict, proteome, undisturbed, tmp_path, format):
    if format == "parquet":
        pytest.importorskip("pyarrow")
    out = tmp_path / "out"
    arguments = (proteome, "-o", out, "--format", format, "--threads", "2")
    assert killed_and_resumed(predict, arguments, 3, 1.5) > 0
    assert out.read_bytes() == undisturbed(format)
    assert names(tmp_path) == ["out"]


@pytest.mark.slow
def test_killed_fifty_times_and_resumed(predict, made_model, undisturbed, proteome, tmp_path):
    many = tmp_path / "many.fasta.gz"
    many.write_bytes(proteome.read_bytes() * 12)
    out = tmp_path / "out"
    arguments = (many, "-o", out, "--threads", "2")
    assert killed_and_resumed(predict, arguments, 50, 1.2) == 50
    assert out.read_bytes() == undisturbed("three-line") * 12
    assert names(tmp_path) == ["many.fasta.gz", "out"]


def wait_for_a_block(partial):
    for _ in range(600):
        journal = partial / "journal"
        if journal.exists() and journal.read_bytes().count(b"\n") > 1:
            return
        time.sleep(0.02)
    raise AssertionError("no block was finished")


def test_no_process_is_left_behind_by_a_kill(predict, proteome, tmp_path):
    process = predict(proteome, "-o", tmp_path / "out", "--threads", "2", start_new_session=True)
    wait_for_a_block(tmp_path / ".ribbonet-out")
    process.kill()
    ended(process)
    for _ in range(200):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("a process of the group still runs")


@pytest.mark.parametrize("threads", ["1", "2"])
def test_an_interrupt_ends_cleanly_and_can_be_resumed(
    predict, proteome, undisturbed, tmp_path, threads
):
    out = tmp_path / "out"
    process = predict(proteome, "-o", out, "--threads", threads, start_new_session=True)
    wait_for_a_block(tmp_path / ".ribbonet-out")
    os.killpg(process.pid, signal.SIGINT)
    message = "ribbonet: interrupted; what is finished is kept, go on by --resume\n"
    assert ended(process) == (130, b"", message)
    assert names(tmp_path) == [".ribbonet-out"]
    code, _, stderr = ended(predict(proteome, "-o", out))
    assert (code, stderr) == (
        2,
        f"ribbonet: error: {tmp_path}/.ribbonet-out: holds an unfinished output; go on with it "
        "by --resume, or remove that folder to start anew\n",
    )
    assert ended(predict(proteome, "-o", out, "--resume")) == (0, b"", "")
    assert out.read_bytes() == undisturbed("three-line")


@pytest.fixture
def broken_off(predict, proteome, tmp_path):
    """Break a run off after some blocks."""
    process = predict(proteome, "-o", tmp_path / "out", "--threads", "1")
    wait_for_a_block(tmp_path / ".ribbonet-out")
    process.kill()
    ended(process)
    return tmp_path / "out"


def test_damage_to_the_unfinished_output_is_mended(predict, proteome, undisturbed, broken_off):
    partial = broken_off.with_name(".ribbonet-out")
    for damage in ("output", "journal"):
        content = bytearray((partial / damage).read_bytes())
        content[-20] ^= 1
        (partial / damage).write_bytes(content + b"torn")
    assert ended(predict(proteome, "-o", broken_off, "--resume")) == (0, b"", "")
    assert broken_off.read_bytes() == undisturbed("three-line")


def test_going_on_with_something_else_is_refused(predict, proteome, broken_off, tmp_path):
    code, _, stderr = ended(predict(proteome, "-o", broken_off, "--resume", "--format", "csv"))
    assert code == 2
    assert "/.ribbonet-out: was begun with another --format; go on with the same" in stderr
    other = tmp_path / "other.fasta"
    other.write_text(">a\nMKT\n")
    code, _, stderr = ended(predict(other, "-o", broken_off, "--resume"))
    assert code == 2
    assert "are not those of the run to go on with; give the same input" in stderr


def test_two_runs_do_not_write_to_one_place(predict, proteome, tmp_path):
    process = predict(proteome, "-o", tmp_path / "out", "--threads", "1")
    wait_for_a_block(tmp_path / ".ribbonet-out")
    process.send_signal(signal.SIGSTOP)
    code, _, stderr = ended(predict(proteome, "-o", tmp_path / "out", "--resume"))
    process.kill()
    ended(process)
    assert code == 2
    assert "another process is writing there" in stderr


def test_a_full_disk_is_told_and_can_be_resumed(predict, proteome, undisturbed, tmp_path):
    out = tmp_path / "out"

    def small_disk():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))

    code, _, stderr = ended(predict(proteome, "-o", out, preexec_fn=small_disk))
    assert code == 2
    assert stderr.startswith(f"ribbonet: error: {out}: cannot be written (File too large); make")
    assert stderr.endswith(" finished records are kept, go on by --resume\n")
    assert stderr.count("\n") == 1
    assert ended(predict(proteome, "-o", out, "--resume")) == (0, b"", "")
    assert out.read_bytes() == undisturbed("three-line")


def test_a_broken_record_is_mended_and_what_was_done_before_it_kept(
    predict, proteome, undisturbed, tmp_path
):
    text = gzip.decompress(proteome.read_bytes()).decode()
    broken = tmp_path / "in.fasta"
    out = tmp_path / "out"
    broken.write_text(text[:-10] + "7" + text[-9:])
    code, _, stderr = ended(predict(broken, "-o", out))
    assert code == 2
    assert f"{broken}: record {CHAINS} (made|{CHAINS - 1} protein {CHAINS - 1}): symbol" in stderr
    assert stderr.endswith("finished records are kept, go on by --resume\n")
    broken.write_text(text)
    assert ended(predict(broken, "-o", out, "--resume")) == (0, b"", "")
    assert out.read_bytes() == undisturbed("three-line")


def test_a_gzip_cut_short_is_no_end(predict, proteome, tmp_path):
    cut = tmp_path / "cut.fasta.gz"
    cut.write_bytes(proteome.read_bytes()[:-1000])
    code, _, stderr = ended(predict(cut, "-o", tmp_path / "out"))
    assert code == 2
    assert f"{cut}: is cut short" in stderr
    assert not (tmp_path / "out").exists()


def test_skipped_records_are_listed_beside_the_output(predict, tmp_path):
    path, out = tmp_path / "in.fasta", tmp_path / "out"
    path.write_text(">a\nMKT\n>b some\nMK7T\n>c\n\n>d\nMKT\n")
    code, _, stderr = ended(predict(path, "-o", out, "--on-invalid", "skip"))
    assert (code, stderr) == (0, f"ribbonet: warning: {path}: 2 records skipped\n")
    assert out.read_text().splitlines()[::3] == [">a", ">d"]
    assert (tmp_path / "out.skipped.tsv").read_text() == (
        "record\tfault\theader\n"
        "2\tsymbol '7' at position 3 is not a residue\tb some\n"
        "3\tno sequence\tc\n"
    )
    path.write_text(">a\nMKT\n")
    assert ended(predict(path, "-o", out, "--on-invalid", "skip")) == (0, b"", "")
    assert names(tmp_path) == ["in.fasta", "out"]


NAMES = {
    "sp|P1|A x": "sp_P1_A",
    "sp_P1_A": "sp_P1_A-2",
    "SP_P1_A": "SP_P1_A-3",
    "../../etc": "_.._.._etc",
    "index": "index-2",
    "con": "_con",
    "": "_",
    "é": "_-2",
    "a" * 300: "a" * 100,
}


def test_one_file_a_record_under_safe_names(predict, tmp_path):
    path = tmp_path / "in.fasta"
    path.write_text("".join(f">{header}\nMKTAYI\n" for header in NAMES))
    assert ended(predict(path, "-o", f"{tmp_path}/out/")) == (0, b"", "")
    written = {file.name: file.read_text() for file in (tmp_path / "out").iterdir()}
    index = written.pop("index.tsv").splitlines()
    assert index == [
        "file\theader",
        *(f"{name}.3line\t{header}" for header, name in NAMES.items()),
    ]
    assert set(written) == {f"{name}.3line" for name in NAMES.values()}
    for header, name in NAMES.items():
        assert written[f"{name}.3line"].startswith(f">{header}\nMKTAYI\n")
    assert names(tmp_path) == ["in.fasta", "out"]
    code, _, stderr = ended(predict(path, "-o", f"{tmp_path}/out/"))
    assert code == 2
    assert "exists and is not an empty folder; choose another folder" in stderr
    code, _, stderr = ended(predict(path, "-o", tmp_path / "out"))
    assert code == 2
    assert "is a folder; end its name by / to get one file per record there" in stderr


def test_a_folder_is_resumed_too(predict, proteome, tmp_path):
    for name, kills in (("plain", 0), ("killed", 2)):
        arguments = (proteome, "-o", f"{tmp_path / name}/", "--format", "ss2", "--threads", "2")
        killed_and_resumed(predict, arguments, kills, 2)
    plain, killed = (
        {f.name: f.read_bytes() for f in (tmp_path / name).iterdir()}
        for name in ("plain", "killed")
    )
    assert len(plain) == CHAINS + 1
    assert plain == killed


def test_a_pipe_can_be_the_output(predict, tmp_path):
    assert ended(predict("--sequence", "MKTAYI", "-o", "/dev/null")) == (0, b"", "")
    assert ended(predict("--sequence", "MKTAYI", "-o", "/dev/stdout"))[1].startswith(b">sequence\n")


def test_unsure_states_are_masked(predict):
    _, plain, _ = ended(predict("--sequence", "MKTAYIAKQR"))
    _, masked, _ = ended(predict("--sequence", "MKTAYIAKQR", "--min-confidence", "1"))
    assert plain.splitlines()[:2] == masked.splitlines()[:2]
    assert masked.splitlines()[2] == b"-" * 10
    code, _, stderr = ended(predict("--sequence", "MKT", "--min-confidence", "1.5"))
    assert code == 2
    assert "--min-confidence" in stderr


def test_resume_needs_an_output(predict):
    message = "ribbonet: error: --resume needs the file or folder to resume; name it by --output\n"
    assert ended(predict("--sequence", "MKT", "--resume")) == (2, b"", message)


MEMORY = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_a_chain_of_a_million_residues_in_bounded_memory(made_model, tmp_path):
    rng = np.random.default_rng(2)
    sequence = rng.choice(np.frombuffer(b"ACDEFGHIKLMNPQRSTVWY", np.uint8), 1_000_000).tobytes()
    path, out = tmp_path / "long.fasta", tmp_path / "out"
    path.write_bytes(b">long\n" + sequence + b"\n>short\n" + sequence[:200] + b"\n")
    command = [sys.executable, "-m", "ribbonet", "predict", "--model", made_model, path, "-o", out]
    done = subprocess.run([sys.executable, "-c", MEMORY, *command], check=True, capture_output=True)
    assert int(done.stdout) < 300_000  # kB
    _, whole, states, _, _, short = out.read_bytes().splitlines()
    assert whole == sequence
    assert len(states) == 1_000_000
    assert states[:190] == short[:190]


def test_progress_on_a_terminal(made_model, proteome, tmp_path):
    import pty

    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "ribbonet", "predict", "--model", made_model, proteome]
    with subprocess.Popen([*command, "-o", tmp_path / "out"], stderr=follower) as process:
        os.close(follower)
        shown = b""
        while True:
            try:
                part = os.read(leader, 4096)
            except OSError:
                break
            shown += part
        assert process.wait() == 0
    os.close(leader)
    assert b"residues/s" in shown
    assert f"{CHAINS:,} chains".encode() in shown
