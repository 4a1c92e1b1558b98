"""What `predict` and `predict_many` take for sequences, and what they refuse."""

import numpy as np
import pytest

from ribbonet import InputError, load_model, predict, predict_file, predict_many
from ribbonet.prediction.sequences import given, listed
from ribbonet.prediction.wording import warn_caller

S = "MKTAYIAKQRQISFVKSH"


@pytest.fixture(scope="module")
def model():
    return load_model("fast")


@pytest.fixture
def pd():
    return pytest.importorskip("pandas")


def test_objects_of_biopython_and_biotite_are_sequences(model):
    seq = pytest.importorskip("Bio.Seq")
    record = pytest.importorskip("Bio.SeqRecord")
    biotite = pytest.importorskip("biotite.sequence")
    expected = predict(S, model=model).states
    one = record.SeqRecord(seq.Seq(S), id="P1", description="P1 some protein")
    for item in (seq.Seq(S), seq.MutableSeq(S), one, biotite.ProteinSequence(S), np.str_(S)):
        assert predict(item, model=model).states == expected
    assert predict(one, model=model).chain.header == "P1 some protein"
    assert predict(one, model=model, id="mine").chain.header == "mine"
    with pytest.raises(InputError, match="its residues cannot be read"):
        predict(seq.Seq(None, 5), model=model)
    pytest.importorskip("pandas")
    short = seq.Seq("MK")  # no pair of an id and a sequence
    table = predict_many([one, seq.Seq(S), ("id", seq.Seq(S)), short], model=model)
    assert table["id"].tolist() == ["P1", "2", "id", "4"]
    assert table["sequence"].tolist() == [S, S, S, "MK"]


@pytest.mark.parametrize(
    "item",
    [b"MKT", ["MKT"], ("M", "K"), {"M"}, {"a": "MKT"}, np.array(list("MKT")), range(3), object()],
    ids=lambda item: type(item).__name__,
)
def test_what_only_looks_like_a_sequence_is_refused(item, model):
    with pytest.raises(InputError, match=rf"is of the type {type(item).__name__}; give its resi"):
        predict(item, model=model)


def test_no_object_of_another_length_than_its_text_is_a_sequence():
    class Odd:
        def __str__(self) -> str:
            return "MKT"

        def __len__(self) -> int:
            return 2

    with pytest.raises(InputError, match="type Odd"):
        given(Odd())


@pytest.mark.parametrize("many", ["MKT", b"MKT", np.array(["MKT"]).reshape(1, 1), {"MKT"}, None, 5])
def test_what_would_be_read_letter_by_letter_or_out_of_order_is_refused(many, model):
    pytest.importorskip("pandas")
    with pytest.raises(InputError, match="give a list"):
        predict_many(many, model=model)


@pytest.mark.parametrize(
    ("many", "message"),
    [
        ([("MKTAYIAK", "a")], "'MKTAYIAK', the id of 'a', reads as a sequence"),
        ({"MKTAYIAK": "a"}, "'MKTAYIAK', the id of 'a', reads as a sequence"),
        ([["MKTAYIAKQR" * 3, "MKTAYIAKQR" * 9]], "reads as a sequence"),
        (list("MKTAYIAK"), "is a list of single letters"),
    ],
)
def test_ids_for_sequences_and_letters_for_sequences_are_refused(many, message, model):
    pytest.importorskip("pandas")
    with pytest.raises(InputError, match=message):
        predict_many(many, model=model)


def test_any_iterable_with_an_order_is_read(model):
    pytest.importorskip("pandas")
    for many in ([S, "MKT"], (s for s in (S, "MKT")), np.array([S, "MKT"]), {1: S, 2: "MKT"}):
        table = predict_many(many, model=model)
        assert table["id"].tolist() == ["1", "2"]
        assert table["length"].tolist() == [18, 3]


