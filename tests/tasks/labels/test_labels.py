"""What labels are taken for, and what is refused because it is unclear."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from ribbonet.chains.alphabet import STATES8, Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.registry import read_chains
from ribbonet.errors import InputError
from ribbonet.tasks.classes import Classes
from ribbonet.tasks.labels import LabelOptions, interpret, read_labelled
from ribbonet.tasks.structure import Structure
from ribbonet.tasks.values import Values

PYDSSP = Path(__file__).parents[2] / "cases" / "02-dash-is-coil" / "pydssp.3line"


def chains(*labels, known=None):
    return [Chain(f"c{n}", "A" * len(own), own, known=known) for n, own in enumerate(labels)]


def test_dash_for_coil_is_noticed_and_an_option_reads_it():
    with pytest.raises(InputError, match="no residue is labelled C, and - is read as no label"):
        read_labelled([PYDSSP])
    for task in ("auto", "structure"):
        found = read_labelled([PYDSSP], options=LabelOptions(task, coil="-"))
        assert found.task == Structure()
        assert set("".join(chain.labels for chain in found.chains)) == set("HEC")
    insisted = read_labelled([PYDSSP], options=LabelOptions("structure", unlabelled="-"))
    assert set("".join(chain.labels for chain in insisted.chains)) == set("HE-")
    classes = read_labelled([PYDSSP], options=LabelOptions("classes"))
    assert classes.task == Classes(Alphabet("-EH"))


def rewritten(table):
    """PyDSSP's labels with other symbols."""
    own = read_chains(PYDSSP, states=None)
    return [replace(chain, labels=chain.labels.translate(str.maketrans(table))) for chain in own]


@pytest.mark.parametrize("table", [{"-": "c"}, {"-": "c", "H": "h", "E": "e"}])
def test_labels_in_lower_case_are_read_as_upper_case(table):
    said = []
    found = interpret(rewritten(table), LabelOptions(on_warning=said.append), "x")
    assert found.task == Structure()
    assert set("".join(chain.labels for chain in found.chains)) == set("HEC")
    assert said == ["x: labels in lower case are read as upper case"]
    classes = interpret(rewritten(table), LabelOptions("classes")).task
    assert classes == Classes(Alphabet("".join(sorted({*"-EH"} - {*table} | {*table.values()}))))


@pytest.mark.parametrize("symbol", ".~OX2")
def test_another_symbol_for_coil_is_noticed_and_an_option_reads_it(symbol):
    with pytest.raises(InputError, match=re.escape(f"is coil, give --coil {symbol}")):
        interpret(rewritten({"-": symbol}))
    found = interpret(rewritten({"-": symbol}), LabelOptions(coil=symbol))
    assert set("".join(chain.labels for chain in found.chains)) == set("HEC")


def test_dssp_is_structure_with_states_as_asked():
    labels = "-GHHHHHTTCCEEEEB SSP-"
    found = interpret(chains(labels))
    assert (found.task, found.chains[0].labels) == (Structure(), "-HHHHHHCCCCEEEEECCCC-")
    assert interpret(chains(labels), states=STATES8).chains[0].labels == "-GHHHHHTTCCEEEEBCSSC-"


def test_binding_labels_are_classes_and_a_dash_is_one_of_them():
    found = interpret(chains("--B-----------------B---"))
    assert found.task == Classes(Alphabet("-B"))
    assert found.chains[0].mask.all()
    assert (
        "2 classes (- 91.7 %, B 8.3 %), as secondary structure they are implausible" in found.reason
    )
    assert "give --unlabelled -" in found.reason
    named = interpret(chains("01?1" * 6), LabelOptions(unlabelled="?"))
    assert named.task == Classes(Alphabet("01"))
    assert named.chains[0].mask.tolist() == [True, True, False, True] * 6


def test_a_mask_counts_whatever_the_symbols_below_it():
    found = interpret(chains("0101-0101-0101-0101-0101", known="1111" * 5 + "0000"))
    assert found.chains[0].mask.tolist() == [True] * 20 + [False] * 4
    structure = interpret(chains("CCHHHHHHCCEEEEECCHHHHHHCC", known="1" * 20 + "0" * 5))
    assert structure.chains[0].labels == "CCHHHHHHCCEEEEECCHHH-----"


def test_a_foreign_symbol_among_states_is_not_guessed():
    labels = chains("CCHHHHHHHCCXXEEEEECCCHHHHHC")
    with pytest.raises(InputError, match=r"but for 'X' \(first at residue 12 of chain 'c0'\)"):
        interpret(labels)
    assert interpret(labels, LabelOptions(unlabelled="X")).chains[0].labels.count("-") == 2
    assert interpret(labels, LabelOptions(coil="X")).chains[0].labels[11:13] == "CC"
    assert interpret(labels, LabelOptions("classes")).task == Classes(Alphabet("CEHX"))


