"""Networks to look at: the table of layers, and the figure of units and links."""

import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from ribbonet.errors import InputError
from ribbonet.nn import Dense, Network, ReLU, Residual, Sigmoid, Softmax, WindowDense
from ribbonet.nn.layers.conv import Conv1d
from ribbonet.nn.layers.dense import Flatten
from ribbonet.nn.layers.noise import NoisyWeights
from ribbonet.nn.layers.recurrent import Recurrent
from ribbonet.nn.views.figure import SHOWN, columns, draw
from ribbonet.nn.views.summary import summary

matplotlib = pytest.importorskip("matplotlib", reason="needs the extra plot")

MLP = Network([Dense(3, 4), Sigmoid(), Dense(4, 2)], rng=0)
NETWORKS = {
    "3-4-2": MLP,
    "1988": Network([WindowDense(13, 21, 40), Sigmoid(), Dense(40, 3)], rng=0),
    "chains": Network(
        [Dense(6, 8), Residual([Conv1d(8, 8, 3, groups=2), ReLU()]), Recurrent(8, 3)], rng=0
    ),
    "zeros": Network([Dense(2, 1, init="zeros")], rng=0),
}


def test_26_parameters_for_3_4_2():
    assert MLP.size == 26
    assert summary(MLP).splitlines()[-1].split() == ["total", "26"]


def test_summary_indents_what_is_inside():
    lines = summary(NETWORKS["chains"]).splitlines()
    assert [" ".join(line.split()) for line in lines[1:5]] == [
        "input (batch, length, 6)",
        "0 Dense (batch, length, 8) weight 6 x 8, bias 8 56",
        "1 Residual",
        "1.0 Conv1d (batch, length, 8) weight 3 x 4 x 8, bias 8 104",
    ]
    assert lines[4].startswith("  1.0")
    assert lines[-1].split() == ["total", "196"]


def test_summary_needs_no_weights():
    assert summary(Network([Dense(3, 4)])) == summary(Network([Dense(3, 4)], rng=0))


@pytest.mark.parametrize("name", NETWORKS)
def test_shapes_are_those_of_the_outputs(name):
    network = NETWORKS[name]
    shape = network.input_shape
    x = np.zeros([size if isinstance(size, int) else 5 for size in shape], np.uint8)
    last = network.output_shape(shape)
    assert network(x).shape == tuple(5 if isinstance(size, str) else size for size in last)


def test_flattened_shapes():
    network = Network([Flatten(), Dense(20, 3)])
    assert network.output_shape(("batch", 4, 5)) == ("batch", 3)
    assert "(batch, 20)" in summary(network, ("batch", 4, 5))
    with pytest.raises(InputError, match="do not state the shape of the input"):
        summary(network)


def test_walk_goes_into_stacks():
    network = Network([NoisyWeights([Dense(2, 2), Residual([Dense(2, 2)])], 0.1)])
    assert [place for place, _ in network.walk()] == ["0", "0.0", "0.1", "0.1.0"]


def test_columns_are_the_input_and_the_layers_with_links():
    found = columns(MLP)
    assert [column.units for column in found] == [3, 4, 2]
    assert [column.names for column in found] == [["Input"], ["Dense", "Sigmoid"], ["Dense"]]
    assert found[1].links is MLP.parameters["0.weight"]


def test_large_layers_are_elided():
    column = columns(NETWORKS["1988"])[1]
    assert column.shown == [0, 1, 2, 3, 4, 5, 34, 35, 36, 37, 38, 39]
    assert len(column.shown) == len(column.heights) == SHOWN
    assert column.heights.sum() == pytest.approx(0)


def test_links_of_a_grouped_convolution_are_its_sums():
    layer = Conv1d(4, 6, 3, groups=2).initialise(np.random.default_rng(0))
    links = layer.links
    ones = np.zeros((1, 9, 4), np.float32)
    for i in range(4):
        ones[:] = 0
        ones[..., i] = 1
        assert layer(ones)[0, 4] == pytest.approx(links[i], abs=1e-6)


@pytest.mark.parametrize("kind", ["svg", "png"])
@pytest.mark.parametrize("name", NETWORKS)
def test_figures_are_written(tmp_path, name, kind):
    path = tmp_path / f"network.{kind}"
    draw(NETWORKS[name], path)
    content = path.read_bytes()
    if kind == "png":
        assert content.startswith(b"\x89PNG")
    else:
        assert ET.fromstring(content).tag.endswith("svg")


def test_colours_follow_the_signs_and_weights_are_written(tmp_path):
    network = Network([Dense(1, 2)], rng=0)
    network.parameters["0.weight"][:] = [[0.5, -0.25]]
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        draw(network, tmp_path / "network.svg")
    text = (tmp_path / "network.svg").read_text()
    assert "#0072b2" in text
    assert "#d55e00" in text
    assert "0.50" in text
    assert "\N{MINUS SIGN}0.25" in text


def test_same_network_same_file(tmp_path):
    for name in ("a.svg", "b.svg"):
        draw(MLP, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_what_cannot_be_drawn_is_said(tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"must end in \.svg or \.png"):
        draw(MLP, tmp_path / "network.gif")
    with pytest.raises(InputError, match="no layer with links"):
        draw(Network([Softmax()]), tmp_path / "network.svg")
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(InputError, match=r"pip install 'ribbonet\[plot\]'"):
        draw(MLP, tmp_path / "network.svg")