def test_a_series_keeps_its_index_and_a_table_names_its_column(pd, model):
    series = pd.Series([S, None, "MKT"], index=["x", "y", "z"])
    table = predict_many(series, model=model, on_invalid="skip")
    assert table.index.tolist() == table["id"].tolist() == ["x", "z"]
    with pytest.raises(InputError, match=r"sequence 2 \(y\): is of the type .*on_invalid='skip'"):
        predict_many(series, model=model)
    numbered = predict_many(pd.Series([S]), model=model)
    assert (numbered["id"].tolist(), numbered.index.tolist()) == (["1"], [0])
    frame = pd.DataFrame({"name": ["p"], "sequence": [S]}, index=[7])
    table = predict_many(frame, model=model)
    assert (table["sequence"].tolist(), table.index.tolist()) == ([S], [7])
    assert predict_many(frame.rename(columns={"name": "id"}), model=model)["id"].tolist() == ["p"]
    with pytest.raises(InputError, match="a table without a column"):
        predict_many(frame.rename(columns={"sequence": "x"}), model=model)


def test_ids_are_as_they_were_given_and_stay_distinct(pd, model):
    def ids(many):
        return predict_many(many, model=model)["id"].tolist()

    assert ids([("protein one", S), ("protein two", S)]) == ["protein one", "protein two"]
    levels = pd.MultiIndex.from_tuples([("a", 1), ("a", 2)])
    assert ids(pd.Series([S, S], index=levels)) == ["a_1", "a_2"]
    hours = pd.date_range("2020-01-01", periods=2, freq="12h")
    assert ids(pd.Series([S, S], index=hours)) == ["2020-01-01 00:00:00", "2020-01-01 12:00:00"]
    assert ids(pd.DataFrame({"id": [None, "b"], "sequence": [S, S]})) == ["1", "b"]
    assert ids(pd.Series([S, S], index=["a", None])) == ["a", "2"]
    assert ids({"a": S}.items()) == ["a"]


def test_tables_of_arrow_are_read_and_lazy_or_ambiguous_ones_are_refused(pd, model):
    arrow = pytest.importorskip("pyarrow")
    table = arrow.table({"id": ["a", None], "sequence": [S, "MKT"]})
    assert predict_many(table, model=model)["id"].tolist() == ["a", "2"]
    assert predict_many(arrow.array(["MKT"]), model=model)["length"].tolist() == [3]
    with pytest.raises(InputError, match="several columns 'sequence'"):
        predict_many(pd.DataFrame([[S, S]], columns=["sequence", "sequence"]), model=model)
    polars = pytest.importorskip("polars")
    with pytest.raises(InputError, match=r"lazy frame; give sequences.collect\(\)"):
        predict_many(polars.LazyFrame({"sequence": [S]}), model=model)


def test_residues_in_place_of_sequences_are_refused_in_any_container(pd):
    letters = list("MKTAYIAKQR")
    makers = [pd.Series, np.array, lambda own: pd.DataFrame({"id": "a", "sequence": own})]
    for name, make in (("pyarrow", "array"), ("polars", "Series")):
        makers.append(getattr(pytest.importorskip(name), make))
    for make in makers:
        with pytest.raises(InputError, match="is a list of single letters; give one sequence"):
            listed(make(letters))


def test_records_and_tables_are_told_apart(pd):
    for record in ({"id": "a", "sequence": S}, {"id": ["a"], "sequence": [S]}):
        with pytest.raises(InputError, match="is a dict of one record"):
            listed(record)
    table = pd.DataFrame({"ID": ["a"], "sequence": [S]})
    assert list(listed(table).pairs) == [("a", S)]
    with pytest.raises(InputError, match="is a table without a column 'sequence'"):
        listed(pd.DataFrame({"id": ["a"], "seq": [S]}))


def test_objects_that_say_that_they_are_nucleotides_are_refused():
    sequence = pytest.importorskip("biotite.sequence")
    with pytest.raises(InputError, match="is a NucleotideSequence of nucleotides"):
        given(sequence.NucleotideSequence("ATGGCC"))
    record = pytest.importorskip("Bio.SeqRecord").SeqRecord
    read = pytest.importorskip("Bio.Seq").Seq("ATGGCC")
    for kind, fits in (("DNA", False), ("mRNA", False), ("protein", True)):
        made = record(read, "a", annotations={"molecule_type": kind})
        if fits:
            assert given(made).text == "ATGGCC"
            continue
        with pytest.raises(InputError, match="is a SeqRecord of nucleotides; give the protein's"):
            given(made)