def test_what_is_refused_unless_it_is_meant():
    assert interpret(chains("0123456789"), LabelOptions("classes")).task.alphabet == Alphabet(
        "0123456789"
    )
    odd = [Chain("a", "MKT", values=(0.5, 0.7, -999.0))]
    assert interpret(odd, LabelOptions("values")).chains == odd
    for spread in ((-999.0, 0.0, 1500.0), (0.0, 999.0, 2000.0), (-1.0, 0.5, 0.7), (99.0, 99.0)):
        values = [Chain("a", "MKT"[: len(spread)], values=spread)]
        assert interpret(values).chains == values


def test_chains_that_contradict_others_are_warned_of(tmp_path):
    path = tmp_path / "a.3line"
    half = "CCHHHHHCCCEEEEECC"
    other = "EECCCCCEEECCCCCEE"
    path.write_text(
        f">a\nMKTAYIAKQRQISFVKS\n{half}\n>b\nMKTAYIAKQRQISFVKS\n{other}\n"
        f">c\nMKTAYIAKQRQISFVKS\n{half}\n>a\nMKT\nCCC\n>d\n{'ACGT' * 10}\n{'CHHE' * 10}\n"
    )
    warnings = []
    read_labelled([path], options=LabelOptions(on_warning=warnings.append))
    assert warnings == [
        f"{path}: 1 record looks like nucleotides, read as residues; give proteins",
        f"{path}: 1 chain of an id that another has (first 'a')",
        f"{path}: 1 chain of another's sequence, and other labels at most residues (first 'b' and "
        "'a')",
    ]


MANY = [0.1 * n for n in range(40)]


@pytest.mark.parametrize(
    ("mark", "others"),
    [
        *((mark, MANY) for mark in (-1.0, -100.0, 1000.0, 1e30, -9.5)),
        (-1.0, [float(n) for n in range(100)]),
        (0.0, [50 + n / 10 for n in range(200)]),
    ],
)
def test_a_number_for_no_value_is_refused_unless_it_is_meant(mark, others):
    values = [mark] * 6 + others
    given = [Chain("a", "M" * len(values), values=tuple(values))]
    with pytest.raises(InputError, match="stands 6 times, outside the range of all others; if it"):
        interpret(given)
    warnings = []
    assert interpret(given, LabelOptions("values", on_warning=warnings.append)).chains == given
    assert "stands 6 times" in warnings[0]


SPREAD = [0.03 * n for n in range(1, 33)]


def of_scales(*scales):
    return [
        Chain(f"c{n}", "M" * len(SPREAD), values=[scale * v for v in SPREAD])
        for n, scale in enumerate(scales)
    ]


@pytest.mark.parametrize(
    ("scales", "message"),
    [
        ((1, 1, 100), "of 2 chains (first 'c0') seem to be shares, those of 1 (first 'c2') per"),
        ((60, 0.7, 100), "of 1 chain (first 'c1') seem to be shares, those of 2 (first 'c0') per"),
        ((3.1, 180), "of 1 chain (first 'c0') seem to be radians, those of 1 (first 'c1') degrees"),
        ((-3, -170, 175), "of 1 chain (first 'c0') seem to be radians"),
        ((1, 50, 3), None),
        ((1, 1), None),
        ((100, 90), None),
        ((-1, 100), None),
        ((3, 180, 20), None),
    ],
)
def test_chains_in_unlike_units_are_refused_unless_they_are_meant(scales, message):
    given = of_scales(*scales)
    if message is None:
        assert interpret(given).chains == given
        return
    with pytest.raises(InputError, match=re.escape(message)):
        interpret(given)
    warnings = []
    assert interpret(given, LabelOptions("values", on_warning=warnings.append)).chains == given
    assert message in warnings[0]


def test_chains_of_two_spellings_are_refused():
    sequence = "MKTAYIAKQR" * 8
    labels = "CCHHHHHHHHCCEEEEEECC" * 4
    given = [Chain("a", sequence, labels), Chain("b", sequence, labels.replace("C", "-"))]
    with pytest.raises(InputError, match="chain 'b' has - and no C, as others have; write C"):
        interpret(given)
    assert isinstance(interpret(given, LabelOptions(unlabelled="-")).task, Structure)
    masked = [Chain("a", sequence, labels), Chain("b", sequence, f"{'-' * 30}{labels[30:]}")]
    assert isinstance(interpret(masked).task, Structure)


def test_chains_of_two_alphabets_are_refused_unless_they_are_meant():
    given = [Chain("a", "MKTA", "0101"), Chain("b", "MKTA", "TFFT"), Chain("c", "MKT", "001")]
    with pytest.raises(InputError, match="no chain with the labels 0 1 has any of F T; give all"):
        interpret(given)
    assert interpret(given, LabelOptions("classes")).task == Classes(Alphabet("01FT"))
    joined = [*given, Chain("d", "MKT", "0TT")]
    assert interpret(joined).task == Classes(Alphabet("01FT"))
    alone = [Chain("a", "MKTA", "1212"), Chain("b", "MKTA", "UUUU")]
    assert interpret(alone).task == Classes(Alphabet("12U"))


