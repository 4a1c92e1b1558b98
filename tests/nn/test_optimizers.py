"""Optimisers and schedules: by hand, and step for step beside torch.optim."""

import math
from functools import partial

import numpy as np
import pytest
import torch

from ribbonet.nn.optimizers import OPTIMIZERS, SGD, Adam, AdamW, Muon, clip_by_norm
from ribbonet.nn.orthogonal import orthogonal
from ribbonet.nn.schedules import SCHEDULES, OneCycle, StepDecay, constant, cosine

PAIRS = {
    "sgd": (partial(SGD, 0.1), partial(torch.optim.SGD, lr=0.1)),
    "momentum": (partial(SGD, 0.1, 0.9), partial(torch.optim.SGD, lr=0.1, momentum=0.9)),
    "nesterov": (
        partial(SGD, 0.1, 0.9, nesterov=True),
        partial(torch.optim.SGD, lr=0.1, momentum=0.9, nesterov=True),
    ),
    "adam": (partial(Adam, 0.1), partial(torch.optim.Adam, lr=0.1)),
    "adam, other constants": (
        partial(Adam, 0.02, 0.8, 0.95, 1e-4),
        partial(torch.optim.Adam, lr=0.02, betas=(0.8, 0.95), eps=1e-4),
    ),
    "adamw": (
        partial(AdamW, 0.1, weight_decay=0.2),
        partial(torch.optim.AdamW, lr=0.1, weight_decay=0.2),
    ),
}


def bowl(theta: np.ndarray) -> np.ndarray:
    """Gradient of a crooked bowl, sum of (i + 1) (theta_i - 1)^2 / 2."""
    scale = np.arange(1, theta.size + 1).reshape(theta.shape)
    return scale * (theta - 1)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_ten_steps_equal_torch(name, schedule):
    ours, theirs = PAIRS[name]
    optimizer, factor = ours(), SCHEDULES[schedule]
    theta = np.random.default_rng(3).normal(size=(3, 4))
    tensor = torch.tensor(theta, requires_grad=True)
    torch_optimizer = theirs([tensor])
    scheduler = torch.optim.lr_scheduler.LambdaLR(torch_optimizer, lambda step: factor(step / 10))
    for step in range(10):
        optimizer.step({"w": theta}, {"w": bowl(theta)}, factor(step / 10))
        tensor.grad = torch.tensor(bowl(tensor.detach().numpy()))
        torch_optimizer.step()
        scheduler.step()
        np.testing.assert_allclose(theta, tensor.detach().numpy(), rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [
        (SGD(0.1), [0.9, 0.7]),  # 1 - 0.1 * 1; - 0.1 * 2
        (SGD(0.1, 0.5), [0.9, 0.65]),  # v = 1; 0.5 + 2 = 2.5
        (SGD(0.1, 0.5, nesterov=True), [0.85, 0.525]),  # 1 + 0.5; 2 + 0.5 * 2.5
        (Adam(0.1), [0.9, 0.9 - 0.1 * (0.29 / 0.19) / math.sqrt(0.004999 / 0.001999)]),
        (AdamW(0.1, weight_decay=1), [0.8, 0.72 - 0.1 * (0.29 / 0.19) / math.sqrt(2.5007504)]),
    ],
    ids=["sgd", "momentum", "nesterov", "adam", "adamw"],
)
def test_two_steps_by_hand(optimizer, expected):
    """Gradients 1 and 2, the weight 1 at first."""
    theta = np.ones((1, 1))
    for gradient, value in zip([1.0, 2.0], expected, strict=True):
        optimizer.step({"w": theta}, {"w": np.full((1, 1), gradient)})
        assert theta.item() == pytest.approx(value, abs=1e-7)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_finds_the_bottom_of_a_bowl(name):
    optimizer, theta = OPTIMIZERS[name](learning_rate=0.05), np.zeros((2, 3))
    for step in range(500):
        optimizer.step({"w": theta}, {"w": bowl(theta)}, cosine(step / 500))
    np.testing.assert_allclose(theta, 1, atol=0.02)


def test_updates_in_place_and_leaves_gradients_alone():
    theta, gradient = np.ones(3, np.float32), np.ones(3, np.float32)
    for make in OPTIMIZERS.values():
        same = theta
        make(learning_rate=0.1).step({"w": theta}, {"w": gradient})
        assert same is theta
        assert theta.dtype == np.float32
        np.testing.assert_array_equal(gradient, 1)


def test_a_parameter_without_gradient_stays():
    frozen = np.ones(2)
    Adam().step({"a": np.ones(2), "b": frozen}, {"a": np.ones(2)})
    np.testing.assert_array_equal(frozen, 1)


def test_weight_decay_leaves_biases_alone():
    parameters = {"weight": np.ones((2, 2)), "bias": np.ones(2)}
    AdamW(0.1, weight_decay=0.5).step(parameters, {k: 0 * v for k, v in parameters.items()})
    np.testing.assert_allclose(parameters["weight"], 0.95)
    np.testing.assert_array_equal(parameters["bias"], 1)