def test_the_table_goes_to_parquet_and_to_polars(pd, model, tmp_path):
    pytest.importorskip("pyarrow")
    table = predict_many({"a": S, "b": "MKT"}, model=model)
    table.to_parquet(tmp_path / "table.parquet")
    again = pd.read_parquet(tmp_path / "table.parquet")
    probabilities = np.stack(again["probabilities"][1])
    expected = predict("MKT", model=model).probabilities
    np.testing.assert_allclose(probabilities, expected, atol=1e-6)
    polars = pytest.importorskip("polars")
    frame = polars.from_pandas(table)
    assert frame["states"].to_list() == table["states"].tolist()
    assert predict_many(frame, model=model).equals(table)  # a table of polars is read, too


def test_nucleotides_are_warned_of(model):
    pytest.importorskip("pandas")
    with pytest.warns(UserWarning, match="looks like nucleotides") as warned:
        predict("ACGT" * 10, model=model)
    assert warned[0].filename == __file__  # not a file of ribbonet's
    for primer in ("ACGTTGCATTGC", "ACGUUGCAUUGC"):
        with pytest.warns(UserWarning, match="looks like nucleotides"):
            predict(primer, model=model)
    with pytest.warns(UserWarning, match="2 records look like nucleotides"):
        predict_many(["ACGT" * 10, S, "TTTT" * 10], model=model)


def test_what_may_be_no_sequence_is_warned_of(model, tmp_path):
    pytest.importorskip("pandas")
    states = "CCHHHHHHHHHHCCCEEEEEEECCC"
    path = tmp_path / "in.fasta"
    path.write_text(f">a\n{states}\n")
    with pytest.warns(UserWarning, match="sequence: 1 record looks like states"):
        predict(states, model=model)
    with pytest.warns(UserWarning, match="sequences: 2 records look like states"):
        predict_many([states, S, states], model=model)
    with pytest.warns(UserWarning, match=r"in\.fasta: 1 record looks like states"):
        list(predict_file(path, model=model))


@pytest.mark.parametrize("missing", ["nan", "NaN", "None", "null", None, float("nan")])
def test_a_missing_sequence_is_no_peptide(model, missing):
    pytest.importorskip("pandas")
    with pytest.raises(InputError, match=r"sequence 2.*on_invalid='skip'"):
        predict_many([S, missing], model=model)
    assert len(predict_many([S, missing], model=model, on_invalid="skip")) == 1


def test_complaints_name_arguments(model, tmp_path):
    pytest.importorskip("pandas")
    path = tmp_path / "in.fasta"
    path.write_text(">a\nMK7\n")
    for function in (
        lambda: predict("MK7", model=model),
        lambda: predict_many(["MK7"], model=model),
        lambda: list(predict_file(path, model=model)),
    ):
        with pytest.raises(InputError, match="on_invalid='mask'") as caught:
            function()
        assert "--" not in str(caught.value)
    assert predict("MK7", model=model, on_invalid="mask").sequence == "MKX"
    with pytest.raises(InputError, match="'skip': is for many sequences"):
        predict("MK7", model=model, on_invalid="skip")
    with pytest.raises(InputError, match=r"leave profiles and arrays out") as caught:
        predict("MKT", model=model, array=np.zeros((3, 2), np.float32))
    with pytest.raises(InputError, match=r"homologues or alignments \(array or source\)") as caught:
        predict("MKT", model="accurate-msa")
    assert "--" not in str(caught.value)


def test_warnings_name_arguments_and_the_line_of_the_caller():
    with pytest.warns(UserWarning, match="give task='classes'") as warned:
        warn_caller("give --task classes")
    assert warned[0].filename == __file__
    with pytest.warns(UserWarning, match="in a scope without a name"):
        exec("warn_caller('in a scope without a name')", {"warn_caller": warn_caller})
