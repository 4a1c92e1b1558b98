"""The made data sets, tables and chains, and what the page draws of a network over them."""

import csv

import numpy as np
import pytest

from ribbonet.datasets.small_proteins import small_proteins
from ribbonet.errors import InputError
from ribbonet.web.playground.playground import Playground
from ribbonet.web.playground.problems.chains import ChainsProblem
from ribbonet.web.playground.problems.planes import CLASSES, NUMBERS
from ribbonet.web.playground.problems.points import GRID, PlaneProblem
from ribbonet.web.playground.problems.tables import read_table
from ribbonet.web.playground.settings import Settings
from ribbonet.web.playground.signals import signals


@pytest.mark.parametrize("name", [*CLASSES, *NUMBERS])
def test_data_sets_are_within_the_picture_and_the_same_for_a_seed(name):
    make = (CLASSES | NUMBERS)[name]
    x, targets = make(np.random.default_rng(5), 201, 0.0, 4)
    assert x.shape == (201, 2)
    assert np.abs(x).max() < 6
    if name in CLASSES:
        assert set(targets) == set(range(4 if name == "classes" else 2))
        assert np.bincount(targets).min() > 40
    else:
        assert 0.5 < np.abs(targets).max() < 1.2
    again, _ = make(np.random.default_rng(5), 201, 0.0, 4)
    assert np.array_equal(x, again)
    noisy, values = make(np.random.default_rng(5), 201, 0.3, 4)
    assert not (np.array_equal(noisy, x) and np.array_equal(values, targets))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_share_is_what_is_learned_from(share):
    problem = PlaneProblem(Settings(points=500, share=share))
    sizes = [len(problem.parts[name].x) for name in ("train", "valid", "test")]
    rest = 500 - round(500 * share)
    assert sizes == [500 - rest, rest // 2, rest - rest // 2]


def test_inputs_are_what_their_names_say():
    names = ("x1", "x2", "x1²", "x2²", "x1x2", "sin x1", "sin x2")
    problem = PlaneProblem(Settings(inputs=names))
    x1, x2 = problem.points.T
    wanted = np.column_stack([x1, x2, x1**2, x2**2, x1 * x2, np.sin(x1), np.sin(x2)])
    np.testing.assert_allclose(problem.x, wanted, rtol=1e-6)


def test_maps_are_what_the_network_says_of_the_place():
    playground = Playground(Settings(layers=(3, 2)))
    playground.step(200)
    arrays = playground.problem.view(playground.network)
    assert arrays["units"].shape == (5, 32, 32)
    # a place right of the middle, above: row 10, column 70 of 96
    side = (np.arange(GRID) + 0.5) / GRID * 12 - 6
    place = np.array([[side[70], side[::-1][10]]], np.float32)
    z = playground.network(place)
    assert abs(arrays["surface"].reshape(GRID, GRID)[10, 70] / 255 - 1 / (1 + np.exp(-z))) < 0.003
    large = playground.look_at(3)  # the first unit of the second layer
    u = place
    for layer in playground.network.layers[:6]:
        u = layer(u)
    assert abs(large[10, 70] / 127 * arrays["scales"][3] - u[0, 0]) < 0.01
    assert np.array_equal(large[1::3, 1::3], arrays["units"][3])


def test_histograms_hold_every_signal():
    playground = Playground(Settings(points=500, layers=(5, 4), activation="relu"))
    problem = playground.problem
    rows = signals(playground.network, playground.loss, problem.train.x, problem.train.targets)
    assert [row.activations.sum() for row in rows] == [250 * 5, 250 * 4, 250]
    for row, count in zip(rows, (250 * 5, 250 * 4, 250), strict=True):
        assert row.gradients.sum() == round(count * (1 - row.none))
    assert 0 < rows[0].none < 1
    assert rows[0].low == 0


def test_a_table_is_read_with_its_names_and_scaled_to_the_picture():
    table = read_table("a;b;kind\n1;10;ham\n3;30;eggs\n2;20;ham\n2;10;ham\n")
    assert (table.names, table.columns, table.classes) == (
        ("a", "b", "kind"),
        (0, 1, 2),
        ("eggs", "ham"),
    )
    assert table.targets.tolist() == [1, 0, 1, 1]
    assert np.abs(table.x).max(axis=0).tolist() == pytest.approx([5.4, 5.4])
    assert table.scales[0].offset == 2


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_lines_may_end_as_on_other_systems(end):
    table = read_table("a;b;kind\n1;10;ham\n3;30;eggs\n2;20;ham\n2;10;ham\n".replace("\n", end))
    assert (table.names, table.classes) == (("a", "b", "kind"), ("eggs", "ham"))
    assert table.targets.tolist() == [1, 0, 1, 1]


def test_numbers_in_the_last_column_are_a_regression():
    rows = "".join(f"{i},{i * i},{i / 7}\n" for i in range(9))
    table = read_table(rows)
    assert (table.classes, table.names[0]) == ((), "column 1")
    assert (table.targets.min(), table.targets.max()) == (-1, 1)
    other = read_table(rows, (2, 1, 0))
    assert other.columns == (2, 1, 0)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "three columns"),
        ("1,2\n3,4\n", "three columns"),
        ("a,b,c\n1,2,x\n1,2\n3,4,y\n5,6,y\n", "line 3: 3 cells are wanted"),
        ("a,b,c\n1,2,x\n1,2,x\n3,4,x\n5,6,x\n", "has 1 classes"),
        ("a,b,c\n1,q,x\n1,r,x\n3,s,x\n5,t,y\n", "two columns of numbers"),
        ("1,2,0\n2,3,1\n", "2 rows"),
        ("a,b,c\n1,nan,x\n1,2,x\n3,4,y\n5,6,y\n", "two columns of numbers"),
    ],
)
def test_what_is_no_table_is_said(text, fault):
    with pytest.raises(InputError, match=fault):
        read_table(text)