def three_matrices() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    shapes = {"0.weight": (5, 4), "1.weight": (3, 4, 6), "1.bias": (6,), "2.weight": (6, 2)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def test_muon_is_adamw_but_between_hidden_layers():
    ours, theirs = three_matrices(), three_matrices()
    muon, adamw = Muon(0.1, weight_decay=0.2), AdamW(0.1, weight_decay=0.2)
    for _ in range(10):
        gradients = {name: bowl(array) for name, array in ours.items()}
        muon.step(ours, gradients)
        adamw.step(theirs, {name: bowl(array) for name, array in theirs.items()})
    for name in ("0.weight", "1.bias", "2.weight"):
        np.testing.assert_array_equal(ours[name], theirs[name])
    assert np.abs(ours["1.weight"] - theirs["1.weight"]).max() > 0.1
    assert set(muon.state) >= {"velocity.1.weight", "m.0.weight", "v.2.weight", "m.1.bias"}
    assert "m.1.weight" not in muon.state


def test_ten_steps_of_muon_equal_torch():
    """Torch computes the orthogonal matrix in bfloat16, so that steps agree to a hundredth."""
    parameters = three_matrices()
    theta = parameters["1.weight"]
    tensor = torch.tensor(theta.reshape(12, 6), requires_grad=True)
    muon = Muon(0.1, weight_decay=0.2)
    theirs = torch.optim.Muon(
        [tensor], 0.1, weight_decay=0.2, momentum=0.95, adjust_lr_fn="match_rms_adamw"
    )
    before = theta.copy()
    for _ in range(10):
        gradient = bowl(theta.reshape(12, 6))
        muon.step(parameters, {"1.weight": gradient.reshape(3, 4, 6)})
        tensor.grad = torch.tensor(gradient)
        theirs.step()
    moved = tensor.detach().numpy().reshape(3, 4, 6) - before
    difference = np.linalg.norm(theta - before - moved) / np.linalg.norm(moved)
    assert difference < 0.02


def test_muon_by_hand():
    """A matrix of one number: its sign, times five rounds of the polynomial; 0.2 of the rate."""
    one = 1.0
    for _ in range(5):
        one = 3.4445 * one - 4.7750 * one**3 + 2.0315 * one**5
    parameters = {name: np.ones((1, 1)) for name in ("first", "hidden", "last")}
    Muon(0.1, weight_decay=0.5).step(parameters, {"hidden": np.full((1, 1), -7.0)})
    assert parameters["hidden"].item() == pytest.approx(0.95 + 0.2 * 0.1 * one, abs=1e-6)
    assert parameters["first"].item() == parameters["last"].item() == 1


@pytest.mark.parametrize("shape", [(8, 8), (5, 30), (30, 5)])
def test_orthogonal_matrices_keep_the_directions(shape):
    matrix = np.random.default_rng(2).normal(size=shape)
    near = orthogonal(matrix)
    left, _, right = np.linalg.svd(matrix, full_matrices=False)
    values = left.T @ near @ right.T
    assert 0.6 < np.diag(values).min() <= np.diag(values).max() < 1.25
    np.testing.assert_allclose(values, np.diag(np.diag(values)), atol=1e-12)
    np.testing.assert_allclose(orthogonal(1e3 * matrix), near, atol=1e-6)
    np.testing.assert_array_equal(orthogonal(0 * matrix), 0)


def test_nesterov_needs_momentum():
    with pytest.raises(ValueError, match="momentum above 0"):
        SGD(0.1, nesterov=True)


@pytest.mark.parametrize("limit", [0.5, 5.0, 100.0])
def test_clipping_equals_torch(limit):
    rng = np.random.default_rng(0)
    gradients = {"a": rng.normal(size=(5, 4)), "b": rng.normal(size=4)}
    tensors = [torch.zeros(g.shape, dtype=torch.float64) for g in gradients.values()]
    for tensor, gradient in zip(tensors, gradients.values(), strict=True):
        tensor.grad = torch.tensor(gradient)
    norm = clip_by_norm(gradients, limit)
    assert norm == pytest.approx(float(torch.nn.utils.clip_grad_norm_(tensors, limit)))
    for tensor, gradient in zip(tensors, gradients.values(), strict=True):
        np.testing.assert_allclose(gradient, tensor.grad, rtol=1e-5)
    after = math.sqrt(sum((g**2).sum() for g in gradients.values()))
    assert after == pytest.approx(min(norm, limit))


@pytest.mark.parametrize(
    ("schedule", "points"),
    [
        (constant, {0: 1, 0.5: 1, 1: 1}),
        (cosine, {0: 1, 1 / 3: 0.75, 0.5: 0.5, 1: 0}),
        (StepDecay(0.1, 0.5), {0: 1, 0.09: 1, 0.1: 0.5, 0.2: 0.25, 0.3: 0.125, 0.7: 0.5**7}),
        (OneCycle(0.2, 0.1, 0.01), {0: 0.1, 0.1: 0.55, 0.2: 1, 0.6: 0.505, 1: 0.01}),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_schedules_by_hand(schedule, points):
    for progress, factor in points.items():
        assert schedule(progress) == pytest.approx(factor)


def one_cycle(step: int) -> float:
    """The share done as torch counts it: at the peak a step early, at the end with the last."""
    return 0.3 * step / 29 if step <= 29 else 0.3 + 0.7 * (step - 29) / 70


@pytest.mark.parametrize(
    ("schedule", "theirs", "progress"),
    [
        (
            cosine,
            partial(torch.optim.lr_scheduler.CosineAnnealingLR, T_max=100),
            lambda step: step / 100,
        ),
        (
            StepDecay(0.3, 0.1),
            partial(torch.optim.lr_scheduler.StepLR, step_size=30),
            lambda step: step / 100,
        ),
        (
            OneCycle(0.3),
            partial(torch.optim.lr_scheduler.OneCycleLR, max_lr=1, total_steps=100),
            one_cycle,
        ),
    ],
    ids=["cosine", "step", "one-cycle"],
)
def test_schedules_equal_torch(schedule, theirs, progress):
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    scheduler = theirs(optimizer)
    for step in range(100):
        assert schedule(progress(step)) == pytest.approx(scheduler.get_last_lr()[0], abs=1e-12)
        optimizer.step()
        if step < 99:
            scheduler.step()
