"""Labels in the letters of secondary structure are doubted where proteins have none like them."""

from functools import cache
from itertools import permutations
from random import Random

import pytest
from real_sets import STRUCTURE, parts

from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.three_line import read_three_line
from ribbonet.errors import InputError
from ribbonet.tasks.classes import Classes
from ribbonet.tasks.labels import LabelOptions, interpret
from ribbonet.tasks.labels.resemblance import PLENTY, doubt
from ribbonet.tasks.structure import Structure

SWAPS = ["".join(order) for order in permutations("HEC")][1:]


@cache
def pairs_of(path):
    return [(chain.sequence, chain.labels) for chain in read_three_line(path, states=None)]


def relabelled(pairs, symbols, others):
    table = str.maketrans(symbols, others)
    return [(sequence, labels.translate(table)) for sequence, labels in pairs]


def membrane_proteins(folder):
    pairs = pairs_of(folder / "tasks" / "tmbed_train.3line.xz")
    return [(sequence, labels) for sequence, labels in pairs if {*labels} & {*"HhBb"}]


@pytest.mark.parametrize("file", STRUCTURE)
def test_real_sets_and_parts_of_them_are_not_doubted(shared_data, file):
    pairs = pairs_of(shared_data / file)
    assert doubt(pairs) is None
    assert not any(map(doubt, parts(pairs, (3, 10, 30), 30)))


def test_real_chains_are_not_doubted_one_by_one(shared_data):
    pairs = pairs_of(shared_data / "pdb_valid_q8.3line")
    assert [pair for pair in pairs if doubt([pair])] == []


@pytest.mark.parametrize("most", ["H", "E"])
def test_folds_of_helices_or_of_strands_alone_are_not_doubted(shared_data, most):
    pairs = pairs_of(shared_data / "netsurfp2_valid.3line.gz")
    other = "HE".replace(most, "")
    own = [
        pair for pair in pairs if pair[1].count(other) < 0.05 * len(pair[1]) < pair[1].count(most)
    ]
    assert len(own) >= 70
    random = Random(0)
    assert [size for size in (5, 20, 50, 70) * 20 if doubt(random.sample(own, size))] == []


@pytest.mark.parametrize("letters", [*SWAPS, "HEC"])
def test_topology_in_those_letters_is_refused(shared_data, letters):
    helix, inside, outside = letters
    pairs = membrane_proteins(shared_data)
    others = 4 * helix + outside + inside + outside + outside
    assert doubt(relabelled(pairs, "HhBbS12U", others)).certain


def test_segments_in_the_membrane_are_refused(shared_data):
    pairs = membrane_proteins(shared_data)
    found = doubt(relabelled(pairs, "HhBbS12U", "HHEECCCC"))
    assert found.reason.startswith("coils have ")
    assert found.certain
    assert not doubt(relabelled(pairs[-9:], "HhBbS12U", "HHEECCCC")).certain


def test_a_few_proteins_inside_and_outside_are_doubted(shared_data):
    pairs = pairs_of(shared_data / "tasks" / "tmbed_train.3line.xz")[:10]
    found = doubt(relabelled(pairs, "HhBbS12U", "HHHHCECC"))
    assert found.reason.startswith("strands have ")
    assert not found.certain


@pytest.mark.parametrize("symbol", ["H", "E"])
@pytest.mark.parametrize("kind", ["small", "metal", "nuclear"])
def test_binding_residues_are_doubted(shared_data, kind, symbol):
    pairs = pairs_of(shared_data / "tasks" / f"binding_{kind}_train.3line.xz")
    assert doubt(relabelled(pairs, "01", f"C{symbol}")) is not None


@pytest.mark.parametrize("letters", SWAPS)
def test_letters_in_another_order_are_doubted(shared_data, letters):
    found = doubt(relabelled(pairs_of(shared_data / "cb513_q3.3line"), "HEC", letters))
    assert "would fit the residues better" in found.reason


def test_labels_of_other_proteins_are_doubted(shared_data):
    pairs = pairs_of(shared_data / "cb513_q3.3line")
    shifted = [
        (sequence, (labels * len(sequence))[: len(sequence)])
        for (sequence, _), (_, labels) in zip(pairs, pairs[200:] + pairs[:200], strict=True)
    ]
    assert doubt(shifted).reason == "helices, strands and coils do not have the residues of such"


def test_random_letters_are_doubted():
    draw = Random(0)
    pairs = [
        tuple("".join(draw.choices(own, k=100)) for own in ("ACDEFGHIKLMNPQRSTVWY", "HEC"))
        for _ in range(100)
    ]
    assert "single residues" in doubt(pairs).reason


def test_variants_of_a_protein_count_once(shared_data):
    pairs = relabelled(membrane_proteins(shared_data), "HhBbS12U", "HHEECCCC")
    sequence, labels = next(pair for pair in pairs if doubt([pair] * 9) is None)
    variants = [
        (sequence[:n] + "A" + sequence[n + 1 :], labels) for n in range(20, len(sequence) - 20)
    ]
    assert sum(len(own) for own, _ in variants) > PLENTY
    assert doubt(variants) is None


def test_what_is_doubted_is_refused_or_warned_of_and_options_say_what_it_is(shared_data):
    pairs = relabelled(membrane_proteins(shared_data), "HhBbS12U", "HHEECCCC")
    chains = [Chain(f"c{n}", *pair) for n, pair in enumerate(pairs)]
    with pytest.raises(InputError, match=r"x: .*; if they are classes .*, --task structure"):
        interpret(chains, LabelOptions(), "x")
    assert interpret(chains, LabelOptions("structure"), "x").task == Structure()
    assert interpret(chains, LabelOptions("classes"), "x").task.kind == Classes.kind
    said = []
    assert interpret(chains[-9:], LabelOptions(on_warning=said.append), "x").task == Structure()
    assert len(said) == 1
    assert "in proteins fewer than 40; if they are classes" in said[0]