def test_sequences_with_gaps_are_no_labels():
    sequence = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPI"
    given = [Chain("a", sequence, sequence.replace("A", "-").replace("R", "."))]
    with pytest.raises(InputError, match="the labels read as residues"):
        interpret(given)


def test_sheets_written_s_are_no_bends():
    sequence = "MKTAYIAKQR" * 8
    strands = [
        Chain("a", sequence, "CCHHHHHHHHCCSSSSSSCC" * 4),
        Chain("b", sequence, "SSSSSSCCCC" * 8),
    ]
    found = interpret(strands)
    assert isinstance(found.task, Classes)
    assert "S, a bend in DSSP, stands in runs of 6.0 residues" in found.reason
    bends = [Chain("a", sequence, "CCHHHHHHHHCCSSCCEEEC" * 4)]
    assert isinstance(interpret(bends).task, Structure)


def test_few_numbers_may_be_meant_and_are_warned_of():
    for few, number in (((-1.0, 0.0, 1.0), 1), ((0.0, 1.0), 0), ((-1.0, 1.0), 0)):
        warnings = []
        given = [Chain("a", "M" * 10 * len(few), values=few * 10)]
        assert interpret(given, LabelOptions(on_warning=warnings.append)).chains == given
        assert len(warnings) == number
    scale = [Chain("a", "M" * 70, values=(1.0, 0.1, 0.01, 0.001, 10.0, 100.0, 1000.0) * 10)]
    assert interpret(scale).chains == scale
    often = [Chain("a", "M" * 60, values=(*[-1.0] * 20, *[-0.5] * 20, *MANY[:20]))]
    assert interpret(often).chains == often


def test_chains_that_are_given_twice_are_two():
    for own in (Chain("a", "MKT", values=(0.5, 0.7, 0.9)), Chain("a", "MKT", "010")):
        first, second = interpret([own, own]).chains
        assert first == second
        assert first is not second


def test_a_class_that_may_be_none_is_said():
    assert "if X stands for no label, give --unlabelled X" in interpret(chains("0011X")).reason


def test_values_are_values():
    found = interpret([Chain("a", "MKT", values=(0.5, float("nan"), 2.0))])
    assert isinstance(found.task, Values)
    assert "numbers from 0.5 to 2" in found.reason


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        (chains("1111111"), LabelOptions(), "only the label '1'"),
        (chains("01"), LabelOptions("values"), "holds labels, not numbers"),
        (chains("01" * 20), LabelOptions("structure"), "are not those of secondary structure"),
        (chains("01"), LabelOptions(coil="0"), "are not those of secondary structure"),
        ([Chain("a", "MK")], LabelOptions(), "no labelled residue is left"),
        ([Chain("a", "M", values=(float("nan"),))], LabelOptions(), "no labelled residue is left"),
        ([Chain("a", "M", values=(1.0,))], LabelOptions("classes"), "holds numbers"),
        (
            [Chain("a", "M", values=(1.0,))],
            LabelOptions(unlabelled="X"),
            "holds numbers, which have no symbol for none",
        ),
        (
            [Chain("a", "MKTAYIAKQR", "-HHHHCCEEC")],
            LabelOptions(coil="-"),
            "'a' has C for coil, so that - stands for no label; leave --coil out",
        ),
        (chains("0"), LabelOptions(), "holds only the label '0'; give labels of two classes"),
        (chains("0123456789"), LabelOptions(), "the digits 0123456789, as predictors state"),
        (
            [Chain("a", "MKTA", values=(0.5, -999.0, 0.7, -999.0))],
            LabelOptions(),
            "the value -999 stands 2 times, outside the range of all others; if it stands for",
        ),
        (
            [Chain("a", "MKT", values=(0.5, 0.7, 999.99))],
            LabelOptions(),
            "the value 999.99 stands 1 times",
        ),
        (
            [Chain("a", "M", values=(1.0,)), Chain("b", "M", "H")],
            LabelOptions(),
            "'b' has no numbers",
        ),
    ],
)
def test_what_is_not_so_is_refused(given, options, message):
    with pytest.raises(InputError, match=message):
        interpret(given, options)


@pytest.mark.parametrize(
    "options",
    [
        {"coil": "-", "unlabelled": "-"},
        {"coil": "xx"},
        {"unlabelled": ""},
        {"task": "values", "coil": "-"},
    ],
)
def test_options_are_checked(options):
    with pytest.raises(InputError):
        LabelOptions(**options)


def test_topology_is_classes(shared_data):
    found = read_labelled([shared_data / "tasks" / "tmbed_train.3line.xz"])
    assert found.task == Classes(Alphabet("12BHSUbh"))
