import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import ribbonet
from ribbonet.chains.alphabet import Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.three_line import read_three_line
from ribbonet.errors import InputError
from ribbonet.prediction.formats import FORMATS as REGISTRY
from ribbonet.prediction.formats import format_of, formats_for
from ribbonet.prediction.formats.pictures import PICTURES
from ribbonet.prediction.prediction import Prediction
from ribbonet.tasks import Classes, Structure

FORMATS = formats_for(Structure())
GOLDEN = Path(__file__).parent / "golden"


def made(header: str, length: int, seed: int = 0) -> Prediction:
    rng = np.random.default_rng(seed)
    sequence = "".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWYX"), length))
    probabilities = rng.dirichlet([0.5, 0.5, 0.5], length).astype(np.float32)
    return Prediction(Chain(header, sequence), probabilities)


ONE = made("sp|P1|ONE first, of all", 67)
TWO = made('"a",b', 60, seed=1)


def written(name: str, *parts: list[Prediction]) -> bytes:
    if name in ("pdf", "png"):
        pytest.importorskip("matplotlib")
    file = io.BytesIO()
    FORMATS[name].assemble([FORMATS[name].encode(part) for part in parts], file)
    return file.getvalue()


def test_the_registry_says_of_each_format_what_its_module_says():
    for task in (Structure(), Classes(Alphabet("01"))):
        for name, format in formats_for(task).items():
            assert format.suffix == REGISTRY[name].suffix


@pytest.mark.parametrize(
    ("output", "given"),
    [("a.tsv", "csv"), ("a.CSV.gz", "jsonl"), ("a.3line", "fasta"), ("a.svg", "text")],
)
def test_an_extension_and_a_format_that_differ_are_refused(output, given):
    with pytest.raises(InputError, match=f"names the format .*, and --format says {given}; change"):
        format_of(output, given)


def test_a_format_goes_with_its_extension_and_with_those_of_no_format():
    assert {format_of(f"a{end}", "ss2") for end in (".ss2", ".txt", ".out", "")} == {"ss2"}


@pytest.mark.parametrize("name", ["ss2", "horiz", "csv", "tsv", "jsonl", "text"])
def test_golden_files(name):
    expected = (GOLDEN / f"two.{name}").read_text(encoding="utf-8")
    assert written(name, [ONE], [TWO]).decode() == expected.replace("VERSION", ribbonet.__version__)


@pytest.mark.parametrize("name", [name for name in FORMATS if not FORMATS[name].one_record])
def test_a_file_is_the_same_whatever_its_records_came_in(name):
    assert written(name, [ONE, TWO]) == written(name, [ONE, TWO])
    if FORMATS[name].appendable or name in PICTURES:
        assert written(name, [ONE, TWO]) == written(name, [ONE], [TWO])


def psipred(prediction: Prediction) -> tuple[str, str]:
    """What the loops of psipass2.c print for these probabilities, but for the first lines."""
    h, e, c = prediction.probabilities.astype(float).T
    n, sequence, states = len(prediction), prediction.sequence, prediction.states
    vertical = "".join(
        f"{i + 1:4d} {sequence[i]} {states[i]}  {c[i]:6.3f} {h[i]:6.3f} {e[i]:6.3f}\n"
        for i in range(n)
    )
    lead = 2 * np.max([h, e, c], axis=0) - (h + e + c) + np.min([h, e, c], axis=0)
    horizontal = ""
    for block in range(n // 60 + 1):
        part = slice(60 * block, 60 * block + 60)
        horizontal += "\nConf: " + "".join(str(min(int(10 * x), 9)) for x in lead[part])
        horizontal += f"\nPred: {states[part]}\n  AA: {sequence[part]}\n      "
        i = 0
        while i < 56 and 60 * block + i + 5 <= n:
            position = 60 * block + i + 5
            horizontal += f"{position:5d}" if position % 10 == 0 else " "
            i += 5 if position % 10 == 0 else 1
        horizontal += "\n\n"
    return vertical, horizontal


@pytest.mark.parametrize("length", [1, 4, 5, 9, 10, 16, 59, 60, 61, 119, 120, 187, 10_001])
def test_psipreds_formats_are_those_that_psipred_prints(length):
    prediction = made("x", length, seed=length)
    vertical, horizontal = psipred(prediction)
    assert written("ss2", [prediction]).decode().split("\n", 2)[2] == vertical
    assert written("horiz", [prediction]).decode().split("\n", 1)[1] == horizontal


def test_rows_of_csv_and_tsv_are_read_back():
    for name, dialect in (("csv", "excel"), ("tsv", "excel-tab")):
        quoting = csv.QUOTE_NONE if name == "tsv" else csv.QUOTE_MINIMAL
        text = io.StringIO(written(name, [ONE, TWO]).decode())
        rows = list(csv.DictReader(text, dialect=dialect, quoting=quoting))
        assert len(rows) == len(ONE) + len(TWO)
        assert [rows[0]["id"], rows[-1]["id"]] == [ONE.id, TWO.id]
        assert "".join(row["state"] for row in rows) == ONE.states + TWO.states
        assert [row["position"] for row in rows[:3]] == ["1", "2", "3"]
        read = [[float(row[f"p_{state}"]) for state in ("helix", "strand", "coil")] for row in rows]
        expected = np.concatenate([ONE.probabilities, TWO.probabilities])
        np.testing.assert_allclose(read, expected, atol=0.00051)


def test_lines_of_json_are_objects():
    first, second = map(json.loads, written("jsonl", [ONE, TWO]).decode().splitlines())
    assert (first["id"], first["description"]) == ("sp|P1|ONE", "first, of all")
    assert (second["id"], second["length"], second["states"]) == ('"a",b', 60, TWO.states)
    np.testing.assert_allclose(first["p_strand"], ONE.probabilities[:, 1], atol=0.00051)


def test_parquet_holds_whole_thousandths():
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(io.BytesIO(written("parquet", [ONE], [TWO])))
    assert table.column("id").to_pylist() == [ONE.id, TWO.id]
    assert table.column("description").to_pylist() == ["first, of all", ""]
    assert table.column("length").to_pylist() == [67, 60]
    assert table.column("sequence").to_pylist() == [ONE.sequence, TWO.sequence]
    assert table.column("states").to_pylist() == [ONE.states, TWO.states]
    assert table.column("p_helix").to_pylist()[0] == ONE.thousandths[:, 0].tolist()
    assert table.schema.metadata[b"probabilities"] == b"in thousandths"
    columns = parquet.ParquetFile(io.BytesIO(written("parquet", [ONE]))).metadata.row_group(0)
    assert columns.column(0).compression == "ZSTD"


def test_parquet_of_no_record_is_a_table_of_no_row():
    parquet = pytest.importorskip("pyarrow.parquet")
    assert parquet.read_table(io.BytesIO(written("parquet"))).num_rows == 0


def test_unsure_states_are_masked(tmp_path):
    masked = replace(ONE, min_confidence=0.8)
    sure = ONE.probabilities.max(axis=1) >= 0.8
    assert masked.states == "".join(
        state if keep else "-" for state, keep in zip(ONE.states, sure, strict=True)
    )
    assert 0 < masked.states.count("-") < len(ONE)
    (tmp_path / "masked.3line").write_bytes(written("three-line", [masked]))
    (chain,) = read_three_line(tmp_path / "masked.3line")
    np.testing.assert_array_equal(chain.mask, sure)
    assert "% unsure" in written("text", [masked]).decode()
