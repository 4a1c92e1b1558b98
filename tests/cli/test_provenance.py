"""What predictions say of where they come from, and summaries for pipelines."""

import json
from contextlib import nullcontext

import pytest

import ribbonet as package
from ribbonet import load_model
from ribbonet.prediction.blocks import Work
from ribbonet.prediction.formats import format_for
from ribbonet.tasks.structure import Structure

DIGEST = load_model("fast").digest


@pytest.fixture
def predict(ribbonet, tmp_path):
    (tmp_path / "a.fasta").write_text(">a first\nMKTAYIAKQR\n>b\nQISFVKSHF\n")

    def run(*words):
        done = ribbonet("predict", "a.fasta", "--model", "fast", *words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    return run


def test_json_lines_say_it_always(predict):
    lines = predict("--format", "jsonl", "--min-confidence", "0.5").splitlines()
    assert lines
    for line in lines:
        said = json.loads(line)["provenance"]
        assert (said["ribbonet"], said["model"]) == (package.__version__, "fast")
        assert said["model_sha256"] == DIGEST
        assert said["options"]["min_confidence"] == 0.5
        assert said["options"]["templates"] is False


@pytest.mark.parametrize("format", ["three-line", "fasta", "text", "ss2", "horiz", "csv", "tsv"])
def test_other_formats_say_it_when_asked(predict, format):
    plain, said = predict("--format", format), predict("--format", format, "--provenance")
    tag = f"ribbonet={package.__version__} model=fast sha256={DIGEST} format={format} states=3"
    assert "sha256" not in plain
    assert said.count(tag) == {"csv": 19, "tsv": 19}.get(format, 2)
    shortened = [
        line.split(f" {tag}")[0].split(f",{tag}")[0].split(f"\t{tag}")[0]
        for line in said.splitlines()
    ]
    if format in ("csv", "tsv"):
        shortened[0] = shortened[0][: -len(",provenance")]
    assert shortened == plain.splitlines()


def test_parquet_says_it_in_its_metadata(predict, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    predict("-o", "a.parquet", "--provenance")
    said = json.loads(pq.read_schema(tmp_path / "a.parquet").metadata[b"provenance"])
    assert said["model_sha256"] == DIGEST


def test_a3m_says_it_in_the_title_of_the_states(ribbonet, tmp_path):
    (tmp_path / "one.fasta").write_text(">a\nMKTAYIAKQR\n")
    done = ribbonet(
        *("predict", "one.fasta", "--model", "fast", "--format", "a3m", "--provenance"),
        cwd=tmp_path,
    )
    first = done.stdout.decode().splitlines()[0]
    assert first.startswith(">ss_pred PSIPRED predicted secondary structure ribbonet=")


def test_a_format_without_a_place_for_it_is_refused(ribbonet, tmp_path):
    (tmp_path / "a.fasta").write_text(">a\nMKTAYIAKQR\n")
    done = ribbonet("predict", "a.fasta", "-o", "a.svg", "--provenance", cwd=tmp_path)
    assert done.returncode == 2
    assert b"svg has no place for it; take --summary FILE instead" in done.stderr


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.3line", "a.ss2"])
def test_it_is_read_back_as_ever(predict, tmp_path, name):
    read = []
    for options in ([], ["--provenance"]):
        predict("-o", name, *options)
        with nullcontext() if name == "a.3line" else pytest.warns(match="read as labels"):
            read.append([(c.sequence, c.labels) for c in package.read(tmp_path / name)])
    assert read[0] == read[1]


def test_an_output_is_not_resumed_with_another_provenance():
    csv = format_for(Structure(), "csv")
    plain, said = (Work(load_model("fast"), csv, provenance=p) for p in (False, True))
    assert plain.settings != said.settings


def test_a_summary_for_multiqc_beside_one_as_json(predict, tmp_path):
    predict("--summary", "run.json", "--summary", "sample1_mqc.tsv")
    assert json.loads((tmp_path / "run.json").read_text())["records"] == 2
    lines = (tmp_path / "sample1_mqc.tsv").read_text().splitlines()
    assert "# plot_type: generalstats" in lines
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert rows == [
        ["Sample", "records", "residues", "masked", "skipped"],
        ["sample1", "2", "19", "0", "0"],
    ]
