"""The documents' figures that show data or a network, drawn anew as SVG."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ribbonet.errors import InputError
from ribbonet.lessons.running import run
from ribbonet.lessons.source import read_lesson
from ribbonet.nn.graph import nodes as g
from ribbonet.nn.graph.svg import draw_graph
from ribbonet.nn.layers import Layer
from ribbonet.nn.layers.activations import ReLU, Sigmoid, Tanh
from ribbonet.nn.layers.dense import Dense
from ribbonet.nn.layers.stack import Network
from ribbonet.nn.views.chart import Chart
from ribbonet.nn.views.figure import network_svg


@dataclass(frozen=True)
class Figure:
    """A figure: what it shows, where it stands in the documents, and what draws it."""

    shows: str
    source: str
    draw: Callable[[], str]


def of_lesson(name: str, number: int) -> Callable[[], str]:
    """Return what draws the picture of a lesson, counted from 1: it runs the lesson so far."""

    def draw() -> str:
        pictures = (own.svg for own in run(read_lesson(name), pictures=number).values() if own.svg)
        return list(pictures)[number - 1]

    return draw


def of_network(*units: int, activation: type[Layer] = Sigmoid) -> Callable[[], str]:
    """Return what draws a network of dense layers with random weights."""
    layers = [layer for pair in pairwise(units) for layer in (Dense(*pair), activation())]
    return lambda: network_svg(Network(layers[:-1], rng=1))


def activations() -> str:
    """Draw the activation functions."""
    z = np.linspace(-4, 4, 81)
    chart = Chart("z", "", y_range=(-1.1, 2))
    for layer in (Sigmoid, Tanh, ReLU):
        chart.line(z, layer.value(z), layer.__name__)
    return chart.to_svg()


def backpropagation() -> str:
    """Draw the graph of one hidden layer and its loss."""
    x, t = g.data(np.ones((1, 2)), "X"), g.data([0], "t")
    w1, b1 = g.parameter(np.ones((2, 2)), "W¹"), g.parameter(np.zeros(2), "b¹")
    w2, b2 = g.parameter(np.ones((2, 2)), "W²"), g.parameter(np.zeros(2), "b²")
    h = g.relu((x @ w1 + b1).named("a¹")).named("h")
    return draw_graph(g.cross_entropy((h @ w2 + b2).named("a²"), t).sum().named("L"))


TEXT, SLIDES = "MCB128 block 1", "MCB128 block 1, slides"
PYTHON, RANGAN = "Deep Learning in Python", "Rangan, Neural Network Notes"

FIGURES = {
    "two-hidden-layers": Figure(
        "a fully connected network with two hidden layers",
        f"{TEXT}, figure 1",
        of_network(3, 4, 4, 2),
    ),
    "layer": Figure("a fully connected layer", f"{TEXT}, figure 2", of_network(4, 3)),
    "mlp": Figure(
        "a network with one hidden layer of ReLU",
        f"{TEXT}, figure 4",
        of_network(9, 5, 3, activation=ReLU),
    ),
    "backpropagation": Figure(
        "what the loss depends on, to be walked back",
        f"{TEXT}, figures 5, 6 and 10",
        backpropagation,
    ),
    "curves-1988": Figure(
        "Train(40), Test(40), Train(0), Test(0)", f"{TEXT}, figure 8", of_lesson("network1988", 1)
    ),
    "weights-1988": Figure(
        "weights of helix by place and residue", f"{SLIDES}", of_lesson("network1988", 2)
    ),
    "descent": Figure(
        "four ways down a loss surface", f"{TEXT}, figure 11", of_lesson("descent", 1)
    ),
    "one-neuron": Figure("one neuron, nine inputs", SLIDES, of_network(9, 1)),
    "perceptron": Figure("a perceptron of four outputs", SLIDES, of_network(9, 4)),
    "logistic": Figure("the logistic function and its slope", TEXT, of_lesson("neuron", 1)),
    "apples": Figure("apples and oranges, and a straight border", TEXT, of_lesson("neuron", 2)),
    "coin": Figure("the cost of a coin", PYTHON, of_lesson("neuron", 3)),
    "cross-entropy": Figure("the cost of a probability", SLIDES, of_lesson("information", 1)),
    "polynomials": Figure(
        "polynomials of degree 1, 2 and 4", SLIDES, of_lesson("generalisation", 1)
    ),
    "leakage": Figure("tests with relatives and without", SLIDES, of_lesson("homology", 1)),
    "capacity": Figure("how much a Hopfield network holds", SLIDES, of_lesson("hopfield", 1)),
    "fixed-points": Figure("three kinds of fixed point", SLIDES, of_lesson("hopfield", 2)),
    "activations": Figure("sigmoid, tanh and ReLU", PYTHON, activations),
    "logistic-units": Figure("a network of logistic units", PYTHON, of_network(2, 3, 1)),
    "exclusive-or": Figure("exclusive or, learned", PYTHON, of_lesson("hidden", 1)),
    "donut": Figure("the donut, learned", PYTHON, of_lesson("hidden", 2)),
    "graph": Figure(
        "the computation graph of a network", f"{RANGAN}, figure 1", of_lesson("autograd", 1)
    ),
    "graph-exponentials": Figure(
        "the computation graph of problem 3.2", f"{RANGAN}, figure 2", of_lesson("problems", 3)
    ),
    "thresholds": Figure("problem 1.1: zO and ŷ", RANGAN, of_lesson("problems", 1)),
    "triangle": Figure("problem 1.3: the triangle", RANGAN, of_lesson("problems", 2)),
}
"""The figures by their names."""


def figure(name: str) -> str:
    """Return a figure as SVG.

    Parameters
    ----------
    name : str
        One of `FIGURES`.

    Raises
    ------
    InputError
        If there is no such figure, or what draws it is not installed.
    """
    if name not in FIGURES:
        raise InputError(f"no figure is called {name!r}; they are {', '.join(FIGURES)}")
    return FIGURES[name].draw()
