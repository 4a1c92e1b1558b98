"""`ribbonet tune`, with databases that are real: SQLite, and a PostgreSQL server of its own."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import optuna
import pytest
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from ribbonet.models.config_files import read_config
from ribbonet.models.folder import read_model

SPACE = """
seed = 3
[[stage]]
window = {low = 3, high = 9, step = 2}
hidden = [{low = 4, high = 16, log = true}]
learning_rate = {low = 0.1, high = 1.0, log = true}
l2 = {low = 1e-6, high = 1e-2, log = true}
batch_size = 32
epochs = EPOCHS
"""
QUICK = """import sys
from ribbonet.training.search import storage
storage.HEARTBEAT, storage.SILENCE = 1, 4
from ribbonet.cli import main
main()"""
"""The command, but for seconds where it waits for minutes."""


class Search:
    """A search that several commands share: its chains, its space, its folders."""

    def __init__(self, folder: Path, chains: str) -> None:
        self.folder = folder
        (folder / "chains.3line").write_text(chains)

    def start(self, name: str, *options: str, epochs: int = 2) -> subprocess.Popen[str]:
        space = self.folder / f"{epochs}.toml"
        space.write_text(SPACE.replace("EPOCHS", str(epochs)))
        command = [sys.executable, "-c", QUICK, "tune", str(self.folder / "chains.3line")]
        command += ["--space", str(space), "-o", str(self.folder / name), *options]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def run(self, name: str, *options: str, epochs: int = 2) -> str:
        process = self.start(name, *options, epochs=epochs)
        _, said = process.communicate(timeout=300)
        assert process.returncode == 0, said
        return said


@pytest.fixture
def search(tmp_path) -> Search:
    states = ("HHHHHHEEEEECCCC", "CCCCEEEEEHHHHHH", "EEEEECCCCHHHHHH")
    letters = {"H": "AELMQKR", "E": "VIYFWTC", "C": "GPNDSH"}
    chains = [
        f">made{n} c{n // 2}\n"
        + "".join(letters[s][(n + i) % len(letters[s])] for i, s in enumerate(states[n % 3] * 3))
        + f"\n{states[n % 3] * 3}\n"
        for n in range(40)
    ]
    return Search(tmp_path, "".join(chains))


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """Start a server of our own, reached by a socket in a folder of its own; return its URL."""
    found = shutil.which("postgres") or max(
        map(str, Path("/usr/lib/postgresql").glob("*/bin/postgres")), default=None
    )
    if found is None:
        pytest.skip("needs PostgreSQL, Debian's package postgresql")
    user = None
    if os.geteuid() == 0:  # the server refuses to run as root
        user = next(name for name in ("postgres", "nobody") if name in known_users())
    binaries = Path(os.path.realpath(found)).parent
    folder = Path(tempfile.mkdtemp(prefix="ribbonet-postgresql-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        data = folder / "data"
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "ribbonet", "-A", "trust", "-N"],
            user=user, cwd=folder, check=True, capture_output=True,
        )  # fmt: skip
        options = ["-D", data, "-k", folder, "-c", "listen_addresses=", "-F"]
        with (folder / "log").open("w") as log:
            server = subprocess.Popen(
                [binaries / "postgres", *options], user=user, cwd=folder, stdout=log, stderr=log
            )
        ready = [binaries / "pg_isready", "-q", "-h", folder]
        for _ in range(300):
            if subprocess.run(ready, check=False).returncode == 0:
                break
            time.sleep(0.1)
        else:
            pytest.fail((folder / "log").read_text())
        yield f"postgresql://ribbonet@/postgres?host={folder}"
        server.send_signal(signal.SIGINT)
        server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def known_users() -> set[str]:
    return {entry.pw_name for entry in pwd.getpwall()}


def kept(storage: str) -> list[optuna.trial.FrozenTrial]:
    """Return the trials that a database keeps, none while it has none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            database = optuna.storages.RDBStorage(
                storage.replace("ql://", "ql+psycopg://"), engine_kwargs={"poolclass": NullPool}
            )
        except SQLAlchemyError:  # while another makes its tables
            return []
    try:
        return optuna.load_study(study_name="ribbonet", storage=database).trials
    except KeyError:  # no search in it yet
        return []
    finally:
        database.remove_session()
        database.engine.dispose()


