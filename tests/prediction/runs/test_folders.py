import gzip

import numpy as np
import pytest

from ribbonet.chains.fasta import read_fasta
from ribbonet.errors import InputError
from ribbonet.models.build import build_network
from ribbonet.models.config import StageConfig
from ribbonet.models.model import Model, Stage
from ribbonet.prediction.blocks import Work
from ribbonet.prediction.formats import format_for
from ribbonet.prediction.runs import folders as shards
from ribbonet.prediction.runs.folders import predict_shards, shards_of
from ribbonet.prediction.runs.stream import predict_to
from ribbonet.system.working import working_folder
from ribbonet.tasks.structure import Structure


@pytest.fixture(scope="module")
def work():
    network = build_network(StageConfig(window=9, hidden=(16,)), first=True)
    model = Model((Stage(9, (network.initialise(np.random.default_rng(0)),)),))
    return Work(model, format_for(Structure(), "csv"))


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.fasta").write_text(">a1\nMKTAYI\n>a2\nAKQR\n")
    (folder / "b.fa.gz").write_bytes(gzip.compress(b">b1\nQISFVKSHF\n>b2\nmkt\n"))
    (folder / "c.faa").write_text(">c1\nSRQLEERLG\n")
    (folder / "notes.txt").write_text("no shard")
    return folder


class StopError(Exception):
    pass


def one_by_one(function, names):
    return map(function, names)


def stopping(after):
    def each(function, names):
        for number, name in enumerate(names):
            if number == after:
                raise StopError
            yield function(name)

    return each


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("each", [one_by_one, shards.each])
def test_each_file_is_predicted_as_if_alone(work, folder, tmp_path, each):
    finished, warnings = [], []
    predict_shards(
        folder,
        tmp_path / "out",
        work,
        each=each,
        on_shard=lambda shard: finished.append((shard.name, shard.records, shard.residues)),
        on_warning=warnings.append,
    )
    assert sorted(finished) == [("a.fasta", 2, 10), ("b.fa.gz", 2, 12), ("c.faa", 1, 9)]
    assert warnings == [f"{folder / 'b.fa.gz'}: 1 lower-case record read as upper case"]
    for name in ("a.fasta", "b.fa.gz", "c.faa"):
        alone = tmp_path / f"{name[0]}.csv"
        predict_to(alone, lambda _, name=name: read_fasta(folder / name), work)
        assert (tmp_path / "out" / alone.name).read_bytes() == alone.read_bytes()
    assert set(content(tmp_path / "out")) == {"a.csv", "b.csv", "c.csv"}
    assert not (tmp_path / ".ribbonet-out").exists()


def test_finished_files_are_not_predicted_again_but_changed_ones_are(work, folder, tmp_path):
    with pytest.raises(StopError):
        predict_shards(folder, tmp_path / "out", work, each=stopping(2))
    with pytest.raises(InputError, match="unfinished output; go on with it by --resume"):
        predict_shards(folder, tmp_path / "out", work)
    other = Work(work.model, work.format, min_confidence=0.5)
    with pytest.raises(InputError, match="begun with another --min-confidence"):
        predict_shards(folder, tmp_path / "out", other, resume=True)
    (folder / "a.fasta").write_text(">a1\nMKTAYI\n>a2\nAKQW\n")  # of the same size
    given, done = [], []

    def each(function, names):
        given.extend(names)
        return map(function, names)

    predict_shards(
        folder,
        tmp_path / "out",
        work,
        each=each,
        resume=True,
        on_shard=lambda shard: done.append(shard.name),
    )
    assert given == ["a.fasta", "c.faa"]
    assert done == ["b.fa.gz", "a.fasta", "c.faa"]
    predict_shards(folder, tmp_path / "anew", work, each=one_by_one)
    assert content(tmp_path / "out") == content(tmp_path / "anew")


def test_a_broken_file_is_named_and_what_is_finished_kept(work, folder, tmp_path):
    (folder / "b.fa.gz").write_bytes(gzip.compress(b">b1\nMK7T\n"))
    with pytest.raises(
        InputError, match=r"b\.fa\.gz: record 1 .*; 2 finished records are kept, go"
    ):
        predict_shards(folder, tmp_path / "out", work, each=one_by_one)
    predict_shards(folder, tmp_path / "out", work, each=one_by_one, on_invalid="skip", resume=True)
    assert (tmp_path / "out" / "b.csv.skipped.tsv").read_text().count("\n") == 2


def test_another_rule_for_what_is_not_valid_holds_for_all_files(work, folder, tmp_path):
    (folder / "a.fasta").write_text(">a1\nMK7T\n>a2\nAKQR\n")
    out = tmp_path / "out"
    with pytest.raises(StopError):
        predict_shards(folder, out, work, each=stopping(2), on_invalid="skip")
    predict_shards(folder, out, work, each=one_by_one, on_invalid="mask", resume=True)
    predict_shards(folder, tmp_path / "anew", work, each=one_by_one, on_invalid="mask")
    assert content(out) == content(tmp_path / "anew")


def test_a_file_that_has_gone_when_half_of_it_was_predicted(work, folder, tmp_path):
    with pytest.raises(StopError):
        predict_shards(folder, tmp_path / "out", work, each=stopping(1))
    half = tmp_path / ".ribbonet-out" / "output" / ".ribbonet-b.csv"
    with working_folder(half, "b.csv") as working:
        working.open("journal").close()
    (folder / "b.fa.gz").unlink()
    predict_shards(folder, tmp_path / "out", work, each=one_by_one, resume=True)
    assert set(content(tmp_path / "out")) == {"a.csv", "c.csv"}


def test_an_error_in_the_first_file_leaves_nothing(work, folder, tmp_path):
    (folder / "a.fasta").write_text(">a1\nMK7T\n")
    with pytest.raises(InputError, match=r"leave the record out\)$"):
        predict_shards(folder, tmp_path / "out", work, each=one_by_one)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_file_that_is_elsewhere_is_noticed(work, folder, tmp_path):
    def each(function, names):
        for name in names:
            finished, warnings = function(name)
            function.path_of(name).unlink()
            yield finished, warnings

    with pytest.raises(InputError, match="the folder must be one and the same on all machines"):
        predict_shards(folder, tmp_path / "out", work, each=each)


def test_only_fasta_under_names_that_stay_apart(folder, tmp_path):
    assert shards_of(folder) == ["a.fasta", "b.fa.gz", "c.faa"]
    (folder / "c.fasta.xz").touch()
    with pytest.raises(InputError, match=r"c\.faa and c\.fasta\.xz would have predictions of one"):
        shards_of(folder)
    with pytest.raises(InputError, match="holds no FASTA files"):
        shards_of(tmp_path)


def test_a_full_folder_is_not_written_to(work, folder):
    with pytest.raises(InputError, match="exists and is not an empty folder"):
        predict_shards(folder, folder, work)
