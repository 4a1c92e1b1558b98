"""Penalties: in the cost and in the gradient, and what each does to a weight in one step."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.nn import L1, L2, SGD, ArrayExamples, Dense, Network, SquaredError, fit
from ribbonet.nn.penalties import penalise

PENALTIES = [
    kind(0.3, per_parameter, biases)
    for kind in (L1, L2)
    for per_parameter in (False, True)
    for biases in (False, True)
]


def parameters() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    return {"0.weight": rng.normal(size=(3, 4)), "0.bias": rng.normal(size=4)}


@pytest.mark.parametrize("penalty", PENALTIES, ids=repr)
def test_gradient_is_the_central_difference(penalty):
    theta = parameters()
    _, gradients = penalty(theta)
    for name, array in theta.items():
        for place in np.ndindex(array.shape):
            kept, values = array[place], []
            for step in (1e-6, -1e-6):
                array[place] = kept + step
                values.append(penalty(theta)[0])
            array[place] = kept
            slope = (values[0] - values[1]) / 2e-6
            given_ = gradients[name][place] if name in gradients else 0.0
            assert given_ == pytest.approx(slope, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("penalty", PENALTIES, ids=repr)
def test_equals_torch(penalty):
    tensors = {k: torch.tensor(v, requires_grad=True) for k, v in parameters().items()}
    chosen = [t for t in tensors.values() if penalty.biases or t.ndim > 1]
    norm = {L1: lambda t: t.abs().sum(), L2: lambda t: 0.5 * (t**2).sum()}[type(penalty)]
    cost = 0.3 * sum(norm(t) for t in chosen)
    if penalty.per_parameter:
        cost = cost / sum(t.numel() for t in chosen)
    cost.backward()
    value, gradients = penalty(parameters())
    assert value == pytest.approx(cost.item())
    for name, tensor in tensors.items():
        if name in gradients:
            np.testing.assert_allclose(gradients[name], tensor.grad)
        else:
            assert tensor.grad is None


def one_step(penalty, weights):
    """Weights after a step on an example whose loss has no gradient (x = 0, target = 0)."""
    network = Network([Dense(len(weights), 1)], rng=0, dtype=np.float64)
    network.parameters["0.weight"][:, 0] = weights
    examples = ArrayExamples(np.zeros((1, len(weights))), np.zeros((1, 1)))
    fit(
        network,
        SquaredError(),
        SGD(0.1),
        examples,
        epochs=1,
        batch_size=1,
        rng=np.random.default_rng(0),
        penalties=[penalty],
    )
    return network.parameters["0.weight"][:, 0]


def test_l2_pulls_in_proportion_to_the_weight():
    """theta <- theta - alpha eta theta (MCB128 block 1, slides)."""
    np.testing.assert_allclose(one_step(L2(0.5), [4.0, -1.0, 0.1]), [3.8, -0.95, 0.095])


def test_l1_pulls_all_weights_alike():
    """theta <- theta - alpha eta sign(theta) (MCB128 block 1, slides)."""
    np.testing.assert_allclose(one_step(L1(0.5), [4.0, -1.0, 0.1]), [3.95, -0.95, 0.05])


@given(st.integers(1, 64))
def test_counts_the_same_in_a_batch_of_any_size(n):
    network = Network([Dense(2, 1)], rng=0, dtype=np.float64)
    x, y = np.ones((n, 2)), np.ones((n, 1))
    value, gradients, _ = network.loss_and_gradients(SquaredError(), x, y)
    added = penalise([L2(0.1)], network.parameters, gradients)
    one, expected, _ = network.loss_and_gradients(SquaredError(), x[:1], y[:1])
    assert added == pytest.approx(penalise([L2(0.1)], network.parameters, expected))
    assert value == pytest.approx(one)
    np.testing.assert_allclose(gradients["0.weight"], expected["0.weight"])


def test_per_parameter_counts_the_same_in_a_network_of_any_size():
    values = [L2(0.1, per_parameter=True)({"w": np.full((size, size), 2.0)})[0] for size in (2, 20)]
    assert values == pytest.approx([0.2, 0.2])


def test_penalties_add_up():
    theta = parameters()
    gradients = {name: np.zeros_like(array) for name, array in theta.items()}
    value = penalise([L1(0.1), L2(0.2)], theta, gradients)
    assert value == pytest.approx(L1(0.1)(theta)[0] + L2(0.2)(theta)[0])
    weight = theta["0.weight"]
    np.testing.assert_allclose(gradients["0.weight"], 0.1 * np.sign(weight) + 0.2 * weight)
    np.testing.assert_array_equal(gradients["0.bias"], 0)