def killed_in_a_trial(process: subprocess.Popen[str], storage: str, after: int = 0) -> int:
    """Kill a worker while it is in a trial; return the trial's number."""
    for _ in range(1000):
        for trial in kept(storage)[after:]:
            if trial.state.name == "RUNNING" and trial.intermediate_values:
                process.kill()
                process.communicate()
                assert kept(storage)[trial.number].state.name == "RUNNING"
                return trial.number
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    pytest.fail("no trial was seen")


def test_killed_it_goes_on_where_it_was_and_writes_what_train_takes(search, ribbonet):
    storage = f"sqlite:///{search.folder / 'broken' / 'trials.db'}"
    first = killed_in_a_trial(search.start("broken", "--trials", "6", epochs=25), storage, 2)
    assert first >= 2
    said = search.run("broken", "--trials", "6", "--train", epochs=25)
    assert f"trials are kept in {storage}, as 'ribbonet'" in said
    assert said.count(" trials finished") == 6 - first
    trials = kept(storage)
    finished = [trial for trial in trials if trial.state.name in ("COMPLETE", "PRUNED")]
    assert len(finished) == 6

    best = search.folder / "broken" / "best.toml"
    highest = max(t.value for t in trials if t.state.name == "COMPLETE")
    assert re.match(rf"# trial \d+, the best of 6: Q3 {highest:.2f} % of the", best.read_text())
    config = read_config(best)
    assert config.seed == 3
    trained = read_model(search.folder / "broken" / "model")
    assert trained.card.configuration["stages"][0]["window"] == config.stages[0].window
    again = search.folder / "again"
    done = ribbonet("train", search.folder / "chains.3line", "--config", best, "-o", again)
    assert done.returncode == 0, done.stderr
    weights = "weights.safetensors"
    assert (again / weights).read_bytes() == (best.parent / "model" / weights).read_bytes()


def test_machines_share_a_search_in_postgresql_and_do_again_what_one_left(search, postgresql):
    options = ["--storage", postgresql, "--trials", "16"]
    left = killed_in_a_trial(search.start("a", *options, epochs=8), postgresql)
    time.sleep(5)  # until it has been silent for too long
    workers = [search.start(name, *options, epochs=8) for name in ("b", "c")]
    said = [worker.communicate(timeout=300)[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], said

    trials = kept(postgresql)
    finished = {t.number for t in trials if t.state.name in ("COMPLETE", "PRUNED")}
    own = [{int(n) for n in re.findall(r"trial (\d+): ", lines)} for lines in said]
    assert all(own)
    assert own[0].isdisjoint(own[1])
    assert own[0] | own[1] | set(range(left)) == finished
    assert 16 <= len(finished) <= 17  # one may end while the other is in the last
    assert trials[left].state.name == "FAIL"
    assert trials[left].params in [trials[number].params for number in finished]
    drawn = [str(trials[number].params) for number in finished]
    assert len(set(drawn)) == len(drawn)

    highest = max(t.value for t in trials if t.state.name == "COMPLETE")
    bests = [(search.folder / name / "best.toml").read_text() for name in ("b", "c")]
    assert any(f"Q3 {highest:.2f} % of the" in text for text in bests)
    assert all(read_config(search.folder / name / "best.toml").seed == 3 for name in ("b", "c"))
    assert not (search.folder / "b" / "trials.db").exists()


def test_without_optuna_it_says_what_to_add(search):
    code = f"import sys\nsys.modules['optuna'] = None\n{QUICK.split(chr(10), 3)[-1]}"
    chains = str(search.folder / "chains.3line")
    done = subprocess.run(
        [sys.executable, "-c", code, "tune", chains, "-o", str(search.folder / "no")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.endswith("Optuna is missing; add it by: pip install 'ribbonet[tune]'\n"), (
        done.stderr
    )
    assert not (search.folder / "no").exists()


def test_bad_input_is_named(search, ribbonet):
    chains = search.folder / "chains.3line"
    out = search.folder / "no"
    done = ribbonet("tune", chains, "--storage", "nothing", "-o", out)
    assert (done.returncode, b"is no database's URL" in done.stderr) == (2, True)
    space = search.folder / "space.toml"
    space.write_text("[[stage]]\nwindow = {low = 2, high = 4}")
    done = ribbonet("tune", chains, "--space", space, "-o", out)
    assert (done.returncode, b"window = 2: give an odd number" in done.stderr) == (2, True)
