"""`ribbonet predict --ray`: Ray itself, on a cluster of this machine that the tests start."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason="needs Ray")

SHARDS = 4
RAY = Path(sys.executable).with_name("ray")
TOKEN = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
ENVIRONMENT = os.environ | TOKEN | {"RAY_worker_niceness": "0"}


class Cluster(NamedTuple):
    address: str
    process: "subprocess.Popen[bytes]"


@pytest.fixture(scope="module")
def cluster():
    """Two cores' worth of Ray: its address, and the process that started it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [RAY, "start", "--head", "--block", "--num-cpus", "2", "--port", str(port)]
    command += ["--node-ip-address", "127.0.0.1", "--include-dashboard", "false"]
    command += ["--object-store-memory", str(100 << 20), "--disable-usage-stats"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=ENVIRONMENT
    ) as process:
        said = b""
        while b"Ray runtime started" not in said:
            line = process.stdout.readline()
            assert line, said.decode()
            said += line
        yield Cluster(f"127.0.0.1:{port}", process)
        process.kill()  # what it started ends with it
        process.communicate()


@pytest.fixture(scope="module")
def chains():
    """FASTA of some 700,000 residues: a dozen blocks."""
    rng = np.random.default_rng(4)
    letters = np.array(list("ACDEFGHIKLMNPQRSTVWY"))
    return [f">made|{n:04} x\n{''.join(rng.choice(letters, 350))}\n" for n in range(2000)]


@pytest.fixture(scope="module")
def proteome(chains, tmp_path_factory):
    path = tmp_path_factory.mktemp("proteome") / "proteome.fasta"
    path.write_text("".join(chains))
    return path


