"""Scans of single mutations: their numbers, tables and heat maps."""

import csv
import io
import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest

import ribbonet
from ribbonet.chains.alphabet import RESIDUES
from ribbonet.errors import InputError
from ribbonet.prediction.figures.heat_map import ORDER, heat_map
from ribbonet.prediction.figures.style import Style
from ribbonet.prediction.mutations.files import write_scans
from ribbonet.prediction.mutations.scan import scan

SEQUENCE = "MQIFVKTLTGKTITLEVEPXDTI"


@pytest.fixture(scope="module")
def scanned():
    return scan(SEQUENCE, model="fast", id='one,"two"')


def written(name: str, *scans, **options) -> bytes:
    file = io.BytesIO()
    write_scans(scans, name, file, Style(**options))
    return file.getvalue()


def test_each_number_is_that_of_the_mutant_predicted_alone(scanned):
    assert len(scanned) == 19 * 22 + 20  # X is none of the twenty
    model = ribbonet.load_model("fast")
    own = model.predict(SEQUENCE)
    for found in list(scanned)[::37]:
        place = found.position - 1
        assert (found.residue, found.id) == (SEQUENCE[place], 'one,"two"')
        mutant = model.predict(SEQUENCE[:place] + found.mutant + SEQUENCE[place + 1 :])
        difference = mutant.probabilities.astype(float) - own.probabilities
        assert found.change == pytest.approx(np.abs(difference).sum() / 2, abs=1e-4)
        assert found.states == sum(a != b for a, b in zip(own.states, mutant.states, strict=True))
        assert found[6:] == pytest.approx(difference.sum(axis=0), abs=1e-4)


def test_some_positions_are_those_of_the_whole_scan(scanned):
    some = scan(SEQUENCE, model="fast", positions=[20, 3, 3])
    assert some.positions.tolist() == [2, 19]
    np.testing.assert_allclose(
        some.changes, scanned.changes[[2, 19]], atol=1e-4
    )  # sums over residues
    assert {found.position for found in some} == {3, 20}


@pytest.mark.parametrize("name", ["csv", "tsv", "jsonl"])
def test_a_table_has_a_row_a_mutation(scanned, name):
    text = written(name, scanned, scanned).decode()
    if name == "jsonl":
        rows = [json.loads(line) for line in text.splitlines()]
    else:
        quoting = csv.QUOTE_MINIMAL if name == "csv" else csv.QUOTE_NONE
        delimiter = "," if name == "csv" else "\t"
        rows = list(csv.DictReader(io.StringIO(text), delimiter=delimiter, quoting=quoting))
    assert len(rows) == 2 * len(scanned)
    for row, found in zip(rows, scanned, strict=False):
        assert list(row) == list(found._fields)
        assert (row["id"], int(row["position"]), row["mutant"]) == (
            found.id, found.position, found.mutant,
        )  # fmt: skip
        assert float(row["helix"]) == pytest.approx(found.helix, abs=0.00051)


def test_a_heat_map_has_a_cell_a_mutation_and_marks_the_chains_own_residue(scanned):
    cells, own = 0.0, 0
    for row in heat_map(scanned, Style(wrap=10)):
        for kind, path in row.outlines:
            if kind.startswith("heat"):
                left, right = map(float, re.findall(r"[MH]([\d.]+)", path)[:2])
                cells += (right - left) / 9
            own += kind == "own"
    assert (cells, own) == (20 * len(SEQUENCE), len(SEQUENCE) - 1)
    root = ElementTree.fromstring(written("svg", scanned, wrap=30))
    said = "".join(root.itertext())
    assert "residues that would change their state" in said
    assert "model fast" in said
    assert sorted(ORDER) == sorted(RESIDUES.symbols)


def test_what_cannot_be_scanned_is_said():
    for options, message in (
        ({"positions": [0]}, "positions: 0 is not in the chain; give some from 1 to 23"),
        ({"positions": []}, "positions: none is not in"),
        ({"on_invalid": "skip"}, "on_invalid = 'skip'"),
        ({"model": "accurate-msa"}, "needs a model of secondary structure that reads sequences"),
    ):
        with pytest.raises(InputError, match=re.escape(message)):
            scan(SEQUENCE, **({"model": "fast"} | options))
    with pytest.warns(UserWarning, match="looks like nucleotides"):
        scan("ACGT" * 10, model="fast", positions=[1])
    with pytest.raises(InputError, match="and 100,000,000 are the most; choose positions"):
        scan("MK" * 1500, model="fast")