def test_a_cell_beyond_what_is_read_is_said():
    cell = "x" * (csv.field_size_limit() + 1)
    with pytest.raises(InputError, match="cannot be read: field larger"):
        read_table(f"a,b,c\n1,2,{cell}\n")


def test_the_shipped_chains_are_of_different_families_labelled_by_dssp():
    problem = ChainsProblem(Settings(data="chains"))
    assert sum(problem.counts) == 114
    chains = [chain for part in small_proteins() for chain in part]
    assert len(problem.x) == sum(len(c) - (c.labels or "").count("-") for c in chains) > 13_000
    assert len({chain.header.split()[1] for chain in chains}) == len(chains)


def test_chains_are_split_whole_and_unlabelled_residues_left_out():
    text = ">a\nMKTAY\n-HHEC\n>b\nGGG\nCCC\n>c\nWWWW\nEEEE\n"
    problem = ChainsProblem(Settings(data="chains", share=0.7, window=3), text)
    assert len(problem.x) == 4 + 3 + 4
    assert problem.counts == [1, 1, 1]
    shown = {"a": 4, "b": 3, "c": 4}[problem.followed.id]
    assert len(problem.parts["test"].x) == shown  # it is a chain that nothing was learned from
    scene = problem.scene()
    assert scene["residues"] == "ACDEFGHIKLMNPQRSTVWY"
    with pytest.raises(InputError, match="the file: line 2"):
        ChainsProblem(Settings(data="chains"), ">a\nM1\nHH\n>b\nGG\nCC\n")
    with pytest.raises(InputError, match="three chains or more"):
        ChainsProblem(Settings(data="chains"), ">a\nMM\nHH\n>b\nMM\nHH\n")
    half = f">a\n{12_500 * 'M'}\n{12_500 * 'H'}\n"
    with pytest.raises(InputError, match="the chains have 25,001 residues; the most is 25,000"):
        ChainsProblem(Settings(data="chains"), 2 * half + ">c\nM\nH\n")


def test_the_network_of_1988_learns_the_shipped_chains():
    settings = Settings(
        data="chains", layers=(8,), optimizer="sgd", batch=20, learning_rate=0.1, share=0.75
    )
    playground = Playground(settings)
    playground.step(8 * playground.steps_per_epoch)
    first, last = playground.rows[0], playground.rows[-1]
    assert first["test_accuracy"] < 0.5 < 0.6 < last["test_accuracy"] < last["train_accuracy"]
    assert playground.network.parameters["0.weight"].shape == (13 * 21, 8)


def test_bad_settings_name_the_field():
    for values, fault in (
        ({"noise": 2}, "Noise has to be at most 0.5"),
        ({"layers": [99]}, "Layers, 1st has to be at most 40"),
        ({"layers": [40, 40, 40, 9]}, "at most 128 hidden units together"),
        ({"nonsense": 1}, "nonsense is unknown here"),
        ({"window": 4}, "odd"),
        ({"batch": 1, "batch_norm": True}, "batch normalisation needs two"),
        ({"inputs": ["x1", "x1"]}, "once"),
        ({"learning_rate": float("nan")}, "Learning rate has to be"),
    ):
        with pytest.raises(InputError, match=fault):
            Settings.read(values)


def test_the_usual_settings_learn_the_spiral():
    playground = Playground(Settings(data="spiral", seed=1, data_seed=1))
    playground.step(120 * playground.steps_per_epoch)
    assert playground.rows[-1]["test_accuracy"] > 0.95