@pytest.fixture(scope="module")
def shards(chains, tmp_path_factory):
    """The same chains in a folder of files."""
    folder = tmp_path_factory.mktemp("shards")
    for n in range(SHARDS):
        (folder / f"{n}.fasta").write_text("".join(chains[n::SHARDS]))
    (folder / "README").write_text("no shard")
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Make a model that takes a few seconds for the proteome."""
    from ribbonet.models.build import build_network
    from ribbonet.models.config import StageConfig
    from ribbonet.models.folder import save_model
    from ribbonet.models.model import Model, Stage

    config = StageConfig(window=25, hidden=(200, 200))
    network = build_network(config, first=True).initialise(np.random.default_rng(0))
    folder = tmp_path_factory.mktemp("models") / "wide"
    save_model(Model((Stage(25, (network,)),)), folder)
    return folder


@pytest.fixture
def predict(model):
    def start(*args):
        command = [
            sys.executable,
            "-m",
            "ribbonet",
            "predict",
            "--model",
            model,
            "--format",
            "parquet",
            *args,
        ]
        return subprocess.Popen(
            list(map(str, command)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
        )

    return start


def ended(process):
    stdout, stderr = process.communicate(timeout=300)
    return process.returncode, stdout, stderr.decode()


@pytest.fixture(scope="module")
def expected(model, proteome, shards, tmp_path_factory):
    """What is written without Ray, of the file and of the folder."""
    folder = tmp_path_factory.mktemp("expected")
    for source, output in ((proteome, "file"), (shards, "files")):
        command = [sys.executable, "-m", "ribbonet", "predict", "--model", model, source]
        command += ["-o", folder / output, "--format", "parquet", "--threads", "1"]
        subprocess.run(list(map(str, command)), check=True)
    return folder


def content(path):
    if path.is_dir():
        return {file.name: file.read_bytes() for file in path.iterdir()}
    return path.read_bytes()


def workers_of(process):
    """Process ids of the actors on the cluster that a process started."""
    parents, actors = {}, []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int(
                (folder / "stat").read_text().rsplit(")")[-1].split()[1]
            )
            if (folder / "cmdline").read_bytes().startswith(b"ray::MapWorker"):
                actors.append(int(folder.name))
        except OSError:
            continue
    return [actor for actor in actors if parents.get(parents[actor]) == process.pid]


def wait_for(lines, journal):
    """Wait until the journal tells of something finished."""
    for _ in range(15_000):
        if journal.exists() and journal.read_bytes().count(b"\n") >= lines:
            return
        time.sleep(0.02)
    raise AssertionError("nothing was finished")


def check_with_a_kill(predict, given, arguments, cluster, out):
    """Kill a worker once something is finished; the command must end as if nothing were."""
    process = predict(given, "-o", out, *arguments)
    wait_for(2, out.with_name(".ribbonet-out") / "journal")
    os.kill(workers_of(cluster or process)[0], signal.SIGKILL)
    assert process.poll() is None
    code, stdout, stderr = ended(process)
    assert (code, stdout) == (0, b""), stderr
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_a_worker_of_a_local_cluster_is_killed_and_no_byte_changes(
    predict, proteome, expected, tmp_path
):
    out = tmp_path / "out"
    check_with_a_kill(predict, proteome, ["--threads", "2", "--ray"], None, out)
    assert content(out) == content(expected / "file")


def test_a_worker_is_killed_while_shards_are_predicted_and_no_byte_changes(
    predict, shards, expected, cluster, tmp_path
):
    out = tmp_path / "out"
    check_with_a_kill(predict, shards, ["--ray", cluster.address], cluster.process, out)
    assert content(out) == content(expected / "files")


@pytest.fixture
def machines(monkeypatch):
    """A cluster of three nodes, each with processes of its own, as three machines would have."""
    for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_worker_niceness"):
        monkeypatch.setenv(name, ENVIRONMENT[name])
    from ray.cluster_utils import Cluster as Nodes

    given = {"num_cpus": 1, "object_store_memory": 100 << 20}
    nodes = Nodes(initialize_head=True, head_node_args={**given, "include_dashboard": False})
    try:
        yield nodes, [nodes.add_node(**given) for _ in range(2)]
    finally:
        nodes.shutdown()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("source", ["file", "files"])
def test_a_machine_of_three_goes_and_no_byte_changes(
    predict, proteome, shards, expected, machines, tmp_path, source
):
    nodes, (first, _) = machines
    out = tmp_path / "out"
    given = proteome if source == "file" else shards
    process = predict(given, "-o", out, "--ray", nodes.address, "--threads", "3")
    wait_for(2, tmp_path / ".ribbonet-out" / "journal")
    assert process.poll() is None
    nodes.remove_node(first, allow_graceful=False)
    code, stdout, stderr = ended(process)
    assert (code, stdout) == (0, b""), stderr
    assert content(out) == content(expected / source)


@pytest.mark.slow
def test_predictions_alone_are_on_standard_output(predict, proteome, expected, cluster):
    process = predict(proteome, "--format", "csv", "--ray", cluster.address)
    while not (workers := workers_of(cluster.process)):
        time.sleep(0.1)
    os.kill(workers[0], signal.SIGKILL)
    code, stdout, stderr = ended(process)
    assert code == 0, stderr
    assert stdout == ended(predict(proteome, "--format", "csv"))[1]


@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_with_what_is_left(
    predict, proteome, shards, expected, cluster, tmp_path
):
    for source, given in (("file", proteome), ("files", shards)):
        out = tmp_path / source
        partial = tmp_path / f".ribbonet-{source}"
        process = predict(given, "-o", out, "--ray", cluster.address)
        wait_for(2, partial / "journal")
        process.kill()
        ended(process)
        kept = (partial / "journal").read_bytes()
        before = {file.name: file.stat().st_ino for file in partial.glob("output/*.parquet")}
        process = predict(given, "-o", out, "--ray", cluster.address, "--resume")
        wait_for(kept.count(b"\n") + 1, partial / "journal")
        assert (partial / "journal").read_bytes().startswith(kept)
        assert ended(process)[0] == 0
        assert content(out) == content(expected / source)
        done = kept.count(b"\n") - 1 if source == "files" else 0
        same = [name for name, inode in before.items() if (out / name).stat().st_ino == inode]
        assert len(same) >= done


@pytest.mark.slow
def test_an_interrupt_ends_cleanly(predict, proteome, expected, cluster, tmp_path):
    out = tmp_path / "out"
    process = predict(proteome, "-o", out, "--ray", cluster.address)
    wait_for(2, tmp_path / ".ribbonet-out" / "journal")
    process.send_signal(signal.SIGINT)
    code, _, stderr = ended(process)
    assert code == 130
    assert "ribbonet: interrupted; what is finished is kept, go on by --resume\n" in stderr
    assert "Traceback" not in stderr


@pytest.mark.slow
@pytest.mark.parametrize("source", ["file", "files"])
def test_a_broken_record_is_named_and_what_came_before_it_kept(
    predict, chains, cluster, tmp_path, source
):
    broken = tmp_path / "broken" / "a.fasta"
    broken.parent.mkdir()
    broken.write_text("".join(chains) + ">last\nMK7T\n")
    given = broken if source == "file" else broken.parent
    code, _, stderr = ended(predict(given, "-o", tmp_path / "out", "--ray", cluster.address))
    assert code == 2
    assert f"ribbonet: error: {broken}: record 2001 (last): symbol '7' at position 3" in stderr
    assert stderr.endswith("finished records are kept, go on by --resume\n")
    assert "Traceback" not in stderr
    broken.write_text("".join(chains) + ">last\nMKT\n")
    code, _, stderr = ended(
        predict(given, "-o", tmp_path / "out", "--ray", cluster.address, "--resume")
    )
    assert code == 0, stderr


def test_the_cluster_of_the_guide_fits_the_schema_of_ray():
    code = (
        "import sys, yaml\n"
        "from ray.autoscaler._private.util import prepare_config, validate_config\n"
        "validate_config(prepare_config(yaml.safe_load(open(sys.argv[1]))))"
    )
    path = Path(__file__).parents[2] / "docs" / "cluster.yaml"
    subprocess.run([sys.executable, "-c", code, path], check=True, capture_output=True)


def test_it_reads_files_by_their_names(predict, tmp_path):
    message = (
        "ribbonet: error: --ray reads files by their names; give one FASTA file or a folder of "
        "them\n"
    )
    for args in (("-",), ("--sequence", "MKT")):
        assert ended(predict(*args, "--ray")) == (2, b"", message)
    none = tmp_path / "none.fasta"
    assert ended(predict(none, "--ray")) == (2, b"", f"ribbonet: error: {none}: no such file\n")


def test_what_cannot_be_connected_to_is_said(predict, proteome):
    code, _, stderr = ended(predict(proteome, "--ray", "ray://127.0.0.1:10001"))
    assert code == 2
    assert stderr.startswith("ribbonet: error: ray://127.0.0.1:10001: is for Ray's clients")


def test_without_ray_the_extra_is_named(ribbonet, proteome):
    code = (
        "import sys; sys.modules['ray'] = None\n"
        "from ribbonet.cli import main\n"
        f"sys.argv = ['ribbonet', 'predict', {str(proteome)!r}, '--ray']\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        b"ribbonet: error: Ray is missing; add it by: pip install 'ribbonet[scale]'\n"
    )
