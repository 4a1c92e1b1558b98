"""Disorder and topology beside secondary structure, in one pass."""

import json
from dataclasses import replace

import numpy as np
import pytest

from ribbonet import predict, write
from ribbonet.chains.alphabet import STATES, STATES8
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.models import load_model, shipped_tracks
from ribbonet.prediction.blocks import Work, predict_block
from ribbonet.prediction.formats import format_for
from ribbonet.prediction.tracks import find_tracks
from ribbonet.tasks import Structure

SEQUENCES = ("MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ", "GSHMLEDPVDAF", "A")
CHAINS = [Chain(f"c{len(sequence)}", sequence) for sequence in SEQUENCES]


def test_structure_is_the_same_to_the_bit_and_tracks_are_those_of_their_models():
    both = find_tracks("structure,disorder,topology")
    accurate = load_model("accurate")
    for states in (STATES, STATES8):
        alone = predict_block(CHAINS, accurate, states=states)
        beside = predict_block(CHAINS, accurate, states=states, tracks=both)
        for one, other in zip(alone, beside, strict=True):
            np.testing.assert_array_equal(one.probabilities, other.probabilities)
            assert list(other.tracks) == ["disorder", "topology"]
    for name in ("disorder", "topology"):
        for one, other in zip(
            predict_block(CHAINS, load_model(name)), beside, strict=True
        ):  # the same network, by itself
            np.testing.assert_array_equal(one.probabilities, other.tracks[name].probabilities)


def test_the_embedding_is_computed_once(monkeypatch):
    tracks = find_tracks(["disorder", "topology"])
    calls = []
    embedding = tracks.embedding
    own = type(embedding).for_next

    def counted(self, *args, **options):
        calls.append(self)
        return own(self, *args, **options)

    monkeypatch.setattr(type(embedding), "for_next", counted)
    monkeypatch.setattr(
        "ribbonet.models.model.Model.probabilities", lambda *_: pytest.fail("a second pass")
    )
    predict_block(CHAINS, load_model("accurate"), tracks=tracks)
    assert len(calls) == 1


def test_another_model_of_structure_goes_with_them():
    (own,) = predict_block(CHAINS[:1], load_model("fast"), tracks=find_tracks("disorder"))
    (alone,) = predict_block(CHAINS[:1], load_model("fast"))
    np.testing.assert_array_equal(own.probabilities, alone.probabilities)
    assert own.tracks["disorder"].values.shape == (33,)


def test_names_that_are_no_tracks_are_refused():
    assert shipped_tracks() == ["disorder", "topology"]
    assert find_tracks("structure") is None
    with pytest.raises(InputError, match="'diso' is none; give some of structure, disorder"):
        find_tracks("disorder,diso")


def test_python_has_them_as_predictions_and_in_the_table():
    made = predict(SEQUENCES[0], tracks=("disorder", "topology"))
    assert set(made.tracks["topology"].states) <= set("12HBS")
    assert made.in_three().tracks is made.tracks
    table = made.to_frame()
    assert list(table.columns[-7:]) == [
        "disorder", "topology", *(f"topology_{label}" for label in "12BHS"),
    ]  # fmt: skip
    np.testing.assert_array_equal(table["disorder"], made.tracks["disorder"].values)


@pytest.mark.parametrize("format", ["csv", "tsv", "jsonl", "parquet"])
def test_tables_have_their_columns(ribbonet, format, tmp_path):
    fasta = "".join(f">c{n}\n{sequence}\n" for n, sequence in enumerate(SEQUENCES))
    (tmp_path / "a.fasta").write_text(fasta)
    options = ("--tracks", "disorder,topology", "--provenance", "-o", f"a.{format}")
    done = ribbonet("predict", "a.fasta", *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    expected = [predict(s, tracks="disorder,topology").tracks for s in SEQUENCES]
    disorder = [f"{value:.7g}" for own in expected for value in own["disorder"].values]
    topology = [own["topology"].states for own in expected]
    path = tmp_path / f"a.{format}"
    if format == "jsonl":
        found = [json.loads(line)["tracks"] for line in path.read_text().splitlines()]
        assert [own["topology"]["labels"] for own in found] == topology
        values = [f"{value:.7g}" for own in found for value in own["disorder"]["values"]]
        assert values == disorder
        assert {len(own["topology"]["p_H"]) for own in found} == set(map(len, SEQUENCES))
        return
    if format == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra parquet")
        table = parquet.read_table(path)
        assert table["topology"].to_pylist() == topology
        assert [f"{v:.7g}" for own in table["disorder"].to_pylist() for v in own] == disorder
        return
    sep = {"csv": ",", "tsv": "\t"}[format]
    header, *rows = (line.split(sep) for line in path.read_text().splitlines())
    assert header[-8:-1] == [
        "disorder", "topology", *(f"topology_{label}" for label in "12BHS"),
    ]  # fmt: skip
    assert [row[header.index("disorder")] for row in rows] == disorder
    assert "".join(row[header.index("topology")] for row in rows) == "".join(topology)


def test_formats_without_room_say_so(ribbonet, tmp_path):
    done = ribbonet(
        "predict", "--sequence", SEQUENCES[0], "--tracks", "disorder", "--format", "ss2"
    )
    assert done.returncode == 2
    assert b"--tracks: .ss2 has no room for disorder; give --format csv" in done.stderr
    done = ribbonet("predict", "--sequence", "MKT", "--tracks", "disorder")
    assert done.stdout.startswith(b"id,position,residue,state")  # csv where none is named
    done = ribbonet("predict", "--sequence", "MKT", "--model", "disorder", "--tracks", "topology")
    assert b"--tracks: are beside secondary structure, not beside one value" in done.stderr


def test_tracks_are_beside_structure_alone_and_are_written(tmp_path):
    with pytest.raises(InputError, match=r"^tracks: are beside secondary structure, not"):
        predict("MKT", model="disorder", tracks="topology")
    made = predict("MKT", model="fast", tracks="disorder")
    write(tmp_path / "a.csv", [made])
    assert (tmp_path / "a.csv").read_text().splitlines()[0].endswith(",disorder")
    with pytest.raises(InputError, match=r"tracks: .ss2 has no room for disorder"):
        write(tmp_path / "a.ss2", [made])
    with pytest.raises(InputError, match="not all predictions have the same tracks"):
        write(tmp_path / "a.csv", [made, predict("MKT", model="fast")])


def test_tracks_are_among_what_an_output_depends_on():
    tracks = find_tracks("disorder")
    work = Work(load_model("accurate"), format_for(Structure(), "csv"), tracks=tracks)
    assert work.settings["--tracks"] == {"disorder": load_model("disorder").digest}
    assert "--tracks" not in replace(work, tracks=None).settings
