"""`ribbonet evaluate`, run as a process."""

import json
import shutil

import numpy as np
import pytest

from ribbonet.models.build import build_network
from ribbonet.models.card import Card
from ribbonet.models.config import StageConfig
from ribbonet.models.folder import save_model
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage

DATA = ">a\nMKTAYIAK\nCHHHHHC-\n>b\nGGGGVVVV\nCCCCEEEE\n"


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "small.3line"
    path.write_text(DATA)
    return path


@pytest.fixture
def model(tmp_path):
    network = build_network(StageConfig(window=5), first=True)
    made = Model((Stage(5, (network.initialise(np.random.default_rng(0)),)),), Card("made"))
    save_model(made, tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture
def predictions(tmp_path):
    """Of another program: no ids of ours, all right but one residue of a."""
    lines = [
        f"{n:4d} {residue} {state}  "
        + " ".join(f"{0.8 if s == state else 0.1:6.3f}" for s in "CHE")
        for n, (residue, state) in enumerate(zip("MKTAYIAK", "CHHHHHHC", strict=True), 1)
    ]
    first = tmp_path / "one.ss2"
    first.write_text("# PSIPRED VFORMAT (other)\n\n" + "\n".join(lines) + "\n")
    second = tmp_path / "two.3line"
    second.write_text(">other\nGGGGVVVV\nCCCCEEEE\n")
    return [first, second]


def test_json_is_one_object_a_file(ribbonet, model, data):
    done = ribbonet("evaluate", model, data, data, "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    first, second = map(json.loads, done.stdout.splitlines())
    assert first == second
    keys = "data chains residues q3 q_h q_e q_c mcc_h mcc_e mcc_c sov ece q3_ci95 confusion"
    assert list(first)[:14] == keys.split()
    assert (first["data"], first["chains"], first["residues"]) == ("small", 2, 15)


def test_the_table_holds_scores_and_confusion(ribbonet, model, data):
    lines = ribbonet("evaluate", model, data).stdout.decode().splitlines()
    assert lines[0].split()[:4] == ["data", "chains", "residues", "Q3"]
    assert lines[1].split()[:3] == ["small", "2", "15"]
    assert lines[3] == "small: true states (rows) and predicted states (columns)"


def test_ids_are_left_out(ribbonet, model, data, tmp_path):
    (tmp_path / "ids").write_text("b\n")
    done = ribbonet("evaluate", model, data, "--exclude", tmp_path / "ids", "--json")
    assert json.loads(done.stdout)["residues"] == 7


def test_ids_that_no_chain_has_are_counted(ribbonet, model, data, tmp_path):
    (tmp_path / "ids").write_text("a\nnobody\n")
    done = ribbonet("evaluate", model, data, "--exclude", tmp_path / "ids")
    assert done.returncode == 0
    assert b"warning: 1 of the 2 ids of --exclude are those of no chain" in done.stderr


def test_unknown_ids_are_counted_whatever_the_labels_are(ribbonet, tmp_path):
    data = tmp_path / "classes.3line"
    data.write_text(">a\nMKTAYIAK\n00011100\n>b\nAYIAKMKT\n01101100\n")
    (tmp_path / "ids").write_text("a\nnobody\n")
    done = ribbonet("evaluate", "--predictions", data, data, "--exclude", tmp_path / "ids")
    assert done.returncode == 0
    assert b"warning: 1 of the 2 ids of --exclude are those of no chain" in done.stderr


def test_eight_states_have_a_column_and_one_chain_no_interval(ribbonet, model, data, tmp_path):
    assert b"Q8" not in ribbonet("evaluate", model, data).stdout
    eight = tmp_path / "eight.3line"
    eight.write_text(">a\nMKTAYIAK\nCGGGHHTC\n")
    head, row = ribbonet("evaluate", "accurate", eight).stdout.decode().splitlines()[:2]
    assert head.split()[:8] == ["data", "chains", "residues", "Q3", "Q_H", "Q_E", "Q_C", "Q8"]
    assert row.split()[-1] == "-"


def test_predictions_of_another_program(ribbonet, predictions, data):
    done = ribbonet("evaluate", "--predictions", *predictions, data, "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    score = json.loads(done.stdout)
    assert score["q3"] == pytest.approx(100 * 14 / 15)
    assert score["confusion"] == [[5, 0, 0], [0, 4, 0], [1, 0, 5]]
    assert score["ece"] is None


def test_a_folder_that_predict_wrote_is_scored(ribbonet, model, data, tmp_path):
    fasta = tmp_path / "in.fasta"
    fasta.write_text(">a\nMKTAYIAK\n>b\nGGGGVVVV\n")
    folder = tmp_path / "out"
    done = ribbonet("predict", fasta, "--model", model, "--format", "ss2", "-o", f"{folder}/")
    assert done.returncode == 0
    (folder / ".hidden").touch()
    by_files = ribbonet("evaluate", "--predictions", folder, data, "--json")
    assert (by_files.returncode, by_files.stderr) == (0, b"")
    itself = ribbonet("evaluate", model, data, "--json")
    assert json.loads(by_files.stdout)["q3"] == json.loads(itself.stdout)["q3"]


def test_labels_and_predictions_may_come_from_a_pipe(ribbonet, data, tmp_path):
    whole = ribbonet("evaluate", "--predictions", data, data, "--json")
    scores = json.loads(whole.stdout)
    for given in (["-", data], [data, "-"]):
        done = ribbonet("evaluate", "--predictions", *given, "--json", stdin=data.read_bytes())
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) | {"data": ""} == scores | {"data": ""}


def test_a_model_is_compared_with_predictions(ribbonet, model, predictions, data, tmp_path):
    folder = tmp_path / "others"
    folder.mkdir()
    for file in predictions:
        file.rename(folder / file.name)
    done = ribbonet("evaluate", model, data, "--compare", folder, "--json")
    compared = json.loads(done.stdout)["compared"]
    assert compared["with"] == str(folder)
    assert compared["q3"] == pytest.approx(100 * 14 / 15)
    assert compared["difference"] < 0
    assert 0 < compared["p_wilcoxon"] <= 1
    table = ribbonet("evaluate", model, data, "--compare", folder).stdout.decode()
    assert "(permutation)" in table.splitlines()[-1]
    same = json.loads(ribbonet("evaluate", model, data, "--compare", model, "--json").stdout)
    assert (same["compared"]["difference"], same["compared"]["equal"]) == (0, 2)


@pytest.mark.skipif(shutil.which("mmseqs") is None, reason="needs mmseqs (package mmseqs2)")
def test_a_planted_homologue_is_found_and_warned_of(ribbonet, model, tmp_path):
    rng = np.random.default_rng(0)
    draw = lambda: "".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWY"), 80))  # noqa: E731
    shared = draw()
    chain = ">{}\n{}\n" + "H" * 80 + "\n"
    test, train, other = (tmp_path / name for name in ("test", "train", "other"))
    test.write_text(chain.format("mine", draw()) + chain.format("leaky", shared))
    train.write_text(chain.format("t1", draw()) + chain.format("t2", "WWWWWWWWWW" + shared[10:]))
    other.write_text(chain.format("o", draw()))
    done = ribbonet("evaluate", model, test, "--against", other, "--against", train, "--json")
    score = json.loads(done.stdout)
    (leaked,) = score["leaked"]["chains"]
    assert (leaked["id"], leaked["nearest"]) == ("leaky", "t2")
    assert leaked["identity"] > 80
    assert [group["chains"] for group in score["by_identity"]] == [1, 1]
    assert done.stderr.decode().startswith(
        "ribbonet: warning: test: leakage: 1 of 2 chains with 25 % identity or more to a training "
        "chain, leaky has "
    )
    table = ribbonet("evaluate", model, test, "--against", train).stdout.decode()
    assert "test: Q3 by identity to the nearest training chain" in table
    (tmp_path / "ids").write_text("t2\n")
    done = ribbonet("evaluate", model, test, "--against", train, "--exclude", tmp_path / "ids")
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x"], "give a model and a file of labelled chains"),
        (["--predictions", "x"], "give predictions and a file of labelled chains"),
        (["--predictions", "no.ss2", "DATA"], "no.ss2: no such file"),
        (["nomodel", "DATA"], "nomodel: no such model"),
        (["--predictions", "DATA", "DATA", "--compare", "nothing"], "nothing: no such model"),
        (["--predictions", "DATA", "DATA", "--templates"], "--templates, --msa, --homologues and"),
        (["--predictions", "DATA", "DATA", "--inputs", "x.h5"], "--templates, --msa, --homologues"),
        (["fast", "DATA", "--max-identity", "30"], "--max-identity limits the relatives of"),
        (["topology", "DATA", "--max-identity", "30"], "--max-identity limits the relatives of"),
        (["topology", "DATA", "--templates"], "templates are for secondary structure, not for"),
        (["fast", "DATA", "--compare", "topology"], "topology: predicts the classes 1 2 B H S,"),
        (["topology", "DATA", "--msa", "x"], "the model 'topology' reads sequences alone"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(ribbonet, data, arguments, message):
    done = ribbonet("evaluate", *[data if a == "DATA" else a for a in arguments])
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"ribbonet: error: {message}")
    assert done.stderr.count(b"\n") == 1


def test_the_report_is_a_page(ribbonet, model, data, tmp_path):
    page = tmp_path / "report.html"
    done = ribbonet("evaluate", model, data, "--report", page, "--json")
    assert done.returncode == 0
    assert done.stderr.decode() == f"ribbonet: the report is in {page}\n"
    assert json.loads(done.stdout)["data"] == "small"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_fault_in_a_later_file_is_said_before_anything_is_scored(ribbonet, tmp_path):
    good, bad = tmp_path / "good.3line", tmp_path / "bad.3line"
    good.write_text(">a\nMKTAYIAKQRQISFVKSHFSRQ\nCHHHHHHHHCCEEEEEECCCCC\n")
    bad.write_text(good.read_text() + ">b\nM1T\nCHC\n")
    done = ribbonet("evaluate", "fast", good, bad, "--json")
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"{bad}: line 5: symbol '1'" in done.stderr.decode()
    done = ribbonet("evaluate", "fast", good, bad, "--json", "--on-invalid", "skip")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2
    assert f"{bad}: 1 record skipped" in done.stderr.decode()


def test_models_of_classes_are_compared_with_files_and_scored_on_one_class(ribbonet, tmp_path):
    sequence = "MKTAYIAKQRQISFVKSHFSRQLEERLGLI"
    (tmp_path / "one.3line").write_text(f">a\n{sequence}\n{'1' * 30}\n")
    (tmp_path / "one.fasta").write_text(f">a\n{sequence}\n")
    done = ribbonet(
        *("predict", "one.fasta", "--model", "topology", "-o", "said.csv"), cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    given = ("one.3line", "--json", "--compare")
    for one, other in (("topology", "said.csv"), ("said.csv", "topology")):
        words = ("evaluate", *(["--predictions", "--task", "classes"] * one.endswith("csv")))
        done = ribbonet(*words, one, *given, other, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        scores = json.loads(done.stdout)
        assert (scores["residues"], scores["compared"]["with"]) == (30, other)
        assert (scores["compared"]["better"], scores["compared"]["worse"]) == (0, 0)
