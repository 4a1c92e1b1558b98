"""The documents' figures as SVG, by name."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from ribbonet.errors import InputError
from ribbonet.lessons.figures import FIGURES, figure
from ribbonet.nn import SGD, ArrayExamples, Dense, Network, Sigmoid, SquaredError, fit

SLOW = {"curves-1988", "weights-1988", "leakage"}
"""Which train a network of 1988; the lessons' own tests run the same code."""


@pytest.mark.parametrize("name", [name for name in FIGURES if name not in SLOW])
def test_a_figure_is_a_picture(name):
    if name in ("two-hidden-layers", "layer", "mlp", "one-neuron", "perceptron", "logistic-units"):
        pytest.importorskip("matplotlib")
    if name == "graph":
        pytest.importorskip("torch")
    picture = ET.fromstring(figure(name))
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(list(picture.iter())) > 10


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SLOW))
def test_a_figure_of_1988_is_a_picture(name):
    assert len(list(ET.fromstring(figure(name)).iter())) > 10


def test_the_same_figure_twice_is_the_same():
    assert figure("activations") == figure("activations")
    assert "tanh" in figure("activations").casefold()


def test_a_figure_that_there_is_not():
    with pytest.raises(InputError, match="no figure is called ''; they are"):
        figure("")


def test_networks_and_histories_show_themselves_in_notebooks():
    pytest.importorskip("matplotlib")
    network = Network([Dense(1, 3), Sigmoid(), Dense(3, 1)], rng=0)
    assert network._repr_svg_().startswith("<svg")
    assert Network([Dense(1, 3)])._repr_svg_() is None  # it has no weights yet
    assert Network([Sigmoid()])._repr_svg_() is None
    x = np.linspace(0, 1, 9)[:, None]
    history = fit(
        network, SquaredError(), SGD(0.1), ArrayExamples(x, x), epochs=3, batch_size=3,
        valid=ArrayExamples(x, x), rng=np.random.default_rng(0),
    )  # fmt: skip
    assert len(history) == 3
    assert "valid" in history._repr_svg_()
    assert type(history)()._repr_svg_() is None
