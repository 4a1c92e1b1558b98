"""The computation graph: every operation against central differences and against PyTorch."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import torch
import torch.nn.functional as tf
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from ribbonet.nn import (
    Adam,
    CategoricalCrossEntropy,
    Dense,
    Exponential,
    Network,
    ReLU,
    Sigmoid,
    Softmax,
    SquaredError,
    Tanh,
    WindowDense,
)
from ribbonet.nn import graph as G  # noqa: N812
from ribbonet.nn.graph.svg import draw_graph

LABELS = np.array([2, 0, 1, 2])
CODES = np.array([[0, 2], [2, 2], [4, 0]])


@dataclass(frozen=True)
class Case:
    """An expression of operands of some shapes, and the same in PyTorch."""

    expression: Callable[..., G.Node]
    shapes: tuple[tuple[int, ...], ...]
    twin: Callable[..., torch.Tensor]
    positive: bool = False


CASES = {
    "add": Case(lambda a, b: a + b, ((4, 1, 3), (2, 1)), lambda a, b: a + b),
    "subtract": Case(lambda a, b: a - b, ((3,), (2, 3)), lambda a, b: a - b),
    "multiply": Case(lambda a, b: a * b, ((2, 1), (1, 3)), lambda a, b: a * b),
    "divide": Case(lambda a, b: a / b, ((), (2, 3)), lambda a, b: a / b, positive=True),
    "negative": Case(lambda a: -a, ((3,),), lambda a: -a),
    "with numbers": Case(
        lambda a: 1 - (2 + a * 3) / (4 - a) + 1 / (a + 5),
        ((2, 2),),
        lambda a: 1 - (2 + a * 3) / (4 - a) + 1 / (a + 5),
        positive=True,
    ),
    "array on the left": Case(
        lambda a: np.ones((2, 3)) + np.arange(6.0).reshape(2, 3) @ a,
        ((3, 3),),
        lambda a: 1 + torch.arange(6.0, dtype=torch.float64).reshape(2, 3) @ a,
    ),
    "matrix @ matrix": Case(lambda a, b: a @ b, ((2, 3), (3, 4)), lambda a, b: a @ b),
    "matrix @ vector": Case(lambda a, b: a @ b, ((2, 3), (3,)), lambda a, b: a @ b),
    "vector @ matrix": Case(lambda a, b: a @ b, ((3,), (3, 4)), lambda a, b: a @ b),
    "vector @ vector": Case(lambda a, b: a @ b, ((3,), (3,)), lambda a, b: a @ b),
    "stacks": Case(lambda a, b: a @ b, ((5, 1, 2, 3), (4, 3, 2)), lambda a, b: a @ b),
    "stack @ vector": Case(lambda a, b: a @ b, ((5, 2, 3), (3,)), lambda a, b: a @ b),
    "vector @ stack": Case(lambda a, b: a @ b, ((3,), (5, 3, 2)), lambda a, b: a @ b),
    "exp": Case(G.exp, ((2, 3),), torch.exp),
    "log": Case(G.log, ((2, 3),), torch.log, positive=True),
    "tanh": Case(G.tanh, ((2, 3),), torch.tanh),
    "sigmoid": Case(G.sigmoid, ((2, 3),), torch.sigmoid),
    "relu": Case(G.relu, ((2, 3),), torch.relu),
    "softmax": Case(G.softmax, ((2, 3),), lambda z: torch.softmax(z, -1)),
    "sum": Case(lambda a: a.sum(), ((2, 3),), torch.sum),
    "sum of one axis": Case(lambda a: a.sum(axis=0), ((2, 3),), lambda a: a.sum(0)),
    "sum kept": Case(
        lambda a: a / a.sum(axis=(0, -1), keepdims=True),
        ((2, 3, 2),),
        lambda a: a / a.sum((0, -1), keepdim=True),
        positive=True,
    ),
    "max": Case(lambda a: a.max(), ((2, 3),), torch.amax),
    "max of one axis": Case(lambda a: a.max(axis=1), ((2, 3),), lambda a: a.amax(1)),
    "max of equals": Case(
        lambda a: (a - a).max(axis=0) * a[0], ((2, 3),), lambda a: (a - a).amax(0) * a[0]
    ),
    "cross-entropy of labels": Case(
        lambda z: G.cross_entropy(z, LABELS),
        ((4, 3),),
        lambda z: tf.cross_entropy(z, torch.tensor(LABELS), reduction="none"),
    ),
    "cross-entropy of probabilities": Case(
        lambda z, a: G.cross_entropy(z, G.softmax(a)),
        ((4, 3), (4, 3)),
        lambda z, a: tf.cross_entropy(z, torch.softmax(a, -1), reduction="none"),
    ),
    "reshape": Case(lambda a: a.reshape(3, -1), ((2, 3, 2),), lambda a: a.reshape(3, -1)),
    "transpose": Case(lambda a, b: a.T @ b, ((2, 3), (2, 4)), lambda a, b: a.T @ b),
    "gather": Case(lambda a: G.gather(a, CODES), ((5, 2),), lambda a: a[torch.tensor(CODES)]),
    "a variable used twice": Case(lambda a: a * a @ a, ((3, 3),), lambda a: a * a @ a),
}


def operands(case: Case) -> list[G.Leaf]:
    rng = np.random.default_rng(0)
    draw = (lambda s: rng.uniform(0.5, 2, s)) if case.positive else rng.standard_normal
    return [G.parameter(draw(shape)) for shape in case.shapes]


def numerical(output: G.Node, x: G.Leaf, step: float = 1e-6) -> np.ndarray:
    """Return the gradient tensor of a graph by central differences."""
    columns = []
    for i in np.ndindex(x.value.shape):
        own = x.value[i]
        x.value[i] = own + step
        above = np.array(G.evaluate(output))
        x.value[i] = own - step
        columns.append((above - G.evaluate(output)) / (2 * step))
        x.value[i] = own
    return np.moveaxis(columns, 0, -1).reshape(np.shape(above) + x.value.shape)


@pytest.mark.parametrize("name", CASES)
def test_gradient_tensors_are_those_of_central_differences(name):
    inputs = operands(CASES[name])
    output = CASES[name].expression(*inputs)
    for x in inputs:
        if name == "max of equals":
            continue  # where the maximum is not differentiable
        np.testing.assert_allclose(
            G.jacobian(output, x), numerical(output, x), rtol=1e-6, atol=1e-8
        )


@pytest.mark.parametrize("name", CASES)
def test_values_and_gradients_are_those_of_torch(name):
    inputs = operands(CASES[name])
    output = CASES[name].expression(*inputs)
    twins = [torch.tensor(x.value, requires_grad=True) for x in inputs]
    expected = CASES[name].twin(*twins)
    np.testing.assert_allclose(G.evaluate(output), expected.detach(), rtol=1e-12)
    upstream = np.random.default_rng(1).standard_normal(expected.shape)
    expected.backward(torch.tensor(upstream))
    for x, gradient in zip(twins, G.gradients((output * upstream).sum(), *inputs), strict=True):
        np.testing.assert_allclose(gradient, x.grad, rtol=1e-10, atol=1e-12)


@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3), st.integers(0, 99))
def test_broadcasting_of_any_shapes(shapes, seed):
    rng = np.random.default_rng(seed)
    a, b = (G.parameter(rng.standard_normal(shape)) for shape in shapes.input_shapes)
    da, db = G.gradients((a * b).sum(), a, b)
    np.testing.assert_allclose(da, G.jacobian((a * b).sum(), a))
    assert da.shape == a.value.shape
    assert db.shape == b.value.shape
    whole = np.broadcast_to(b.value, shapes.result_shape)
    np.testing.assert_allclose(
        (a.value * da).sum(), (np.broadcast_to(a.value, whole.shape) * whole).sum(), atol=1e-9
    )


def test_a_gradient_tensor_of_any_orders_and_the_tensor_chain_rule():
    """dZ/dX is dZ/dY . dY/dX, summed over all indices of Y (Rangan, Neural Network Notes)."""
    rng = np.random.default_rng(0)
    X = G.parameter(rng.standard_normal((2, 3)))
    A, B = rng.standard_normal((2, 3, 2)), rng.standard_normal((2, 2))

    def second(Y):
        return G.exp(Y @ B).sum(axis=0)

    Y = G.tanh(X @ A)
    dY = G.jacobian(Y, X)
    middle = G.parameter(G.evaluate(Y))
    dZ = G.jacobian(second(middle), middle)
    assert dY.shape == (2, 2, 2, 2, 3)
    assert dZ.shape == (2, 2, 2, 2, 2)
    np.testing.assert_allclose(G.jacobian(second(Y), X), np.tensordot(dZ, dY, axes=3), rtol=1e-12)


def test_a_graph_is_evaluated_again_with_other_values():
    x = G.parameter(2.0, "x")
    y = x * x
    assert G.evaluate(y) == 4
    x.value = np.array(3.0)
    assert G.evaluate(y) == 9
    assert G.gradients(y, x) == [6]


def test_only_a_number_has_gradients_and_labels_have_none():
    z = G.parameter(np.zeros((4, 3)))
    labels = G.data(LABELS)
    terms = G.cross_entropy(z, labels)
    with pytest.raises(ValueError, match=r"the output is \(4,\)"):
        G.gradients(terms, z)
    assert not G.gradients(terms.sum(), labels)[0].any()


def test_a_node_is_not_iterated_over():
    with pytest.raises(TypeError, match="not iterable"):
        list(G.parameter([1.0, 2.0]))


def test_a_deep_graph_needs_no_deep_stack():
    x = G.parameter(1.0)
    y = x + 0
    for _ in range(5000):
        y = y + x
    assert G.gradients(y, x) == [5001]


ACTIVATIONS = {
    Sigmoid: G.sigmoid,
    Tanh: G.tanh,
    ReLU: G.relu,
    Exponential: G.exp,
    Softmax: G.softmax,
}


def as_graph(network: Network, x: np.ndarray) -> tuple[G.Node, dict[str, G.Leaf]]:
    """Return the expression of a network of dense layers and activations, and its parameters."""
    leaves = {name: G.parameter(array, name) for name, array in network.parameters.items()}
    u: G.Node = G.data(x, "x")
    for i, layer in enumerate(network.layers):
        if isinstance(layer, WindowDense):
            rows = x + np.arange(layer.window) * layer.symbols
            u = leaves[f"{i}.weight"][rows].sum(axis=1) + leaves[f"{i}.bias"]
        elif isinstance(layer, Dense):
            u = u @ leaves[f"{i}.weight"] + leaves[f"{i}.bias"]
        else:
            u = ACTIVATIONS[type(layer)](u)
    return u, leaves


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", [CategoricalCrossEntropy(reduction="sum"), SquaredError()])
def test_the_hand_written_layers_have_the_gradients_of_the_graph(activation, loss):
    rng = np.random.default_rng(0)
    network = Network([Dense(4, 5), activation(), Dense(5, 5), Tanh(), Dense(5, 3)], 1, np.float64)
    x, values = rng.standard_normal((4, 4)), rng.standard_normal((4, 3))
    z, leaves = as_graph(network, x)
    if isinstance(loss, SquaredError):
        targets, L = values, ((z - values) * (z - values)).sum() / 4
    else:
        targets, L = LABELS, G.cross_entropy(z, LABELS).sum()
    value, gradients, _ = network.loss_and_gradients(loss, x, targets)
    assert value == pytest.approx(G.evaluate(L), rel=1e-12)
    for name, gradient in zip(leaves, G.gradients(L, *leaves.values()), strict=True):
        np.testing.assert_allclose(gradients[name], gradient, rtol=1e-9, atol=1e-12)


def test_windows_without_the_one_hot_are_a_gather():
    network = Network([WindowDense(3, 5, 4), Sigmoid(), Dense(4, 3)], 0, np.float64)
    windows = np.random.default_rng(0).integers(5, size=(4, 3))
    z, leaves = as_graph(network, windows)
    loss = G.cross_entropy(z, LABELS).sum() / 4
    _, gradients, _ = network.loss_and_gradients(CategoricalCrossEntropy(), windows, LABELS)
    for name, gradient in zip(leaves, G.gradients(loss, *leaves.values()), strict=True):
        np.testing.assert_allclose(gradients[name], gradient, rtol=1e-9, atol=1e-12)


def test_the_exponential_model_of_seed_004_is_fitted():
    """Problem 3.2: y = sum_j alpha_j exp(W_j x + b_j), squared error."""
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, (60, 2))
    y = 1.5 * np.exp(X @ [0.8, -0.5] + 0.2) - 0.7 * np.exp(X @ [-0.6, 0.4] - 0.1)
    W = G.parameter(rng.standard_normal((2, 2)), "W")
    b = G.parameter(np.zeros(2), "b")
    alpha = G.parameter([1.0, -1.0], "α")
    u = G.exp((G.data(X, "x") @ W.T + b).named("z")).named("u")
    error = G.data(y, "y") - (u @ alpha).named("ŷ")
    L = (error * error).sum().named("L")
    start = G.evaluate(L)
    parameters = {"W": W.value, "b": b.value, "alpha": alpha.value}
    optimizer = Adam(0.05)
    for _ in range(2000):
        optimizer.step(parameters, dict(zip(parameters, G.gradients(L, W, b, alpha), strict=True)))
    assert G.evaluate(L) < 1e-7 * start
    np.testing.assert_allclose(W.value, [[0.8, -0.5], [-0.6, 0.4]], atol=5e-3)
    svg = draw_graph(L)
    assert svg.count("lightblue") == 3
    assert svg.count("lightgreen") == 2


def test_a_drawing_shows_every_node_once_and_every_link():
    x, w = G.data([1.0, 2.0], "x<1"), G.parameter([3.0, 4.0], "w")
    hidden = G.sigmoid(w * x)
    root = ET.fromstring(draw_graph((hidden * 2 + w).sum().named("L")))
    kinds = [element.tag.rpartition("}")[2] for element in root.iter()]
    nodes = 8  # x, w, their product, its sigmoid, 2, the product, the sum of both, L
    assert (kinds.count("circle"), kinds.count("text")) == (nodes, nodes)
    assert kinds.count("path") == 8
    texts = {element.text for element in root.iter() if element.tag.endswith("text")}
    assert texts == {"x<1", "w", "×", "sigmoid", "2", "+", "L"}
    places = [(c.get("cx"), c.get("cy")) for c in root.iter() if c.tag.endswith("circle")]
    assert len(set(places)) == nodes
