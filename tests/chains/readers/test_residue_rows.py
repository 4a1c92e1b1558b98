"""Tables with one row per residue: whatever is written is read back, and what is wrong is named."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.registry import guess_form, read_chains, write_chains
from ribbonet.errors import InputError

SYMBOLS = st.sampled_from("01-+,;\"'.:#*HECx")
numbers = st.floats(allow_infinity=False, width=64)


@st.composite
def labelled(draw, of_values):
    count = draw(st.integers(1, 4))
    chains = []
    for n in range(count):
        sequence = draw(st.text("ACDEFGHIKLMNPQRSTVWYX", min_size=1, max_size=6))
        size = {"min_size": len(sequence), "max_size": len(sequence)}
        if of_values:
            values = tuple(draw(st.lists(numbers, **size)))
            chains.append(Chain(f"c{n}", sequence, values=values))
        else:
            labels = "".join(draw(st.lists(SYMBOLS, **size)))
            known = "".join(draw(st.lists(st.sampled_from("01"), **size)))
            chains.append(Chain(f"c{n}", sequence, labels, known=known))
    return chains


@given(labelled(of_values=False))
def test_labels_of_any_symbol_come_back(tmp_path_factory, chains):
    path = tmp_path_factory.mktemp("rows") / "a.csv"
    write_chains(path, chains, "residues")
    assert guess_form(path) == "residues"
    for given_, found in zip(chains, read_chains(path, states=None), strict=True):
        assert (found.id, found.sequence) == (given_.id, given_.sequence)
        mask = found.known or "1" * len(found)
        assert mask == given_.known
        known = [k == "1" for k in mask]
        assert [s for s, k in zip(found.labels, known, strict=True) if k] == [
            s for s, k in zip(given_.labels, known, strict=True) if k
        ]


@given(labelled(of_values=True))
def test_numbers_come_back_to_the_last_bit(tmp_path_factory, chains):
    path = tmp_path_factory.mktemp("rows") / "a.csv"
    write_chains(path, chains, "residues")
    for given_, found in zip(chains, read_chains(path, states=None), strict=True):
        assert found.sequence == given_.sequence
        for a, b in zip(given_.values, found.values, strict=True):
            assert a == b or (math.isnan(a) and math.isnan(b))


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused_with_its_name(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_text(f"id,position,residue,label\n{text}", encoding="utf-8")
    said = "any.csv"
    try:
        chains = list(read_chains(path, states=None, form="residues"))
    except InputError as error:
        said = str(error)
    else:
        assert all(len(chain.labels) == len(chain) for chain in chains)
    assert "any.csv" in said


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("a,1,M,0\na,3,K,1\n", "residue 2 of chain 'a' should stand in line 3"),
        ("a,1,M,0\nb,1,K,1\na,2,K,1\n", "the rows of chain 'a' do not stand together"),
        ("a,1,MK,0\n", "'MK' of chain 'a' is not one residue"),
        ("a,1,M,10\n", "label '10' has more than one symbol"),
        ("a,x,M,1\n", "'x'"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, rows, message):
    path = tmp_path / "a.csv"
    path.write_text(f"id,position,residue,label\n{rows}")
    with pytest.raises(InputError, match=message):
        list(read_chains(path, states=None))


@pytest.mark.parametrize("none", ["", "NA", "nan", "N/A", "#N/A", "None", "null", "<NA>"])
def test_what_programs_write_for_none_is_none(tmp_path, none):
    path = tmp_path / "a.csv"
    path.write_text(f"id,residue,value\na,M,{none}\na,K,1.5\n")
    (chain,) = read_chains(path, states=None)
    assert math.isnan(chain.values[0])
    path.write_text(f"id,residue,label\na,M,{none}\na,K,1\n")
    (chain,) = read_chains(path, states=None)
    assert chain.known == "01"


def test_what_is_no_number_is_named_with_what_to_do(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,residue,value\na,M,n.d.\n")
    with pytest.raises(InputError, match=r"'n\.d\.' should be a number, or empty for none"):
        list(read_chains(path, states=None))


def test_residues_that_numbers_leave_out_are_warned_of(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,resi,residue,label\na,7,M,0\na,8,K,1\na,12,T,1\nb,1,M,0\nb,3,K,1\n")
    warnings = []
    found = read_chains(path, states=None, on_warning=warnings.append)
    assert [chain.sequence for chain in found] == ["MKT", "MK"]
    assert warnings == [f"{path}: 4 residues left out by the numbers; their neighbours are joined"]


def test_a_blank_label_is_not_written_as_none(tmp_path):
    with pytest.raises(InputError, match="residue 2 has a blank for a label"):
        write_chains(tmp_path / "a.csv", [Chain("a", "MKT", "H C", known="111")], "residues")


SEQUENCE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPI"


def rows(column, cells, sequence=SEQUENCE):
    pairs = zip(sequence, cells, strict=True)
    return f"id,residue,{column}\n" + "".join(f"a,{r},{cell}\n" for r, cell in pairs)


@pytest.mark.parametrize("times", [1, 2, 3, 4])
def test_a_table_with_several_rows_a_residue_is_refused(tmp_path, times):
    path = tmp_path / "a.csv"
    labels = "01" * (len(SEQUENCE) // 2)
    doubled = ("".join(s * times for s in text) for text in (labels, SEQUENCE))
    path.write_text(rows("label", *doubled))
    if times == 1:
        assert next(read_chains(path, states=None)).sequence == SEQUENCE
        return
    with pytest.raises(InputError, match=f"each residue of chain 'a' stands {times} times"):
        list(read_chains(path, states=None))
    path.write_text(rows("label", "0" * 40, "Q" * 40))
    assert next(read_chains(path, states=None)).sequence == "Q" * 40


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (["12.345", "9.012", "678"] * 12, "'12.345' seems to be 12345, its point for thousands"),
        (["1.234.567", "8.901", "78"] * 12, "'1.234.567' seems to be 1234567"),
        (["12.345", "67.8", "900"] * 12, None),
        (["0.123", "1"] * 18, None),
        (["12.345"] * 36, None),
        (["1.234", "56"] * 9 + [""] * 18, None),
    ],
)
def test_points_for_thousands_are_no_decimals(tmp_path, cells, fault):
    path = tmp_path / "a.csv"
    path.write_text(rows("value", cells))
    if fault is None:
        (chain,) = read_chains(path, states=None)
        assert chain.values[0] == float(cells[0])
        return
    with pytest.raises(InputError, match=fault):
        list(read_chains(path, states=None))
